"""What to do next: the checks worth doing, in order of what the whole repair would cost, and the first step.

The joint explanations of a ranking, what mending them costs, and how checks would come out under
them make one small problem of troubleshooting, which `decision` weighs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diagnoser.inference import Inference
from diagnoser.knowledge import Check, KnowledgeBase
from diagnoser.ranking.decision import DecisionModel, Forecast, forecast
from diagnoser.ranking.outcomes import Outcomes
from diagnoser.ranking.prospects import OutcomeForecast, prospects
from diagnoser.ranking.ranking import Ranking
from diagnoser.ranking.relations import Relations

Array = NDArray[np.float64]

SCENARIOS = 16
"""How many joint explanations are looked at."""

WEIGHED = 16
"""How many checks are weighed: those that tell most for their price, and those that must come first."""

MIN_GAIN_BITS, LEAST_SHARE = 0.005, 0.25
"""A check is weighed if it tells at least so much, and such a share of what the most telling harmless one does: what only
hangs together with the fault far up the tree is no next step, however cheap it is."""

LEAST_MOVED = 0.005
"""A check that moves the posterior of the lead by less than this, on average, comes after those that move it more."""

TURNS = 0.1
"""A repair that endangers service or data waits for a check that does not, if another cause leads after it so probably."""

UNLISTED = 99
"""The place of a check that no leading cause lists itself."""

NEAR = 0.1
"""Causes that are so many times as probable as the lead are leading ones, whose own checks come first."""

LEAST_UNLISTED, UNLISTED_SHARE = 0.1, 0.5
"""A check that no leading cause lists is weighed if it tells at least so many bits, and such a share of what the most telling does
that one lists: what hangs together with the fault far up the tree is seldom what an engineer would look at."""

CALLED = "L2"
"""The level that calling for help means: the one above the first line."""


@dataclass(frozen=True, slots=True)
class NextCheck:
    """A proposal.

    Attributes:
        gain_bits: mutual information of the check's outcome and the explanation, in bits.
        required: it comes first whatever it tells.
        expected_cost: of the whole repair with this check next, in minutes of the first line.
        saves: for a check that endangers service or data and yet stands before one that does not:
            by how many minutes it is better than `instead_of`. Else None.
    """

    id: str
    gain_bits: float
    required: bool
    outcomes: tuple[OutcomeForecast, ...]
    expected_cost: float
    saves: float | None = None
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The best thing to do now.

    Attributes:
        causes: what to repair; empty for another step.
        check: what to check; None for another step.
        expected_cost: of the whole repair from here, in minutes of the first line.
        saves: for a repair that endangers service or data and yet comes before `instead_of`, a check that does
            not: by how many minutes it is better. None where no such check would turn the first place.
    """

    kind: Literal["check", "repair", "call"]
    check: str | None
    causes: tuple[str, ...]
    expected_cost: float
    saves: float | None = None
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do next, and which checks are worth doing, best first."""

    step: NextStep
    checks: tuple[NextCheck, ...]


FITTING = 0.5
"""How much a base must bear on the evidence for its checks to be proposed."""


def plan(
    base: KnowledgeBase,
    relations: Relations,
    inference: Inference,
    ranking: Ranking,
    active: frozenset[str],
    skipped: Collection[str] = (),
    count: int = 5,
) -> Plan:
    """Weigh checks, repairs and calling the next level.

    Required checks come first, then those that the author marks so; then by expected cost of the
    whole repair. A check that endangers service or data comes after all that do not, unless it saves
    more than the cost policy asks for. Ties keep the vendor's order.

    Args:
        base: the knowledge.
        relations: of the knowledge.
        inference: what is known; checks with a known outcome are done.
        ranking: of the suspects.
        active: bases that bear on the device.
        skipped: checks that cannot be done, and causes whose repair cannot be done or did not help.
        count: how many checks are listed at most.
    """
    done = {base.findings[s.finding].group for s in inference.findings if s.state == "present"} | set(skipped)
    order = _vendor_order(base, relations, ranking)
    required = set(inference.required_checks)
    fitting = _fitting(active, ranking)
    candidates = [
        base.checks[c]
        for c in sorted({*order, *required}, key=lambda c: (order.get(c, (UNLISTED, 1)), c))
        if c not in done and c.partition(":")[0] in fitting
    ]
    kept = ranking.explanations[:SCENARIOS]
    total = sum(e.posterior for e in kept)
    if total <= 0.0:
        scenarios, weights = [frozenset[str]()], np.ones(1)
    else:
        scenarios = [frozenset(e.causes) for e in kept]
        weights = np.array([e.posterior / total for e in kept])
    told = _told(candidates, weights, Outcomes(base, scenarios, active, inference.ruled_out.keys()).of(candidates))
    told = _worth_weighing(_the_vendors(told, required, ranking, base), required, relations)
    causes = sorted(frozenset().union(*scenarios))
    members = np.array([[c in each for c in causes] for each in scenarios], dtype=bool).reshape(
        len(scenarios), len(causes)
    )
    repairs = np.array([np.inf if c in skipped else relations.repair_price.get(c, np.inf) for c in causes])
    mended = members @ np.where(repairs < np.inf, repairs, 0.0)
    model = DecisionModel(
        weights,
        members,
        repairs,
        np.array([relations.check_price[t.check.id] for t in told]),
        tuple(t.table for t in told),
        float(getattr(base.costs.handover_minutes, CALLED)) + mended,
    )
    weighed = forecast(model)
    proposals = [
        NextCheck(t.check.id, t.gain_bits, t.check.id in required, (), cost)
        for t, cost in zip(told, weighed.checks.tolist(), strict=True)
    ]
    ordered = _in_order(proposals, base)
    shown = ordered[:count]
    ahead = prospects(base, ranking, active, inference.ruled_out.keys(), [base.checks[p.id] for p in shown])
    listed = [replace(p, outcomes=outcomes) for p, outcomes in zip(shown, ahead, strict=True)]
    listed.sort(key=lambda p: _idle(p, ranking, base))
    return Plan(_step(weighed, [*listed, *ordered[count:]], causes, ranking, base), tuple(listed))


@dataclass(frozen=True, slots=True)
class _Told:
    """What a check would tell: P(outcome | scenario), shape (scenarios, outcomes), and how much that is."""

    check: Check
    gain_bits: float
    table: Array


def _told(checks: list[Check], weights: Array, tables: Array) -> list[_Told]:
    if not checks:
        return []
    joint = weights[:, None] * tables
    probability = joint.sum(axis=1)
    gain = _entropy(weights) - _entropy(joint.reshape(len(checks), -1)) + _entropy(probability)
    return [
        _Told(check, max(0.0, bits), tables[index, :, : len(check.outcomes)])
        for index, (check, bits) in enumerate(zip(checks, gain.tolist(), strict=True))
    ]


def _worth_weighing(told: list[_Told], required: Collection[str], relations: Relations) -> list[_Told]:
    """What tells something, in the order it came: the best for their price, and what must come first."""

    def worth(each: _Told) -> tuple[bool, bool, float]:
        price = max(relations.check_price[each.check.id], 1e-9)
        return (
            each.check.id not in required,
            not each.check.document.mandatory_first,
            -round(each.gain_bits / price, 9),
        )

    free = (t.gain_bits for t in told if t.check.document.cost.risk == "none")
    least = max(MIN_GAIN_BITS, LEAST_SHARE * max(free, default=0.0))
    telling = [t for t in told if t.gain_bits >= least or t.check.id in required]
    if len(telling) <= WEIGHED:
        return telling
    best = {t.check.id for t in sorted(telling, key=worth)[:WEIGHED]}
    return [t for t in telling if t.check.id in best]


def _the_vendors(told: list[_Told], required: Collection[str], ranking: Ranking, base: KnowledgeBase) -> list[_Told]:
    """What the leading causes list themselves; and what no leading cause lists, if it tells nearly as much as these do.

    Of what nobody lists, that of other vendors is left out.
    """
    lead = ranking.causes[0].posterior if ranking.causes else 0.0
    near = [c.id for c in ranking.causes if c.posterior >= NEAR * lead]
    listed = {check for cause in near for check in base.causes[cause].checks} | set(required)
    least = max(LEAST_UNLISTED, UNLISTED_SHARE * max((t.gain_bits for t in told if t.check.id in listed), default=0.0))
    bases = {cause.partition(":")[0] for cause in near} | {n for n, b in base.bases.items() if b.scope.vendor is None}
    return [t for t in told if t.check.id in listed or (t.gain_bits >= least and t.check.id.partition(":")[0] in bases)]


def _in_order(proposals: list[NextCheck], base: KnowledgeBase) -> list[NextCheck]:
    """Proposals in the order to be shown; they come in the vendor's order."""

    def place(proposal: NextCheck) -> tuple[bool, bool, float]:
        first = base.checks[proposal.id].document.mandatory_first
        return not proposal.required, not first, round(proposal.expected_cost, 6)

    waiting = sorted(proposals, key=place)
    margin = base.costs.interrupts_early_if_it_saves
    ordered: list[NextCheck] = []
    while waiting:
        safe = next((p for p in waiting if not _endangers(p, base)), None)
        chosen = waiting[0]
        if safe is not None and _endangers(chosen, base):
            saves = safe.expected_cost - chosen.expected_cost
            early = chosen.required or saves > margin
            chosen = _with_reason(chosen, saves, safe) if early else safe
        ordered.append(chosen)
        waiting = [p for p in waiting if p.id != chosen.id]
    return ordered


def _idle(proposal: NextCheck, ranking: Ranking, base: KnowledgeBase) -> bool:
    """Whether a check that nobody requires would hardly move the lead, whatever it comes out with."""
    if proposal.required or base.checks[proposal.id].document.mandatory_first or not ranking.causes:
        return False
    lead = ranking.causes[0]
    moved = sum(
        o.probability * (abs(o.posterior - lead.posterior) if o.leading == lead.id else 1.0) for o in proposal.outcomes
    )
    return moved < LEAST_MOVED


def _endangers(proposal: NextCheck, base: KnowledgeBase) -> bool:
    return base.checks[proposal.id].document.cost.risk != "none"


def _with_reason(p: NextCheck, saves: float, safe: NextCheck) -> NextCheck:
    return replace(p, saves=saves, instead_of=safe.id)


def _step(
    weighed: Forecast, ordered: list[NextCheck], causes: list[str], ranking: Ranking, base: KnowledgeBase
) -> NextStep:
    """The cheapest first step; a mandatory check before all else, and of two checks the one listed first.

    A repair that endangers service or data waits for a check that does not and may turn the first
    place, unless it saves more than the cost policy asks for.
    """
    kind, place = weighed.best
    first = ordered[0] if ordered else None
    if first is not None and (first.required or base.checks[first.id].document.mandatory_first or kind == "check"):
        return NextStep("check", first.id, (), first.expected_cost)
    if kind == "call":
        return NextStep("call", None, (), weighed.call)
    cause, cost = causes[place], float(weighed.repairs[place])
    safe = [p for p in ordered if not _endangers(p, base)]
    if not safe or all(r.cost.risk == "none" for r in base.causes[cause].document.repair):
        return NextStep("repair", None, (cause,), cost)
    turning = next((p for p in safe if _turns(p, ranking)), None)
    if turning is None:
        return NextStep("repair", None, (cause,), cost, None, safe[0].id)
    saves = turning.expected_cost - cost
    if saves > base.costs.interrupts_early_if_it_saves:
        return NextStep("repair", None, (cause,), cost, saves, turning.id)
    return NextStep("check", turning.id, (), turning.expected_cost)


def _turns(proposal: NextCheck, ranking: Ranking) -> bool:
    """Whether another cause may well lead once a check is done."""
    lead = ranking.causes[0].id
    return sum(o.probability for o in proposal.outcomes if o.leading != lead) >= TURNS


def _fitting(active: frozenset[str], ranking: Ranking) -> frozenset[str]:
    """The bases about such equipment as the evidence speaks of, and that which the leading cause is in."""
    leading = ranking.causes[0].id.partition(":")[0] if ranking.causes else ""
    return frozenset(b for b in active if b == leading or ranking.relevance.get(b, 1.0) >= FITTING)


def _vendor_order(base: KnowledgeBase, relations: Relations, ranking: Ranking) -> dict[str, tuple[int, int]]:
    """Checks that bear on the leading causes -> their place in the causes' own lists, external causes first."""
    order: dict[str, tuple[int, int]] = {}
    leading = [c.id for c in ranking.causes[:10] if c.posterior > 0.003]
    for cause in leading:
        document = base.causes[cause].document
        inside = int(document.kind not in ("external", "environment"))
        for place, check in enumerate(base.causes[cause].checks):
            order[check] = min(order.get(check, (UNLISTED, 1)), (place, inside))
    for check in sorted(
        {c for node in _telling_apart(relations, leading) for c in relations.checks_about.get(node, ())}
    ):
        order.setdefault(check, (UNLISTED, 1))
    return order


def _telling_apart(relations: Relations, leading: list[str]) -> set[str]:
    """The leading causes, and the events that are above some of them but not above all."""
    nodes = set(leading)
    if len(leading) > 1:
        above = [relations.above[cause] for cause in leading]
        nodes |= frozenset.union(*above) - frozenset.intersection(*above)
    return nodes


def _entropy(probabilities: Array) -> Array:
    """In bits, over the last axis."""
    logarithms = np.log2(probabilities, out=np.zeros_like(probabilities), where=probabilities > 0.0)
    return np.asarray(-np.sum(probabilities * logarithms, axis=-1))
