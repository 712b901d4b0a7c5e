"""What to do next at the least expected cost: checks, repairs and calling the next level, weighed together.

One of several hypotheses is true. A check costs something and tells them apart; a repair costs
something and ends the matter if it was for the right hypothesis; calling the next level always ends
it. Without checks the best plan is known: repairs by probability over cost (J. B. Kadane and H. A.
Simon, "Optimal strategies for a class of constrained sequential problems", 1977), up to the place
where calling is cheaper. Here every order of the checks that promise most is weighed with that plan
at each end, as are repairs done first; the best first step is taken and all is weighed anew after
it (after D. Heckerman, J. S. Breese and K. Rommelse, "Decision-theoretic troubleshooting", 1995).
By the theorem of policy improvement this is never worse than doing the same checks in any fixed order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NUMBERS = 2048
"""How many combinations of outcomes and hypotheses are looked at."""

FIRST_REPAIRS = 3
"""How many repairs are tried out as the first step."""

NEVER = 1e9
"""The cost of a repair that cannot be done here."""


@dataclass(frozen=True)
class DecisionModel:
    """A small problem of troubleshooting. All costs are in one unit.

    Attributes:
        probability: of each hypothesis, shape (hypotheses,); need not add up to 1.
        repair_cost: of each hypothesis, above 0; infinite where nothing can be done about it here.
        check_cost: of each check, in the order that holds on ties.
        outcomes: for each check, P(outcome | hypothesis), shape (hypotheses, outcomes).
        call_cost: of calling the next level, which always ends the matter, under each hypothesis.
    """

    probability: Array
    repair_cost: Array
    check_cost: Array
    outcomes: tuple[Array, ...]
    call_cost: Array


@dataclass(frozen=True)
class Forecast:
    """What each first step would cost in all, on average, if one goes on well after it.

    Attributes:
        checks: for each check, shape (checks,).
        repairs: for each hypothesis, its repair; infinite for those that were not looked at.
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
    if total <= 0.0:
        return Forecast(np.full(len(model.outcomes), np.inf), np.full(len(model.probability), np.inf), 0.0)
    weights = model.probability / total
    repair_cost = np.minimum(model.repair_cost, NEVER)
    checks = _one_step(weights, model, repair_cost)
    chosen = _promising(checks, model)
    ratios = weights / repair_cost
    first = [i for i in np.argsort(-ratios, kind="stable")[:FIRST_REPAIRS] if ratios[i] > 0 and repair_cost[i] < NEVER]
    variants = np.repeat(weights[None, :], 1 + len(first), axis=0)
    for row, hypothesis in enumerate(first, 1):
        variants[row, hypothesis] = 0.0
    values, by_check = _with_checks(variants, chosen, model, repair_cost)
    checks[chosen] = np.minimum(checks[chosen], by_check)
    repairs = np.full(len(weights), np.inf)
    for row, hypothesis in enumerate(first, 1):
        repairs[hypothesis] = repair_cost[hypothesis] + values[row]
    return Forecast(checks, repairs, float(weights @ model.call_cost))


def plan_cost(weights: Array, repair_cost: Array, call_cost: Array) -> Array:
    """The expected cost without further checks: repairs by probability over cost, then calling.

    Args:
        weights: joint probabilities, shape (..., hypotheses); the result is in proportion to them.
        repair_cost: shape (hypotheses,).
        call_cost: of calling, once the repairs worth trying are done, shape (hypotheses,).

    Returns:
        Shape (...).
    """
    order = np.argsort(-weights / repair_cost, axis=-1, kind="stable")
    ordered = np.take_along_axis(weights, order, axis=-1)
    total = ordered.sum(axis=-1, keepdims=True)
    left = np.maximum(total - np.cumsum(ordered, axis=-1), 0.0)
    spent = np.cumsum(repair_cost[order] * (left + ordered), axis=-1)
    calling = ordered * call_cost[order]
    called = calling.sum(axis=-1, keepdims=True)
    after = np.maximum(called - np.cumsum(calling, axis=-1), 0.0)
    return np.asarray(np.minimum((spent + after).min(axis=-1), called[..., 0]))


def _one_step(weights: Array, model: DecisionModel, repair_cost: Array) -> Array:
    """For each check, the cost of it and of the plan after it."""
    if not model.outcomes:
        return np.zeros(0)
    most = max(table.shape[1] for table in model.outcomes)
    joint = np.zeros((len(model.outcomes), most, len(weights)))
    for index, table in enumerate(model.outcomes):
        joint[index, : table.shape[1]] = table.T * weights
    return np.asarray(model.check_cost + plan_cost(joint, repair_cost, model.call_cost).sum(axis=-1))


def _promising(one_step: Array, model: DecisionModel) -> list[int]:
    """The checks whose every order is weighed: the most promising ones, as many as there is room for."""
    room, chosen = NUMBERS // len(model.probability), []
    for index in np.argsort(np.round(one_step, 9), kind="stable"):
        size = model.outcomes[index].shape[1] + 1
        if size > room:
            break
        room //= size
        chosen.append(int(index))
    return sorted(chosen)


def _with_checks(variants: Array, chosen: list[int], model: DecisionModel, repair_cost: Array) -> tuple[Array, Array]:
    """The expected cost with some checks done in the best order as far as they pay, then repairs.

    A state says of each check that it is not done yet (0) or what came out (from 1). All states are
    worked out at once, from those with all checks done back to the one with none.

    Args:
        variants: weights of the hypotheses, shape (variants, hypotheses).

    Returns:
        The cost of each variant, and for the first one the cost with each chosen check first.
    """
    joint = variants
    for place, index in enumerate(chosen, 1):
        table = np.concatenate([np.ones((1, len(repair_cost))), model.outcomes[index].T])
        shape = (1,) * place + table.shape
        joint = joint[..., None, :] * table.reshape(shape)
    value = plan_cost(joint, repair_cost, model.call_cost)
    mass = joint.sum(axis=-1)
    first = np.full(len(chosen), np.inf)
    for _ in chosen:
        for axis, index in enumerate(chosen, 1):
            undone = np.take(mass, 0, axis=axis)
            after = np.take(value, np.arange(1, value.shape[axis]), axis=axis).sum(axis=axis)
            cost = model.check_cost[index] * undone + after
            at = (slice(None),) * axis + (0,)
            value[at] = np.minimum(value[at], cost)
            first[axis - 1] = cost[(0,) * cost.ndim]
    return value[(slice(None),) + (0,) * len(chosen)], first
