"""What to do next at the least expected cost: checks, repairs and calling the next level, weighed together.

One of several hypotheses is true: a set of causes, often a single one. A check costs something and
tells them apart; the repair of a cause costs something, and the matter ends when all causes of the
true set are repaired; calling the next level always ends it. With single causes and without checks
the best plan is known: repairs by probability over cost (J. B. Kadane and H. A. Simon, "Optimal
strategies for a class of constrained sequential problems", 1977), up to the place where calling is
cheaper; sets are repaired in the same order of their causes. Here every order of the checks that
promise most is weighed with that plan at each end, as are repairs done first; the best first step is
taken and all is weighed anew after it (after D. Heckerman, J. S. Breese and K. Rommelse,
"Decision-theoretic troubleshooting", 1995). With single causes, by the theorem of policy
improvement, this is never worse than doing the same checks in any fixed order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NUMBERS = 8_192
"""How many combinations of outcomes, hypotheses and causes are looked at."""

FIRST_REPAIRS = 2
"""How many repairs are tried out as the first step."""

NEVER = 1e9
"""The cost of a repair that cannot be done here."""


@dataclass(frozen=True)
class DecisionModel:
    """A small problem of troubleshooting. All costs are in one unit.

    Attributes:
        probability: of each hypothesis, shape (hypotheses,); need not add up to 1.
        members: which causes are there under each hypothesis, shape (hypotheses, causes), boolean. One
            without a cause is ended by calling only.
        repair_cost: of each cause, above 0; infinite where nothing can be done about it here.
        check_cost: of each check, in the order that holds on ties.
        outcomes: for each check, P(outcome | hypothesis), shape (hypotheses, outcomes).
        call_cost: of calling the next level, which always ends the matter, under each hypothesis.
    """

    probability: Array
    members: NDArray[np.bool_]
    repair_cost: Array
    check_cost: Array
    outcomes: tuple[Array, ...]
    call_cost: Array


@dataclass(frozen=True)
class Forecast:
    """What each first step would cost in all, on average, if one goes on well after it.

    Attributes:
        checks: for each check, shape (checks,).
        repairs: for each cause, its repair; infinite for those that were not looked at.
        call: calling at once.
    """

    checks: Array
    repairs: Array
    call: float

    @property
    def best(self) -> tuple[Literal["check", "repair", "call"], int]:
        """The cheapest first step; on ties a check before a repair before calling, then the first in order."""
        cheapest = min(self.cheapest_check, float(self.repairs.min(initial=np.inf)), self.call)
        least = cheapest * (1.0 + 1e-9) + 1e-12
        if self.cheapest_check <= least:
            return "check", int(np.argmax(self.checks <= least))
        if self.repairs.min(initial=np.inf) <= least:
            return "repair", int(np.argmax(self.repairs <= least))
        return "call", 0

    @property
    def cheapest_check(self) -> float:
        return float(self.checks.min(initial=np.inf))


def forecast(model: DecisionModel) -> Forecast:
    """Weigh every first step.

    Expected costs are exact for the plans that are looked at, and so never below those of the best
    policy.
    """
    total = float(model.probability.sum())
    repairs = np.full(len(model.repair_cost), np.inf)
    if total <= 0.0:
        return Forecast(np.full(len(model.outcomes), np.inf), repairs, 0.0)
    weights = model.probability / total
    cost = np.minimum(model.repair_cost, NEVER)
    checks = _one_step(weights, model, cost)
    chosen = _promising(checks, model)
    value, by_check = _with_checks(weights, model.members, chosen, model, cost)
    checks[chosen] = np.minimum(checks[chosen], by_check)
    ratios = weights @ model.members / cost
    for cause in np.argsort(-ratios, kind="stable")[:FIRST_REPAIRS].tolist():
        if ratios[cause] > 0.0 and cost[cause] < NEVER:
            left = model.members.copy()
            left[:, cause] = False
            gone = model.members[:, cause] & ~left.any(axis=1)
            value, _ = _with_checks(np.where(gone, 0.0, weights), left, chosen, model, cost)
            repairs[cause] = cost[cause] + value
    return Forecast(checks, repairs, float(weights @ model.call_cost))


def plan_cost(weights: Array, members: NDArray[np.bool_], repair_cost: Array, call_cost: Array) -> Array:
    """The expected cost without further checks: repairs by probability over cost, then calling.

    Args:
        weights: joint probabilities, shape (..., hypotheses); the result is in proportion to them.
        members: which causes are there under each hypothesis, shape (hypotheses, causes).
        repair_cost: shape (causes,).
        call_cost: of calling, once the repairs worth trying are done, shape (hypotheses,).

    Returns:
        Shape (...).
    """
    calling = weights @ call_cost
    causes = len(repair_cost)
    if not causes:
        return np.asarray(calling)
    order = np.argsort(-(weights @ members) / repair_cost, axis=-1, kind="stable")
    spent = np.cumsum(repair_cost[order], axis=-1)
    rank = np.argsort(order, axis=-1)
    last = np.where(members, rank[..., None, :], -1).max(axis=-1)
    last = np.where(members.any(axis=1), last, causes)
    ended = last[..., None, :] <= np.arange(causes)[:, None]
    until = np.take_along_axis(spent, np.minimum(last, causes - 1), axis=-1)
    costs = np.where(ended, until[..., None, :], spent[..., :, None] + call_cost)
    return np.asarray(np.minimum((costs @ weights[..., :, None])[..., 0].min(axis=-1), calling))


def _one_step(weights: Array, model: DecisionModel, repair_cost: Array) -> Array:
    """For each check, the cost of it and of the plan after it."""
    if not model.outcomes:
        return np.zeros(0)
    most = max(table.shape[1] for table in model.outcomes)
    joint = np.zeros((len(model.outcomes), most, len(weights)))
    for index, table in enumerate(model.outcomes):
        joint[index, : table.shape[1]] = table.T * weights
    return np.asarray(model.check_cost + plan_cost(joint, model.members, repair_cost, model.call_cost).sum(axis=-1))


def _promising(one_step: Array, model: DecisionModel) -> list[int]:
    """The checks whose every order is weighed: the most promising ones, as many as there is room for."""
    room, chosen = NUMBERS // max(1, model.members.size), []
    for index in np.argsort(np.round(one_step, 9), kind="stable"):
        size = model.outcomes[index].shape[1] + 1
        if size > room:
            break
        room //= size
        chosen.append(int(index))
    return sorted(chosen)


def _with_checks(
    weights: Array, members: NDArray[np.bool_], chosen: list[int], model: DecisionModel, repair_cost: Array
) -> tuple[float, Array]:
    """The expected cost with some checks done in the best order as far as they pay, then repairs.

    A state says of each check that it is not done yet (0) or what came out (from 1). All states are
    worked out at once, from those with all checks done back to the one with none.

    Args:
        weights: of the hypotheses, shape (hypotheses,).
        members: which causes are still to be repaired under each.

    Returns:
        The cost, and the cost with each chosen check first.
    """
    joint = weights
    for place, index in enumerate(chosen):
        table = np.concatenate([np.ones((1, len(weights))), model.outcomes[index].T])
        joint = joint[..., None, :] * table.reshape((1,) * place + table.shape)
    value = plan_cost(joint, members, repair_cost, model.call_cost)
    mass = joint.sum(axis=-1)
    first = np.full(len(chosen), np.inf)
    for _ in chosen:
        for axis, index in enumerate(chosen):
            undone = np.take(mass, 0, axis=axis)
            after = np.take(value, np.arange(1, value.shape[axis]), axis=axis).sum(axis=axis)
            cost = model.check_cost[index] * undone + after
            at = (slice(None),) * axis + (0,)
            value[at] = np.minimum(value[at], cost)
            first[axis] = cost[(0,) * cost.ndim]
    return float(value[(0,) * len(chosen)]), first
