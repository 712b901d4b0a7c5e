"""The exact posterior by summing variables out, one after the other in a good order.

The order is that of `elimination`, the tables only ever add and multiply probabilities (see
`tables`), so nothing cancels, however improbable the evidence is. Running the same steps backwards
yields every cause's weights at once. Work and memory grow with 2^(variables in one table), which
depends on how the evidence hangs together and not on the size of the knowledge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from diagnoser.ranking.elimination import elimination_order
from diagnoser.ranking.factors import NEUTRAL, Factors, Solution
from diagnoser.ranking.tables import Array, Table, Tape

MAX_WIDTH = 13
MAX_NUMBERS = 400_000
"""With more variables in one table, or more numbers in all tables, a network is not solved exactly."""

AT_ONCE = 4
"""A cause that acts on at most so many marks is summed out before anything else."""


def totals(factors: Factors) -> Array:
    """Natural logarithm of P(evidence), for each column.

    Raises:
        TooWide: the tables would be too large.
    """
    return factors.log_total(t.values for t in _forward(factors).results)


def solved(factors: Factors) -> Solution:
    """P(evidence), and the weights of every cause.

    Raises:
        TooWide: the tables would be too large.
    """
    run = _forward(factors)
    run.tape.backward()
    alone = list(factors.alone)
    run.on[alone], run.off[alone] = factors.on[alone], factors.off[alone]
    return Solution(factors.log_total(t.values for t in run.results), run.on, run.off)


def _forward(factors: Factors) -> _Summing:
    run = _Summing(factors)
    for variable in _order(factors):
        run.sum_out(variable)
    return run


def _order(factors: Factors) -> list[int]:
    """The variables to sum out, in order: first causes that act on few marks, which only ties those together.

    Raises:
        TooWide: the tables would be too large.
    """
    in_gates = {v for variables, _ in factors.decisions for v in variables}
    first = [
        c
        for c, effects in factors.effects.items()
        if 1 < len(effects) <= AT_ONCE and c < len(factors.causes) and c not in in_gates
    ]
    met = set(first) | factors.leaves
    used = sorted(
        {*(v for v in factors.effects if v not in met), *factors.set_by, *factors.event_of.values(), *in_gates}
    )
    place = {variable: index for index, variable in enumerate(used)}
    neighbours: list[set[int]] = [set() for _ in used]

    def connect(variables: Iterable[int]) -> None:
        places = {place[v] for v in variables}
        for each in places:
            neighbours[each] |= places - {each}

    for marks in {tuple(m for _, m in factors.effects[c]) for c in first}:
        connect(marks)
    for source, effects in factors.effects.items():
        if source not in met:
            for _, mark in effects:
                connect((source, mark))
    for mark, event in factors.event_of.items():
        if mark in place:
            connect((mark, event))
    for variables, _ in factors.decisions:
        connect(variables)
    after = {place[event]: place[mark] for mark, event in factors.event_of.items() if mark in place}
    order = elimination_order(neighbours, after, MAX_WIDTH, MAX_NUMBERS / factors.width)
    return [*first, *(used[index] for index in order)]


class _Summing:
    """Sums variables out; fills the joint weights of each cause on the way back."""

    def __init__(self, factors: Factors) -> None:
        self.factors = factors
        self.tape = Tape(factors.width)
        self.on = np.zeros_like(factors.on)
        self.off = np.zeros_like(factors.off)
        self.results: list[Table] = []
        self._tables: list[Table] = [self.tape.constant(variables, values) for variables, values in factors.decisions]
        self._marks = frozenset(factors.set_by)
        """Variables that still gather contributions; shrinks as they are finished."""
        self._whole: dict[int, list[int]] = {}
        """Mark -> causes that act on it and are to act on all their marks at once."""
        self._fed: set[tuple[int, int]] = set()
        self._gone: set[int] = set()

    def sum_out(self, variable: int) -> None:
        """Do everything that involves a variable, and sum it out."""
        factors = self.factors
        if variable in self._marks:
            self._sum_out_mark(variable)
        elif variable < len(factors.causes):
            self._sum_out_cause(variable)
        else:
            table = self._feed_all(self._gathered(variable), variable)
            no, yes = factors.event_weights.get(variable, NEUTRAL)
            self._keep(self.tape.close(table, variable, no, yes))
        self._gone.add(variable)

    def _sum_out_mark(self, mark: int) -> None:
        factors = self.factors
        table = self._gathered(mark)
        leaves = [(c, q) for c, q in factors.set_by[mark] if c in factors.leaves]
        if leaves:
            table = self.tape.join(self._leaves(mark, leaves), table, self._marks)
        for cause in self._whole.pop(mark, ()):
            if cause not in self._gone:
                continue
            if (cause, mark) in self._fed:
                continue
            effects = factors.effects[cause]
            table = self._with(table, (m for _, m in effects))
            sink = self._sink(cause)
            table = self.tape.act(table, effects, factors.on[cause], factors.off[cause], sink)
            self._fed.update((cause, m) for _, m in effects)
        for source, strength in factors.set_by[mark]:
            if (source, mark) not in self._fed and source not in factors.leaves:
                table = self._feed(table, source, mark, strength)
        self._marks -= {mark}
        if mark in factors.event_of:
            self._keep(self.tape.finish(self._with(table, (mark,)), mark, factors.event_of[mark]))
        else:
            no, yes = factors.mark_weights[mark]
            self._keep(self.tape.close(self._with(table, (mark,)), mark, no, yes))

    def _sum_out_cause(self, cause: int) -> None:
        """A cause that nothing depends on yet acts later, on all its marks at once."""
        factors = self.factors
        if not any(cause in t.variables for t in self._tables):
            for _, mark in factors.effects[cause]:
                self._whole.setdefault(mark, []).append(cause)
            return
        table = self._feed_all(self._gathered(cause), cause)
        self._keep(self.tape.close(table, cause, factors.off[cause], factors.on[cause], self._sink(cause)))

    def _leaves(self, mark: int, leaves: list[tuple[int, float]]) -> Table:
        causes = [c for c, _ in leaves]
        strengths = np.array([[q] for _, q in leaves])

        def sink(on: Array, off: Array) -> None:
            self.on[causes], self.off[causes] = on, off

        return self.tape.leaves(mark, self.factors.on[causes], self.factors.off[causes], strengths, sink)

    def _sink(self, cause: int) -> _Sink:
        return _Sink(self, cause)

    def _feed_all(self, table: Table, source: int) -> Table:
        for strength, mark in self.factors.effects.get(source, ()):
            if (source, mark) not in self._fed:
                table = self._feed(table, source, mark, strength)
        return table

    def _feed(self, table: Table, source: int, mark: int, strength: float) -> Table:
        if source not in table.variables:
            table = self.tape.spread(table, source)
        self._fed.add((source, mark))
        return self.tape.feed(self._with(table, (mark,)), source, mark, strength)

    def _with(self, table: Table, marks: Iterator[int] | tuple[int, ...]) -> Table:
        for mark in marks:
            if mark not in table.variables:
                table = self.tape.open(table, mark)
        return table

    def _gathered(self, variable: int) -> Table:
        """All tables with a variable, joined; they are taken out of the pool."""
        found = [t for t in self._tables if variable in t.variables]
        if not found:
            return self.tape.constant()
        self._tables = [t for t in self._tables if variable not in t.variables]
        found.sort(key=lambda t: len(t.variables))
        table = found[0]
        for other in found[1:]:
            table = self.tape.join(table, other, self._marks)
        return table

    def _keep(self, table: Table) -> None:
        (self._tables if table.variables else self.results).append(table)


class _Sink:
    """Takes the joint weights of one cause."""

    __slots__ = ("_cause", "_run")

    def __init__(self, run: _Summing, cause: int) -> None:
        self._run, self._cause = run, cause

    def __call__(self, on: Array, off: Array) -> None:
        self._run.on[self._cause], self._run.off[self._cause] = on, off
