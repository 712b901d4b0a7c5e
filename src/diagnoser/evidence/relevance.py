"""Which kind of equipment the evidence speaks of, and how much each base bears on it.

A prior is how probable a cause is in a call about a device that it can occur in. Where the words of
the caller name a kind of device that some base's scope knows, the causes of bases that are about
other kinds of device become less probable by a fixed factor; none is closed.
"""

from __future__ import annotations

from collections.abc import Mapping

from diagnoser.evidence.document import Evidence
from diagnoser.evidence.words import normalised
from diagnoser.knowledge import KnowledgeBase

Relevance = Mapping[str, float]
"""Base -> how much it bears on the evidence, from 0 to 1."""

BENEATH = 0.7
"""Factor of the prior odds in a base that the named one builds on: the nearer base knows better."""

OTHER_DEVICE = 0.15
"""Factor of the prior odds in bases about other kinds of equipment than the named device."""

OTHER_TOPIC = 0.3
"""The same where only the report, not the device, tells what it is about."""


def relevance(base: KnowledgeBase, evidence: Evidence, active: frozenset[str]) -> Relevance:
    """Base -> factor of the prior odds of its causes, from 0 to 1.

    A base that is named has the factor 1, what it builds on `BENEATH`; if none is named, all have 1.
    """
    named = _named(base, evidence.device or "", active)
    factor = OTHER_DEVICE
    if not named:
        factor = OTHER_TOPIC
        words = [evidence.report or "", *(t.check for t in evidence.tests), *(i.part for i in evidence.indicators)]
        named = _named(base, "\n".join(words), active)
    if not named:
        return dict.fromkeys(active, 1.0)
    near = base.with_imports(named)
    return {name: 1.0 if name in named else BENEATH if name in near else factor for name in active}


def _named(base: KnowledgeBase, words: str, active: frozenset[str]) -> list[str]:
    if not words.strip():
        return []
    speaking = base.about(normalised(words))
    return [name for name in sorted(active) if name in speaking]
