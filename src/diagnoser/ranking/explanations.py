"""Joint explanations: which sets of causes, and nothing else, account for the evidence."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

from diagnoser.ranking.belief_network import BeliefNetwork
from diagnoser.ranking.elimination import TooWide
from diagnoser.ranking.joint import log_joint

SINGLES, PAIRS_OF, TRIPLES_OF = 10, 6, 4
"""How many of the likeliest causes are looked at alone, in pairs and in triples."""

ALIKE = 9
"""Logarithms of probabilities that agree to so many decimals are equal but for rounding; ids then give the order."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A set of causes that is present while every other cause in question is absent.

    `posterior` is the probability of exactly that, given the evidence.
    """

    causes: tuple[str, ...]
    posterior: float


def explanations(
    network: BeliefNetwork, posteriors: Mapping[str, float], log_evidence: float | None
) -> tuple[Explanation, ...]:
    """The likeliest sets of up to three causes, best first.

    Args:
        network: what is in question.
        posteriors: cause -> posterior, to know where to look.
        log_evidence: natural logarithm of P(evidence); None to normalise over the sets looked at.
    """
    forced = frozenset(c for c, p in network.priors.items() if p >= 1.0)
    ranked = sorted((c for c in posteriors if c not in forced), key=lambda c: (-_order(posteriors[c]), c))
    sets = [
        forced,
        *(forced | {c} for c in ranked[:SINGLES]),
        *(forced | set(pair) for pair in itertools.combinations(ranked[:PAIRS_OF], 2)),
        *(forced | set(triple) for triple in itertools.combinations(ranked[:TRIPLES_OF], 3)),
    ]
    try:
        weights = log_joint(network, sets)
    except TooWide:
        return ()
    weighed = [(float(w), tuple(sorted(s))) for w, s in zip(weights, sets, strict=True) if w > -math.inf]
    if not weighed:
        return ()
    if log_evidence is None:
        top = max(w for w, _ in weighed)
        log_evidence = top + math.log(sum(math.exp(w - top) for w, _ in weighed))
    weighed.sort(key=lambda each: (-round(each[0], ALIKE), each[1]))
    return tuple(Explanation(causes, math.exp(weight - log_evidence)) for weight, causes in weighed)


def _order(probability: float) -> float:
    """A number that grows with a probability and is the same for two that only rounding tells apart."""
    return round(math.log(probability), ALIKE) if probability > 0.0 else -math.inf
