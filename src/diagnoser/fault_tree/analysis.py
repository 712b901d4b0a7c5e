"""The analysis of one top event: its probability, its minimal cut sets, and what matters to it.

    tree -> reduced tree -> a diagram for each module -> probability, cut sets, importance

Everything is exact. Modules are solved one by one from below; a module stands in the one above it as
an event with its probability and with as many ways to happen as it has minimal cut sets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from diagnoser.errors import UnusableTree
from diagnoser.fault_tree import cut_sets
from diagnoser.fault_tree.cut_sets import CutSet
from diagnoser.fault_tree.decision_diagram import BASE, EMPTY, Deadline, Diagram, SetFamily, diagram_of
from diagnoser.fault_tree.importance import Bounds, Importance, importance
from diagnoser.fault_tree.logic_tree import LogicTree
from diagnoser.fault_tree.reduction import Module, ReducedTree, reduce_tree

SECONDS = 20.0
"""How long a module's diagram may take by default before the tree is called too large."""

FUSSELL_VESELY_SECONDS = 2.0
"""How long the unions of cut sets may take in all; what is left out is given within bounds."""

MOST_LISTED = 10_000
"""Minimal cut sets are listed where there are no more than these."""

NEARLY_ALL = 1.0 - 1e-6
"""Above this criticality P0 is computed on its own, since P - p (P1 - P0) would be rounding noise."""


@dataclass(frozen=True)
class Analysis:
    """What is known of one top event.

    Attributes:
        basic_events: under the top event, by id; house events are none.
        gates: under the top event and itself; formulas nested in a gate are not counted.
        minimal_cut_sets: how many there are.
        cut_sets: which they are, most probable first; None where there are over `MOST_LISTED`.
        probability: of the top event, events being independent; exact.
        coherent: whether no event ever undoes the top event.
        importance: one entry for each basic event, by falling Fussell-Vesely, then by id.
    """

    tree: str
    top_event: str
    basic_events: tuple[str, ...]
    gates: tuple[str, ...]
    minimal_cut_sets: int
    cut_sets: tuple[CutSet, ...] | None
    probability: float
    coherent: bool
    importance: tuple[Importance, ...]


def analyze(tree: LogicTree, top: str, seconds: float = SECONDS) -> Analysis:
    """Analyse one top event.

    Args:
        tree: gates over basic events.
        top: id of a gate.
        seconds: how long any one module may take.

    Raises:
        UnusableTree: there is no such gate, or gates form a circle.
        TooEntangled: a module was not solved in time.
    """
    if top not in tree.gates:
        raise UnusableTree(tree.name, f"there is no gate '{top}'")
    part = tree.under(top)
    solved = _solve(reduce_tree(part, top), part.probabilities, seconds)
    measures = _measures(solved, part)
    return Analysis(
        tree=tree.name,
        top_event=top,
        basic_events=tuple(sorted(part.probabilities)),
        gates=tuple(sorted(g for g, gate in part.gates.items() if not gate.anonymous)),
        minimal_cut_sets=solved.count,
        cut_sets=_most_probable_first(solved, part.probabilities),
        probability=solved.probability,
        coherent=solved.coherent,
        importance=measures,
    )


@dataclass(frozen=True)
class _Solved:
    """A reduced tree with what its diagrams told; a constant has no modules."""

    modules: tuple[Module, ...]
    diagrams: Mapping[str, Diagram]
    families: Mapping[str, SetFamily]
    probabilities: Mapping[str, float]
    """Of basic events and modules."""
    probability: float
    count: int

    @property
    def coherent(self) -> bool:
        return all(diagram.coherent for diagram in self.diagrams.values())


def _solve(reduced: ReducedTree, given: Mapping[str, float], seconds: float) -> _Solved:
    if reduced.constant is not None:
        certain = int(reduced.constant)
        return _Solved((), {}, {"": SetFamily(BASE if certain else EMPTY, {})}, given, float(certain), certain)
    probabilities = dict(given)
    ways: dict[str, int] = {}
    diagrams: dict[str, Diagram] = {}
    families: dict[str, SetFamily] = {}
    for module in reduced.modules:
        diagram = diagrams[module.id] = diagram_of(module, seconds)
        family = families[module.id] = diagram.minimal_cut_sets()
        probabilities[module.id] = diagram.probability(_of(module, probabilities))
        ways[module.id] = cut_sets.count(family, ways)
    top = reduced.modules[-1].id
    return _Solved(reduced.modules, diagrams, families, probabilities, probabilities[top], ways[top])


def _of(module: Module, probabilities: Mapping[str, float]) -> dict[str, float]:
    return {event: probabilities[event] for event in module.events}


def _most_probable_first(solved: _Solved, probabilities: Mapping[str, float]) -> tuple[CutSet, ...] | None:
    if solved.count > MOST_LISTED:
        return None
    top = solved.modules[-1].id if solved.modules else ""
    found = cut_sets.listed(solved.families, top)
    return tuple(sorted(found, key=lambda s: (-math.prod(probabilities[e] for e in s), len(s), s)))


def _measures(solved: _Solved, tree: LogicTree) -> tuple[Importance, ...]:
    """From the top event down: what a module is to the top, an event of it is to the module, multiplied."""
    coherent = solved.coherent
    effect: dict[str, _Effect] = {solved.modules[-1].id: _Effect(1.0, 0.0, Bounds(1.0, 1.0))} if solved.modules else {}
    deadline = Deadline.after(FUSSELL_VESELY_SECONDS)
    for module in reversed(solved.modules):
        whole = effect[module.id]
        inside = solved.diagrams[module.id].birnbaum(_of(module, solved.probabilities))
        shares = _shares(solved, module, inside, deadline) if coherent else dict.fromkeys(module.events, _NONE)
        for event in module.events:
            left = _without(event, module, inside[event], solved)
            effect[event] = _Effect(
                whole.birnbaum * inside[event], whole.without + left * whole.birnbaum, whole.share * shares[event]
            )
    idle = _Effect(0.0, solved.probability, _NONE)
    measures = []
    for event, p in tree.probabilities.items():
        known = effect.get(event, idle)
        share = known.share if coherent else None
        measures.append(importance(event, p, solved.probability, known.birnbaum, known.without, share))
    return tuple(sorted(measures, key=_rank))


_NONE = Bounds(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an event or module does to the top event: P1 - P0, P0, and its share of the cut sets."""

    birnbaum: float
    without: float
    share: Bounds


def _rank(measure: Importance) -> tuple[float, str]:
    first = measure.criticality if measure.fussell_vesely is None else measure.fussell_vesely
    return -round(first or 0.0, 12), measure.event


def _without(event: str, module: Module, birnbaum: float, solved: _Solved) -> float:
    """The probability of a module given that one of its events does not happen."""
    p, whole = solved.probabilities[event], solved.probabilities[module.id]
    if abs(p * birnbaum) <= NEARLY_ALL * whole:
        return whole - p * birnbaum
    return solved.diagrams[module.id].probability({**_of(module, solved.probabilities), event: 0.0})


def _shares(solved: _Solved, module: Module, birnbaum: Mapping[str, float], deadline: Deadline) -> dict[str, Bounds]:
    """The Fussell-Vesely measure of a module's events with respect to the module."""
    probabilities = _of(module, solved.probabilities)
    whole = solved.probabilities[module.id]
    if whole <= 0.0:
        return dict.fromkeys(module.events, _NONE)
    exact = _in_a_cut_set(solved, module, deadline)
    shares = {}
    for event, p in probabilities.items():
        if event in exact:
            shares[event] = Bounds(exact[event] / whole, exact[event] / whole)
        else:
            critical = p * birnbaum[event] / whole
            shares[event] = Bounds(critical, min(1.0, critical + p * max(0.0, whole - p * birnbaum[event]) / whole))
    return shares


def _in_a_cut_set(solved: _Solved, module: Module, deadline: Deadline) -> Mapping[str, float]:
    """P(some minimal cut set with the event happens), where there was time for it."""
    probabilities = _of(module, solved.probabilities)
    operator = module.gates[module.id].operator
    if len(module.gates) == 1 and operator == "or":
        return probabilities
    if len(module.gates) == 1 and operator == "and":
        return dict.fromkeys(module.events, solved.probabilities[module.id])
    return solved.diagrams[module.id].in_a_cut_set(solved.families[module.id], probabilities, deadline)
