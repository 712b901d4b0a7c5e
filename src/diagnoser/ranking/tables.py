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

from collections.abc import Callable, Container, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from diagnoser.ranking import disjunction

Array = NDArray[np.float64]
Sink = Callable[[Array, Array], None]
"""Takes the joint weights, one for each column, of a cause being present and being absent."""
Weights = tuple[Array, Array, Sink]
_Place = tuple[slice | int, ...]


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

    def act(self, table: Table, effects: Iterable[tuple[float, int]], weights: Weights, meant: Container[int]) -> Table:
        """One cause acts: when present it sets each mark with its strength.

        Args:
            effects: strengths and marks; in place of a mark its event, where the table says what that would mean.
            weights: of the cause being present and absent, shape (columns,), and what takes its joint weights.
            meant: events that may stand in place of their marks.
        """
        on, off, sink = weights
        halves = [(q, table.half(v, 0), table.half(v, 1), v in meant) for q, v in effects]
        pushed = table.values.copy()
        for strength, no, yes, turned in halves:
            _set(pushed, no, yes, strength, turned)

        def back(adjoint: Array) -> None:
            pulled = adjoint.copy()
            for strength, no, yes, turned in halves:
                _set(pulled, no, yes, strength, not turned)
            sink(on * _total(table.values, pulled), off * _total(table.values, adjoint))
            table.adjoint = off * adjoint + on * pulled

        return self._made(table.variables, off * table.values + on * pushed, back)

    def feed(self, table: Table, source: int, mark: int, strength: float, turned: bool = False) -> Table:
        """Where a variable is yes, it sets a mark with a strength; `turned` if an event stands in place of the mark."""
        at, below = table.variables.index(source), table.variables.index(mark)
        no = _index(len(table.variables), {at: 1, below: 0})
        yes = _index(len(table.variables), {at: 1, below: 1})
        values = table.values.copy()
        _set(values, no, yes, strength, turned)

        def back(adjoint: Array) -> None:
            pulled = adjoint.copy()
            _set(pulled, no, yes, strength, not turned)
            table.adjoint = pulled

        return self._made(table.variables, values, back)

    def join(self, first: Table, second: Table, marks: frozenset[int], demanded: Mapping[int, int]) -> Table:
        """Two tables as one: by *or* on the marks that both have, by product on everything else.

        Where one table says what an event would mean and the other what its mark gathers (`demanded`: mark ->
        event), the result says what the event would mean if the rest of its inputs made it happen or not.
        """
        shared = [v for v in first.variables if v in second.variables]
        ored = [v for v in shared if v in marks]
        both = [v for v in shared if v not in marks]
        meets = [(e, m) for m, e in demanded.items() if e in first.variables and m in second.variables]
        met = [(m, e) for m, e in demanded.items() if m in first.variables and e in second.variables]
        in_first = (*ored, *(e for e, _ in meets), *(m for m, _ in met), *both)
        in_second = (*ored, *(m for _, m in meets), *(e for _, e in met), *both)
        of_first = tuple(v for v in first.variables if v not in in_first)
        of_second = tuple(v for v in second.variables if v not in in_second)
        one, two = len(ored), len(ored) + len(meets)
        three = two + len(met)
        lead = (3**three, 1 << len(both))
        a = disjunction.of_first(_arranged(first, in_first + of_first), one)
        a = disjunction.of_result(a, two - one, 3**one)
        a = disjunction.of_second(a, three - two, 3**two).reshape(*lead, 1 << len(of_first), 1, -1)
        b = disjunction.of_second(_arranged(second, in_second + of_second), two)
        b = disjunction.of_result(b, three - two, 3**two).reshape(*lead, 1, 1 << len(of_second), -1)
        values = disjunction.first_back(a * b, three - one, 3**one)
        values = disjunction.result_of(values, one)
        variables = (*ored, *(e for e, _ in meets), *(e for _, e in met), *both, *of_first, *of_second)

        def back(adjoint: Array) -> None:
            joined = disjunction.of_first(disjunction.of_result(adjoint, one), three - one, 3**one)
            joined = joined.reshape(*lead, a.shape[2], b.shape[3], -1)
            to_first = joined * b if b.shape[3] == 1 else (joined * b).sum(axis=3)
            to_second = joined * a if a.shape[2] == 1 else (joined * a).sum(axis=2)
            to_first = disjunction.second_back(to_first, three - two, 3**two)
            to_first = disjunction.result_of(to_first, two - one, 3**one)
            first.adjoint = _rearranged(disjunction.first_back(to_first, one), in_first + of_first, first, self.columns)
            to_second = disjunction.result_of(to_second, three - two, 3**two)
            to_second = disjunction.second_back(to_second, two)
            second.adjoint = _rearranged(to_second, in_second + of_second, second, self.columns)

        width = max(first.values.shape[-1], second.values.shape[-1])
        return self._made(variables, values.reshape(*(2,) * len(variables), width), back)

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

    def weigh(self, table: Table, variable: int, no: Array, yes: Array) -> Table:
        """A weight for each state of a variable."""
        at_no, at_yes = table.half(variable, 0), table.half(variable, 1)

        def weighed(values: Array) -> Array:
            result = np.empty(values.shape[:-1] + np.broadcast_shapes(values.shape[-1:], no.shape))
            result[at_no], result[at_yes] = no * values[at_no], yes * values[at_yes]
            return result

        def back(adjoint: Array) -> None:
            table.adjoint = weighed(adjoint)

        return self._made(table.variables, weighed(table.values), back)

    def absorb(self, table: Table, mark: int, event: int) -> Table:
        """A table says what an event would mean, and what its mark has gathered: both as one, for the rest of its inputs."""
        at, above = table.variables.index(mark), table.variables.index(event)
        of = [[_index(len(table.variables), {at: m, above: e}) for e in (0, 1)] for m in (0, 1)]
        certain = table.values[of[1][1]]
        values = np.stack([table.values[of[0][0]] + certain, table.values[of[0][1]] + certain])

        def back(adjoint: Array) -> None:
            spread = np.zeros(table.values.shape[:-1] + adjoint.shape[-1:])
            spread[of[0][0]], spread[of[0][1]] = adjoint[0], adjoint[1]
            spread[of[1][1]] = adjoint[0] + adjoint[1]
            table.adjoint = spread

        return self._made((event, *(v for v in table.variables if v not in (mark, event))), values, back)

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


def _set(values: Array, no: _Place, yes: _Place, strength: float, turned: bool) -> None:
    """A mark is set with some strength, in place; `turned` for the derivative, or what the mark's event would mean."""
    if turned:
        values[no] *= 1.0 - strength
        values[no] += strength * values[yes]
    else:
        values[yes] += strength * values[no]
        values[no] *= 1.0 - strength


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


def _rearranged(adjoint: Array, variables: tuple[int, ...], table: Table, columns: int) -> Array:
    """An adjoint whose states are those of the variables in some order, as an adjoint of the table's own."""
    shaped = adjoint.reshape(*(2,) * len(variables), columns)
    if table.variables == variables:
        return shaped
    return shaped.transpose(*(variables.index(v) for v in table.variables), len(variables))
