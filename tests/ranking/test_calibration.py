"""Stated probabilities come true: 20,000 cases drawn from the model itself, with a fixed seed.

In each bin of stated probabilities, the number of causes that were really there may differ from the
sum of what was stated only by chance: by four standard deviations of the binomial at most.
"""

from __future__ import annotations

import dataclasses
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose, prepare
from diagnoser.evidence import evidence_from
from diagnoser.fault_tree import FaultTree
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential
from diagnoser.ranking.posterior import posterior

CASES = 20_000
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 1.0)
DEVIATIONS = 4.0

Told = Iterable[tuple[float, int, int]]
"""Stated probability, how often it was stated, and how often it came true."""


def assert_calibrated(told: Told, least_bins: int) -> None:
    stated, variance, true, count = Counter(), Counter(), Counter(), Counter()
    for probability, cases, came_true in told:
        bin_ = next(i for i, upper in enumerate(BINS[1:]) if probability <= upper + 1e-12)
        stated[bin_] += cases * probability
        variance[bin_] += cases * probability * (1.0 - probability)
        true[bin_] += came_true
        count[bin_] += cases
    for bin_ in count:
        allowed = DEVIATIONS * math.sqrt(variance[bin_]) + 1.0
        assert abs(true[bin_] - stated[bin_]) <= allowed, f"bin {BINS[bin_]}: {true[bin_]} of {stated[bin_]:.1f}"
    assert sum(count[b] >= 50 for b in count) >= least_bins


def test_in_a_random_network_of_two_layers() -> None:
    rnd = random.Random(11)
    priors = {f"b:c{i}": rnd.uniform(0.01, 0.25) for i in range(9)}
    shape = [
        (f"b:f{i}", rnd.uniform(0.005, 0.1), tuple((c, rnd.uniform(0.3, 0.95)) for c in rnd.sample(sorted(priors), 3)))
        for i in range(8)
    ]
    drawn: dict[tuple[bool, ...], Counter[str]] = {}
    for _ in range(CASES):
        there = {c for c, p in priors.items() if rnd.random() < p}
        seen = tuple(
            rnd.random() < 1.0 - (1.0 - background) * math.prod(1.0 - q for c, q in parents if c in there)
            for _, background, parents in shape
        )
        drawn.setdefault(seen, Counter()).update([*there, "cases"])

    def told() -> Told:
        for seen, counts in drawn.items():
            findings = tuple(Evidential(f, b, ps, s, 1.0) for (f, b, ps), s in zip(shape, seen, strict=True))
            network = BeliefNetwork(priors, {}, FaultTree({}), findings, frozenset(priors))
            for cause, probability in posterior(network).probability.items():
                yield probability, counts["cases"], counts[cause]

    assert_calibrated(told(), least_bins=9)


FINDINGS = ("port_down", "box_dead", "log_link_down", "log_shutdown", "rx_power_low")


@pytest.fixture(scope="module")
def by_belief_alone(small: PreparedKnowledge) -> PreparedKnowledge:
    """The small base without authored rules, which speak with more certainty than the model."""
    return prepare(dataclasses.replace(small.base, rules={}))


def test_in_a_whole_diagnosis_of_the_small_base(by_belief_alone: PreparedKnowledge) -> None:
    base = by_belief_alone.base
    rnd = random.Random(12)
    lift = 6.0  # priors are small; what is true of them is true of larger ones, with more to count
    causes = {
        c: dataclasses.replace(cause, prior=min(0.5, lift * cause.prior))
        for c, cause in base.causes.items()
        if c.startswith("small:")
    }
    knowledge = dataclasses.replace(by_belief_alone, base=dataclasses.replace(base, causes={**base.causes, **causes}))
    drawn: dict[tuple[bool, ...], Counter[str]] = {}
    for _ in range(CASES):
        there = {c for c, cause in causes.items() if rnd.random() < cause.prior}
        acts = _acts(knowledge, there, rnd)
        seen = tuple(_shows(knowledge, f"small:{f}", acts, rnd) for f in FINDINGS)
        drawn.setdefault(seen, Counter()).update([*there, "cases"])

    def told() -> Told:
        for seen, counts in drawn.items():
            answers = {f"small:{f}": "present" if s else "absent" for f, s in zip(FINDINGS, seen, strict=True)}
            report = diagnose(knowledge, evidence_from({"answers": answers}), ("small",), top=None)
            for cause in report.causes:
                yield cause.posterior, counts["cases"], counts[f"{cause.base}:{cause.id}"]

    assert_calibrated(told(), least_bins=5)


def _acts(knowledge: PreparedKnowledge, there: set[str], rnd: random.Random) -> Mapping[str, bool]:
    """Which causes are there and which events happen, drawn anew for each case."""
    tree, acts = knowledge.base.tree, dict.fromkeys(there, True)

    def happens(node: str) -> bool:
        if node not in acts:
            gate = tree.gates.get(node)
            needed = 0 if gate is None else {"or": 1, "and": len(gate.inputs)}[gate.kind]
            acting = sum(happens(i.id) and rnd.random() < i.strength for i in gate.inputs) if gate else 0
            acts[node] = gate is not None and acting >= needed
        return acts[node]

    for event in sorted(tree.gates):
        if event.startswith("small:"):
            happens(event)
    return acts


def _shows(knowledge: PreparedKnowledge, finding: str, acts: Mapping[str, bool], rnd: random.Random) -> bool:
    told = knowledge.base.findings[finding]
    quiet = math.prod(1.0 - q for p, q in told.parents if acts.get(p, False))
    return rnd.random() < 1.0 - (1.0 - told.background) * quiet
