"""What a given set of causes, and no other, would bring about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from diagnoser.fault_tree import Gate
from diagnoser.ranking.belief_network import BeliefNetwork

Array = NDArray[np.float64]


class Scenarios:
    """How probable events and reports are under given sets of causes, for many sets at once.

    Inputs of a gate are taken as independent given the causes; that is exact where no event with a
    chance of its own is shared, and close enough for forecasts elsewhere.
    """

    def __init__(self, network: BeliefNetwork) -> None:
        self._network = network
        self._gates = tuple(network.tree.bottom_up())

    @property
    def forced(self) -> frozenset[str]:
        """Confirmed causes, which are part of every scenario."""
        return frozenset(c for c, p in self._network.priors.items() if p >= 1.0)

    def acting(self, sets: Sequence[frozenset[str]]) -> Mapping[str, Array]:
        """Cause or event -> P(it is there | exactly these causes), for each set; others never are."""
        return acting(self._gates, sets)


def acting(gates: Iterable[Gate], sets: Sequence[frozenset[str]]) -> dict[str, Array]:
    """Cause or event -> P(it is there | exactly these causes), for each set.

    Args:
        gates: bottom up; inputs that no gate and no set brings about never are there.
        sets: sets of causes.
    """
    acts: dict[str, Array] = {}
    for place, each in enumerate(sets):
        for cause in sorted(each):
            if cause not in acts:
                acts[cause] = np.zeros(len(sets))
            acts[cause][place] = 1.0
    for gate in gates:
        inputs = [(acts[i.id], i.strength) for i in gate.inputs if i.id in acts]
        if len(inputs) >= gate.needed():
            acts[gate.event] = happens(gate, inputs)
    return acts


def happens(gate: Gate, inputs: list[tuple[Array, float]]) -> Array:
    """P(the gate's event), for each set."""
    if gate.needed() == 1:
        (present, strength), *others = inputs
        happens: Array = present if strength == 1.0 else strength * present
        for present, strength in others:
            happens = happens + strength * present * (1.0 - happens)
    else:
        count = np.zeros((len(inputs) + 1, len(inputs[0][0])))
        count[0] = 1.0
        for present, strength in inputs:
            chance = strength * present
            after = count * (1.0 - chance)
            after[1:] += count[:-1] * chance
            count = after
        happens = count[gate.needed() :].sum(axis=0)
    return happens * gate.condition if gate.kind == "inhibit" else happens
