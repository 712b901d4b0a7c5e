"""What a fault tree says, by looking at every combination of its basic events."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from diagnoser.fault_tree.logic_tree import LogicGate, LogicTree

State = frozenset[str]
Truth = Any
"""One boolean for each combination of events; combination number n has event i if bit i of n is set."""


@dataclass(frozen=True)
class Enumerated:
    """The answers, each by its definition; measures by event: Birnbaum, criticality,
    Fussell-Vesely, RAW, RRW. None where the top event cannot happen."""

    probability: float
    cut_sets: frozenset[State]
    measures: dict[str, tuple[float, float, float, float, float]]


def enumerate_tree(tree: LogicTree, top: str) -> Enumerated:
    """Every combination of events is looked at; do not ask for more than about 16 events."""
    p = tree.probabilities
    numbers = np.arange(1 << len(p))
    has = {e: (numbers >> i & 1).astype(bool) for i, e in enumerate(p)}
    weight = np.ones(len(numbers))
    for e in p:
        weight = weight * np.where(has[e], p[e], 1 - p[e])
    true = _truth(tree, top, has)
    cuts = _minimal(true)
    probability = float(weight[true].sum())
    measures = {}
    for i, e in enumerate(p):
        given = float(weight[true & has[e]].sum()) / p[e]
        without = float(weight[true & ~has[e]].sum()) / (1 - p[e])
        some = np.zeros(len(numbers), dtype=bool)
        for cut in cuts:
            if cut >> i & 1:
                some |= (numbers & cut) == cut
        if probability:
            measures[e] = (
                given - without,
                p[e] * (given - without) / probability,
                float(weight[some].sum()) / probability,
                given / probability,
                probability / without if without else math.inf,
            )
    names = list(p)
    sets = frozenset(frozenset(e for i, e in enumerate(names) if cut >> i & 1) for cut in cuts)
    return Enumerated(probability, sets, measures)


def _truth(tree: LogicTree, node: str, has: dict[str, Truth]) -> Truth:
    if node in has:
        return has[node]
    if node in tree.constants:
        return np.full_like(next(iter(has.values())), tree.constants[node])
    gate = tree.gates[node]
    on = np.sum([_truth(tree, i, has) for i in gate.inputs], axis=0)
    truth = {
        "or": on >= 1,
        "and": on == len(gate.inputs),
        "atleast": on >= gate.k,
        "xor": on % 2 == 1,
        "not": on == 0,
    }[gate.operator]
    has[node] = truth
    return truth


def _minimal(true: Truth) -> list[int]:
    """Combinations that are true while no part of them is, smallest first."""
    found: list[int] = []
    for number in sorted(map(int, np.flatnonzero(true)), key=lambda n: (n.bit_count(), n)):
        if not any(number & cut == cut for cut in found):
            found.append(number)
    return found


def random_trees(count: int, most_events: int, negations: bool = False) -> Iterator[LogicTree]:
    """Trees with shared gates and events, k-out-of-n gates, and probabilities over four decades."""
    for seed in range(count):
        yield random_tree(random.Random(seed), most_events, negations)


def random_tree(dice: random.Random, most_events: int, negations: bool) -> LogicTree:
    events = [f"e{n}" for n in range(dice.randint(1, most_events))]
    gates: dict[str, LogicGate] = {}
    nodes = list(events)
    for n in range(dice.randint(1, 10)):
        inputs = tuple(dice.sample(nodes, min(len(nodes), dice.randint(2, 5))))
        kind = dice.choice(["and", "or", "or", "atleast"] + ["not", "xor"] * negations)
        if kind == "not":
            inputs = inputs[:1]
        gates[f"g{n}"] = LogicGate(kind, inputs, dice.randint(1, len(inputs)))
        nodes.append(f"g{n}")
    unused = [n for n in nodes if not any(n in g.inputs for g in gates.values())]
    gates["top"] = LogicGate(dice.choice(["and", "or"]), tuple(dict.fromkeys([*unused, nodes[-1]])))
    probabilities = {e: dice.choice([0.9, 0.5, 0.3, 0.1, 0.01, 0.001]) * dice.uniform(0.5, 1.0) for e in events}
    return LogicTree(f"random {dice.random():.6f}", dict(reversed(gates.items())), probabilities)
