"""The ranking: every suspect with its posterior, its reasons, and what accounts for the evidence jointly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from diagnoser.inference import Inference
from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking.affordable import Method, solved
from diagnoser.ranking.belief_network import BeliefNetwork, belief_network
from diagnoser.ranking.doubt import Doubt, Seen
from diagnoser.ranking.explanations import Explanation, explanations
from diagnoser.ranking.posterior import Posterior
from diagnoser.ranking.relations import Relations

DECIBANS = 10.0 / math.log(10.0)
"""Decibans in a natural unit of log-odds (I. J. Good, "Probability and the Weighing of Evidence")."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one finding or circumstance does for a cause.

    `decibans` is the change of the cause's log-odds when it is taken away, times minus one:
    positive speaks for the cause. Infinite weights are cut at +-200.
    """

    finding: str
    state: str
    decibans: float


@dataclass(frozen=True, slots=True)
class RankedCause:
    """A suspect.

    Attributes:
        posterior: P(cause | evidence), less what is in doubt.
        group: causes that nothing in the knowledge tells apart from this one, itself included, in
            order; empty if it stands alone.
        state: `confirmed` by a rule, `open`, or `not_weighed`, as only the most promising were (see
            `bounded`); its posterior is then given as 0, which is right within the bound.
    """

    id: str
    posterior: float
    group: tuple[str, ...]
    state: Literal["open", "confirmed", "not_weighed"] = "open"


@dataclass(frozen=True)
class Ranking:
    """Causes, most probable first, with what accounts for the evidence jointly."""

    causes: tuple[RankedCause, ...]
    unexplained: float
    explanations: tuple[Explanation, ...]
    method: Method
    network: BeliefNetwork
    belief: Posterior
    relevance: Mapping[str, float]
    """Base -> how much it bears on the evidence, from 0 to 1; a base that is not in it bears fully."""
    likeness: Mapping[str, float]
    """Cause -> how many times the words of the call multiply its odds; once where it is not in it."""
    doubt: Doubt
    seen: Seen | None
    """By which a lead is doubted; None where nothing is in doubt."""

    def weights(self, cause: str) -> tuple[Weight, ...]:
        """What each finding and circumstance does for a cause, strongest first."""
        return _weights(cause, self.belief, self.network) if cause in self.belief.log_odds else ()


def rank(
    base: KnowledgeBase,
    relations: Relations,
    inference: Inference,
    active: frozenset[str],
    relevance: Mapping[str, float] | None = None,
    likeness: Mapping[str, float] | None = None,
    reasons: bool = True,
) -> Ranking:
    """Rank the suspects that the rules found.

    The posterior is exact where that is affordable, else bounded (see `affordable`). Without
    `reasons`, weights and joint explanations are left out, which is quicker. Where the wording was
    compared, what a lead is worth was measured too: the rest is `doubt`, and counts as unexplained.
    """
    network = belief_network(base, inference, active, relevance, likeness)
    columns = (*(f.id for f in network.findings), *network.circumstances) if reasons else ()
    found, method = solved(network, columns)
    modelled = {c: found.probability.get(c, 0.0) for c in network.suspects if c in network.priors}
    order = sorted(modelled, key=lambda c: (-round(modelled[c], 12), -base.causes[c].prior, c))
    seen = Seen(base, relations, network) if likeness else None
    doubted = seen.doubt([(c, modelled[c]) for c in order]) if seen is not None and order else Doubt()
    unknown, error = doubted.of(max(modelled.values(), default=0.0), method.bound)
    shown = {c: (1.0 - unknown) * p for c, p in modelled.items()}
    ranked = tuple(
        RankedCause(
            id=cause,
            posterior=shown[cause],
            group=_shown(relations.indistinguishable.get(cause, ()), shown),
            state=_state(cause, inference, found),
        )
        for cause in order
    )
    log_evidence = found.log_evidence if method.exact and found.log_evidence > -math.inf else None
    joint = explanations(network, modelled, log_evidence) if reasons else ()
    return Ranking(
        causes=ranked,
        unexplained=unknown + (1.0 - unknown) * found.unexplained if shown else 1.0,
        explanations=tuple(Explanation(e.causes, (1.0 - unknown) * e.posterior) for e in joint),
        method=replace(method, bound=min(1.0, method.bound + error)),
        network=network,
        belief=found,
        relevance=dict(relevance or {}),
        likeness=likeness or {},
        doubt=doubted,
        seen=seen,
    )


def _state(cause: str, inference: Inference, found: Posterior) -> Literal["open", "confirmed", "not_weighed"]:
    if cause in inference.confirmed:
        return "confirmed"
    return "open" if cause in found.probability else "not_weighed"


def _shown(group: tuple[str, ...], shown: Mapping[str, float]) -> tuple[str, ...]:
    return tuple([c for c in group if c in shown]) if group else ()


def _weights(cause: str, belief: Posterior, network: BeliefNetwork) -> tuple[Weight, ...]:
    states = {f.id: "present" if f.present else "absent" for f in network.findings}
    found = []
    evidence, *without = map(float, belief.log_odds[cause])
    for name, log_odds in zip(belief.columns, without, strict=True):
        change = evidence - log_odds
        decibans = 0.0 if math.isnan(change) else max(-200.0, min(200.0, DECIBANS * change))
        if abs(decibans) >= 0.05:
            found.append(Weight(name, states.get(name, "present"), decibans))
    return tuple(sorted(found, key=lambda w: (-abs(round(w.decibans, 9)), w.finding)))


def ways_down(base: KnowledgeBase, inference: Inference) -> Mapping[str, tuple[str, ...]]:
    """The shortest way from an event that a present finding shows down to each event and cause under one."""
    return base.tree.ways_down(
        parent
        for state in inference.findings
        if state.state == "present"
        for parent, _ in base.findings[state.finding].parents
        if parent in base.tree.gates
    )
