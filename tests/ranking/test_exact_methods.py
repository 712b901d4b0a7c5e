"""The two exact methods against each other, and bundles of causes against going through all states."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import replace

import numpy as np
import pytest

from diagnoser.ranking import conditioning, summing_out
from diagnoser.ranking.bundles import Bundles
from diagnoser.ranking.elimination import elimination_order
from diagnoser.ranking.explanations import explanations
from diagnoser.ranking.factors import Factors
from diagnoser.ranking.posterior import posterior
from tests.ranking.random_networks import random_network


@pytest.mark.parametrize("seed", range(120))
def test_both_methods_give_the_same_weights(seed: int) -> None:
    network = random_network(seed, causes=10, gates=7, findings=6)
    columns = tuple(f.id for f in network.findings)

    summed = summing_out.solved(Factors(network, columns))
    looked_at = conditioning.solved(Factors(network, columns))

    assert summed.log_total == pytest.approx(looked_at.log_total, abs=1e-11)
    with np.errstate(invalid="ignore"):  # where a column's evidence is impossible
        shares = [s.on / (s.on + s.off) for s in (summed, looked_at)]
    assert shares[0] == pytest.approx(shares[1], abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("seed", [0, 33, 35])
def test_findings_that_nothing_shows_leave_the_priors(seed: int) -> None:
    network = random_network(seed, causes=6, gates=4, findings=3)
    unshown = replace(network, findings=tuple(replace(f, parents=()) for f in network.findings))
    nothing = replace(network, findings=())

    assert posterior(unshown).probability == pytest.approx(posterior(nothing).probability, abs=1e-12)


@pytest.mark.parametrize(("sizes", "marks"), [((1,), 1), ((5, 1, 2), 1), ((3, 4), 2), ((2, 1, 7), 3), ((3,), 4)])
def test_a_bundle_is_what_its_causes_do_together(sizes: tuple[int, ...], marks: int) -> None:
    dice = random.Random(marks)
    count = sum(sizes)
    on = np.array([[dice.random()] for _ in range(count)])
    off = 1.0 - on
    strengths = np.array([[dice.random() for _ in range(marks)] for _ in range(count)])

    bundles = Bundles(on, off, strengths, sizes)

    ends = list(itertools.accumulate(sizes))
    for bundle, (size, end) in enumerate(zip(sizes, ends, strict=True)):
        for state in range(1 << marks):
            exactly = 0.0  # by inclusion and exclusion
            inside = [m for m in range(marks) if state >> (marks - 1 - m) & 1]
            for kept in itertools.chain.from_iterable(
                itertools.combinations(inside, n) for n in range(len(inside) + 1)
            ):
                outside = [m for m in range(marks) if m not in kept]
                quiet = math.prod(
                    off[c, 0] + on[c, 0] * math.prod(1.0 - strengths[c, m] for m in outside)
                    for c in range(end - size, end)
                )
                exactly += (-1.0) ** (len(inside) - len(kept)) * quiet
            assert bundles.tables[state, bundle, 0] == pytest.approx(exactly, abs=1e-12)


def test_the_weights_of_a_bundle_add_up() -> None:
    dice = np.random.default_rng(3)
    on, strengths = dice.random((7, 2)), dice.random((7, 3))
    bundles = Bundles(on, 1.0 - on, strengths, (4, 3))
    likelihood = dice.random((8, 1, 2))

    present, absent = bundles.back(np.broadcast_to(likelihood, bundles.tables.shape))

    total = (bundles.tables * likelihood).sum(axis=0)
    assert present[:4] + absent[:4] == pytest.approx(np.broadcast_to(total[0], (4, 2)), abs=1e-12)
    assert present[4:] + absent[4:] == pytest.approx(np.broadcast_to(total[1], (3, 2)), abs=1e-12)


def test_explanations_that_only_rounding_tells_apart_are_ordered_by_id() -> None:
    network = random_network(11, causes=4)
    found = posterior(network)
    ids = sorted(found.probability)
    level = dict.fromkeys(ids, 0.25)
    blurred = {c: 0.25 * (1.0 + 1e-15 * place) for place, c in enumerate(ids)}

    assert explanations(network, blurred, None) == explanations(network, level, None)


@pytest.mark.parametrize("seed", range(120))
def test_an_event_may_come_before_its_mark(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    network = random_network(seed, causes=10, gates=7, findings=6)
    in_order = summing_out.solved(Factors(network, ()))

    monkeypatch.setattr(summing_out, "elimination_order", events_first)
    monkeypatch.setattr(summing_out, "LARGE", 0)
    freely = summing_out.solved(Factors(network, ()))

    assert freely.log_total == pytest.approx(in_order.log_total, abs=1e-11)
    with np.errstate(invalid="ignore"):
        shares = [s.on / (s.on + s.off) for s in (in_order, freely)]
    assert shares[0] == pytest.approx(shares[1], abs=1e-12, nan_ok=True)


def events_first(neighbours: list[int], after: dict[int, int], width: int, numbers: float) -> tuple[list[int], int]:
    """Any order that leaves out no variable will do; this one is the reverse of what is usual."""
    order, size = elimination_order(neighbours, after, width, numbers)
    return (order, size) if after else (order[::-1], 0)
