"""A network of two layers, causes and findings, and pyAgrum's posteriors of it."""

from __future__ import annotations

import random
from typing import Any

from diagnoser.fault_tree import FaultTree
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential


def two_layers(parents: int, seed: int = 5) -> BeliefNetwork:
    """30 causes and 24 findings with `parents` causes each; the first six findings are present."""
    dice = random.Random(seed)
    causes = {f"b:c{i:02}": round(dice.uniform(0.001, 0.05), 4) for i in range(30)}
    findings = []
    for i in range(24):
        drawn = sorted((c, round(dice.uniform(0.2, 0.95), 3)) for c in dice.sample(sorted(causes), parents))
        findings.append(Evidential(f"b:f{i:02}", round(dice.uniform(0.001, 0.02), 4), tuple(drawn), i < 6, 1.0))
    return BeliefNetwork(causes, {}, FaultTree({}), tuple(findings), frozenset(causes))


class Pyagrum:
    """The same network in pyAgrum, ready to be asked."""

    def __init__(self, network: BeliefNetwork) -> None:
        import pyagrum as gum

        self._network = network
        net = gum.BayesNet()
        self._ids = {c: net.add(gum.LabelizedVariable(c, "", 2)) for c in network.priors}
        for finding in network.findings:
            self._ids[finding.id] = net.addNoisyORNet(gum.LabelizedVariable(finding.id, "", 2), finding.background)
        for cause, prior in network.priors.items():
            net.cpt(self._ids[cause]).fillWith([1 - prior, prior])
        for finding in network.findings:
            for parent, strength in finding.parents:
                net.addWeightedArc(self._ids[parent], self._ids[finding.id], strength)
        self._engine: Any = gum.LazyPropagation(net)

    def posteriors(self) -> dict[str, float]:
        """Cause -> posterior."""
        self._engine.eraseAllEvidence()
        self._engine.setEvidence({f.id: int(f.present) for f in self._network.findings})
        self._engine.makeInference()
        return {cause: float(self._engine.posterior(cause)[1]) for cause in self._network.priors}
