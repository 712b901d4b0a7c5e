"""Minimal cut sets: how many there are, and which they are where there are few.

They are counted on their diagram, never listed first; a module stands in the tree above it as one
event with as many cut sets as it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from diagnoser.fault_tree.decision_diagram import BASE, EMPTY, SetFamily

CutSet = tuple[str, ...]


def count(family: SetFamily, ways: Mapping[str, int]) -> int:
    """How many sets there are, an event that is a module counting as often as it has cut sets.

    Args:
        ways: the number of minimal cut sets of each event that is a module; 1 for all others.
    """
    total = {EMPTY: 0, BASE: 1}
    for name, node in family.nodes.items():
        total[name] = total[node.lacking] + ways.get(node.event, 1) * total[node.having]
    return total[family.root]


def listed(families: Mapping[str, SetFamily], module: str) -> Iterator[CutSet]:
    """The minimal cut sets of a module, each sorted by id, in no useful order.

    Count them first: there may be millions.

    Args:
        families: the cut sets of each module over its own events and the modules under it.
    """
    for chosen in _sets(families[module]):
        yield from (tuple(sorted(events)) for events in _expanded(chosen, families))


def _sets(family: SetFamily) -> Iterator[CutSet]:
    stack: list[tuple[int, CutSet]] = [(family.root, ())]
    while stack:
        name, chosen = stack.pop()
        if name == BASE:
            yield chosen
        elif name != EMPTY:
            node = family.nodes[name]
            stack.append((node.lacking, chosen))
            stack.append((node.having, (*chosen, node.event)))


def _expanded(chosen: CutSet, families: Mapping[str, SetFamily]) -> Iterator[CutSet]:
    """Every set of basic events that a set of events and modules stands for."""
    stack: list[tuple[CutSet, CutSet]] = [(chosen, ())]
    while stack:
        waiting, events = stack.pop()
        module = next((n for n, e in enumerate(waiting) if e in families), None)
        if module is None:
            yield (*events, *waiting)
            continue
        rest = (*waiting[:module], *waiting[module + 1 :])
        stack.extend(((*inside, *rest), events) for inside in _sets(families[waiting[module]]))
