"""The noisy-OR network with gates that a set of findings leaves in question.

Only what bears on the observed findings is kept: causes that could show them, alone or through the
events of the fault tree. The rest of the knowledge is independent of the evidence and drops out of
the posterior exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from heapq import nsmallest

from diagnoser.fault_tree import FaultTree, Gate
from diagnoser.inference import Inference
from diagnoser.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Evidential:
    """An observed finding in the network.

    Attributes:
        background: probability that it shows although none of its parents acts.
        parents: cause or event -> strength.
        present: the reported state.
        certainty: from 0.5 to 1; the report is right with this probability.
    """

    id: str
    background: float
    parents: tuple[tuple[str, float], ...]
    present: bool
    certainty: float

    @property
    def likelihoods(self) -> tuple[float, float]:
        """(a, d): the likelihood of the report is a + d * P(finding absent | causes)."""
        r = self.certainty
        return (r, 1.0 - 2.0 * r) if self.present else (1.0 - r, 2.0 * r - 1.0)


@dataclass(frozen=True)
class BeliefNetwork:
    """Causes with their priors, the gates above them, and the observed findings.

    Attributes:
        priors: cause -> probability, circumstances included; 0 < p <= 1.
        plain_priors: cause -> for each circumstance that changes its prior, the prior without it.
        tree: the gates, without what was ruled out or does not bear on the device.
        findings: the observed findings that have parents here, ordered by id.
        suspects: causes that could show a present finding; the others matter only through
            findings that are absent.
    """

    priors: Mapping[str, float]
    plain_priors: Mapping[str, Mapping[str, float]]
    tree: FaultTree
    findings: tuple[Evidential, ...]
    suspects: frozenset[str]

    @cached_property
    def circumstances(self) -> tuple[str, ...]:
        """Circumstances that change a prior here."""
        return tuple(sorted({name for names in self.plain_priors.values() for name in names}))


WORDING = "wording"
"""Stands beside the circumstances for how much the words of the call are like a cause."""

MOST_ALIKE = 5
"""So many causes that the words speak for are suspects, though nothing was read that shows them."""

UNRELATED = 0.3
"""A base that bears on the evidence no more than this is in question only where something of its own was seen."""


def belief_network(
    base: KnowledgeBase,
    inference: Inference,
    active: frozenset[str],
    relevance: Mapping[str, float] | None = None,
    likeness: Mapping[str, float] | None = None,
) -> BeliefNetwork:
    """The network that the findings leave in question.

    Args:
        base: the knowledge.
        inference: what the rules made of the facts.
        active: bases that bear on the device.
        relevance: base -> factor of the prior odds of its causes; 1 where none is given.
        likeness: cause -> factor of its prior odds for how much the words of the call are like it.

    A finding that is reported both present and absent at the same place says nothing here; one that
    is present at any place counts as present. Bases about other equipment, of which nothing was seen,
    are left out.
    """
    excluded = inference.ruled_out
    observed = merged_states(inference)
    alike = _most_alike(likeness or {}, active)
    active = _in_question(active, relevance or {}, inference)

    @cache
    def is_open(node: str) -> bool:
        return (node in alike or node.partition(":")[0] in active) and (
            node not in excluded or node in inference.confirmed
        )

    suspects = frozenset(s for s in inference.suspects if is_open(s)) | frozenset(inference.confirmed)
    suspects |= frozenset(cause for cause in alike if is_open(cause))
    tree = _open_tree(base.tree, (p for f in observed for p, _ in base.findings[f].parents), is_open)
    shown_instead = _shown_instead(base, observed)
    findings = []
    for id_, (present, certainty) in sorted(observed.items()):
        finding = base.findings[id_]
        settled = () if present else shown_instead.get(finding.group or "", ())
        parents = tuple(
            (p, q)
            for p, q in finding.parents
            if is_open(p) and (p in base.causes or p in tree.gates) and p not in settled
        )
        if parents or present:
            findings.append(Evidential(id_, finding.background, parents, present, certainty))
    findings, causes = _bearing_on(findings, tree, suspects, base)
    tree = _tree_under(tree, findings)
    priors: dict[str, float] = {}
    plain: dict[str, dict[str, float]] = {}
    present_circumstances = set(inference.circumstances)
    bearing = relevance or {}
    for id_ in sorted(causes):
        if id_ in inference.confirmed:
            priors[id_] = 1.0
            continue
        cause = base.causes[id_]
        factors = {c: f for c, f in cause.circumstances if c in present_circumstances} if present_circumstances else {}
        if likeness:
            factors[WORDING] = likeness.get(id_, 1.0)
        odds = cause.prior / (1.0 - cause.prior) * bearing.get(id_.partition(":")[0], 1.0)
        for factor in factors.values():
            odds *= factor
        priors[id_] = odds / (1.0 + odds)
        if factors:
            plain[id_] = {c: (odds / f) / (1.0 + odds / f) for c, f in sorted(factors.items())}
    return BeliefNetwork(priors, plain, tree, tuple(findings), suspects & frozenset(causes))


def _most_alike(likeness: Mapping[str, float], active: frozenset[str]) -> frozenset[str]:
    """The causes that the words of the call are most like."""
    alike = ((-x, cause) for cause, x in likeness.items() if x > 1.0 and cause.partition(":")[0] in active)
    return frozenset(cause for _, cause in nsmallest(MOST_ALIKE, alike))


def _in_question(active: frozenset[str], relevance: Mapping[str, float], inference: Inference) -> frozenset[str]:
    """The bases that the evidence is about, and those of which it shows something."""
    seen = {state.finding.partition(":")[0] for state in inference.findings if state.state == "present"}
    seen |= {cause.partition(":")[0] for cause in inference.confirmed}
    return frozenset(b for b in active if b in seen or relevance.get(b, 1.0) > UNRELATED)


def _shown_instead(base: KnowledgeBase, observed: Mapping[str, tuple[bool, float]]) -> dict[str, frozenset[str]]:
    """Light or check -> what shows the state that it was found in.

    States of one light, and outcomes of one check, exclude each other. What shows the state that was
    found is not made less probable by the other states that it might have shown instead.
    """
    shown: dict[str, frozenset[str]] = {}
    for id_, (present, _) in sorted(observed.items()):
        finding = base.findings[id_]
        if present and finding.group is not None:
            shown[finding.group] = shown.get(finding.group, frozenset()) | {p for p, _ in finding.parents}
    return shown


def restricted(network: BeliefNetwork, causes: frozenset[str]) -> BeliefNetwork:
    """The network of some causes, all others taken as absent."""
    gates: dict[str, Gate] = {}
    for gate in network.tree.bottom_up():
        inputs = tuple(i for i in gate.inputs if i.id in gates or i.id in causes)
        if inputs and len(inputs) >= gate.needed():
            whole = len(inputs) == len(gate.inputs)
            gates[gate.event] = gate if whole else Gate(gate.event, gate.kind, inputs, gate.k, gate.condition)
    findings = tuple(
        Evidential(f.id, f.background, kept, f.present, f.certainty)
        for f in network.findings
        for kept in [tuple((p, q) for p, q in f.parents if p in gates or p in causes)]
    )
    return BeliefNetwork(
        {c: p for c, p in network.priors.items() if c in causes},
        {c: p for c, p in network.plain_priors.items() if c in causes},
        _tree_under(FaultTree(gates), list(findings)),
        findings,
        network.suspects & causes,
    )


def merged_states(inference: Inference) -> dict[str, tuple[bool, float]]:
    """Finding -> (present, certainty), over all components; contradictions at one place left out."""
    states: dict[str, dict[str, dict[bool, float]]] = {}
    for state in inference.findings:
        places = states.setdefault(state.finding, {}).setdefault(state.component, {})
        present = state.state == "present"
        places[present] = max(places.get(present, 0.0), state.certainty)
    merged: dict[str, tuple[bool, float]] = {}
    for finding, by_place in states.items():
        clear = [next(iter(place.items())) for place in by_place.values() if len(place) == 1]
        if clear:
            merged[finding] = max(clear)
    return merged


def _open_tree(tree: FaultTree, events: Iterable[str], is_open: Callable[[str], bool]) -> FaultTree:
    """The gates under some events, without inputs that are closed and gates that can no longer be met."""
    gates: dict[str, Gate | None] = {}

    def visit(event: str) -> bool:
        if event not in gates:
            gates[event] = None
            gate = tree.gates[event]
            inputs = tuple(i for i in gate.inputs if is_open(i.id) and (i.id not in tree.gates or visit(i.id)))
            whole = len(inputs) == len(gate.inputs)
            if inputs and len(inputs) >= gate.needed() and is_open(event):
                gates[event] = gate if whole else Gate(event, gate.kind, inputs, gate.k, gate.condition)
        return gates[event] is not None

    for event in events:
        if event in tree.gates:
            visit(event)
    return FaultTree({event: gate for event, gate in gates.items() if gate is not None})


def _tree_under(tree: FaultTree, findings: list[Evidential]) -> FaultTree:
    """The gates that decide whether an event happens that explains an observed finding."""
    wanted: set[str] = set()
    waiting = [p for f in findings for p, _ in f.parents if p in tree.gates]
    while waiting:
        event = waiting.pop()
        if event not in wanted:
            wanted.add(event)
            waiting.extend(i for i in tree.inputs(event) if i in tree.gates)
    return FaultTree({event: gate for event, gate in tree.gates.items() if event in wanted})


def _bearing_on(
    findings: list[Evidential], tree: FaultTree, suspects: Iterable[str], base: KnowledgeBase
) -> tuple[list[Evidential], set[str]]:
    """The findings that touch a suspect, directly or through others, and all causes under them."""
    causes_of: dict[str, set[str]] = {}

    def below(node: str) -> set[str]:
        if node in base.causes:
            return {node}
        if node not in causes_of:
            causes_of[node] = set()
            for each in tree.inputs(node):
                causes_of[node] |= below(each)
        return causes_of[node]

    causes_by_finding = {f.id: set().union(*(below(p) for p, _ in f.parents)) for f in findings}
    reached = set(suspects)
    kept: set[str] = {f.id for f in findings if f.present}
    for present in kept:
        reached |= causes_by_finding[present]
    changed = True
    while changed:
        changed = False
        for finding in findings:
            if finding.id not in kept and causes_by_finding[finding.id] & reached:
                kept.add(finding.id)
                reached |= causes_by_finding[finding.id]
                changed = True
    return [f for f in findings if f.id in kept], reached
