"""The exact posterior of a noisy-OR network with gates.

Where few variables hold the network together, every state of those is looked at (`conditioning`);
else variables are summed out one after the other (`summing_out`). Both give the same numbers, for
every cause at once; further columns do the same with one finding or circumstance taken away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diagnoser.ranking import conditioning, summing_out
from diagnoser.ranking.belief_network import BeliefNetwork, restricted
from diagnoser.ranking.factors import EVIDENCE, NO_SUSPECT, Factors
from diagnoser.ranking.summing_out import USUAL, Limits
from diagnoser.ranking.tables import Array


@dataclass(frozen=True)
class Posterior:
    """What the evidence says of every cause.

    Attributes:
        probability: cause -> P(cause | evidence).
        unexplained: P(no suspect is present | evidence).
        log_evidence: natural logarithm of P(evidence).
        log_odds: cause -> log-odds (natural), for each of `columns` and first for the evidence.
        columns: findings and circumstances in the order of `log_odds`.
    """

    probability: Mapping[str, float]
    unexplained: float
    log_evidence: float
    log_odds: Mapping[str, Array]
    columns: tuple[str, ...]

    def without(self, name: str) -> dict[str, float]:
        """Cause -> log-odds when a finding or circumstance is taken away."""
        place = self.columns.index(name) + 1
        return {cause: float(odds[place]) for cause, odds in self.log_odds.items()}


def posterior(network: BeliefNetwork, columns: tuple[str, ...] = (), most: Limits = USUAL) -> Posterior:
    """The exact posterior.

    Args:
        network: what is in question.
        columns: findings and circumstances for which the posterior without them is wanted too.
        most: the size up to which it is worked out.

    Raises:
        TooWide: the network hangs together too much for either method.
    """
    factors = Factors(network, columns)
    solution = conditioning.solved(factors) if conditioning.suits(factors) else summing_out.solved(factors, most)
    on, off, log_total = solution.on, solution.off, solution.log_total
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log(on) - np.log(off)
        probability = on[:, EVIDENCE] / (on[:, EVIDENCE] + off[:, EVIDENCE])
        possible = log_total[EVIDENCE] > -np.inf
        unexplained = float(np.exp(log_total[NO_SUSPECT] - log_total[EVIDENCE])) if possible else 1.0
    kept = [EVIDENCE, *range(2, factors.width)]
    return Posterior(
        probability=dict(zip(factors.causes, map(float, probability), strict=True)),
        unexplained=min(1.0, unexplained),
        log_evidence=float(log_total[EVIDENCE]),
        log_odds=dict(zip(factors.causes, odds[:, kept], strict=True)),
        columns=columns,
    )


def log_joint(network: BeliefNetwork, sets: Sequence[frozenset[str]]) -> Array:
    """Natural logarithm of P(exactly these causes, and the evidence), for each of some sets of causes.

    The network is cut down to the causes that occur in a set, and each set is a column, so this takes
    about as long as one small posterior.

    Raises:
        TooWide: the causes in question hang together too much.
    """
    wanted = frozenset(c for each in sets for c in each)
    others = sum(math.log1p(-p) for c, p in network.priors.items() if c not in wanted and p < 1.0)
    factors = Factors(restricted(network, wanted), (), tuple(sets))
    totals: Array = (conditioning if conditioning.suits(factors) else summing_out).totals(factors)
    return totals[2:] + others
