"""The posterior of the most promising causes, with a bound on what the others could change.

Used where the network of all causes is too wide for the exact method: it is solved exactly for the
causes that could matter most, all others taken as absent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diagnoser.ranking.belief_network import BeliefNetwork, restricted
from diagnoser.ranking.elimination import TooWide
from diagnoser.ranking.posterior import Posterior, posterior
from diagnoser.ranking.scenarios import Scenarios

SIZES = (40, 24, 16, 10, 6, 3)
"""How many causes are tried, largest first."""


@dataclass(frozen=True)
class BoundedPosterior:
    """The exact posterior of a part of the causes.

    `bound` is the largest amount by which any probability may be off: every set with a cause that
    was left out counted with its prior, as if the evidence were certain under it; at most 1.
    """

    part: Posterior
    bound: float


def bounded_posterior(network: BeliefNetwork, columns: tuple[str, ...] = ()) -> BoundedPosterior:
    """Solve the network of the most promising causes.

    Raises:
        TooWide: not even a few causes can be solved, which only a wide gate can bring about.
    """
    scenarios = Scenarios(network)
    promising = _promising(network, scenarios)
    for size in SIZES:
        kept = frozenset(promising[:size]) | scenarios.forced
        part = restricted(network, kept)
        try:
            found = posterior(part, columns)
        except TooWide:
            continue
        return BoundedPosterior(found, _bound(network, kept, found.log_evidence))
    raise TooWide(len(promising))


def _bound(network: BeliefNetwork, kept: frozenset[str], log_evidence: float) -> float:
    """P(some cause left out is present | evidence) is at most unseen / (seen + unseen)."""
    left_out = [p for c, p in network.priors.items() if c not in kept]
    log_none = sum(math.log1p(-p) for p in left_out)
    unseen = -math.expm1(log_none)
    if unseen <= 0.0:
        return 0.0
    seen = math.exp(log_evidence + log_none)
    return min(1.0, unseen / (seen + unseen))


def _promising(network: BeliefNetwork, scenarios: Scenarios) -> list[str]:
    """Causes, the most promising first.

    In turn come the next cause by what it alone makes of all the evidence, and for each present
    finding the next that explains it, so that a second fault finds its causes here too.
    """
    causes = sorted(network.priors)
    acting = scenarios.acting([frozenset((c,)) for c in causes])
    prior = np.array([min(network.priors[c], 1.0 - 1e-12) for c in causes])
    odds = np.log(prior) - np.log1p(-prior)
    ways = []
    for finding in network.findings:
        absent = np.ones(len(causes))
        for parent, strength in finding.parents:
            if parent in acting:
                absent *= 1.0 - strength * acting[parent]
        a, d = finding.likelihoods
        quiet = 1.0 - finding.background
        with np.errstate(divide="ignore"):
            odds += np.log(a + d * quiet * absent) - math.log(max(a + d * quiet, 1e-300))
        if finding.present:
            ways.append(prior * (1.0 - absent))
    rankings = [_descending(odds), *(_descending(way) for way in ways)]
    chosen = dict.fromkeys(place for places in zip(*rankings, strict=True) for place in places)
    return [causes[place] for place in chosen]


def _descending(worth: NDArray[np.float64]) -> list[int]:
    order: list[int] = np.argsort(-np.round(worth, 12), kind="stable").tolist()
    return order
