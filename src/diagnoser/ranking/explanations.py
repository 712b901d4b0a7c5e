"""Joint explanations: which sets of causes, and nothing else, account for the evidence."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagnoser.fault_tree import Gate
from diagnoser.ranking.belief_network import BeliefNetwork
from diagnoser.ranking.elimination import simplified


SINGLES, PAIRS_OF, TRIPLES_OF = 10, 4, 3
"""How many of the likeliest causes are looked at alone, in pairs and in triples."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A set of causes that is present while every other cause in question is absent.

    `posterior` is the probability of exactly that, given the evidence.
    """

    causes: tuple[str, ...]
    posterior: float


class Scenarios:
    """The likelihood of the evidence for given sets of causes.

    Findings that a set does not touch contribute the same to every set, so only the touched ones
    are worked out again.
    """

    def __init__(self, network: BeliefNetwork) -> None:
        self._network = network
        self._tree = simplified(network.tree, frozenset(p for f in network.findings for p, _ in f.parents))
        self._gates = tuple(self._tree.bottom_up())
        self._forced = frozenset(c for c, p in network.priors.items() if p >= 1.0)
        self._log_none = sum(math.log1p(-p) for p in network.priors.values() if p < 1.0)
        self._touches: dict[str, list[tuple[int, float]]] = {}
        self._reports: list[tuple[float, float, float]] = []
        self._quiet = 1.0
        for index, finding in enumerate(network.findings):
            a, d = finding.likelihoods
            self._reports.append((a, d, 1.0 - finding.background))
            self._quiet *= a + d * (1.0 - finding.background)
            for parent, strength in finding.parents:
                self._touches.setdefault(parent, []).append((index, 1.0 - strength))
        self._above: dict[str, frozenset[str]] = {}
        self._events: dict[frozenset[str], list[tuple[float, frozenset[str]]]] = {}

    @property
    def forced(self) -> frozenset[str]:
        """Confirmed causes, which are part of every scenario."""
        return self._forced

    def log_prior(self, causes: frozenset[str]) -> float:
        """Natural logarithm of the prior of exactly this set."""
        priors = self._network.priors
        return self._log_none + sum(math.log(priors[c] / (1.0 - priors[c])) for c in causes if priors[c] < 1.0)

    def events(self, causes: frozenset[str]) -> list[tuple[float, frozenset[str]]]:
        """The events that happen when exactly these causes are present, with probabilities."""
        if causes not in self._events:
            self._events[causes] = list(self._event_states(causes))
        return self._events[causes]

    def likelihood(self, causes: frozenset[str]) -> float:
        """P(evidence | exactly these causes)."""
        return sum(probability * self._of(causes | events) for probability, events in self.events(causes))

    def _of(self, active: frozenset[str]) -> float:
        absent: dict[int, float] = {}
        for node in active:
            for index, factor in self._touches.get(node, ()):
                absent[index] = absent.get(index, 1.0) * factor
        result = self._quiet
        for index, factor in absent.items():
            a, d, quiet = self._reports[index]
            result *= (a + d * quiet * factor) / (a + d * quiet)
        return result

    def _event_states(self, causes: frozenset[str]) -> Iterable[tuple[float, frozenset[str]]]:
        """Gate by gate from the bottom: states split only where chance decides."""
        above: set[str] = set()
        for cause in causes:
            if cause not in self._above:
                self._above[cause] = self._tree.above((cause,))
            above |= self._above[cause]
        states: dict[frozenset[str], float] = {frozenset(): 1.0}
        for gate in self._gates:
            if gate.event not in above:
                continue
            after: dict[frozenset[str], float] = {}
            for events, probability in states.items():
                happens = _probability(gate, causes, events)
                for outcome, weight in ((events | {gate.event}, happens), (events, 1.0 - happens)):
                    if weight > 0.0:
                        after[outcome] = after.get(outcome, 0.0) + probability * weight
            states = after
        return ((probability, events) for events, probability in states.items())


def _probability(gate: Gate, causes: frozenset[str], events: frozenset[str]) -> float:
    """P(the event happens), given what is present below it."""
    strengths = [each.strength for each in gate.inputs if each.id in causes or each.id in events]
    needed = gate.needed()
    if len(strengths) < needed:
        return 0.0
    if needed == 1 and gate.kind == "or":
        return 1.0 - math.prod(1.0 - strength for strength in strengths)
    counts = [1.0]
    for strength in strengths:
        counts = [
            (counts[k] if k < len(counts) else 0.0) * (1.0 - strength) + (counts[k - 1] if k else 0.0) * strength
            for k in range(len(counts) + 1)
        ]
    condition = gate.condition if gate.kind == "inhibit" else 1.0
    return sum(counts[needed:]) * condition


def explanations(
    scenarios: Scenarios, posteriors: Mapping[str, float], log_evidence: float | None
) -> tuple[Explanation, ...]:
    """The likeliest sets of up to three causes, best first.

    Args:
        scenarios: the likelihoods.
        posteriors: cause -> posterior, to know where to look.
        log_evidence: natural logarithm of P(evidence); None to normalise over the sets looked at.
    """
    ranked = sorted((c for c in posteriors if c not in scenarios.forced), key=lambda c: (-posteriors[c], c))
    sets: list[frozenset[str]] = [frozenset()]
    sets += [frozenset((c,)) for c in ranked[:SINGLES]]
    sets += [frozenset(pair) for pair in itertools.combinations(ranked[:PAIRS_OF], 2)]
    sets += [frozenset(triple) for triple in itertools.combinations(ranked[:TRIPLES_OF], 3)]
    weighed: list[tuple[float, tuple[str, ...]]] = []
    for each in sets:
        whole = each | scenarios.forced
        likelihood = scenarios.likelihood(whole)
        if likelihood > 0.0:
            weighed.append((scenarios.log_prior(whole) + math.log(likelihood), tuple(sorted(whole))))
    if not weighed:
        return ()
    if log_evidence is None:
        top = max(w for w, _ in weighed)
        log_evidence = top + math.log(sum(math.exp(w - top) for w, _ in weighed))
    found = [Explanation(causes, math.exp(weight - log_evidence)) for weight, causes in weighed]
    return tuple(sorted(found, key=lambda e: (-e.posterior, e.causes)))
