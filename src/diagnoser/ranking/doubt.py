"""How probable it is that the knowledge lacks the cause, or was told too little to know it.

A model that knows its causes only is too sure: whatever resembles a fault that nobody wrote down wins.
So the leading cause is believed as far as such a lead has come true on solved calls (J. Platt,
"Probabilistic outputs for support vector machines", 1999), and the rest goes to *none of the known
causes*. What was seen and no cause in question shows speaks for that, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking.belief_network import BeliefNetwork

SLOPE, OFFSET = 0.4, -0.2
"""A lead of some log-odds is believed with the log-odds SLOPE * lead + OFFSET.

Set between what leads of solved calls came to, and what tells shipped cases from the same with their cause taken out of
the knowledge: those alone would ask for more doubt.
"""

ORPHANED = 6.0
"""What takes so much from the lead, in log-odds, is that everything seen is shown by no cause in question."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far the leading cause of some evidence is to be believed.

    Attributes:
        orphaned: how much of what was seen no cause in question shows, from 0 to 1; None where nothing is in doubt.
    """

    orphaned: float | None = None

    def of(self, leading: float, bound: float = 0.0) -> tuple[float, float]:
        """P(the cause is none of those in question) beyond what the network says itself, and the largest error of it.

        Args:
            leading: the posterior of the leading cause.
            bound: the largest error of `leading`.
        """
        if self.orphaned is None:
            return 0.0, 0.0
        orphaned = ORPHANED * self.orphaned
        value = _unbelieved(leading, leading, orphaned)
        if bound == 0.0:
            return value, 0.0
        low, high = max(0.0, leading - bound), min(1.0, leading + bound)
        least, most = _unbelieved(low, high, orphaned), _unbelieved(high, low, orphaned)
        return value, max(value - least, most - value)

    def left(self, leading: float) -> float:
        """The posterior of the leading cause, less what is in doubt."""
        return (1.0 - self.of(leading)[0]) * leading


def doubt(base: KnowledgeBase, network: BeliefNetwork) -> Doubt:
    """How far to believe what leads in a network."""
    return Doubt(_orphaned(base, network))


def _unbelieved(leading: float, believed: float, orphaned: float) -> float:
    """The doubt in a lead of which as much is believed as of another; it falls with that and grows with the first."""
    if leading <= 0.0 or believed >= 1.0:
        return 0.0
    if believed <= 0.0:
        return 1.0
    lead = math.log(believed / (1.0 - believed)) - orphaned
    return max(0.0, 1.0 - 1.0 / (1.0 + math.exp(-(SLOPE * lead + OFFSET))) / leading)


def _orphaned(base: KnowledgeBase, network: BeliefNetwork) -> float:
    """How much of what was seen no cause in question shows, from 0 to 1; the rarer it is, the more it counts.

    What is normal asks for no cause.
    """
    seen = [
        (bool(f.parents), -math.log(max(1e-4, f.background)) * (2.0 * f.certainty - 1.0))
        for f in network.findings
        if f.present and base.findings[f.id].kind != "mention" and not base.findings[f.id].normal
    ]
    return sum(weight for shown, weight in seen if not shown) / max(1e-9, sum(weight for _, weight in seen))
