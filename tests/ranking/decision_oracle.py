"""The best policy of a troubleshooting problem by dynamic programming over everything, and others by hand.

A state is what each check came out with (or that it is not done) and which repairs were tried.
Nothing here is shared with `diagnoser.ranking.decision`.
"""

from __future__ import annotations

import itertools
import random

import numpy as np

from diagnoser.ranking.decision import DecisionModel


def optimum(model: DecisionModel) -> float:
    """The least expected cost of any policy."""
    count = len(model.probability)
    prior = model.probability / model.probability.sum()
    sizes = tuple(table.shape[1] + 1 for table in model.outcomes)
    likelihood = np.ones((count, *sizes))
    for state in itertools.product(*map(range, sizes)):
        for check, outcome in enumerate(state):
            if outcome:
                for cause in range(count):
                    likelihood[(cause, *state)] *= model.outcomes[check][cause, outcome - 1]
    best: list[np.ndarray] = [np.zeros(sizes) for _ in range(1 << count)]
    for left in range(1, 1 << count):
        members = [c for c in range(count) if left >> c & 1]
        mass = sum(prior[c] * likelihood[c] for c in members)
        value = sum(model.call_cost[c] * prior[c] * likelihood[c] for c in members)
        for c in members:
            if model.repair_cost[c] < np.inf:
                value = np.minimum(value, model.repair_cost[c] * mass + best[left & ~(1 << c)])
        for _ in sizes:
            for axis in range(len(sizes)):
                undone = tuple(0 if a == axis else slice(None) for a in range(len(sizes)))
                done = tuple(slice(1, None) if a == axis else slice(None) for a in range(len(sizes)))
                cost = model.check_cost[axis] * mass[undone] + value[done].sum(axis=axis)
                value[undone] = np.minimum(value[undone], cost)
        best[left] = value
    return float(best[-1][(0,) * len(sizes)])


def fixed_order(model: DecisionModel, sure: float = 0.95) -> float:
    """Checks as listed until one cause is nearly sure; then repairs, likeliest first; then calling."""

    def go(weights: np.ndarray, check: int) -> float:
        total = float(weights.sum())
        if total <= 0.0:
            return 0.0
        if check < len(model.outcomes) and weights.max() < sure * total:
            cost = float(model.check_cost[check]) * total
            return cost + sum(go(weights * column, check + 1) for column in model.outcomes[check].T)
        cost, left = 0.0, total
        for cause in np.argsort(-weights, kind="stable"):
            if weights[cause] > 0 and model.repair_cost[cause] < np.inf:
                cost += float(model.repair_cost[cause]) * left
                left -= float(weights[cause])
                weights = np.where(np.arange(len(weights)) == cause, 0.0, weights)
        return cost + float(model.call_cost @ weights)

    return go(model.probability / model.probability.sum(), 0)


def random_model(rnd: random.Random, most: int = 8) -> DecisionModel:
    """Up to eight causes, one of them perhaps beyond repair, and two to four checks.

    Calling costs the same for all causes, or in half of the models the repair on top.
    """
    count = rnd.randint(2, most)
    probability = np.array([rnd.expovariate(1.0) for _ in range(count)])
    repair = np.array([rnd.uniform(5, 90) for _ in range(count)])
    if rnd.random() < 0.3:
        repair[rnd.randrange(count)] = np.inf
    outcomes = []
    for _ in range(rnd.randint(2, 4)):
        kinds = rnd.choice([2, 2, 3])
        table = np.array([[rnd.betavariate(0.4, 0.8) + 0.01 for _ in range(kinds)] for _ in range(count)])
        outcomes.append(table / table.sum(axis=1, keepdims=True))
    costs = np.array([rnd.uniform(1, 30) for _ in outcomes])
    call = np.full(count, rnd.uniform(40, 240))
    if rnd.random() < 0.5:
        call += np.where(np.isfinite(repair), repair, 0.0)
    return DecisionModel(
        probability / probability.sum(), np.eye(count, dtype=bool), repair, costs, tuple(outcomes), call
    )
