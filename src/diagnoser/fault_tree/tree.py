"""The fault tree: the only door to networkx.

Events are nodes with a gate; causes are basic events. An edge leads from an event to each of its
inputs and carries the strength with which the input makes itself felt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

GateKind = Literal["or", "and", "atleast", "inhibit"]


@dataclass(frozen=True, slots=True)
class Input:
    """An event or cause under a gate. `strength` is the probability that it acts when present."""

    id: str
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Gate:
    """One event and how its inputs make it happen.

    `k` is used by `atleast`, `condition` (a probability) by `inhibit`.
    """

    event: str
    kind: GateKind
    inputs: tuple[Input, ...]
    k: int = 1
    condition: float = 1.0

    def needed(self) -> int:
        """How many inputs must act."""
        if self.kind == "and":
            return len(self.inputs)
        return self.k if self.kind == "atleast" else 1


@dataclass(frozen=True)
class FaultTree:
    """All events of a knowledge base. There may be many top events."""

    gates: Mapping[str, Gate]

    def __getstate__(self) -> dict[str, Any]:
        """For storing: what was worked out from the gates, but not the graph."""
        return {
            "gates": self.gates,
            "parents": self.parents,
            "top_events": self.top_events,
            "height": self.height,
        }

    @cached_property
    def graph(self) -> Any:
        """The tree as a networkx DiGraph; edges lead from an event to its inputs."""
        import networkx as nx

        graph: Any = nx.DiGraph()
        for event in sorted(self.gates):
            graph.add_node(event)
            for gate_input in self.gates[event].inputs:
                graph.add_edge(event, gate_input.id, strength=gate_input.strength)
        return graph

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """For each event and cause, the events that it is an input of."""
        return {node: tuple(sorted(self.graph.predecessors(node))) for node in self.graph}

    @cached_property
    def top_events(self) -> tuple[str, ...]:
        """Events that are no input of another event."""
        return tuple(event for event in sorted(self.gates) if not self.parents[event])

    def inputs(self, event: str) -> tuple[str, ...]:
        """The direct inputs of an event; none for a cause."""
        return self._inputs.get(event, ())

    @cached_property
    def _inputs(self) -> Mapping[str, tuple[str, ...]]:
        return {gate.event: tuple(i.id for i in gate.inputs) for gate in self.gates.values()}

    @cached_property
    def _inputs_in_order(self) -> Mapping[str, tuple[str, ...]]:
        return {event: tuple(sorted(inputs)) for event, inputs in self._inputs.items()}

    def below(self, node: str) -> frozenset[str]:
        """Everything under an event."""
        import networkx as nx

        return frozenset(nx.descendants(self.graph, node)) if node in self.graph else frozenset()

    def above(self, nodes: Iterable[str]) -> frozenset[str]:
        """Everything above the given nodes."""
        found: set[str] = set()
        waiting = [p for node in nodes for p in self.parents.get(node, ())]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(self.parents.get(node, ()))
        return frozenset(found)

    def ways_down(self, events: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """For everything under some events, the shortest way down to it, both ends included.

        Of ways of one length, the first in the order of the ids on it.
        """
        ways: dict[str, tuple[str, ...]] = {event: (event,) for event in sorted(set(events)) if event in self.gates}
        level = list(ways)
        while level:
            below = []
            for event in level:
                way = ways[event]
                for each in self._inputs_in_order.get(event, ()):
                    if each not in ways:
                        ways[each] = (*way, each)
                        below.append(each)
            level = below
        return ways

    @cached_property
    def height(self) -> Mapping[str, int]:
        """Event -> a number greater than that of every event under it."""
        return {gate.event: place for place, gate in enumerate(self.bottom_up())}

    def gates_above(self, nodes: Iterable[str]) -> list[Gate]:
        """The gates of everything above some nodes, those below first."""
        return [self.gates[event] for event in sorted(self.above(nodes), key=self.height.__getitem__)]

    def cycle(self) -> tuple[str, ...]:
        """A cycle, if there is one, as the events on it in order; else empty."""
        import networkx as nx

        try:
            return tuple(edge[0] for edge in nx.find_cycle(self.graph))
        except nx.NetworkXNoCycle:
            return ()

    def bottom_up(self) -> Iterator[Gate]:
        """Gates in an order in which every event comes after the events under it."""
        done: set[str] = set()

        def visit(event: str) -> Iterator[Gate]:
            done.add(event)
            for each in self.gates[event].inputs:
                if each.id in self.gates and each.id not in done:
                    yield from visit(each.id)
            yield self.gates[event]

        for event in sorted(self.gates):
            if event not in done:
                yield from visit(event)
