"""How much the words of a call are like what is known of each cause.

Phrases that nobody wrote down are not read as findings, yet their words speak: a call is compared
with all that the knowledge says of a cause - its titles and aliases, how earlier calls with it went, why
it is as probable as it is, what it shows and what is checked for it - as a search compares documents (see `retrieval`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np

from diagnoser.evidence.document import Evidence
from diagnoser.evidence.retrieval import Retrieval
from diagnoser.evidence.words import NEGATION, Lexicon
from diagnoser.knowledge import KnowledgeBase

Likeness = Mapping[str, float]
"""Cause -> how much the call is like it, from 0 to 1, which is the most alike of all."""

NAMED, CALLED, WHY, CHECKED = 1.5, 1.0, 0.5, 0.4
"""What a cause is called counts more than how calls with it went, and these more than the reason of its numbers; a
finding counts by its strength, and of an outcome the name of its check a little too."""

TRIED = 1.3
"""What was tested tells more than what was reported."""

NEUTRAL = 0.75
"""The likeness that speaks neither for a cause nor against it; chosen on solved calls."""

THIN = 40
"""Of a cause of which fewer words are known, being unlike says nothing."""

ENOUGH = 12
"""Of a call of fewer words, their likeness says less."""

FEWEST = 100
"""With fewer causes, which words are rare says nothing."""

_ADDRESS = re.compile(r"\d[0-9a-f.:-]{3}")
"""Addresses and the like tell which device it is, not what ails it; and redaction takes them away."""

_MAC = re.compile(r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b|\b(?:[0-9a-f]{4}[-.]){2}[0-9a-f]{4}\b")

LONGEST_LINE = 400
MOST_LINES = 60
"""Of a log, the beginning of some lines: a whole one is read by its patterns."""


class Descriptions:
    """What the knowledge says of each cause, ready to be compared with calls. Immutable; share it freely."""

    def __init__(self, base: KnowledgeBase, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        words_of = lru_cache(maxsize=None)(lambda text: tuple(sorted(set(self._words(text)))))
        told: dict[str, dict[str, float]] = {cause: defaultdict(float) for cause in sorted(base.causes)}
        for cause, text, weight in _said(base):
            for word in words_of(text):
                told[cause][word] += weight
        self._least = np.array([NEUTRAL if len(words) < THIN else 0.0 for words in told.values()]).tobytes()
        in_base: dict[str, list[int]] = defaultdict(list)
        for place, cause in enumerate(told):
            in_base[cause.partition(":")[0]].append(place)
        self._in_base = {name: tuple(places) for name, places in in_base.items()}
        self._descriptions = Retrieval(told)

    def likeness(self, evidence: Evidence, active: frozenset[str], without: frozenset[str] = frozenset()) -> Likeness:
        """How much a call is like each cause of some bases; none is given where there are too few to compare with.

        `without` some causes, as if nobody had heard of them.
        """
        places = sorted(place for name in active for place in self._in_base.get(name, ()))
        considered = [place for place in places if self._descriptions.targets[place] not in without]
        if len(considered) < FEWEST:
            return {}
        told: dict[str, float] = {}
        for text, weight in _told(evidence):
            for word in self._words(text):
                told[word] = max(weight, told.get(word, 0.0))
        alike = self._descriptions.scores(told)
        most = float(alike[considered].max())
        if most <= 0.0:
            return {}
        likeness = np.maximum(alike / most, np.frombuffer(self._least))
        likeness = np.round(NEUTRAL + min(1.0, len(told) / ENOUGH) * (likeness - NEUTRAL), 6).tolist()
        return {self._descriptions.targets[place]: likeness[place] for place in considered}

    def _words(self, text: str) -> Iterator[str]:
        said = self._lexicon.words(_MAC.sub(" ", text))
        return (w.token for w in said if w.token != NEGATION and not _ADDRESS.search(w.token))


def _said(base: KnowledgeBase) -> Iterator[tuple[str, str, float]]:
    """(cause, text, weight) of everything that is said of causes."""
    for cause, known in base.causes.items():
        document = known.document
        for text in (document.title.en, document.title.zh, *document.aliases.en, *document.aliases.zh):
            yield cause, text, NAMED
        for text in (*document.calls.en, *document.calls.zh):
            yield cause, text, CALLED
        yield cause, document.why.en, WHY
        yield cause, document.why.zh, WHY
    for finding in base.findings.values():
        if finding.kind == "mention":
            continue
        for parent, strength in finding.parents:
            if parent in base.causes:
                for text in (finding.title.en, finding.title.zh, *finding.aliases.en, *finding.aliases.zh):
                    yield parent, text, strength
                if finding.kind == "outcome" and finding.group is not None:
                    check = base.checks[finding.group].document
                    for text in (check.title.en, check.title.zh):
                        yield parent, text, CHECKED * strength


def _told(evidence: Evidence) -> Iterable[tuple[str, float]]:
    """(text, weight) of what a call tells."""
    yield evidence.device or "", 1.0
    yield evidence.report or "", 1.0
    for test in evidence.tests:
        yield f"{test.check} {test.result}", TRIED
    for indicator in evidence.indicators:
        yield indicator.words(), 1.0
    for line in evidence.logs[:MOST_LINES]:
        if isinstance(line, str):
            yield line[:LONGEST_LINE], 1.0
