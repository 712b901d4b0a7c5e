"""The posterior of the most promising causes, with a bound on what the others could change.

Used where the network of all causes is too wide for the exact method: it is solved exactly for the
causes that could matter most, all others taken as absent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from diagnoser.ranking.belief_network import BeliefNetwork, restricted
from diagnoser.ranking.posterior import Posterior, TooWide, posterior
from diagnoser.ranking.scenarios import Scenarios

SIZES = (48, 32, 20, 12, 8, 5, 3)
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
    promising = _promising(network)
    for size in SIZES:
        kept = frozenset(promising[:size]) | Scenarios(network).forced
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


def _promising(network: BeliefNetwork) -> list[str]:
    """Causes by the best that can be said for each: alone for all findings, or for a single one."""
    causes = sorted(network.priors)
    scenarios = Scenarios(network)
    shown = scenarios.shown([frozenset((c,)) for c in causes])
    quiet = scenarios.shown([frozenset()])
    prior = np.array([network.priors[c] for c in causes])
    with np.errstate(divide="ignore"):
        gain = np.log(np.maximum(shown, 1e-300)) - np.log(np.maximum(quiet, 1e-300))
        odds = np.log(prior) - np.log1p(-np.minimum(prior, 1.0 - 1e-12))
    alone = odds + gain.sum(axis=0)
    order = sorted(range(len(causes)), key=lambda i: (-alone[i], causes[i]))
    places = {i: place for place, i in enumerate(order)}
    for row in gain:
        for place, i in enumerate(sorted(range(len(causes)), key=lambda i: (-(row[i] + odds[i]), causes[i]))):
            places[i] = min(places[i], 2 * place)
    return [causes[i] for i in sorted(places, key=lambda i: (places[i], -alone[i], causes[i]))]
