"""A fault tree as pure logic: what the analysis works on, wherever the tree came from.

A file in Open-PSA format becomes one, and so does each top event of a knowledge base. Nothing here
knows about diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from diagnoser.errors import UnusableTree
from diagnoser.fault_tree.tree import FaultTree, Gate

Operator = Literal["and", "or", "atleast", "xor", "not"]

CONDITION = "<-"
"""Stands in the id of every conditioning event: `event<-input` and `event<-condition`."""


@dataclass(frozen=True, slots=True)
class LogicGate:
    """An operator over events, gates and house events, named by id.

    `k` belongs to `atleast`. `xor` is true for an odd number of true inputs; `not` has one input.
    `anonymous` gates stand for a formula nested in another and are not counted.
    """

    operator: Operator
    inputs: tuple[str, ...]
    k: int = 1
    anonymous: bool = False


@dataclass(frozen=True)
class LogicTree:
    """Gates over basic events with their probabilities.

    Attributes:
        gates: by id, in the order in which they were written.
        probabilities: of each basic event, 0 to 1.
        constants: house events and their states.
        labels: what a person reads instead of an id, where there is something.
    """

    name: str
    gates: Mapping[str, LogicGate]
    probabilities: Mapping[str, float]
    constants: Mapping[str, bool] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def top_events(self) -> tuple[str, ...]:
        """Gates that are no input of another gate, in the order in which they were written."""
        used = {i for gate in self.gates.values() for i in gate.inputs}
        return tuple(g for g, gate in self.gates.items() if g not in used and not gate.anonymous)

    def under(self, top: str) -> LogicTree:
        """The part of the tree that a top event needs, the top event first.

        Raises:
            UnusableTree: the gates under the top event form a circle.
        """
        order = dict.fromkeys(reversed(tuple(self.bottom_up(top))))
        return LogicTree(
            self.name,
            {g: self.gates[g] for g in order if g in self.gates},
            {e: p for e, p in self.probabilities.items() if e in order},
            {h: state for h, state in self.constants.items() if h in order},
            {i: self.labels[i] for i in order if i in self.labels},
        )

    def circle(self) -> tuple[str, ...]:
        """Gates of which each has the next as an input, and the last the first; empty if there are none."""
        done: set[str] = set()
        for gate in self.gates:
            open_gates: dict[str, Iterator[str]] = {} if gate in done else {gate: iter(self._inputs(gate))}
            while open_gates:
                node, inputs = next(reversed(open_gates.items()))
                below = next((i for i in inputs if i not in done), None)
                if below is None:
                    del open_gates[node]
                    done.add(node)
                elif below in open_gates:
                    way = list(open_gates)
                    return tuple(way[way.index(below) :])
                else:
                    open_gates[below] = iter(self._inputs(below))
        return ()

    def bottom_up(self, top: str) -> Iterator[str]:
        """Everything under a top event and the top event last, each after all that is under it.

        Raises:
            UnusableTree: the gates form a circle.
        """
        done: set[str] = set()
        open_gates: dict[str, Iterator[str]] = {top: iter(self._inputs(top))}
        while open_gates:
            node, inputs = next(reversed(open_gates.items()))
            for child in inputs:
                if child in open_gates:
                    raise UnusableTree(self.name, f"gate '{child}' is under itself; a fault tree has no circles")
                if child not in done:
                    open_gates[child] = iter(self._inputs(child))
                    break
            else:
                del open_gates[node]
                done.add(node)
                yield node

    def _inputs(self, node: str) -> tuple[str, ...]:
        gate = self.gates.get(node)
        return () if gate is None else gate.inputs


def logic_tree(
    tree: FaultTree,
    tops: tuple[str, ...],
    priors: Mapping[str, float],
    labels: Mapping[str, str],
    name: str,
) -> LogicTree:
    """The logic of a knowledge base's fault tree.

    An input with a strength below 1 acts through an `and` with a basic event of its own, called
    `event<-input`, that has the strength as its probability; the condition of an inhibit gate is a
    basic event called `event<-condition` (conditioning events, IEC 61025, 7.5).

    Args:
        tops: the top events wanted.
        priors: the probability of each cause.
        labels: what a person reads for an event or cause.

    Raises:
        UnusableTree: a basic event has no prior.
    """
    gates: dict[str, LogicGate] = {}
    probabilities: dict[str, float] = {}
    waiting = list(reversed(tops))
    while waiting:
        node = waiting.pop()
        if node in gates or node in probabilities:
            continue
        gate = tree.gates.get(node)
        if gate is None:
            if node not in priors:
                raise UnusableTree(name, f"'{node}' is neither an event with a gate nor a cause with a prior")
            probabilities[node] = priors[node]
        else:
            _translate(gate, gates, probabilities)
            waiting.extend(i.id for i in reversed(gate.inputs))
    return LogicTree(name, gates, probabilities, {}, {i: labels[i] for i in (*gates, *probabilities) if i in labels})


def _translate(gate: Gate, gates: dict[str, LogicGate], probabilities: dict[str, float]) -> None:
    inputs = []
    for given in gate.inputs:
        if given.strength < 1.0:
            conditioning = f"{gate.event}{CONDITION}{given.id}"
            probabilities[conditioning] = given.strength
            gates[f"{conditioning}&"] = LogicGate("and", (given.id, conditioning), anonymous=True)
            inputs.append(f"{conditioning}&")
        else:
            inputs.append(given.id)
    operator: Operator = "or" if gate.kind == "inhibit" else gate.kind
    if gate.kind == "inhibit":
        condition = f"{gate.event}{CONDITION}condition"
        probabilities[condition] = gate.condition
        if len(inputs) > 1:
            gates[f"{gate.event}{CONDITION}any"] = LogicGate("or", tuple(inputs), anonymous=True)
            inputs = [f"{gate.event}{CONDITION}any"]
        inputs, operator = [*inputs, condition], "and"
    gates[gate.event] = LogicGate(operator, tuple(inputs), gate.k)
