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

    def leaves(self, mark: int, on: Array, off: Array, strengths: Array, sink: Callable[[Array, Array], None]) -> Table:
        """All causes that act on one mark and on nothing else.

        Args:
            on, off: weights of each cause being present and absent, shape (causes, columns).
            strengths: how often each sets the mark, shape (causes, 1).
        """
        gathered = Leaves(on, off, strengths)

        def back(adjoint: Array) -> None:
            sink(*gathered.back(adjoint[0], adjoint[1]))

        return self._made((mark,), np.stack([gathered.none, gathered.some]), back)

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
        """Two tables as one: by *or* on the marks that both have, by product on everything else.

        On each such mark three combinations count: neither sets it (no), the first does whatever the
        second does (yes), only the second does (yes). They become an axis of length three, which
        is multiplied out at once and folded back to two.
        """
        variables = (*first.variables, *(v for v in second.variables if v not in first.variables))
        axes = [i for i, v in enumerate(variables) if v in marks and v in first.variables and v in second.variables]
        a, b = _aligned(first, variables), _aligned(second, variables)
        for axis in axes:
            a = a.take(_FIRST, axis)
            b = _with_either(b, axis)
        values = a * b
        for axis in axes:
            values = _folded(values, axis, 1, 2)

        def back(adjoint: Array) -> None:
            for axis in axes:
                adjoint = adjoint.take(_RESULT, axis)
            to_first, to_second = adjoint * b, adjoint * a
            for axis in axes:
                to_first = _folded(to_first, axis, 0, 2)
                to_second = _either_back(to_second, axis)
            first.adjoint = _unaligned(to_first, first, variables)
            second.adjoint = _unaligned(to_second, second, variables)

        return self._made(variables, values, back)

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


def _aligned(table: Table, variables: tuple[int, ...]) -> Array:
    """The values with their axes in the order of some variables, of length 1 where the table lacks one."""
    order = [table.variables.index(v) for v in variables if v in table.variables]
    values = table.values if order == sorted(order) else table.values.transpose(*order, len(order))
    if len(order) == len(variables):
        return values
    return values[tuple(slice(None) if v in table.variables else None for v in variables)]


def _unaligned(adjoint: Array, table: Table, variables: tuple[int, ...]) -> Array:
    """An adjoint of the aligned values as an adjoint of the table's own."""
    foreign = tuple(axis for axis, v in enumerate(variables) if v not in table.variables)
    summed = adjoint.sum(axis=foreign) if foreign else adjoint
    kept = [v for v in variables if v in table.variables]
    order = [kept.index(v) for v in table.variables]
    if order == list(range(len(order))):
        return summed
    return summed.transpose(*order, len(order))


_FIRST, _RESULT = (0, 1, 0), (0, 1, 1)
"""The state of the first table, and of the result, in each of the three combinations."""


def _at(axis: int, state: int | slice) -> tuple[slice | int, ...]:
    return (*(slice(None),) * axis, state)


def _with_either(values: Array, axis: int) -> Array:
    """Along an axis: no, either, yes."""
    shape = list(values.shape)
    shape[axis] = 3
    three = np.empty(shape)
    no, yes = values[_at(axis, 0)], values[_at(axis, 1)]
    three[_at(axis, 0)] = no
    three[_at(axis, 1)] = no + yes
    three[_at(axis, 2)] = yes
    return three


def _either_back(adjoint: Array, axis: int) -> Array:
    """The adjoint of `_with_either`."""
    two = adjoint[_at(axis, slice(0, 3, 2))] + adjoint[_at(axis, slice(1, 2))]
    result: Array = two
    return result


def _folded(values: Array, axis: int, onto: int, fold: int) -> Array:
    """An axis of three folded to two: entry `fold` is added to entry `onto`, the last one goes."""
    two = values[_at(axis, slice(0, 2))].copy()
    two[_at(axis, onto)] += values[_at(axis, fold)]
    return two
