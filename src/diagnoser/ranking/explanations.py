"""Joint explanations: which sets of causes, and nothing else, account for the evidence."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagnoser.fault_tree import Gate
from diagnoser.ranking.belief_network import BeliefNetwork

MAX_WEAK = 12
"""Beyond this many uncertain edges above one set, the least certain ones are taken at their mean."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A set of causes that is present while every other cause in question is absent.

    `posterior` is the probability of exactly that, given the evidence.
    """

    causes: tuple[str, ...]
    posterior: float


class Scenarios:
    """The likelihood of the evidence for given sets of causes."""

    def __init__(self, network: BeliefNetwork) -> None:
        self._network = network
        self._gates = tuple(network.tree.bottom_up())
        self._forced = frozenset(c for c, p in network.priors.items() if p >= 1.0)
        self._log_none = sum(math.log1p(-p) for p in network.priors.values() if p < 1.0)
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
        total = 0.0
        for probability, events in self.events(causes):
            active = causes | events
            product = probability
            for finding in self._network.findings:
                absent = 1.0 - finding.background
                for parent, strength in finding.parents:
                    if parent in active:
                        absent *= 1.0 - strength
                a, d = finding.likelihoods
                product *= a + d * absent
            total += product
        return total

    def _event_states(self, causes: frozenset[str]) -> Iterable[tuple[float, frozenset[str]]]:
        above = self._network.tree.above(causes)
        gates = [gate for gate in self._gates if gate.event in above]
        reachable = causes | above
        weak = [
            (gate.event, each.id, each.strength)
            for gate in gates
            for each in gate.inputs
            if each.strength < 1.0 and each.id in reachable
        ]
        weak += [(gate.event, "", gate.condition) for gate in gates if gate.kind == "inhibit" and gate.condition < 1.0]
        weak = weak[:MAX_WEAK]
        for chances in itertools.product((True, False), repeat=len(weak)):
            probability = math.prod(s if on else 1.0 - s for (_, _, s), on in zip(weak, chances, strict=True))
            blocked = {(event, each) for (event, each, _), on in zip(weak, chances, strict=True) if not on}
            yield probability, frozenset(_happening(gates, causes, blocked))


def _happening(gates: Iterable[Gate], causes: frozenset[str], blocked: set[tuple[str, str]]) -> set[str]:
    happening: set[str] = set()
    for gate in gates:
        acting = sum(
            (each.id in causes or each.id in happening) and (gate.event, each.id) not in blocked for each in gate.inputs
        )
        if acting >= gate.needed() and (gate.event, "") not in blocked:
            happening.add(gate.event)
    return happening


def explanations(
    scenarios: Scenarios, posteriors: Mapping[str, float], log_evidence: float | None, count: int = 64
) -> tuple[Explanation, ...]:
    """The likeliest sets of up to three causes, best first.

    Args:
        scenarios: the likelihoods.
        posteriors: cause -> posterior, to know where to look.
        log_evidence: natural logarithm of P(evidence); None to normalise over the sets looked at.
        count: how many of the likeliest causes are taken as single explanations; pairs are taken
            of the first eight, triples of the first five.
    """
    ranked = sorted((c for c in posteriors if c not in scenarios.forced), key=lambda c: (-posteriors[c], c))
    sets: list[frozenset[str]] = [frozenset()]
    sets += [frozenset((c,)) for c in ranked[: min(count, 16)]]
    sets += [frozenset(pair) for pair in itertools.combinations(ranked[:8], 2)]
    sets += [frozenset(triple) for triple in itertools.combinations(ranked[:5], 3)]
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
