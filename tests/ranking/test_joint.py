"""The probability of exactly some causes with the evidence, against summing out."""

from __future__ import annotations

import itertools
import math

import pytest

from diagnoser.ranking import joint, posterior
from tests.ranking.random_networks import random_network


def sets_of(causes: list[str]) -> list[frozenset[str]]:
    return [frozenset(chosen) for n in range(4) for chosen in itertools.combinations(causes, n)]


@pytest.mark.parametrize("seed", range(80))
def test_agrees_with_summing_out(seed: int) -> None:
    network = random_network(seed, causes=6, gates=6, findings=6, weak=0.5)
    sets = sets_of(sorted(network.priors))

    found = joint.log_joint(network, sets)

    expected = posterior.log_joint(network, sets)
    assert found == pytest.approx(expected, abs=1e-10)


def test_too_many_open_events_are_summed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    network = random_network(3, causes=6, gates=6, findings=6, weak=0.5)
    sets = sets_of(sorted(network.priors))
    looked_at = joint.log_joint(network, sets)

    monkeypatch.setattr(joint, "MAX_BOTH_WAYS", 0)

    assert joint.log_joint(network, sets) == pytest.approx(looked_at, abs=1e-10)


def test_a_set_without_a_certain_cause_is_impossible() -> None:
    network = next(n for n in map(random_network, range(100)) if any(p == 1.0 for p in n.priors.values()))
    certain = next(c for c, p in network.priors.items() if p == 1.0)

    without, with_it = joint.log_joint(network, [frozenset(), frozenset({certain})])

    assert without == -math.inf < with_it
