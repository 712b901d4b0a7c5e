"""Which kind of equipment the evidence speaks of, and how much each base bears on it.

A prior is how probable a cause is in a call about a device that it can occur in. Where the words of
the caller name a kind of device that some base's scope knows, the causes of bases that are about
other kinds of device become less probable by a fixed factor; none is closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from diagnoser.evidence.document import Evidence
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
    plain = words.casefold()
    named = []
    for name in sorted(active):
        scope = base.bases[name].scope
        pattern = _pattern((*scope.words.en, *scope.words.zh), scope.models)
        if pattern is not None and pattern.search(plain):
            named.append(name)
    return named


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...], models: tuple[str, ...]) -> re.Pattern[str] | None:
    alternatives = [*map(_word, words), *(rf"(?<![a-z0-9]){re.escape(m.casefold().rstrip('*'))}" for m in models)]
    return re.compile("|".join(_longest_first(alternatives))) if alternatives else None


def _word(word: str) -> str:
    """A word as a pattern: whole in English, with its plural; anywhere in Chinese."""
    plain = word.casefold()
    if plain.isascii():
        return rf"(?<![a-z0-9]){re.escape(plain)}s?(?![a-z0-9])"
    return re.escape(plain)


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(set(words), key=lambda w: (-len(w), w))
