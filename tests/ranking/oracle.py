"""The posterior by brute force, straight from the definition, sharing no code with the solver."""

from __future__ import annotations

import itertools
import math

from diagnoser.ranking.belief_network import BeliefNetwork


def enumerate_posterior(network: BeliefNetwork) -> tuple[dict[str, float], float, float]:
    """(cause -> posterior, P(no suspect | evidence), P(evidence)) by summing over every world.

    A world says of each cause whether it is present, and of each uncertain input of a gate (and
    each inhibit condition) whether it acts.
    """
    causes = sorted(network.priors)
    gates = {g.event: g for g in network.tree.gates.values()}
    chances = [(g.event, i.id, i.strength) for g in gates.values() for i in g.inputs if i.strength < 1.0]
    chances += [(g.event, None, g.condition) for g in gates.values() if g.kind == "inhibit"]
    mass = dict.fromkeys(causes, 0.0)
    total = nobody = 0.0
    for present in itertools.product((False, True), repeat=len(causes)):
        world = dict(zip(causes, present, strict=True))
        prior = math.prod(network.priors[c] if on else 1.0 - network.priors[c] for c, on in world.items())
        if prior == 0.0:
            continue
        likelihood = 0.0
        for acts in itertools.product((False, True), repeat=len(chances)):
            weight = math.prod(s if on else 1.0 - s for (_, _, s), on in zip(chances, acts, strict=True))
            blocked = {(e, i) for (e, i, _), on in zip(chances, acts, strict=True) if not on}
            likelihood += weight * _likelihood(network, gates, world, blocked)
        joint = prior * likelihood
        total += joint
        for cause, on in world.items():
            if on:
                mass[cause] += joint
        if not any(world[c] for c in network.suspects):
            nobody += joint
    return {c: m / total for c, m in mass.items()}, nobody / total, total


def _likelihood(network, gates, world, blocked) -> float:
    known: dict[str, bool] = dict(world)

    def happens(node: str) -> bool:
        if node not in known:
            gate = gates[node]
            acting = sum(happens(i.id) and (node, i.id) not in blocked for i in gate.inputs)
            need = {"or": 1, "and": len(gate.inputs), "atleast": gate.k, "inhibit": 1}[gate.kind]
            known[node] = acting >= need and (node, None) not in blocked
        return known[node]

    result = 1.0
    for finding in network.findings:
        absent = 1.0 - finding.background
        for parent, strength in finding.parents:
            if happens(parent):
                absent *= 1.0 - strength
        present = 1.0 - absent
        said, other = (present, absent) if finding.present else (absent, present)
        result *= finding.certainty * said + (1.0 - finding.certainty) * other
    return result
