"""What to check next: the checks that tell most for what they cost, in an order a vendor would defend."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagnoser.inference import Inference
from diagnoser.knowledge import Check, KnowledgeBase
from diagnoser.ranking.ranking import Ranking
from diagnoser.ranking.relations import Relations

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
    proposals = []
    scenarios = [(frozenset(e.causes), e.posterior) for e in ranking.explanations[:40]]
    for check_id in order:
        check = base.checks[check_id]
        if check_id in done or check.base not in active:
            continue
        gain, outcomes = _forecast(check, base, ranking, scenarios)
        must = check_id in required
        if gain >= MIN_GAIN_BITS or must:
            proposals.append(NextCheck(check_id, gain, must, outcomes))

    def key(proposal: NextCheck) -> tuple[object, ...]:
        cost = base.checks[proposal.id].document.cost
        worth = proposal.gain_bits / (cost.minutes + SETUP_MINUTES)
        first = proposal.required or base.checks[proposal.id].document.mandatory_first
        return (not first, RISK_ORDER[cost.risk], -round(worth, 6), order[proposal.id], proposal.id)

    return tuple(sorted(proposals, key=key)[:count])


def _vendor_order(base: KnowledgeBase, relations: Relations, ranking: Ranking) -> dict[str, int]:
    """Checks that bear on the leading causes -> their place in the causes' own lists."""
    order: dict[str, int] = {}
    leading = [c for c in ranking.causes[:25] if c.posterior > 0.001]
    for cause in leading:
        for place, check in enumerate(base.causes[cause.id].checks):
            order[check] = min(order.get(check, place), place)
    causes = {c.id for c in leading}
    for check_id in sorted({check for cause in causes for check in relations.checks_about.get(cause, ())}):
        order.setdefault(check_id, UNLISTED)
    return order


def _forecast(
    check: Check, base: KnowledgeBase, ranking: Ranking, scenarios: list[tuple[frozenset[str], float]]
) -> tuple[float, tuple[OutcomeForecast, ...]]:
    rows = [(causes, weight, _distribution(check, base, ranking, causes)) for causes, weight in scenarios]
    total = sum(weight for _, weight, _ in rows)
    if total <= 0.0:
        return 0.0, ()
    gain = _entropy(weight / total for _, weight, _ in rows)
    forecasts = []
    for index, outcome in enumerate(check.outcomes):
        joint = [weight / total * distribution[index] for _, weight, distribution in rows]
        probability = sum(joint)
        if probability > 0.0:
            gain -= probability * _entropy(j / probability for j in joint)
        marginal: dict[str, float] = {}
        for (causes, _, _), share in zip(rows, joint, strict=True):
            for cause in causes:
                marginal[cause] = marginal.get(cause, 0.0) + (share / probability if probability else 0.0)
        leading = min(marginal, key=lambda c: (-round(marginal[c], 9), c), default=None)
        forecasts.append(OutcomeForecast(outcome, probability, leading, marginal.get(leading or "", 0.0)))
    return max(0.0, gain), tuple(forecasts)


def _distribution(check: Check, base: KnowledgeBase, ranking: Ranking, causes: frozenset[str]) -> list[float]:
    """P(outcome | exactly these causes), for outcomes that exclude each other."""
    acting: Mapping[str, float] = _acting(ranking, causes)
    shown, normal = [], []
    for outcome in check.outcomes:
        finding = base.findings[outcome]
        absent = 1.0 - (0.0 if finding.normal and not finding.parents else finding.background)
        for parent, strength in finding.parents:
            absent *= 1.0 - strength * acting.get(parent, 0.0)
        shown.append(1.0 - absent)
        normal.append(finding.normal and not finding.parents)
    nothing = math.prod(1.0 - s for s, n in zip(shown, normal, strict=True) if not n)
    weights = [nothing / sum(normal) if n else s for s, n in zip(shown, normal, strict=True)]
    total = sum(weights)
    return [w / total for w in weights] if total > 0 else [1.0 / len(weights)] * len(weights)


def _acting(ranking: Ranking, causes: frozenset[str]) -> dict[str, float]:
    acting = dict.fromkeys(causes, 1.0)
    for probability, events in ranking.scenarios.events(causes):
        for event in events:
            acting[event] = acting.get(event, 0.0) + probability
    return acting


def _entropy(probabilities: Iterable[float]) -> float:
    return -sum(p * math.log2(p) for p in probabilities if p > 0.0)
