"""How much the words of a call are like what is known of each cause.

Phrases that nobody wrote down are not read as findings, yet their words speak: a call is compared
with all that the knowledge says of a cause - its titles and aliases, how earlier calls with it went, why
it is as probable as it is, what it shows and what is checked for it - as a search compares documents (see `retrieval`).
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diagnoser.evidence.document import Evidence
from diagnoser.evidence.retrieval import Retrieval
from diagnoser.evidence.times import without_stamp
from diagnoser.evidence.whole_words import whole_words
from diagnoser.evidence.words import NEGATION, Lexicon, normalised
from diagnoser.knowledge import KnowledgeBase

Likeness = Mapping[str, float]
"""Cause -> how many times the words of the call multiply its odds."""

NAMED, CALLED, WHY, CHECKED = 1.5, 0.9, 0.5, 0.4
"""What a cause is called counts more than how calls with it went, and these more than the reason of its numbers; a
finding counts by its strength, and of an outcome the name of its check a little too."""

TRIED = 1.3
"""What was tested tells more than what was reported."""

PAIRS, TWICE = 0.3, 2
"""Two words that follow each other count so much besides, where at least so many texts say them so: *shuts itself* tells
more than *shuts* and *itself*."""

SHARPNESS = 0.5
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

MOST_KEPT = 64
"""Sets of bases of which it is kept which causes they hold."""

FEWEST = 100
"""With fewer causes, which words are rare says nothing."""

_ADDRESS = re.compile(r"\d[0-9a-f.:-]{3}")
"""Addresses and the like tell which device it is, not what ails it; and redaction takes them away."""

_MAC = re.compile(r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b|\b(?:[0-9a-f]{4}[-.]){2}[0-9a-f]{4}\b")

_NUMBERING = re.compile(r"\([a-z]\)\[\d+\]")
"""The number of a line of VRP and the time at its head tell which line it is, and not what ails the device."""

_DAY_EN = r"(?:yesterday|today|tonight|last night(?:'s)?|this (?:morning|afternoon|evening)|(?:on|last|this) (?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_DAY_ZH = r"(?:[昨今前][天日晚早夜晨]|当天|当日|(?:上|这|本)?(?:周|星期|礼拜)[一二三四五六日天])"
_PART_ZH = r"(?:上午|下午|中午|凌晨|早上|晚上|傍晚|夜里|半夜)"
_HOUR_ZH = r"(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})[点时](?:钟|半|多|许|左右|[0-9一二三四五六七八九十]{1,3}分)*"
_ONSET = re.compile(
    rf"(?i)\b{_DAY_EN}(?: (?:morning|afternoon|evening|night))?(?:,? (?:at |around |about )*[0-9]{{1,2}}(?::[0-9]{{2}})?(?: ?[ap]m\b|:?(?=\W|$)))?"
    rf"|{_DAY_ZH}{_PART_ZH}?(?:{_HOUR_ZH})?(?:前后|左右|开始)?|(?<![每到天])(?:上午|下午|凌晨){_HOUR_ZH}(?:前后|左右)?"
)
"""When it began once tells nothing of what it is: *昨天下午三点左右*; at which hour it comes every day may."""

LONGEST_LINE = 400
MOST_LINES = 60
"""Of a log, the beginning of some lines: a whole one is read by its patterns."""


class Descriptions:
    """What the knowledge says of each cause, ready to be compared with calls. Immutable; share it freely."""

    def __init__(self, base: KnowledgeBase, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        words_of = lru_cache(maxsize=None)(self._words)
        told: dict[str, dict[str, float]] = {cause: defaultdict(float) for cause in sorted(base.causes)}
        paired: dict[str, dict[str, float]] = {cause: defaultdict(float) for cause in told}
        texts: dict[str, int] = defaultdict(int)
        for cause, text, weight in _said(base):
            words = words_of(text)
            for word in dict.fromkeys(words):
                told[cause][word] += weight
            for pair in dict.fromkeys(_pairs(words)):
                paired[cause][pair] += weight
                texts[pair] += 1
        self._least = tuple(1.0 if len(words) < THIN else LEAST for words in told.values())
        in_base: dict[str, list[int]] = defaultdict(list)
        for place, cause in enumerate(told):
            in_base[cause.partition(":")[0]].append(place)
        self._in_base = {name: tuple(places) for name, places in in_base.items()}
        self._descriptions = Retrieval(told)
        self._pairs = Retrieval(
            {c: {pair: n for pair, n in pairs.items() if texts[pair] >= TWICE} for c, pairs in paired.items()}
        )
        self._of_bases: dict[frozenset[str], _Considered] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_of_bases": {}}

    def likeness(self, evidence: Evidence, active: frozenset[str], without: frozenset[str] = frozenset()) -> Likeness:
        """How much the words of a call say for each cause of some bases; nothing where there are too few to compare.

        `without` some causes, as if nobody had heard of them.
        """
        considered = self._considered(active, without)
        if len(considered.causes) < FEWEST:
            return {}
        told = {token: heard.weight for token, heard in self._heard(evidence).items()}
        scores = (self._descriptions.scores(told) + PAIRS * self._pairs.scores(self._paired(evidence)))[
            considered.places
        ]
        if not scores.any():
            return {}
        share = np.exp(SHARPNESS * (scores - scores.max()))
        share = np.minimum(share / share.sum(), 1.0 - 1e-6)
        telling = min(1.0, len(told) / ENOUGH)
        typical = TYPICAL**telling * (1.0 / len(considered.causes)) ** (1.0 - telling)
        factors = np.maximum(share / (1.0 - share) * (1.0 - typical) / typical, considered.least)
        return dict(zip(considered.causes, factors.tolist(), strict=True))

    def _considered(self, active: frozenset[str], without: frozenset[str]) -> _Considered:
        """The causes of some bases but for some; kept where there is no but, since few sets of bases ever bear on a device."""
        known = None if without else self._of_bases.get(active)
        if known is not None:
            return known
        places = [
            place
            for place in sorted(place for name in active for place in self._in_base.get(name, ()))
            if self._descriptions.targets[place] not in without
        ]
        found = _Considered(
            np.array(places, dtype=np.intp),
            tuple(self._descriptions.targets[place] for place in places),
            np.array([self._least[place] for place in places]),
        )
        if not without and len(self._of_bases) < MOST_KEPT:
            self._of_bases[active] = found
        return found

    def telling(self, evidence: Evidence, causes: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """The words of a call that say most for each of some causes, as they stand in it, the most telling first.

        Addresses are not among them: redaction may have put others in their place.
        """
        heard = {t: h for t, h in self._heard(evidence).items() if not _ADDRESS.search(h.text[h.start : h.end])}
        weights = {token: each.weight for token, each in heard.items()}
        found = {}
        asked = tuple(causes)
        for cause, said in zip(asked, self._descriptions.parts(weights, asked), strict=True):
            best = sorted(said, key=lambda token: (-round(said[token], 9), token))[:TELLING]
            whole = filter(None, (self._whole(heard[token]) for token in best))
            found[cause] = tuple(each.text[each.start : each.end] for each in _joined(whole))
        return found

    def _whole(self, each: _Heard) -> _Heard | None:
        """What was heard, as whole words; None where a row of Chinese characters does not tell where its words end."""
        words = self._lexicon.words(each.text)
        known = ((word.start, word.end) for word in words if word.token in self._lexicon.concepts)
        span = whole_words(normalised(each.text), each.start, each.end, known)
        return None if span is None else replace(each, start=span[0], end=span[1])

    def _heard(self, evidence: Evidence) -> dict[str, _Heard]:
        """The words of a call, each where it stands first, with the most weight that it has anywhere."""
        heard: dict[str, _Heard] = {}
        for told, weight in _told(evidence):
            text = _MAC.sub(" ", told)
            for word in self._lexicon.words(text):
                before = heard.get(word.token)
                if before is None:
                    if _tells(word.token):
                        heard[word.token] = _Heard(text, word.start, word.end, weight)
                elif weight > before.weight:
                    heard[word.token] = replace(before, weight=weight)
        return heard

    def _paired(self, evidence: Evidence) -> dict[str, float]:
        """The pairs of words of a call, each with the most weight that it has anywhere."""
        heard: dict[str, float] = {}
        for told, weight in _told(evidence):
            for pair in _pairs(self._words(told)):
                heard[pair] = max(weight, heard.get(pair, 0.0))
        return heard

    def _words(self, text: str) -> list[str]:
        """The words of a text that tell something, in order."""
        return [token for token in self._lexicon.in_order(_MAC.sub(" ", text)) if _tells(token)]


@dataclass(frozen=True, slots=True)
class _Considered:
    """Causes that a call is compared with: their places among the descriptions, and the least factor of each."""

    places: NDArray[np.intp]
    causes: tuple[str, ...]
    least: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Heard:
    """A word of a call: where it stands in which text, and what it weighs."""

    text: str
    start: int
    end: int
    weight: float


def _tells(token: str) -> bool:
    return token != NEGATION and not _ADDRESS.search(token)


def _pairs(words: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in itertools.pairwise(words)]


def _joined(words: Iterable[_Heard]) -> list[_Heard]:
    """Words in their order, those that overlap or touch as one: Chinese is read by pairs of characters."""
    joined: list[_Heard] = []
    for each in words:
        for place, other in enumerate(joined):
            if each.text == other.text and each.start <= other.end and other.start <= each.end:
                joined[place] = replace(other, start=min(each.start, other.start), end=max(each.end, other.end))
                break
        else:
            joined.append(each)
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
    yield _ONSET.sub(" ", evidence.report or ""), 1.0
    for test in evidence.tests:
        yield f"{test.check} {test.result}", TRIED
    for indicator in evidence.indicators:
        yield indicator.words(), 1.0
    for line in evidence.logs[:MOST_LINES]:
        if isinstance(line, str):
            yield _NUMBERING.sub(" ", without_stamp(line[:LONGEST_LINE])), 1.0
