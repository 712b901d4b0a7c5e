"""Random noisy-OR networks with every kind of gate."""

from __future__ import annotations

import random

from diagnoser.fault_tree import FaultTree, Gate, Input
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential


def random_network(seed: int, causes: int = 7, gates: int = 4, findings: int = 5, weak: float = 0.25) -> BeliefNetwork:
    """A network small enough to enumerate. Events may share causes and rest on other events."""
    rnd = random.Random(seed)
    names = [f"b:c{i}" for i in range(causes)]
    tree: dict[str, Gate] = {}
    for index in range(gates):
        pool = names + list(tree)
        kind = rnd.choice(["or", "or", "or", "and", "atleast", "inhibit"])
        count = 1 if kind == "inhibit" else min(len(pool), rnd.randint(2, 4))
        inputs = tuple(
            Input(n, round(rnd.uniform(0.2, 0.9), 3) if rnd.random() < weak else 1.0) for n in rnd.sample(pool, count)
        )
        event = f"b:e{index}"
        k = rnd.randint(1, count) if kind == "atleast" else 1
        condition = round(rnd.uniform(0.2, 0.9), 3) if kind == "inhibit" else 1.0
        tree[event] = Gate(event, kind, inputs, k, condition)  # type: ignore[arg-type]
    observed = []
    for index in range(findings):
        pool = names + list(tree)
        parents = tuple(sorted((p, round(rnd.uniform(0.05, 0.98), 3)) for p in rnd.sample(pool, rnd.randint(1, 4))))
        certainty = rnd.choice([1.0, 1.0, 0.9, 0.7])
        observed.append(
            Evidential(f"b:f{index}", round(rnd.uniform(0.001, 0.3), 4), parents, rnd.random() < 0.7, certainty)
        )
    priors = {n: round(rnd.uniform(0.001, 0.3), 4) for n in names}
    if rnd.random() < 0.1:
        priors[names[0]] = 1.0
    suspects = frozenset(rnd.sample(names, rnd.randint(1, causes)))
    return BeliefNetwork(priors, {}, FaultTree(tree), tuple(observed), suspects)
