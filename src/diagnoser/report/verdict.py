"""How far an answer goes: a cause that is known, one that merely leads, several alike, none, or nothing understood."""

from __future__ import annotations

from diagnoser.ranking import Ranking
from diagnoser.report.report import Verdict

TOP_SURE = 0.5
"""Unexplained above this, or nothing suspected at all, reads: I do not know. A cause with as much is known."""

NEAR = 2 / 3
"""A second cause with this share of the first one's posterior comes near it."""


def knows(ranking: Ranking) -> bool:
    """Whether a cause is known: something is suspected, and unexplained is not the largest share."""
    return (
        bool(ranking.causes) and ranking.unexplained <= ranking.causes[0].posterior and ranking.unexplained < TOP_SURE
    )


def verdict(ranking: Ranking, understood: bool) -> Verdict:
    """How far the answer goes.

    Args:
        ranking: of the suspects.
        understood: whether anything that was reported could be placed.
    """
    top = ranking.causes[0].posterior if ranking.causes else 0.0
    if knows(ranking) and top >= TOP_SURE:
        return "known"
    if not understood:
        return "not_understood"
    if not ranking.causes or ranking.unexplained >= TOP_SURE:
        return "none_known"
    alike = {ranking.causes[0].id, *ranking.causes[0].group}
    second = max((c.posterior for c in ranking.causes if c.id not in alike), default=0.0)
    return "several" if second >= NEAR * top else "weak"
