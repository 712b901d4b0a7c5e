"""What to check next: the checks that tell most for what they cost, in an order a vendor would defend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diagnoser.inference import Inference
from diagnoser.knowledge import Check, KnowledgeBase
from diagnoser.ranking.ranking import Ranking
from diagnoser.ranking.relations import Relations
from diagnoser.ranking.scenarios import Scenarios

Array = NDArray[np.float64]

SCENARIOS = 24
"""How many joint explanations a forecast looks at."""

RISK_ORDER = {"none": 0, "data": 1, "service": 2}
MIN_GAIN_BITS = 0.005
UNLISTED = 99
"""The place of a check that no leading cause lists itself."""

SETUP_MINUTES = 2.0
"""What turning to a check costs beside the check itself."""


@dataclass(frozen=True, slots=True)
class OutcomeForecast:
    """One thing that a check may come out with.

    `probability` is that of the outcome; `leading` is the cause that would then lead, with its
    posterior. Both are computed over the joint explanations that the ranking looked at.
    """

    id: str
    probability: float
    leading: str | None
    posterior: float


@dataclass(frozen=True, slots=True)
class NextCheck:
    """A proposal.

    `gain_bits` is the mutual information of the check's outcome and the explanation, in bits;
    `required` says that it comes first whatever it tells.
    """

    id: str
    gain_bits: float
    required: bool
    outcomes: tuple[OutcomeForecast, ...]


def next_checks(
    base: KnowledgeBase,
    relations: Relations,
    inference: Inference,
    ranking: Ranking,
    active: frozenset[str],
    count: int = 5,
) -> tuple[NextCheck, ...]:
    """Checks not done yet, best first.

    Required ones come first; then what endangers nothing before what endangers data or service;
    then by information per minute; ties keep the vendor's order.
    """
    done = {base.findings[s.finding].group for s in inference.findings if s.state == "present"}
    order = _vendor_order(base, relations, ranking)
    required = set(inference.required_checks)
    candidates = [
        base.checks[c] for c in sorted({*order, *required}) if c not in done and base.checks[c].base in active
    ]
    forecasts = _forecasts(candidates, base, ranking)
    proposals = [
        NextCheck(check.id, gain, check.id in required, outcomes)
        for check, (gain, outcomes) in zip(candidates, forecasts, strict=True)
        if gain >= MIN_GAIN_BITS or check.id in required
    ]

    def key(proposal: NextCheck) -> tuple[object, ...]:
        cost = base.checks[proposal.id].document.cost
        worth = proposal.gain_bits / (cost.minutes + SETUP_MINUTES)
        first = proposal.required or base.checks[proposal.id].document.mandatory_first
        return (not first, RISK_ORDER[cost.risk], -round(worth, 6), order.get(proposal.id, UNLISTED), proposal.id)

    return tuple(sorted(proposals, key=key)[:count])


def _vendor_order(base: KnowledgeBase, relations: Relations, ranking: Ranking) -> dict[str, int]:
    """Checks that bear on the leading causes -> their place in the causes' own lists."""
    order: dict[str, int] = {}
    leading = [c for c in ranking.causes[:10] if c.posterior > 0.003]
    for cause in leading:
        for place, check in enumerate(base.causes[cause.id].checks):
            order[check] = min(order.get(check, place), place)
    causes = {c.id for c in leading}
    for check_id in sorted({check for cause in causes for check in relations.checks_about.get(cause, ())}):
        order.setdefault(check_id, UNLISTED)
    return order


def _forecasts(
    checks: list[Check], base: KnowledgeBase, ranking: Ranking
) -> list[tuple[float, tuple[OutcomeForecast, ...]]]:
    """For each check, its gain in bits and what its outcomes would say."""
    scenarios = [(frozenset(e.causes), e.posterior) for e in ranking.explanations[:SCENARIOS]]
    total = sum(weight for _, weight in scenarios)
    if total <= 0.0 or not checks:
        return [(0.0, ())] * len(checks)
    weights = np.array([weight / total for _, weight in scenarios])
    acting, column = _acting(ranking, [causes for causes, _ in scenarios])
    causes = sorted({cause for each, _ in scenarios for cause in each})
    member = np.array([[cause in each for cause in causes] for each, _ in scenarios], dtype=float)
    prior_entropy = _entropy(weights)
    result = []
    for check in checks:
        joint = weights[:, None] * _distribution(check, base, acting, column)
        probability = joint.sum(axis=0)
        gain = prior_entropy - _entropy(joint.ravel()) + _entropy(probability)
        marginal = member.T @ joint / np.maximum(probability, 1e-300) if causes else np.zeros((0, len(probability)))
        outcomes = []
        for index, outcome in enumerate(check.outcomes):
            best = int(np.argmax(np.round(marginal[:, index], 9))) if causes else -1
            leading = causes[best] if causes else None
            posterior = float(marginal[best, index]) if causes else 0.0
            outcomes.append(OutcomeForecast(outcome, float(probability[index]), leading, posterior))
        result.append((max(0.0, float(gain)), tuple(outcomes)))
    return result


def _distribution(check: Check, base: KnowledgeBase, acting: Array, column: Mapping[str, int]) -> Array:
    """P(outcome | scenario), shape (scenarios, outcomes), for outcomes that exclude each other."""
    shown = np.empty((len(acting), len(check.outcomes)))
    quiet = np.zeros(len(check.outcomes), dtype=bool)
    for index, outcome in enumerate(check.outcomes):
        finding = base.findings[outcome]
        quiet[index] = finding.normal and not finding.parents
        absent = np.full(len(acting), 1.0 - finding.background)
        for parent, strength in finding.parents:
            place = column.get(parent)
            if place is not None:
                absent *= 1.0 - strength * acting[:, place]
        shown[:, index] = 1.0 - absent
    if quiet.any():
        shown[:, quiet] = (np.prod(1.0 - shown[:, ~quiet], axis=1) / quiet.sum())[:, None]
    distribution: Array = shown / np.maximum(shown.sum(axis=1, keepdims=True), 1e-300)
    return distribution


def _acting(ranking: Ranking, scenarios: list[frozenset[str]]) -> tuple[Array, dict[str, int]]:
    """P(cause or event acts | scenario), and the column of each."""
    acting = Scenarios(ranking.network).acting(scenarios)
    column = {node: index for index, node in enumerate(acting)}
    return np.array(list(acting.values())).reshape(len(column), len(scenarios)).T, column


def _entropy(probabilities: Array) -> float:
    """In bits."""
    positive = probabilities[probabilities > 0.0]
    return float(-np.sum(positive * np.log2(positive)))
