"""The exact posterior against enumeration and against pyAgrum."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from diagnoser.fault_tree import FaultTree
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential
from diagnoser.ranking.bounded import bounded_posterior
from diagnoser.ranking.elimination import TooWide
from diagnoser.ranking.explanations import explanations
from diagnoser.ranking.posterior import posterior
from tests.ranking.oracle import enumerate_posterior
from tests.ranking.random_networks import random_network


@pytest.mark.parametrize("seed", range(150))
def test_agrees_with_enumeration_on_random_gated_networks(seed: int) -> None:
    network = random_network(seed)

    found = posterior(network)

    expected, nobody, evidence = enumerate_posterior(network)
    assert found.probability == pytest.approx(expected, abs=1e-10)
    assert found.unexplained == pytest.approx(nobody, abs=1e-10)
    assert math.exp(found.log_evidence) == pytest.approx(evidence, rel=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_taking_a_finding_away_equals_never_having_had_it(seed: int) -> None:
    network = random_network(seed + 1000)
    columns = tuple(f.id for f in network.findings)

    found = posterior(network, columns)

    for finding in network.findings:
        without = replace(network, findings=tuple(f for f in network.findings if f is not finding))
        expected, _, _ = enumerate_posterior(without)
        for cause, log_odds in found.without(finding.id).items():
            assert 1.0 / (1.0 + math.exp(-log_odds)) == pytest.approx(expected[cause], abs=1e-9)


def test_improbable_evidence_does_not_cancel() -> None:
    # Ten present findings that their causes hardly ever show: P(evidence) is below 1e-20.
    causes = {f"b:c{i}": 1e-4 for i in range(8)}
    findings = tuple(
        Evidential(f"b:f{i}", 1e-4, ((f"b:c{i % 8}", 0.03), (f"b:c{(i + 3) % 8}", 0.02)), True, 1.0) for i in range(10)
    )
    network = BeliefNetwork(causes, {}, FaultTree({}), findings, frozenset(causes))

    found = posterior(network)

    expected, nobody, evidence = enumerate_posterior(network)
    assert evidence < 1e-20
    assert found.probability == pytest.approx(expected, rel=1e-9)
    assert found.unexplained == pytest.approx(nobody, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_pyagrum_on_two_layers(seed: int) -> None:
    gum = pytest.importorskip("pyagrum")
    import random

    rnd = random.Random(seed)
    causes = {f"b:c{i:02}": round(rnd.uniform(0.001, 0.05), 4) for i in range(24)}
    findings = tuple(
        Evidential(
            f"b:f{i:02}",
            round(rnd.uniform(0.001, 0.05), 4),
            tuple(sorted((c, round(rnd.uniform(0.1, 0.95), 3)) for c in rnd.sample(sorted(causes), 4))),
            rnd.random() < 0.5,
            1.0,
        )
        for i in range(14)
    )
    network = BeliefNetwork(causes, {}, FaultTree({}), findings, frozenset(causes))

    found = posterior(network)

    bn = gum.BayesNet()
    ids = {c: bn.add(gum.LabelizedVariable(c, "", 2)) for c in causes}
    for finding in findings:
        # A leak by hand: pyAgrum's weight is P(absent-making) of one parent alone.
        ids[finding.id] = bn.addNoisyORNet(gum.LabelizedVariable(finding.id, "", 2), finding.background)
    for cause, prior in causes.items():
        bn.cpt(ids[cause]).fillWith([1.0 - prior, prior])
    for finding in findings:
        for parent, strength in finding.parents:
            bn.addWeightedArc(ids[parent], ids[finding.id], strength)
    inference = gum.LazyPropagation(bn)
    inference.setEvidence({f.id: int(f.present) for f in findings})
    inference.makeInference()
    for cause in causes:
        assert found.probability[cause] == pytest.approx(inference.posterior(cause)[1], abs=1e-8)


@pytest.mark.parametrize("seed", range(40))
def test_the_bound_holds(seed: int) -> None:
    network = random_network(seed + 500, causes=6)

    rough = bounded_posterior(network)

    expected, nobody, _ = enumerate_posterior(network)
    for cause, value in rough.part.probability.items():
        assert abs(value - expected[cause]) <= rough.bound + 1e-12
    assert abs(rough.part.unexplained - nobody) <= rough.bound + 1e-12


@pytest.mark.parametrize("seed", range(40))
def test_joint_explanations_have_their_exact_probability(seed: int) -> None:
    network = random_network(seed + 700, causes=3)
    found = posterior(network)

    joint = explanations(network, found.probability, found.log_evidence)

    assert sum(e.posterior for e in joint) == pytest.approx(1.0, abs=1e-9)  # all sets of three causes


def test_a_network_too_wide_is_said_and_not_attempted() -> None:
    causes = {f"b:c{i}": 0.01 for i in range(20)}
    everyone = tuple((c, 0.5) for c in causes)
    findings = tuple(Evidential(f"b:f{i}", 0.01, everyone, True, 1.0) for i in range(20))

    with pytest.raises(TooWide):
        posterior(BeliefNetwork(causes, {}, FaultTree({}), findings, frozenset(causes)))
