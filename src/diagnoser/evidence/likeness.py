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
from diagnoser.evidence.words import NEGATION, Lexicon, Word
from diagnoser.knowledge import KnowledgeBase

Likeness = Mapping[str, float]
"""Cause -> how many times the words of the call multiply its odds."""

NAMED, CALLED, WHY, CHECKED = 1.5, 0.6, 0.5, 0.4
"""What a cause is called counts more than how calls with it went, and these more than the reason of its numbers; a
finding counts by its strength, and of an outcome the name of its check a little too."""

TRIED = 1.3
"""What was tested tells more than what was reported."""

SHARPNESS = 0.6
"""Words alone make a cause as probable as exp(SHARPNESS * score), divided by the sum over all causes; chosen on solved
calls, as `TYPICAL` is."""

TYPICAL = 0.007
"""A cause that the words make as probable as this they speak neither for nor against: about what a prior is."""

LEAST = 0.02
"""The least factor; it keeps a specific finding from being outweighed by words that are missing."""

THIN = 40
"""Of a cause of which fewer words are known, being unlike says nothing."""

ENOUGH = 12
"""In a call of fewer words, a cause as probable as any other is rather neither spoken for nor against."""

TELLING = 5
"""So many of the words that speak for a cause are named."""

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
        self._least = np.array([1.0 if len(words) < THIN else LEAST for words in told.values()]).tobytes()
        in_base: dict[str, list[int]] = defaultdict(list)
        for place, cause in enumerate(told):
            in_base[cause.partition(":")[0]].append(place)
        self._in_base = {name: tuple(places) for name, places in in_base.items()}
        self._descriptions = Retrieval(told)

    def likeness(self, evidence: Evidence, active: frozenset[str], without: frozenset[str] = frozenset()) -> Likeness:
        """How much the words of a call say for each cause of some bases; nothing where there are too few to compare.

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
        scores = self._descriptions.scores(told)[considered]
        if not scores.any():
            return {}
        share = np.exp(SHARPNESS * (scores - scores.max()))
        share = np.minimum(share / share.sum(), 1.0 - 1e-6)
        telling = min(1.0, len(told) / ENOUGH)
        typical = TYPICAL**telling * (1.0 / len(considered)) ** (1.0 - telling)
        factors = np.maximum(share / (1.0 - share) * (1.0 - typical) / typical, np.frombuffer(self._least)[considered])
        return dict(zip((self._descriptions.targets[place] for place in considered), factors.tolist(), strict=True))

    def telling(self, evidence: Evidence, causes: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """The words of a call that say most for each of some causes, as they stand in it, the most telling first."""
        weights: dict[str, float] = {}
        places: dict[str, tuple[int, int, int]] = {}
        texts = [(_MAC.sub(" ", text), weight) for text, weight in _told(evidence)]
        for number, (text, weight) in enumerate(texts):
            for word in self._lexicon.words(text):
                if _telling(word):
                    weights[word.token] = max(weight, weights.get(word.token, 0.0))
                    places.setdefault(word.token, (number, word.start, word.end))
        found = {}
        for cause in causes:
            said = self._descriptions.parts(weights, cause)
            best = sorted(said, key=lambda token: (-said[token], token))[:TELLING]
            spans = _joined([places[token] for token in best])
            found[cause] = tuple(texts[number][0][start:end] for number, start, end in spans)
        return found

    def _words(self, text: str) -> Iterator[str]:
        said = self._lexicon.words(_MAC.sub(" ", text))
        return (w.token for w in said if _telling(w))


def _telling(word: Word) -> bool:
    return word.token != NEGATION and not _ADDRESS.search(word.token)


def _joined(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Spans (text, start, end) in their order, those that overlap or touch as one: Chinese words are read by pairs."""
    joined: list[tuple[int, int, int]] = []
    for number, start, end in spans:
        for place, (other, first, last) in enumerate(joined):
            if number == other and start <= last and first <= end:
                joined[place] = (number, min(start, first), max(end, last))
                break
        else:
            joined.append((number, start, end))
    return joined


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
