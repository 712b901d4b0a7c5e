"""Tables of probabilities over yes-or-no variables, and the few operations that inference needs.

A table holds one number for each state of its variables and each column (a column is one question:
the evidence as it is, or with one finding taken away). Operations add and multiply numbers that are
not negative, so nothing cancels. A `Tape` remembers them; running it backwards gives the derivative
of the result by every weight that went in, which is what posteriors are made of (A. Darwiche, "A
differential approach to inference in Bayesian networks", JACM 50, 2003).

A variable is a *mark* as long as it gathers contributions: it is yes if any of them is. Two tables
with a mark in common are joined by *or* on it (N. L. Zhang and D. Poole, "Exploiting causal
independence in Bayesian network inference", JAIR 5, 1996), and by product on everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from diagnoser.ranking import disjunction

Array = NDArray[np.float64]
Sink = Callable[[Array, Array], None]
"""Takes the joint weights, one for each column, of a cause being present and being absent."""


class Table:
    """One number for each state of the variables and each column.

    `values` has the shape (2,) * len(variables) + (columns,). A table is used once: what is made
    from it takes its place.
    """

    __slots__ = ("adjoint", "values", "variables")

    def __init__(self, variables: tuple[int, ...], values: Array) -> None:
        self.variables = variables
        self.values = values
        self.adjoint: Array | None = None

    def half(self, variable: int, state: int) -> tuple[slice | int, ...]:
        """The index of the states in which a variable is yes (1) or no (0)."""
        return (slice(None),) * self.variables.index(variable) + (state,)


class Leaves:
    """Causes that act on one mark and on nothing else, for many marks and columns at once.

    Args:
        on, off: weights of each cause being present and absent, shape (causes, ...).
        strengths: how often each sets the mark; a shape that goes with it.

    Attributes:
        none, some: weights of none of them setting the mark, and of some doing so, shape (...).
    """

    def __init__(self, on: Array, off: Array, strengths: Array) -> None:
        self._off = off
        self._sets = on * strengths
        self._idle = on - self._sets
        keeps = off + self._idle
        either = keeps + self._sets
        none_before, some_before = _prefixes(keeps, self._sets, either)
        none_after, some_after = (a[::-1] for a in _prefixes(keeps[::-1], self._sets[::-1], either[::-1]))
        self.none: Array = none_before[-1]
        self.some: Array = some_before[-1]
        self._none = none_before[:-1] * none_after[1:]
        self._some = some_before[:-1] * (none_after[1:] + some_after[1:]) + none_before[:-1] * some_after[1:]

    def back(self, to_none: Array, to_some: Array) -> tuple[Array, Array]:
        """The joint weights of each cause being present and absent, from the derivatives of the result."""
        idle = to_none * self._none + to_some * self._some
        acting = to_some * (self._none + self._some)
        return self._idle * idle + self._sets * acting, self._off * idle


class Tape:
    """Operations on tables, remembered so that they can be run backwards."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._done: list[tuple[Table, Callable[[Array], None]]] = []

    def _made(self, variables: tuple[int, ...], values: Array, back: Callable[[Array], None]) -> Table:
        table = Table(variables, values)
        self._done.append((table, back))
        return table

    def backward(self) -> None:
        """Run the operations backwards; tables that nothing was made from are results."""
        for table, back in reversed(self._done):
            back(np.ones_like(table.values) if table.adjoint is None else table.adjoint)

    def constant(self, variables: tuple[int, ...] = (), values: Array | None = None) -> Table:
        """A table of given numbers; of ones by default."""
        given = np.ones((2,) * len(variables) + (self.columns,)) if values is None else values
        return Table(variables, given)

    def open(self, table: Table, mark: int) -> Table:
        """Add a mark that nothing has set yet."""

        def back(adjoint: Array) -> None:
            table.adjoint = adjoint[0]

        return self._made((mark, *table.variables), np.stack([table.values, np.zeros_like(table.values)]), back)

    def spread(self, table: Table, variable: int) -> Table:
        """Add a variable that the table does not depend on yet."""

        def back(adjoint: Array) -> None:
            table.adjoint = adjoint[0] + adjoint[1]

        return self._made((variable, *table.variables), np.stack([table.values, table.values]), back)

    def act(self, table: Table, effects: Iterable[tuple[float, int]], on: Array, off: Array, sink: Sink) -> Table:
        """One cause acts: when present it sets each mark with its strength."""
        halves = [(q, table.half(m, 0), table.half(m, 1)) for q, m in effects]
        pushed = table.values.copy()
        for strength, no, yes in halves:
            pushed[yes] += strength * pushed[no]
            pushed[no] *= 1.0 - strength

        def back(adjoint: Array) -> None:
            pulled = adjoint.copy()
            for strength, no, yes in halves:
                pulled[no] *= 1.0 - strength
                pulled[no] += strength * pulled[yes]
            sink(on * _total(table.values, pulled), off * _total(table.values, adjoint))
            table.adjoint = off * adjoint + on * pulled

        return self._made(table.variables, off * table.values + on * pushed, back)

    def feed(self, table: Table, source: int, mark: int, strength: float) -> Table:
        """Where a variable is yes, it sets a mark with a strength."""
        at, below = table.variables.index(source), table.variables.index(mark)
        no = _index(len(table.variables), {at: 1, below: 0})
        yes = _index(len(table.variables), {at: 1, below: 1})
        values = table.values.copy()
        values[yes] += strength * values[no]
        values[no] *= 1.0 - strength

        def back(adjoint: Array) -> None:
            pulled = adjoint.copy()
            pulled[no] *= 1.0 - strength
            pulled[no] += strength * adjoint[yes]
            table.adjoint = pulled

        return self._made(table.variables, values, back)

    def join(self, first: Table, second: Table, marks: frozenset[int]) -> Table:
        """Two tables as one: by *or* on the marks that both have, by product on everything else."""
        shared = [v for v in first.variables if v in second.variables]
        either = [v for v in shared if v in marks]
        both = [v for v in shared if v not in marks]
        of_first = [v for v in first.variables if v not in shared]
        of_second = [v for v in second.variables if v not in shared]
        ored = len(either)
        lead = (1 << ored, 1 << len(both))
        a = _arranged(first, (*either, *both, *of_first)).reshape(*lead, 1 << len(of_first), 1, -1)
        b = _arranged(second, (*either, *both, *of_second)).reshape(*lead, 1, 1 << len(of_second), -1)
        a, b = disjunction.of_first(a, ored), disjunction.of_second(b, ored)
        values = disjunction.result_of(a * b, ored)
        variables = (*either, *both, *of_first, *of_second)

        def back(adjoint: Array) -> None:
            joined = disjunction.of_result(adjoint.reshape(*values.shape[:-1], -1), ored)
            to_first = joined * b if b.shape[3] == 1 else (joined * b).sum(axis=3)
            to_second = joined * a if a.shape[2] == 1 else (joined * a).sum(axis=2)
            first.adjoint = _rearranged(disjunction.first_back(to_first, ored), (*either, *both, *of_first), first)
            second.adjoint = _rearranged(disjunction.second_back(to_second, ored), (*either, *both, *of_second), second)

        return self._made(variables, values.reshape(*(2,) * len(variables), -1), back)

    def finish(self, table: Table, mark: int, event: int) -> Table:
        """A mark that has gathered all contributions becomes the event that it stands for."""
        if event not in table.variables:
            renamed = tuple(event if v == mark else v for v in table.variables)

            def take_over(adjoint: Array) -> None:
                table.adjoint = adjoint

            return self._made(renamed, table.values, take_over)
        at, above = table.variables.index(mark), table.variables.index(event)
        size = len(table.variables)
        both = [_index(size, {at: state, above: state}) for state in (0, 1)]
        variables = (event, *(v for v in table.variables if v not in (mark, event)))

        def back(adjoint: Array) -> None:
            spread = np.zeros(table.values.shape[:-1] + adjoint.shape[-1:])
            for state in (0, 1):
                spread[both[state]] = adjoint[state]
            table.adjoint = spread

        return self._made(variables, np.stack([table.values[both[0]], table.values[both[1]]]), back)

    def pass_on(self, table: Table, mark: int, above: int, strength: float, no: Array, yes: Array) -> Table:
        """An event, which the mark has become, sets a mark above it and is summed out.

        Args:
            no, yes: weights of the event not happening and happening, shape (columns,).
        """
        at_no, at_yes = table.half(mark, 0), table.half(mark, 1)
        rest = tuple(v for v in table.variables if v != mark)
        idle, sets = yes * (1.0 - strength), yes * strength
        if above not in rest:
            right = table.values[at_yes]
            values = np.stack([no * table.values[at_no] + idle * right, sets * right])

            def back_new(adjoint: Array) -> None:
                spread = np.empty(table.values.shape[:-1] + adjoint.shape[-1:])
                spread[at_no] = no * adjoint[0]
                spread[at_yes] = idle * adjoint[0] + sets * adjoint[1]
                table.adjoint = spread

            return self._made((above, *rest), values, back_new)
        at = rest.index(above)
        off, on = _at(at, 0), _at(at, 1)
        left, right = table.values[at_no], table.values[at_yes]
        values = no * left
        values[off] += idle * right[off]
        values[on] += yes * right[on] + sets * right[off]

        def back(adjoint: Array) -> None:
            spread = np.empty(table.values.shape[:-1] + adjoint.shape[-1:])
            spread[at_no] = no * adjoint
            acting = spread[at_yes]
            acting[off] = idle * adjoint[off] + sets * adjoint[on]
            acting[on] = yes * adjoint[on]
            table.adjoint = spread

        return self._made(rest, values, back)

    def close(self, table: Table, variable: int, no: Array, yes: Array, sink: Sink | None = None) -> Table:
        """Sum a variable out, with a weight for each of its states."""
        at_no, at_yes = table.half(variable, 0), table.half(variable, 1)
        left, right = table.values[at_no], table.values[at_yes]

        def back(adjoint: Array) -> None:
            if sink is not None:
                sink(yes * _total(right, adjoint), no * _total(left, adjoint))
            spread = np.empty(table.values.shape[:-1] + adjoint.shape[-1:])
            spread[at_no] = no * adjoint
            spread[at_yes] = yes * adjoint
            table.adjoint = spread

        return self._made(tuple(v for v in table.variables if v != variable), no * left + yes * right, back)


def _prefixes(keeps: Array, sets: Array, either: Array) -> tuple[Array, Array]:
    """P(none of the first k set the mark) and P(some did), for k = 0 .. n; shape (n + 1, ...).

    P(some of k) = P(some of k - 1) * either + P(none of k - 1) * sets, taken relative to the product
    of `either`, is a running sum of numbers that are not negative.
    """
    first = np.ones((1, *keeps.shape[1:]))
    none = np.concatenate([first, np.cumprod(keeps, axis=0)])
    scale = np.concatenate([first, np.cumprod(either, axis=0)])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(scale[1:] > 0.0, none[:-1] * sets / scale[1:], 0.0)
    some = scale * np.concatenate([np.zeros_like(first), np.cumsum(share, axis=0)])
    return none, some


def _total(values: Array, adjoint: Array) -> Array:
    """The sum over all states of a product, for each column."""
    product: Array = (values * adjoint).reshape(-1, adjoint.shape[-1])
    total: Array = product.sum(axis=0)
    return total


def _index(size: int, states: dict[int, int]) -> tuple[slice | int, ...]:
    return tuple(states.get(axis, slice(None)) for axis in range(size))


def _at(axis: int, state: int) -> tuple[slice | int, ...]:
    return (*(slice(None),) * axis, state)


def _arranged(table: Table, variables: tuple[int, ...]) -> Array:
    """The values with the axes of the variables in some order."""
    if table.variables == variables:
        return table.values
    return table.values.transpose(*(table.variables.index(v) for v in variables), len(variables))


def _rearranged(adjoint: Array, variables: tuple[int, ...], table: Table) -> Array:
    """An adjoint whose states are those of the variables in some order, as an adjoint of the table's own."""
    shaped = adjoint.reshape(*(2,) * len(variables), -1)
    if table.variables == variables:
        return shaped
    return shaped.transpose(*(variables.index(v) for v in table.variables), len(variables))
