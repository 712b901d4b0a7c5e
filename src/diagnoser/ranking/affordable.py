"""The posterior as exactly as is affordable.

with every reason exact  ->  exact, with reasons among the most promising causes  ->  bounded
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from diagnoser.ranking.belief_network import BeliefNetwork
from diagnoser.ranking.bounded import bounded_posterior
from diagnoser.ranking.elimination import TooWide
from diagnoser.ranking.posterior import Posterior, posterior
from diagnoser.ranking.summing_out import WIDE


@dataclass(frozen=True, slots=True)
class Method:
    """How the posterior was computed. `bound` is the largest error of any probability; 0 if exact."""

    name: Literal["exact", "bounded"]
    exact: bool
    bound: float


EXACT = Method("exact", True, 0.0)


def solved(network: BeliefNetwork, columns: tuple[str, ...]) -> tuple[Posterior, Method]:
    """The posterior, and how it was computed.

    Solving a network once for each column takes so many times the work. Where that is too much it is
    solved once; what taking a finding away does is then worked out among the most promising causes.

    Args:
        network: what is in question.
        columns: findings and circumstances for which the log-odds without them are wanted too.

    Raises:
        TooWide: not even a few causes can be solved, which only a wide gate can bring about.
    """
    try:
        return posterior(network, columns), EXACT
    except TooWide:
        pass
    try:
        whole = posterior(network, most=WIDE)
    except TooWide:
        rough = bounded_posterior(network, columns)
        return rough.part, Method("bounded", False, rough.bound)
    if columns:
        part = bounded_posterior(network, columns).part
        whole = replace(whole, log_odds=part.log_odds, columns=columns)
    return whole, EXACT
