"""How exactly a posterior is worked out where every reason would take too much."""

from __future__ import annotations

import pytest

from diagnoser.fault_tree import FaultTree
from diagnoser.ranking.affordable import solved
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential
from diagnoser.ranking.elimination import TooWide
from diagnoser.ranking.posterior import posterior
from tests.ranking.oracle import enumerate_posterior


def entangled(causes: int, findings: int) -> BeliefNetwork:
    """Every cause shows every finding, each with a strength of its own."""
    priors = {f"b:c{i:02}": 0.01 + 0.01 * i for i in range(causes)}
    seen = tuple(
        Evidential(
            f"b:f{j:02}",
            0.02,
            tuple((c, 0.1 + 0.8 * ((7 * i + 5 * j) % 13) / 13) for i, c in enumerate(priors)),
            True,
            1.0,
        )
        for j in range(findings)
    )
    return BeliefNetwork(priors, {}, FaultTree({}), seen, frozenset(priors))


def test_the_posterior_stays_exact_where_every_reason_would_take_too_much() -> None:
    network = entangled(causes=11, findings=14)
    columns = tuple(f.id for f in network.findings)
    with pytest.raises(TooWide):
        posterior(network, columns)

    found, method = solved(network, columns)

    expected, nobody, _ = enumerate_posterior(network)
    assert method.exact
    assert found.probability == pytest.approx(expected, abs=1e-10)
    assert found.unexplained == pytest.approx(nobody, abs=1e-10)
    assert all(len(odds) == 1 + len(columns) for odds in found.log_odds.values())


def test_the_same_causes_are_exact_with_and_without_reasons() -> None:
    network = entangled(causes=11, findings=14)

    with_reasons, _ = solved(network, tuple(f.id for f in network.findings))
    without, method = solved(network, ())

    assert method.exact
    assert with_reasons.probability == pytest.approx(without.probability, abs=1e-12)


def test_what_is_too_wide_even_so_is_bounded_and_says_by_how_much() -> None:
    found, method = solved(entangled(causes=24, findings=24), ())

    assert not method.exact
    assert 0.0 < method.bound <= 1.0
    assert len(found.probability) < 24
