"""The exact posterior by summing variables out, one after the other in a good order.

The order is that of `elimination`, the tables only ever add and multiply probabilities (see
`tables`), so nothing cancels, however improbable the evidence is. Running the same steps backwards
yields every cause's weights at once. An event may come before its inputs: what it would mean is then
kept, and meets what its mark gathers (see `disjunction`). Work and memory grow with 2^(variables in one table), which
depends on how the evidence hangs together and not on the size of the knowledge.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from diagnoser.ranking.bundles import Bundles
from diagnoser.ranking.elimination import TooWide, elimination_order
from diagnoser.ranking.factors import NEUTRAL, Factors, Solution
from diagnoser.ranking.tables import Array, Sink, Table, Tape


@dataclass(frozen=True, slots=True)
class Limits:
    """With more variables in one table, or more numbers in all tables, a network is not solved exactly."""

    width: int
    numbers: int


USUAL = Limits(13, 400_000)
WIDE = Limits(15, 1_000_000)
"""Where nothing but the evidence as it is is asked for; it takes a twentieth of a second, seldom a quarter."""

SETTLED = (np.ones(1), np.zeros(1))
"""The weights of what is left to make an event happen, once all its inputs are in: nothing is."""

LARGE = 150_000
"""With more numbers in all tables, an order is looked for in which an event may come before its mark.

Such an order takes a tenth of the memory in the widest networks, but does more for each table.
"""

AT_ONCE = 4
"""Causes that act on the same marks, at most so many, are gathered before anything else; this only ties the marks."""


def totals(factors: Factors, most: Limits = USUAL) -> Array:
    """Natural logarithm of P(evidence), for each column.

    Raises:
        TooWide: the tables would be too large.
    """
    return factors.log_total(t.values for t in _forward(factors, most).results)


def solved(factors: Factors, most: Limits = USUAL) -> Solution:
    """P(evidence), and the weights of every cause.

    Raises:
        TooWide: the tables would be too large.
    """
    run = _forward(factors, most)
    run.backward()
    alone = list(factors.alone)
    run.on[alone], run.off[alone] = factors.on[alone], factors.off[alone]
    return Solution(factors.log_total(t.values for t in run.results), run.on, run.off)


def _forward(factors: Factors, most: Limits) -> _Summing:
    order = _order(factors, most)
    run = _Summing(factors, order)
    for variable in order:
        run.sum_out(variable)
    return run


def _order(factors: Factors, most: Limits) -> list[int]:
    """The variables to sum out, in order; causes that are in bundles are not among them.

    Raises:
        TooWide: the tables would be too large.
    """
    in_gates = {v for variables, _ in factors.decisions for v in variables}
    bundled = {c for c in factors.effects if _is_bundled(c, factors, in_gates)}
    used = sorted(
        {*(v for v in factors.effects if v not in bundled), *factors.set_by, *factors.event_of.values(), *in_gates}
    )
    place = {variable: index for index, variable in enumerate(used)}
    neighbours = [0] * len(used)

    def connect(variables: Iterable[int]) -> None:
        places = [place[v] for v in variables]
        together = 0
        for each in places:
            together |= 1 << each
        for each in places:
            neighbours[each] |= together

    for marks in {tuple(m for _, m in factors.effects[c]) for c in bundled}:
        connect(marks)
    for source, effects in factors.effects.items():
        if source not in bundled:
            for _, mark in effects:
                connect((source, mark))
    for mark, event in factors.event_of.items():
        if mark in place:
            connect((mark, event))
    for variables, _ in factors.decisions:
        connect(variables)
    after = {place[event]: place[mark] for mark, event in factors.event_of.items() if mark in place}
    neighbours = [near & ~(1 << index) for index, near in enumerate(neighbours)]
    limit = most.numbers / factors.width
    order, numbers = elimination_order(neighbours, after, most.width, limit)
    if after and numbers * factors.width > LARGE:
        with suppress(TooWide):
            order, _ = elimination_order(neighbours, {}, most.width, min(limit, numbers))
    return [used[index] for index in order]


def _is_bundled(variable: int, factors: Factors, in_gates: Container[int]) -> bool:
    """Whether it is a cause that acts on few marks and on nothing else."""
    few = 1 <= len(factors.effects[variable]) <= AT_ONCE
    return few and variable < len(factors.causes) and variable not in in_gates


class _Summing:
    """Sums variables out; fills the joint weights of each cause on the way back."""

    def __init__(self, factors: Factors, order: list[int]) -> None:
        self.factors = factors
        self.tape = Tape(factors.width)
        self.on = np.zeros_like(factors.on)
        self.off = np.zeros_like(factors.off)
        self.results: list[Table] = []
        self._turn = {variable: index for index, variable in enumerate(order)}
        self._in_gates = {v for variables, _ in factors.decisions for v in variables}
        self._tables: list[Table] = [self.tape.constant(variables, values) for variables, values in factors.decisions]
        self._demanded: dict[int, int] = {}
        """Mark that still gathers -> its event, where a table says already what the event would mean."""
        self._mark_of = {event: mark for mark, event in factors.event_of.items()}
        self._marks = frozenset(factors.set_by)
        """Variables that still gather contributions; shrinks as they are finished."""
        self._whole: dict[int, list[int]] = {}
        """Mark -> causes that act on it and are to act on all their marks at once."""
        self._fed: set[tuple[int, int]] = set()
        self._gone: set[int] = set()
        self._bundles = list(self._bundled())

    def _bundled(self) -> Iterator[tuple[list[int], Bundles, list[Table]]]:
        """Causes that act on few marks: all that act on equally many, and the tables of their bundles."""
        factors = self.factors
        by_marks: dict[tuple[int, ...], list[int]] = {}
        for cause, effects in factors.effects.items():
            if _is_bundled(cause, factors, self._in_gates):
                marks = tuple(m for _, m in effects)
                by_marks.setdefault(marks, []).append(cause)
                self._fed.update((cause, m) for m in marks)
        for count in range(1, AT_ONCE + 1):
            groups = {marks: causes for marks, causes in by_marks.items() if len(marks) == count}
            if groups:
                causes = [c for group in groups.values() for c in group]
                strengths = np.array([[q for q, _ in factors.effects[c]] for c in causes])
                sizes = [len(group) for group in groups.values()]
                bundles = Bundles(factors.on[causes], factors.off[causes], strengths, sizes)
                shape = (*(2,) * count, factors.width)
                tables = [
                    self.tape.constant(marks, bundles.tables[:, index].reshape(shape))
                    for index, marks in enumerate(groups)
                ]
                self._tables.extend(tables)
                yield causes, bundles, tables

    def backward(self) -> None:
        """The weights of every cause that acts on something."""
        self.tape.backward()
        for causes, bundles, tables in self._bundles:
            shape = (len(bundles.tables), self.factors.width)
            adjoint = np.stack([t.adjoint.reshape(shape) for t in tables if t.adjoint is not None], axis=1)
            self.on[causes], self.off[causes] = bundles.back(adjoint)

    def sum_out(self, variable: int) -> None:
        """Do everything that involves a variable, and sum it out."""
        factors = self.factors
        if variable in self._gone:
            return
        if variable in self._marks:
            self._sum_out_mark(variable)
        elif variable < len(factors.causes):
            self._sum_out_cause(variable)
        elif self._mark_of.get(variable) in self._marks:
            self._demand(variable, self._mark_of[variable])
        else:
            table = self._feed_all(self._gathered(variable), variable)
            no, yes = factors.event_weights.get(variable, NEUTRAL)
            self._keep(self.tape.close(table, variable, no, yes))
        self._gone.add(variable)

    def _sum_out_mark(self, mark: int) -> None:
        factors = self.factors
        table = self._gathered(mark)
        for cause in self._whole.pop(mark, ()):
            if (cause, mark) in self._fed:
                continue
            effects = factors.effects[cause]
            places = [(q, self._place_of(m, table)) for q, m in effects]
            table = self._with(table, (place for _, place in places))
            weights = factors.on[cause], factors.off[cause], self._sink(cause)
            table = self.tape.act(table, places, weights, self._demanded.values())
            self._fed.update((cause, m) for _, m in effects)
        for source, strength in factors.set_by[mark]:
            if (source, mark) not in self._fed:
                table = self._feed(table, source, mark, strength)
        self._marks -= {mark}
        if mark in self._demanded:
            self._keep(self.tape.close(table, self._demanded.pop(mark), *SETTLED))
            return
        table = self._with(table, (mark,))
        if mark not in factors.event_of:
            no, yes = factors.mark_weights[mark]
            self._keep(self.tape.close(table, mark, no, yes))
        else:
            self._keep(self._as_event(table, mark, factors.event_of[mark]))

    def _as_event(self, table: Table, mark: int, event: int) -> Table:
        """A mark that has gathered all becomes an event; one with little to do is summed out with it."""
        factors = self.factors
        effects = factors.effects.get(event, ())
        if event in table.variables or event in self._in_gates or len(effects) > 1:
            return self.tape.finish(table, mark, event)
        no, yes = factors.event_weights.get(event, NEUTRAL)
        if not effects:
            self._gone.add(event)
            return self.tape.close(table, mark, no, yes)
        [(strength, above)] = effects
        if (event, above) in self._fed or self._turn[above] < self._turn[event]:
            return self.tape.finish(table, mark, event)
        self._gone.add(event)
        self._fed.add((event, above))
        return self.tape.pass_on(table, mark, above, strength, no, yes)

    def _sum_out_cause(self, cause: int) -> None:
        """A cause that nothing depends on yet acts later, on all its marks at once."""
        factors = self.factors
        if not any(cause in t.variables for t in self._tables):
            for _, mark in factors.effects[cause]:
                self._whole.setdefault(mark, []).append(cause)
            return
        table = self._feed_all(self._gathered(cause), cause)
        self._keep(self.tape.close(table, cause, factors.off[cause], factors.on[cause], self._sink(cause)))

    def _sink(self, cause: int) -> Sink:
        """Takes the joint weights of one cause; it holds no more than the arrays that they go to."""
        to_on, to_off = self.on, self.off

        def sink(on: Array, off: Array) -> None:
            to_on[cause], to_off[cause] = on, off

        return sink

    def _feed_all(self, table: Table, source: int) -> Table:
        for strength, mark in self.factors.effects.get(source, ()):
            if (source, mark) not in self._fed:
                table = self._feed(table, source, mark, strength)
        return table

    def _feed(self, table: Table, source: int, mark: int, strength: float) -> Table:
        if source not in table.variables:
            table = self.tape.spread(table, source)
        self._fed.add((source, mark))
        place = self._place_of(mark, table)
        return self.tape.feed(self._with(table, (place,)), source, place, strength, place != mark)

    def _place_of(self, mark: int, table: Table) -> int:
        """The mark, or its event where the table says what that would mean."""
        event = self._demanded.get(mark, mark)
        return event if event in table.variables else mark

    def _with(self, table: Table, marks: Iterator[int] | tuple[int, ...]) -> Table:
        for mark in marks:
            if mark not in table.variables:
                table = self.tape.open(table, mark)
        return table

    def _gathered(self, variable: int) -> Table:
        """All tables with a variable, joined; they are taken out of the pool."""
        either = {variable, self._demanded.get(variable, variable)}
        found = [t for t in self._tables if not either.isdisjoint(t.variables)]
        if not found:
            return self.tape.constant()
        self._tables = [t for t in self._tables if either.isdisjoint(t.variables)]
        found.sort(key=lambda t: len(t.variables))
        table = found[0]
        for other in found[1:]:
            table = self.tape.join(table, other, self._marks, self._demanded)
        return table

    def _demand(self, event: int, mark: int) -> None:
        """An event whose inputs are not gathered yet: what it would mean is, and its mark takes that up."""
        table = self._feed_all(self._gathered(event), event)
        if event in self.factors.event_weights:
            if event not in table.variables:
                table = self.tape.spread(table, event)
            table = self.tape.weigh(table, event, *self.factors.event_weights[event])
        self._demanded[mark] = event
        self._keep(self._absorbed(table))

    def _absorbed(self, table: Table) -> Table:
        """The table without marks whose event it has, too."""
        for mark, event in self._demanded.items():
            if mark in table.variables and event in table.variables:
                table = self.tape.absorb(table, mark, event)
        return table

    def _keep(self, table: Table) -> None:
        (self._tables if table.variables else self.results).append(table)
