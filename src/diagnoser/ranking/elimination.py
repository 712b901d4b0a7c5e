"""In which order the variables of a network are summed out, so that tables stay small.

The order is min-fill: next goes the variable whose neighbours lack the fewest connections among
each other (D. Koller and N. Friedman, "Probabilistic Graphical Models", 9.4.3.2).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence

from diagnoser.fault_tree import FaultTree, Gate


class TooWide(Exception):
    """Summing out would need tables that are too large."""


def elimination_order(
    neighbours: Sequence[int], after: Mapping[int, int], max_width: int, max_numbers: float
) -> tuple[list[int], int]:
    """A min-fill order, and how many numbers all tables together hold with it.

    Args:
        neighbours: for each variable, the variables that it shares a factor with, as bits of a number.
        after: variable -> one that must go before it.
        max_width: how many variables one table may have.
        max_numbers: how many numbers all tables together may hold.

    Raises:
        TooWide: this order goes over a limit; found as soon as it does.
    """
    graph = _Graph(neighbours)
    waiting = {first: later for later, first in after.items()}
    gone = 0
    heap = [(graph.missing[v], near.bit_count(), v) for v, near in enumerate(neighbours) if v not in after]
    heapq.heapify(heap)
    order: list[int] = []
    size = 0
    while heap:
        fill, degree, variable = heapq.heappop(heap)
        if gone >> variable & 1 or graph.missing[variable] != fill or graph.adjacent[variable].bit_count() != degree:
            continue
        order.append(variable)
        gone |= 1 << variable
        size += 2 << degree
        if degree >= max_width or size > max_numbers:
            raise TooWide(degree + 1)
        changed = graph.take_out(variable)
        if variable in waiting:
            changed |= 1 << waiting[variable]
        for other in _members(changed & ~gone):
            if other not in after or gone >> after[other] & 1:
                heapq.heappush(heap, (graph.missing[other], graph.adjacent[other].bit_count(), other))
    return order, size


class _Graph:
    """Variables and which of them share a table; sets are bits of a number.

    Attributes:
        adjacent: for each variable, its neighbours.
        missing: for each variable, twice the number of connections that its neighbours lack among each other.
    """

    def __init__(self, neighbours: Sequence[int]) -> None:
        self.adjacent = list(neighbours)
        self.missing = [self._missing(near) for near in neighbours]

    def _missing(self, near: int) -> int:
        missing = -near.bit_count()
        for one in _members(near):
            missing += (near & ~self.adjacent[one]).bit_count()
        return missing

    def take_out(self, variable: int) -> int:
        """Take a variable out and connect its neighbours; the variables for which something has changed."""
        adjacent, missing = self.adjacent, self.missing
        near, bit = adjacent[variable], 1 << variable
        members = list(_members(near))
        for one in members:
            missing[one] -= 2 * (adjacent[one] & ~(near | bit)).bit_count()
            adjacent[one] ^= bit
        if not missing[variable]:
            return near
        changed = near
        for place, one in enumerate(members):
            for other in members[place + 1 :]:
                if not adjacent[one] >> other & 1:
                    changed |= self._connect(one, other)
        return changed

    def _connect(self, one: int, other: int) -> int:
        """Connect two variables; the variables that are neighbours of both."""
        adjacent, missing = self.adjacent, self.missing
        both = adjacent[one] & adjacent[other]
        for each in _members(both):
            missing[each] -= 2
        shared = both.bit_count()
        missing[one] += 2 * (adjacent[one].bit_count() - shared)
        missing[other] += 2 * (adjacent[other].bit_count() - shared)
        adjacent[one] |= 1 << other
        adjacent[other] |= 1 << one
        return both


def _members(bits: int) -> Iterator[int]:
    """The variables of a set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def simplified(tree: FaultTree, explaining: frozenset[str]) -> FaultTree:
    """The same tree without `or` events that only pass their inputs on.

    Args:
        tree: the gates.
        explaining: events that explain a finding; they stay.
    """
    gates = dict(tree.gates)
    consumers: dict[str, set[str]] = {}
    for gate in gates.values():
        for each in gate.inputs:
            consumers.setdefault(each.id, set()).add(gate.event)
    for gate in list(tree.bottom_up()):
        event = gate.event
        above = [gates[c] for c in sorted(consumers.get(event, ()))]
        here = gates[event]
        if not above or event in explaining or not _passes_on(here, above):
            continue
        for consumer in above:
            gates[consumer.event] = _with_inputs_of(here, consumer)
        for each in here.inputs:
            consumers[each.id] = (consumers[each.id] - {event}) | {c.event for c in above}
        del gates[event]
    return FaultTree(gates)


def _passes_on(here: Gate, above: list[Gate]) -> bool:
    """Whether an event's inputs may as well be inputs of the events above it."""
    sure = all(i.strength == 1.0 for i in here.inputs)
    if here.kind != "or" or (len(above) > 1 and not sure):
        return False
    if any(c.kind != "or" or any(i.strength < 1.0 for i in c.inputs if i.id == here.event) for c in above):
        return False
    doubled = {i.id for i in here.inputs} & {i.id for c in above for i in c.inputs}
    return not any(i.strength < 1.0 for i in here.inputs if i.id in doubled)


def _with_inputs_of(here: Gate, consumer: Gate) -> Gate:
    """A gate with the inputs of an event under it in that event's place."""
    sure = {i.id for i in here.inputs if i.strength == 1.0}
    kept = tuple(i for i in consumer.inputs if i.id != here.event and i.id not in sure)
    known = {i.id for i in kept}
    return Gate(consumer.event, "or", (*kept, *(i for i in here.inputs if i.id not in known)))
