"""How probable it is that the knowledge lacks the cause, or was told too little to know it.

A model that knows its causes only is too sure: whatever resembles a fault that nobody wrote down wins.
So the leading cause is believed as far as such leads came true on solved calls (J. Platt, "Probabilistic
outputs for support vector machines", 1999), and the rest goes to *none of the known causes*. Its posterior
only compares the lead with other causes that are known. Three things tell whether it is the cause or merely
the nearest: whether it shows the most telling of what was seen, how much of what it shows itself was seen,
and whether something was seen that no cause in question shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.base import Finding
from diagnoser.ranking.belief_network import BeliefNetwork
from diagnoser.ranking.relations import Relations

SLOPE, OFFSET = 0.5, 2.0
"""A lead of some log-odds is believed with the log-odds SLOPE * lead + OFFSET, less what speaks against it.

These and the numbers that follow were fitted on the shipped cases, each with its cause in the knowledge and without, on
the words alone of every third of them, and on 65 solved real calls; then OFFSET, UNSHOWN and UNSEEN were taken back until
100 calls that nobody had looked at bore it. As fitted they owned up in 86 % of the shipped cases without the cause, and denied
33 % of the right leads and 46 % of the wrong ones of those calls; now it is 80 %, 18 % and 33 %. Either way 1 % of the
shipped cases are doubted needlessly.
"""

UNSHOWN = 2.5
"""What it takes from a lead, in log-odds, to show nothing of the most telling that was seen, where much was."""

UNSEEN = 2.0
"""What it takes from a lead that nothing was seen of what it shows itself, where much was seen."""

ORPHANED = 3.0
"""How many times over the weight of what was seen and no cause in question shows counts against a lead."""

KEPT = 0.4
"""A lead is not taken below this, as far as it was not below: what is merely vague may well be one of several causes that are
known, and the nearest of them is worth a look. It is above the least share that the policy of escalation acts on."""

LEAST, MOST = 0.0, 6.0
"""Between these log-odds it counts how far a lead is ahead. Below, something is in question that may well be the cause;
above, that its rivals are out of question does not tell that it is."""

MUCH = 6.0
"""So much has been seen, in log-odds for a cause that would show it all, that what is missing counts in full: two findings."""

SHARPNESS = 3.0
"""Of two findings, one that weighs w more in log-odds counts exp(SHARPNESS * w) times as much: beside a telling one,
a vague one hardly counts."""

SUREST = 0.97
"""No finding is taken to be surer than this here: what was read for certain may still be of another fault."""

OWN_LEAST = 0.5
"""A cause that shows less than this itself, in all, counts as if it showed so much."""

RIVALS = 4
"""So many of the leading causes are looked at."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far the leading cause of some evidence is to be believed.

    Attributes:
        against: what speaks against the lead beside its posterior, in natural units of log-odds; None where nothing is in
            doubt.
    """

    against: float | None = None

    def of(self, leading: float, bound: float = 0.0) -> tuple[float, float]:
        """P(the cause is none of those in question) beyond what the network says itself, and the largest error of it.

        Args:
            leading: the posterior of the leading cause.
            bound: the largest error of `leading`.
        """
        if self.against is None:
            return 0.0, 0.0
        value = _unbelieved(leading, leading, self.against)
        if bound == 0.0:
            return value, 0.0
        low, high = max(0.0, leading - bound), min(1.0, leading + bound)
        least, most = _unbelieved(low, high, self.against), _unbelieved(high, low, self.against)
        return value, max(value - least, most - value)

    def left(self, leading: float) -> float:
        """The posterior of the leading cause, less what is in doubt."""
        return (1.0 - self.of(leading)[0]) * leading


class Seen:
    """What was seen, but that somebody named a cause; of this, what is normal asks for none."""

    def __init__(self, base: KnowledgeBase, relations: Relations, network: BeliefNetwork) -> None:
        self._relations = relations
        seen = [f for f in network.findings if f.present and base.findings[f.id].kind != "mention"]
        asking = [(f.parents, _telling(f.background, f.certainty)) for f in seen if not base.findings[f.id].normal]
        self._parents = [f.parents for f in seen]
        self._asking = [parents for parents, _ in asking]
        self._counts = [math.exp(SHARPNESS * weight) for _, weight in asking]
        self._weight = sum(weight for _, weight in asking)
        self._orphaned = sum(weight for parents, weight in asking if not parents)
        self._of: dict[str, tuple[list[float], float]] = {}

    def doubt(self, leading: Sequence[tuple[str, float]], outcome: Finding | None = None) -> Doubt:
        """How far to believe the first of some causes.

        Args:
            leading: the leading causes with their posteriors, the most probable first; `RIVALS` of them are looked at. What a
                rival shows that is nearly as probable is nearly as well accounted for: there may be two faults.
            outcome: what a check came out with besides.
        """
        lead, most = leading[0]
        shown = [0.0] * len(self._asking)
        by_outcome = 0.0
        for cause, posterior in leading[:RIVALS]:
            near = posterior / max(most, 1e-12)
            shown = [max(so_far, near * each) for so_far, each in zip(shown, self._shown_by(cause)[0], strict=True)]
            if outcome is not None:
                by_outcome = max(by_outcome, near * self._shows(cause, outcome.parents))
        covered = sum(count * each for count, each in zip(self._counts, shown, strict=True))
        counting, told, orphaned = sum(self._counts), self._weight, self._orphaned
        own = self._shown_by(lead)[1]
        if outcome is not None:
            own += sum(q for p, q in outcome.parents if p == lead)
            if not outcome.normal:
                weight = _telling(outcome.background, 1.0)
                count = math.exp(SHARPNESS * weight)
                covered, counting, told = covered + count * by_outcome, counting + count, told + weight
                orphaned += 0.0 if outcome.parents else weight
        unshown = 1.0 - covered / counting if counting else 1.0
        unseen = max(0.0, 1.0 - own / max(OWN_LEAST, self._relations.shows_itself.get(lead, 0.0)))
        return Doubt(min(1.0, told / MUCH) * (UNSHOWN * unshown + UNSEEN * unseen) + ORPHANED * orphaned)

    def _shown_by(self, cause: str) -> tuple[list[float], float]:
        """How surely a cause shows each thing that asks for one, and with what strengths, in all, it shows things itself."""
        known = self._of.get(cause)
        if known is None:
            own = sum(q for parents in self._parents for p, q in parents if p == cause)
            known = self._of[cause] = [self._shows(cause, parents) for parents in self._asking], own
        return known

    def _shows(self, cause: str, parents: tuple[tuple[str, float], ...]) -> float:
        """How surely a cause shows a finding, itself and through the events that it is under."""
        felt = self._relations.brings_about.get(cause, {})
        return 1.0 - math.prod(1.0 - q * (1.0 if p == cause else felt.get(p, 0.0)) for p, q in parents)


def _telling(background: float, certainty: float) -> float:
    """The weight of a finding for a cause that always shows it, in natural units of log-odds (I. J. Good)."""
    sure = min(SUREST, certainty)
    return math.log(sure / (sure * background + (1.0 - sure) * (1.0 - background)))


def _unbelieved(leading: float, believed: float, against: float) -> float:
    """The doubt in a lead of which as much is believed as of another; it falls with that and grows with the first."""
    if leading <= 0.0 or believed >= 1.0:
        return 0.0
    lead = max(LEAST, min(MOST, math.log(believed / (1.0 - believed)))) if believed > 0.0 else LEAST
    borne_out = 1.0 / (1.0 + math.exp(against - SLOPE * lead - OFFSET))
    return max(0.0, 1.0 - max(borne_out, min(believed, KEPT)) / leading)
