"""How much the words of a call are like what is known of each cause.

Phrases that nobody wrote down are not read as findings, yet their words speak: a call is compared
with all that the knowledge says of a cause - its titles and aliases, why it is as probable as it is,
and what it shows - as documents are compared in retrieval (K. Sparck Jones, "A statistical interpretation
of term specificity and its application in retrieval", 1972; G. Salton and C. Buckley, "Term-weighting
approaches in automatic text retrieval", 1988).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np

from diagnoser.evidence.document import Evidence
from diagnoser.evidence.words import NEGATION, Lexicon
from diagnoser.knowledge import KnowledgeBase

Likeness = Mapping[str, float]
"""Cause -> how much the call is like it, from 0 to 1, which is the most alike of all."""

NAMED, WHY = 1.5, 0.5
"""What a cause is called counts more than the reason of its numbers; a finding counts by its strength."""

LENGTH = 0.7
"""How much a long description is discounted: 1 as in the cosine of two texts, 0 not at all."""

NEUTRAL = 0.75
"""The likeness that speaks neither for a cause nor against it; chosen on solved calls."""

THIN = 40
"""Of a cause of which fewer words are known, being unlike says nothing."""

FEWEST = 100
"""With fewer causes, which words are rare says nothing."""

_ADDRESS = re.compile(r"\d[0-9a-f.:-]{3}")
"""Addresses and the like tell which device it is, not what ails it; and redaction takes them away."""

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
        spread = Counter(word for words in told.values() for word in words)
        self._rarity = {word: math.log(len(told) / count) + 0.1 for word, count in spread.items()}
        self._causes = tuple(told)
        self._least = tuple(NEUTRAL if len(words) < THIN else 0.0 for words in told.values())
        in_base: dict[str, list[int]] = defaultdict(list)
        for place, cause in enumerate(told):
            in_base[cause.partition(":")[0]].append(place)
        self._in_base = {name: tuple(places) for name, places in in_base.items()}
        places: dict[str, list[int]] = defaultdict(list)
        weights: dict[str, list[float]] = defaultdict(list)
        for place, words in enumerate(told.values()):
            vector = {w: (1.0 + math.log1p(count)) * self._rarity[w] for w, count in sorted(words.items())}
            length = math.sqrt(sum(x * x for x in vector.values())) or 1.0
            for word, x in vector.items():
                places[word].append(place)
                weights[word].append(x / length**LENGTH)
        self._places = {word: np.array(p, dtype=np.int32).tobytes() for word, p in places.items()}
        self._weights = {word: np.array(w).tobytes() for word, w in weights.items()}

    def likeness(self, evidence: Evidence, active: frozenset[str]) -> Likeness:
        """How much a call is like each cause of some bases; none is given where there are too few to compare with."""
        considered = sorted(place for name in active for place in self._in_base.get(name, ()))
        if len(considered) < FEWEST:
            return {}
        alike = np.zeros(len(self._causes))
        for word in sorted({w for text in _told(evidence) for w in self._words(text)}):
            if word in self._places:
                places = np.frombuffer(self._places[word], dtype=np.int32)
                alike[places] += np.frombuffer(self._weights[word]) * self._rarity[word]
        most = float(alike[considered].max())
        if most <= 0.0:
            return {}
        likeness = np.round(np.maximum(alike / most, self._least), 6).tolist()
        return {self._causes[place]: likeness[place] for place in considered}

    def _words(self, text: str) -> Iterator[str]:
        return (w.token for w in self._lexicon.words(text) if w.token != NEGATION and not _ADDRESS.search(w.token))


def _said(base: KnowledgeBase) -> Iterator[tuple[str, str, float]]:
    """(cause, text, weight) of everything that is said of causes."""
    for cause, known in base.causes.items():
        document = known.document
        for text in (document.title.en, document.title.zh, *document.aliases.en, *document.aliases.zh):
            yield cause, text, NAMED
        yield cause, document.why.en, WHY
        yield cause, document.why.zh, WHY
    for finding in base.findings.values():
        if finding.kind == "mention":
            continue
        for parent, strength in finding.parents:
            if parent in base.causes:
                for text in (finding.title.en, finding.title.zh, *finding.aliases.en, *finding.aliases.zh):
                    yield parent, text, strength


def _told(evidence: Evidence) -> Iterable[str]:
    yield evidence.device or ""
    yield evidence.report or ""
    for test in evidence.tests:
        yield f"{test.check} {test.result}"
    for indicator in evidence.indicators:
        yield indicator.words()
    for line in evidence.logs[:MOST_LINES]:
        if isinstance(line, str):
            yield line[:LONGEST_LINE]
