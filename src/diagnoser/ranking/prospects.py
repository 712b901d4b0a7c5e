"""What each outcome of a check would do to the ranking.

Forecast over the joint explanations of the ranking, and every cause that an outcome shows itself and
not through an event, each alone. Rules that an outcome would fire are not run, so that a forecast may
differ a little from what the diagnosis says when the outcome is there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diagnoser.knowledge import Check, KnowledgeBase
from diagnoser.knowledge.base import Finding
from diagnoser.ranking.doubt import RIVALS
from diagnoser.ranking.outcomes import Outcomes
from diagnoser.ranking.ranking import Ranking

Array = NDArray[np.float64]

LEAST = 0.002
"""Causes less probable than this are looked at only where an outcome shows them."""

NEAR = 0.1
"""Rivals that are less probable than so many times the lead hardly account for what it does not show."""


@dataclass(frozen=True, slots=True)
class OutcomeForecast:
    """One thing that a check may come out with.

    Attributes:
        probability: of the outcome.
        leading: the cause that would then lead; None if none would.
        posterior: of that cause then, less what is in doubt.
    """

    id: str
    probability: float
    leading: str | None
    posterior: float


def prospects(
    base: KnowledgeBase, ranking: Ranking, active: Collection[str], closed: Collection[str], checks: Sequence[Check]
) -> list[tuple[OutcomeForecast, ...]]:
    """For each check, what it may come out with, in the order of its outcomes.

    Args:
        base: the knowledge.
        ranking: of the suspects.
        active: bases that bear on the device.
        closed: causes and events that are ruled out.
        checks: the checks.
    """
    if not checks:
        return []
    sets, weights = _hypotheses(base, ranking, active, closed, checks)
    causes = sorted(frozenset().union(*sets))
    place = {cause: index for index, cause in enumerate(causes)}
    members = np.zeros((len(sets), len(causes)))
    for row, each in enumerate(sets):
        members[row, [place[c] for c in each]] = 1.0
    odds = _odds(base, ranking, causes)
    told = [[base.findings[o] for o in check.outcomes] for check in checks]
    outcomes = Outcomes(base, sets, active, closed)
    absent = outcomes.absent([f for findings in told for f in findings])
    coming = np.einsum("s,cso->co", weights / max(float(weights.sum()), 1e-300), outcomes.of(checks)).tolist()
    found, start = [], 0
    for check, findings, chance in zip(checks, told, coming, strict=True):
        background = np.array([f.background for f in findings])
        alone = _alone(absent[:, start : start + len(findings)], background)
        start += len(findings)
        leading = _leading(causes, odds, members, weights, alone, findings, ranking)
        found.append(
            tuple(OutcomeForecast(o, p, *lead) for o, p, lead in zip(check.outcomes, chance, leading, strict=False))
        )
    return found


def _hypotheses(
    base: KnowledgeBase, ranking: Ranking, active: Collection[str], closed: Collection[str], checks: Sequence[Check]
) -> tuple[list[frozenset[str]], Array]:
    """Sets of causes that may account for the evidence, and what each weighs."""
    weights = {frozenset(e.causes): e.posterior for e in ranking.explanations}
    forced = frozenset(c for c, p in ranking.network.priors.items() if p >= 1.0)
    nothing = weights.setdefault(forced, ranking.belief.unexplained)
    known = dict.fromkeys(weights, 0.0)
    for each in weights:
        for cause in each:
            known[frozenset({cause})] = known.get(frozenset({cause}), 0.0) + weights[each]
    for ranked in ranking.causes:
        alone = forced | {ranked.id}
        if ranked.posterior > LEAST and alone not in weights:
            weights[alone] = max(0.0, ranked.posterior - known.get(frozenset({ranked.id}), 0.0))
    shown = {p for check in checks for o in check.outcomes for p, _ in base.findings[o].parents}
    for cause in sorted(shown & base.causes.keys() - ranking.network.priors.keys() - set(closed)):
        if cause.partition(":")[0] in active:
            weights.setdefault(forced | {cause}, nothing * _prior_odds(base, ranking, cause))
    return list(weights), np.array(list(weights.values()))


def _prior_odds(base: KnowledgeBase, ranking: Ranking, cause: str) -> float:
    """Of a cause that is not in question yet."""
    prior = base.causes[cause].prior
    bearing = ranking.relevance.get(cause.partition(":")[0], 1.0)
    return prior / (1.0 - prior) * bearing * ranking.likeness.get(cause, 1.0)


def _alone(absent: Array, background: Array) -> Array:
    """P(this outcome and none of the others | set), shape (sets, outcomes).

    What shows the outcome that came out is not made less probable by others that it might have shown.
    """
    shows = absent < (1.0 - background) - 1e-12
    silent = np.log(np.maximum(absent, 1e-12))
    others = silent.sum(axis=1, keepdims=True) - silent
    quiet = np.log(np.maximum(1.0 - background, 1e-12))
    unmoved = quiet.sum() - quiet
    joint: Array = (1.0 - absent) * np.exp(np.where(shows, unmoved, others))
    return joint


def _odds(base: KnowledgeBase, ranking: Ranking, causes: Sequence[str]) -> Array:
    """The odds of each cause by now; infinite for one that is confirmed."""
    known = ranking.belief.probability
    found = (
        (p / (1.0 - p) if p < 1.0 else np.inf)
        if (p := known.get(cause)) is not None
        else _prior_odds(base, ranking, cause)
        for cause in causes
    )
    return np.fromiter(found, float, len(causes))


def _leading(
    causes: list[str],
    odds: Array,
    members: Array,
    weights: Array,
    alone: Array,
    findings: Sequence[Finding],
    ranking: Ranking,
) -> list[tuple[str | None, float]]:
    """The cause that leads after each outcome, with its posterior.

    Bayes' rule in odds for each cause: P(outcome | cause) and P(outcome | not the cause) over the sets with it and without.
    """
    if not causes:
        return [(None, 0.0)] * alone.shape[1]
    joint = weights[:, None] * alone
    having, having_joint = weights @ members, members.T @ joint
    inside = having_joint / np.maximum(having, 1e-300)[:, None]
    outside = (joint.sum(axis=0) - having_joint) / np.maximum(weights.sum() - having, 1e-300)[:, None]
    sure = np.isinf(odds)[:, None]
    speaks = np.where(sure, 1.0, odds[:, None]) * inside
    posterior = np.where(sure, 1.0, speaks / np.maximum(speaks + outside, 1e-300))
    order = np.argsort(-posterior.round(9), axis=0, kind="stable")[:RIVALS]
    first = np.take_along_axis(posterior, order, axis=0)
    return [
        _doubted(ranking, [(causes[place], p) for place, p in zip(places, probable, strict=True)], finding)
        for places, probable, finding in zip(order.T.tolist(), first.T.tolist(), findings, strict=True)
    ]


def _doubted(ranking: Ranking, leading: list[tuple[str, float]], outcome: Finding) -> tuple[str, float]:
    """The cause that leads after an outcome, with its posterior less what is then in doubt."""
    cause, posterior = leading[0]
    near = [(c, p) for c, p in leading if p >= NEAR * posterior]
    doubt = ranking.doubt if ranking.seen is None else ranking.seen.doubt(near, outcome)
    return cause, doubt.left(posterior)
