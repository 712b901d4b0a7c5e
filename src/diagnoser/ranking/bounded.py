"""The posterior of the most promising causes, with a bound on what the others could change.

Used where the network of all causes is too wide for the exact method: it is solved exactly for the
causes that could matter most, all others taken as absent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from diagnoser.fault_tree import FaultTree
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential, restricted
from diagnoser.ranking.elimination import TooWide
from diagnoser.ranking.posterior import Posterior, posterior
from diagnoser.ranking.scenarios import Scenarios

SIZES = (96, 64, 48, 32, 24, 16, 12, 8, 5, 3)
"""How many causes are tried, largest first."""


@dataclass(frozen=True)
class BoundedPosterior:
    """The exact posterior of a part of the causes.

    `bound` is the largest amount by which any probability may be off: every set with a cause that
    was left out counted with its prior, as if the evidence were certain under it; at most 1.
    """

    part: Posterior
    bound: float


def bounded_posterior(network: BeliefNetwork, columns: tuple[str, ...] = ()) -> BoundedPosterior:
    """Solve the network of the most promising causes.

    Raises:
        TooWide: not even a few causes can be solved, which only a wide gate can bring about.
    """
    promising = _promising(network)
    for size in SIZES:
        kept = frozenset(promising[:size]) | Scenarios(network).forced
        part = restricted(network, kept)
        try:
            found = posterior(part, columns)
        except TooWide:
            continue
        return BoundedPosterior(found, _bound(network, kept, found.log_evidence))
    raise TooWide(len(promising))


def _bound(network: BeliefNetwork, kept: frozenset[str], log_evidence: float) -> float:
    """P(some cause left out is present | evidence) is at most unseen / (seen + unseen)."""
    left_out = [p for c, p in network.priors.items() if c not in kept]
    log_none = sum(math.log1p(-p) for p in left_out)
    unseen = -math.expm1(log_none)
    if unseen <= 0.0:
        return 0.0
    seen = math.exp(log_evidence + log_none)
    return min(1.0, unseen / (seen + unseen))


def _promising(network: BeliefNetwork) -> list[str]:
    """Causes, the most probable first in a network that is flat: causes above findings, no events between."""
    flat = _flat(network)
    while True:
        try:
            belief = posterior(flat).probability
        except TooWide:
            flat = _without_a_finding(flat)
        else:
            return sorted(belief, key=lambda c: (-round(belief[c], 12), c))


def _flat(network: BeliefNetwork) -> BeliefNetwork:
    """Each cause linked straight to what it shows, as often as it shows it alone."""
    causes = sorted(network.priors)
    acting = Scenarios(network).acting([frozenset((c,)) for c in causes])
    findings = []
    for finding in network.findings:
        absent = np.ones(len(causes))
        for parent, strength in finding.parents:
            if parent in acting:
                absent *= 1.0 - strength * acting[parent]
        parents = tuple((c, float(1.0 - a)) for c, a in zip(causes, absent, strict=True) if a < 1.0)
        findings.append(Evidential(finding.id, finding.background, parents, finding.present, finding.certainty))
    return BeliefNetwork(network.priors, {}, FaultTree({}), tuple(findings), network.suspects)


def _without_a_finding(network: BeliefNetwork) -> BeliefNetwork:
    """The network without the present finding that tells least: the one that most causes show."""
    said = [f for f in network.findings if f.present or f.certainty < 1.0]
    least = max(said, key=lambda f: (len(f.parents), f.background, f.id))
    return replace(network, findings=tuple(f for f in network.findings if f is not least))
