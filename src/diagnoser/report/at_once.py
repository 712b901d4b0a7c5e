"""Two faults at once: when they are told, and which."""

from __future__ import annotations

from collections.abc import Sequence

from diagnoser.ranking.explanations import Explanation
from diagnoser.report.report import AtOnceOut

TOGETHER = 0.1
"""Causes that are there at once are told from this probability on."""


def at_once(explanations: Sequence[Explanation]) -> AtOnceOut | None:
    """The likeliest set of several causes; None where several at once are improbable.

    Each of two faults may have causes that are nearly as likely as each other. Then no pair of them
    stands out, and yet that there are two is likelier than that there is one.

    Args:
        explanations: sets of causes, the likeliest first.
    """
    several = [e for e in explanations if len(e.causes) > 1]
    if not several:
        return None
    best = several[0]
    in_all = sum(e.posterior for e in several)
    fewer = sum(e.posterior for e in explanations if len(e.causes) < 2)
    if best.posterior < TOGETHER and in_all < max(TOGETHER, fewer):
        return None
    return AtOnceOut(causes=list(best.causes), posterior=round(best.posterior, 10), in_all=round(min(1.0, in_all), 10))
