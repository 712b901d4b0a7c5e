"""The posterior by enumeration of small sets of causes, with a bound on what was not looked at.

Used where a part of the network is too large for the exact method.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from diagnoser.ranking.belief_network import BeliefNetwork
from diagnoser.ranking.explanations import Scenarios

MAX_SETS = 1500


@dataclass(frozen=True)
class BoundedPosterior:
    """Posteriors over the sets looked at.

    `bound` is the largest amount by which any probability may be off: the prior mass of the sets
    not looked at, as if their likelihood were 1, relative to what was found; at most 1.
    """

    probability: dict[str, float]
    unexplained: float
    log_evidence: float
    bound: float


def bounded_posterior(network: BeliefNetwork) -> BoundedPosterior:
    """Enumerate sets of up to three causes, likeliest causes first."""
    scenarios = Scenarios(network)
    single = {c: scenarios.likelihood(frozenset((c,)) | scenarios.forced) * p for c, p in network.priors.items()}
    ranked = sorted(single, key=lambda c: (-single[c], c))
    sets = itertools.islice(
        itertools.chain(
            [()],
            ((c,) for c in ranked),
            itertools.combinations(ranked[:40], 2),
            itertools.combinations(ranked[:15], 3),
        ),
        MAX_SETS,
    )
    seen_prior = total = unexplained = 0.0
    mass = dict.fromkeys(network.priors, 0.0)
    done: set[frozenset[str]] = set()
    for causes in sets:
        whole = frozenset(causes) | scenarios.forced
        if whole in done:
            continue
        done.add(whole)
        prior = math.exp(scenarios.log_prior(whole))
        weight = prior * scenarios.likelihood(whole)
        seen_prior += prior
        total += weight
        if not whole & network.suspects:
            unexplained += weight
        for cause in whole:
            mass[cause] += weight
    unseen = max(0.0, 1.0 - seen_prior)
    bound = min(1.0, unseen / (total + unseen)) if total + unseen > 0 else 1.0
    scale = total or 1.0
    return BoundedPosterior(
        {c: w / scale for c, w in mass.items()},
        unexplained / scale if total else 1.0,
        math.log(total) if total else -math.inf,
        bound,
    )
