"""The binary decision diagram of a module: the only door to relibmss.

A diagram asks one event after another, so that probabilities and minimal cut sets follow from its
size and not from the number of cut sets (Rauzy, "New algorithms for fault trees analysis",
Reliability Engineering and System Safety 40, 1993).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from diagnoser.errors import TooEntangled
from diagnoser.fault_tree.logic_tree import LogicGate
from diagnoser.fault_tree.reduction import Module
from diagnoser.fault_tree.variable_order import orders

FIRST_NODES = 60_000
GROWTH = 8
MOST_NODES = 16_000_000
"""Nodes a diagram may make on the way: every order gets a first go, then a longer one, and so on."""

EMPTY, BASE = 0, 1
"""Ids of the two ends of a family of sets: no set, and the empty set alone."""


class _TooLarge(Exception):
    """This order needs more nodes, or more time, than it was given."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When to stop, as a reading of the monotonic clock in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    def passed(self) -> bool:
        return time.monotonic() > self.at


@dataclass(frozen=True, slots=True)
class SetNode:
    """One choice in a family of sets: sets with the event lead to `having`, the others to `lacking`."""

    event: str
    lacking: int
    having: int


@dataclass(frozen=True, slots=True)
class SetFamily:
    """A family of sets as a zero-suppressed diagram (Minato 1993).

    `nodes` are in an order in which each comes after the nodes that it leads to; `root` is the id of
    the last one, or `EMPTY` or `BASE`.
    """

    root: int
    nodes: Mapping[int, SetNode]


class Diagram:
    """The diagram of one module. Its manager is its own and goes with it."""

    def __init__(self, manager: Any, root: Any, variables: Mapping[str, Any]) -> None:
        self._manager, self._root, self._variables = manager, root, variables

    @property
    def size(self) -> int:
        """How many choices the diagram has."""
        return int(self._root._size()[0])

    def probability(self, probabilities: Mapping[str, float]) -> float:
        """Exact probability, events being independent (Shannon expansion over the diagram)."""
        value: float = self._root._prob(dict(probabilities), [True])
        return value

    def birnbaum(self, probabilities: Mapping[str, float]) -> dict[str, float]:
        """P(module | event) - P(module | no event) for each event."""
        found: dict[str, float] = self._root._bmeas(dict(probabilities), [True])
        return {event: found.get(event, 0.0) for event in self._variables}

    @cached_property
    def _minimal(self) -> Any:
        return self._manager._minpath(self._root)

    @property
    def coherent(self) -> bool:
        """Whether an event never undoes the module."""
        return self._minimal is not None

    def minimal_cut_sets(self) -> SetFamily:
        """The smallest sets of events that make the module happen while no other event does.

        For a tree with negations these are its minimal cuts in the sense of Rauzy ("Mathematical
        foundations of minimal cut sets", IEEE Transactions on Reliability 50, 2001): the minimal
        solutions, where what has not happened is not listed.

        Raises:
            TooEntangled: with negations only, where finding them takes over a minute.
        """
        if self.coherent:
            return _family(self._minimal)
        try:
            closed = _closed_upwards(self._manager, self._root, Deadline.after(60.0))
        except _TooLarge:
            raise TooEntangled("minimal cut sets", "the negations in this tree make them too hard to find") from None
        return _family(self._manager._minpath(closed))

    def in_a_cut_set(
        self, family: SetFamily, probabilities: Mapping[str, float], deadline: Deadline
    ) -> dict[str, float]:
        """P(all events of some minimal cut set that has this event happen), for each event.

        Events that the deadline left out are missing from the answer.

        Args:
            family: the minimal cut sets of this module.
        """
        given = dict(probabilities)
        union = _Union(self._manager, self._variables, family, deadline)
        found = {}
        try:
            for event in self._variables:
                found[event] = float(union.of_sets_with(event)._prob(given, [True]))
        except _TooLarge:
            pass
        return found


def diagram_of(module: Module, seconds: float) -> Diagram:
    """Build a module's diagram, trying several orders of its events within bounded time and size.

    Raises:
        TooEntangled: no order was good enough; the message names the module.
    """
    deadline = Deadline.after(seconds)
    nodes = FIRST_NODES
    while nodes <= MOST_NODES and not deadline.passed():
        found = list(_tried(module, nodes, deadline))
        if found:
            return min(found, key=lambda diagram: diagram.size)
        nodes *= GROWTH
    raise TooEntangled(
        f"gate '{module.id}'",
        f"its {len(module.events)} events and {len(module.gates)} gates are too entangled to be solved exactly"
        f" in {seconds:g} s; analyse a gate under it instead, or give it more time",
    )


def _tried(module: Module, nodes: int, deadline: Deadline) -> Iterator[Diagram]:
    """Diagrams that could be built; a small one makes further tries unnecessary."""
    for order in orders(module):
        try:
            diagram = _Builder(order, nodes, deadline).build(module)
        except _TooLarge:
            continue
        yield diagram
        if diagram.size < 20 * len(order) or nodes > FIRST_NODES:
            return


class _Builder:
    """Builds one diagram, gate by gate, and gives up when it grows too large."""

    def __init__(self, order: tuple[str, ...], nodes: int, deadline: Deadline) -> None:
        import relibmss

        self._manager = relibmss.PyBDD()
        self._nodes, self._deadline = nodes, deadline
        self._variables = {event: self._manager._defvar(event) for event in reversed(order)}

    def build(self, module: Module) -> Diagram:
        done: dict[str, Any] = dict(self._variables)
        for name, gate in module.gates.items():
            done[name] = self._gate(gate, [done[i] for i in gate.inputs])
        return Diagram(self._manager, done[module.id], self._variables)

    def _gate(self, gate: LogicGate, inputs: list[Any]) -> Any:
        if gate.operator == "not":
            return inputs[0]._not()
        if gate.operator == "atleast":
            return self._atleast(gate.k, inputs)
        if gate.operator == "xor":
            even = self._manager._value(gate.k == 0)
            return self._reduced("_xor", [even, *inputs])
        return self._reduced("_" + gate.operator, inputs)

    def _reduced(self, operation: str, inputs: list[Any]) -> Any:
        """Inputs combined two at a time, those asked last first: they are the small ones."""
        inputs = sorted(inputs, key=_level)
        result = inputs[0]
        for other in inputs[1:]:
            result = getattr(other, operation)(result)
            self._check()
        return result

    def _atleast(self, k: int, inputs: list[Any]) -> Any:
        """At least k of n, from the last input up: row[j] is "at least j of those seen"."""
        true, false = self._manager._value(True), self._manager._value(False)
        row = [true] + [false] * k
        for item in sorted(inputs, key=_level):
            for needed in range(k, 0, -1):
                row[needed] = item._ifelse(row[needed - 1], row[needed])
                self._check()
        return row[k]

    def _check(self) -> None:
        if self._manager._size()[1] > self._nodes or self._deadline.passed():
            raise _TooLarge


def _level(node: Any) -> int:
    level = node._get_level()
    return -1 if level is None else int(level)


class _Union:
    """Unions of cut sets, as functions: "all events of one of these sets happen"."""

    def __init__(self, manager: Any, variables: Mapping[str, Any], family: SetFamily, deadline: Deadline) -> None:
        self._manager, self._variables, self._family, self._deadline = manager, variables, family, deadline
        self._false = manager._value(False)
        self._header = {event: variable._get_header() for event, variable in variables.items()}
        self._level = {event: _level(variable) for event, variable in variables.items()}
        self._done: dict[int, Any] = {EMPTY: self._false, BASE: manager._value(True)}

    def of_sets_with(self, event: str) -> Any:
        """The union of the sets that have an event."""
        level = self._level[event]
        done: dict[int, Any] = {}
        for name, node in self._family.nodes.items():
            if self._level[node.event] > level and (node.lacking in done or node.having in done):
                done[name] = self._joined(node, done)
            elif node.event == event:
                with_event = self._of(node.having)
                done[name] = self._manager._create_node(self._header[event], self._false, with_event)
        return done.get(self._family.root, self._false)

    def _of(self, root: int) -> Any:
        stack = [root]
        while stack:
            name = stack[-1]
            if name in self._done:
                stack.pop()
                continue
            node = self._family.nodes[name]
            missing = [child for child in (node.lacking, node.having) if child not in self._done]
            if missing:
                stack.extend(missing)
            else:
                self._done[name] = self._joined(node, self._done)
        return self._done[root]

    def _joined(self, node: SetNode, done: Mapping[int, Any]) -> Any:
        if self._deadline.passed():
            raise _TooLarge
        low = done.get(node.lacking, self._false)
        return self._manager._create_node(self._header[node.event], low, low._or(done.get(node.having, self._false)))


def _closed_upwards(manager: Any, root: Any, deadline: Deadline) -> Any:
    """The function that is true wherever some subset of what happened makes the given one true."""
    done: dict[int, Any] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        name, children = node._get_id(), node._get_children()
        if name in done or children is None:
            done.setdefault(name, node)
            stack.pop()
            continue
        missing = [child for child in children if child._get_id() not in done]
        if missing:
            stack.extend(missing)
            continue
        if deadline.passed():
            raise _TooLarge
        lacking, having = (done[child._get_id()] for child in children)
        done[name] = manager._create_node(node._get_header(), lacking, lacking._or(having))
    return done[root._get_id()]


def _family(root: Any) -> SetFamily:
    """A diagram of sets as plain values, so that it can be walked without the library."""
    nodes: dict[int, SetNode] = {}
    opened: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        name = node._get_id()
        children = node._get_children()
        if name in nodes or children is None:
            continue
        lacking, having = children
        if name in opened:
            nodes[name] = SetNode(node._get_label(), lacking._get_id(), having._get_id())
        else:
            opened.add(name)
            stack.extend((node, lacking, having))
    return SetFamily(root._get_id(), nodes)
