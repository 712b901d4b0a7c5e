"""Choosing the next step against the best policy there is."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest

from diagnoser.ranking.decision import DecisionModel, forecast, plan_cost
from tests.ranking.decision_oracle import fixed_order, optimum, random_model

SINGLE = np.eye(2, dtype=bool)
"""Two hypotheses of one cause each."""


def expected_cost(model: DecisionModel) -> float:
    """The cost of following `forecast(...).best` to the end, over all outcomes; exact."""
    total = float(model.probability.sum())
    if total <= 1e-12:
        return 0.0
    kind, place = forecast(model).best
    if kind == "call":
        return float(model.call_cost @ model.probability)
    if kind == "repair":
        left = model.probability.copy()
        left[place] = 0.0
        return float(model.repair_cost[place]) * total + expected_cost(dataclasses.replace(model, probability=left))
    rest = dataclasses.replace(
        model,
        check_cost=np.delete(model.check_cost, place),
        outcomes=tuple(t for i, t in enumerate(model.outcomes) if i != place),
    )
    return float(model.check_cost[place]) * total + sum(
        expected_cost(dataclasses.replace(rest, probability=model.probability * column))
        for column in model.outcomes[place].T
    )


def test_close_to_the_best_policy_and_never_worse_than_a_fixed_order() -> None:
    rnd = random.Random(2024)
    models = [random_model(rnd) for _ in range(500)]

    ours = np.array([expected_cost(m) for m in models])
    best = np.array([optimum(m) for m in models])
    fixed = np.array([fixed_order(m) for m in models])

    assert (ours >= best - 1e-6).all()
    assert (ours <= fixed + 1e-6).all()
    assert ours.mean() <= 1.05 * best.mean()
    assert (ours / best).mean() <= 1.05
    assert fixed.mean() > 1.05 * best.mean()


def test_without_checks_repairs_go_by_probability_over_cost() -> None:
    rnd = random.Random(7)
    for _ in range(50):
        model = dataclasses.replace(random_model(rnd, 6), check_cost=np.zeros(0), outcomes=())

        cost = plan_cost(model.probability, model.members, np.minimum(model.repair_cost, 1e9), model.call_cost)

        assert float(cost) == pytest.approx(optimum(model), rel=1e-9)


def test_a_worked_example() -> None:
    # p 0.6 and 0.4, repairs 10 and 20, call 100. No check: repair the first (10), then in 40 % the second (20): 18.
    # A perfect check for 1: 1 + 0.6 * 10 + 0.4 * 20 = 15.
    model = DecisionModel(
        np.array([0.6, 0.4]), SINGLE, np.array([10.0, 20.0]), np.array([1.0]), (np.eye(2),), np.full(2, 100.0)
    )

    found = forecast(model)

    assert found.best == ("check", 0)
    assert found.checks == pytest.approx([15.0])
    assert found.repairs[0] == pytest.approx(18.0)
    assert found.call == 100.0


def test_what_cannot_be_mended_here_is_handed_over() -> None:
    model = DecisionModel(
        np.array([0.9, 0.1]), SINGLE, np.array([np.inf, 50.0]), np.array([40.0]), (np.eye(2),), np.full(2, 60.0)
    )

    assert forecast(model).best == ("call", 0)


def test_a_check_that_tells_nothing_is_not_chosen() -> None:
    model = DecisionModel(
        np.array([0.5, 0.5]), SINGLE, np.array([5.0, 5.0]), np.array([0.1]), (np.full((2, 2), 0.5),), np.full(2, 60.0)
    )

    assert forecast(model).best[0] == "repair"


def test_on_ties_the_given_order_holds() -> None:
    twice = DecisionModel(
        np.array([0.5, 0.5]),
        SINGLE,
        np.array([30.0, 30.0]),
        np.array([1.0, 1.0]),
        (np.eye(2), np.eye(2)),
        np.full(2, 100.0),
    )

    assert forecast(twice).best == ("check", 0)


def test_a_cause_that_is_there_in_any_case_is_mended_first() -> None:
    # Cause 0 is there alone (0.3), with cause 1 (0.35), or with cause 2 (0.35): no need to tell which before mending it.
    members = np.array([[True, False, False], [True, True, False], [True, False, True]])
    telling = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]])
    model = DecisionModel(
        np.array([0.3, 0.35, 0.35]),
        members,
        np.array([10.0, 30.0, 30.0]),
        np.array([8.0]),
        (telling,),
        np.full(3, 500.0),
    )

    found = forecast(model)

    assert found.best == ("repair", 0)
    # 10, then in 0.7: the check (8) and the right repair (30) of the two, or both where it was cause 0 alone: never asked.
    assert found.repairs[0] == pytest.approx(10.0 + 0.7 * (8.0 + 30.0))


def test_sets_are_repaired_until_all_of_them_are() -> None:
    # {0} 0.5, {0, 1} 0.5; repairs 10 and 20: the first in any case, the second in half.
    cost = plan_cost(
        np.array([0.5, 0.5]), np.array([[True, False], [True, True]]), np.array([10.0, 20.0]), np.full(2, 1000.0)
    )

    assert float(cost) == pytest.approx(10.0 + 0.5 * 20.0)
