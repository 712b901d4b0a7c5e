"""How probable it is that the knowledge lacks the cause, or was told too little to know it.

A model that knows its causes only is too sure: whatever resembles a fault that nobody wrote down wins.
So the leading cause is believed as far as such a lead has come true on solved calls (J. Platt,
"Probabilistic outputs for support vector machines", 1999), and the rest goes to *none of the known
causes*. What was seen and no cause in question shows speaks for that, too.
"""

from __future__ import annotations

import math

from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking.belief_network import BeliefNetwork

SLOPE, OFFSET = 0.4, -0.2
"""A lead of some log-odds comes true with the log-odds SLOPE * lead + OFFSET; measured on solved calls, and on shipped
cases whose cause was taken out of the knowledge."""

ORPHANED = 6.0
"""What takes so much from the lead, in log-odds, is that everything seen is shown by no cause in question."""


def doubt(base: KnowledgeBase, network: BeliefNetwork, leading: float) -> float:
    """P(the cause is none of those in question), from 0 to 1, beyond what the network says itself.

    Args:
        base: the knowledge.
        network: what is in question.
        leading: the posterior of the leading cause.
    """
    if not 0.0 < leading < 1.0:
        return 0.0
    lead = math.log(leading / (1.0 - leading)) - ORPHANED * _orphaned(base, network)
    believed = 1.0 / (1.0 + math.exp(-(SLOPE * lead + OFFSET)))
    return max(0.0, 1.0 - believed / leading)


def _orphaned(base: KnowledgeBase, network: BeliefNetwork) -> float:
    """How much of what was seen no cause in question shows, from 0 to 1; the rarer it is, the more it counts."""
    seen = [
        (bool(f.parents), -math.log(max(1e-4, f.background)) * (2.0 * f.certainty - 1.0))
        for f in network.findings
        if f.present and base.findings[f.id].kind != "mention"
    ]
    return sum(weight for shown, weight in seen if not shown) / max(1e-9, sum(weight for _, weight in seen))
