"""How probable exactly some causes are together with the evidence.

With its causes given, an event depends on events under it only. One that bears on several findings or
events, and may or may not happen, is looked at both ways; everything else is then independent.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from diagnoser.fault_tree import Gate
from diagnoser.ranking.belief_network import BeliefNetwork
from diagnoser.ranking.posterior import log_joint as summed_out
from diagnoser.ranking.scenarios import happens

Array = NDArray[np.float64]

MAX_BOTH_WAYS = 7
"""With more events that are looked at both ways, they are summed out instead."""


def log_joint(network: BeliefNetwork, sets: Sequence[frozenset[str]]) -> Array:
    """Natural logarithm of P(exactly these causes, and the evidence), for each of some sets of causes.

    Raises:
        TooWide: the causes in question hang together too much.
    """
    wanted = frozenset().union(*sets)
    gates = _within_reach(network, wanted)
    both_ways = _both_ways(network, wanted, gates)
    if len(both_ways) > MAX_BOTH_WAYS:
        return summed_out(network, sets)
    evidence = _log_evidence(network, sets, gates, both_ways)
    return evidence + _log_priors(network, sets)


def _within_reach(network: BeliefNetwork, causes: frozenset[str]) -> list[Gate]:
    """The gates that some causes could meet, bottom up."""
    reached = set(causes)
    gates = []
    for gate in network.tree.bottom_up():
        if sum(i.id in reached for i in gate.inputs) >= gate.needed():
            gates.append(gate)
            reached.add(gate.event)
    return gates


def _both_ways(network: BeliefNetwork, causes: frozenset[str], gates: Sequence[Gate]) -> tuple[str, ...]:
    """The events that bear on several findings or events, and that the causes do not settle."""
    settled = set(causes)
    uses = Counter(p for f in network.findings for p, _ in f.parents)
    reached = {*causes, *(g.event for g in gates)}
    for gate in gates:
        inputs = [i for i in gate.inputs if i.id in reached]
        uses.update(i.id for i in inputs)
        if gate.kind != "inhibit" and all(i.strength == 1.0 and i.id in settled for i in inputs):
            settled.add(gate.event)
    return tuple(g.event for g in gates if uses[g.event] > 1 and g.event not in settled)


def _log_evidence(
    network: BeliefNetwork, sets: Sequence[frozenset[str]], gates: Sequence[Gate], both_ways: tuple[str, ...]
) -> Array:
    """Natural logarithm of P(evidence | exactly these causes), for each set.

    Arrays run over the ways in which the events that are looked at both ways come out, then over sets.
    """
    ways = 1 << len(both_ways)
    shape = (ways, len(sets))
    acts: dict[str, Array] = {}
    for cause in sorted(frozenset(c for each in sets for c in each)):
        acts[cause] = np.tile(np.array([cause in each for each in sets], dtype=float), ways)
    looked_at = {
        event: np.repeat((np.arange(ways) >> place & 1).astype(float), len(sets))
        for place, event in enumerate(both_ways)
    }
    joint = np.ones(ways * len(sets))
    for gate in gates:
        chance = happens(gate, [(acts[i.id], i.strength) for i in gate.inputs if i.id in acts])
        if gate.event in looked_at:
            acts[gate.event] = looked_at[gate.event]
            chance = np.where(acts[gate.event] > 0.0, chance, 1.0 - chance)
            joint *= chance
        else:
            acts[gate.event] = chance
    likelihood, log_constant = _likelihood(network, acts)
    joint *= likelihood
    with np.errstate(divide="ignore"):
        total: Array = np.log(joint.reshape(shape).sum(axis=0)) + log_constant
    return total


def _likelihood(network: BeliefNetwork, acts: Mapping[str, Array]) -> tuple[Array | float, float]:
    """The likelihood of the findings that something in question could show, and the logarithm of all others'."""
    nodes: list[Array] = []
    strengths: list[float] = []
    starts: list[int] = []
    terms: list[tuple[float, float]] = []
    log_constant = 0.0
    for finding in network.findings:
        a, d = finding.likelihoods
        shown = d * (1.0 - finding.background)
        parents = [(p, q) for p, q in finding.parents if p in acts]
        if parents:
            terms.append((a, shown))
            starts.append(len(nodes))
            nodes += [acts[p] for p, _ in parents]
            strengths += [q for _, q in parents]
        else:
            log_constant += math.log(a + shown) if a + shown > 0.0 else -math.inf
    if not terms:
        return 1.0, log_constant
    absent = np.multiply.reduceat(1.0 - np.array(strengths)[:, None] * np.array(nodes), starts, axis=0)
    weights = np.array(terms)
    return (weights[:, :1] + weights[:, 1:] * absent).prod(axis=0), log_constant


def _log_priors(network: BeliefNetwork, sets: Sequence[frozenset[str]]) -> Array:
    """Natural logarithm of P(exactly these causes), for each set."""
    forced = frozenset(c for c, p in network.priors.items() if p >= 1.0)
    nobody = sum(math.log1p(-p) for p in network.priors.values() if p < 1.0)
    log_odds = {
        c: math.log(p) - math.log1p(-p) for c, p in ((c, network.priors[c]) for c in frozenset().union(*sets) - forced)
    }
    return np.array(
        [nobody + sum(log_odds[c] for c in sorted(each - forced)) if forced <= each else -math.inf for each in sets]
    )
