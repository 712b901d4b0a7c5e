"""Finding known phrases in running text.

Every phrase (a title or an alias) is filed under its rarest word, so that the work follows the
length of the text. A phrase is found where nearly all of its words, weighted by how rare they are,
stand close together in one sentence, in any order.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from diagnoser.evidence.words import NEGATION, Lexicon, Word

MIN_COVERAGE = 0.74
"""Share of a phrase's weight that must be found; shorter phrases must be found whole."""

SLACK = 4
"""How many foreign words may stand between the words of a phrase."""

REACH_OF_NEGATION = 2
"""How many words before a phrase a negation still speaks of it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that means `target`, as its distinct words."""

    target: str
    words: tuple[str, ...]
    negated: bool
    """Whether the phrase itself says no."""


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found in a text."""

    target: str
    start: int
    end: int
    negated: bool
    coverage: float
    weight: float
    """Information of the words found, in nats."""
    places: frozenset[int]
    """Indexes of the text's words that it took."""
    sentence: int


class PhraseIndex:
    """All phrases of a kind, ready to be looked for.

    Args:
        lexicon: how text becomes words.
        phrases: (target, phrase) pairs; a target may have many.
    """

    def __init__(self, lexicon: Lexicon, phrases: Iterable[tuple[str, str]]) -> None:
        self.lexicon = lexicon
        distinct: dict[tuple[str, tuple[str, ...]], Phrase] = {}
        for target, text in phrases:
            words = lexicon.tokens(text)
            content = tuple(w for w in words if w != NEGATION)
            if content:
                distinct.setdefault((target, tuple(sorted(words))), Phrase(target, content, NEGATION in words))
        counts = Counter(word for phrase in distinct.values() for word in phrase.words)
        total = len(distinct) + 1
        self.weights = {word: math.log(total / count) + 0.5 for word, count in counts.items()}
        filed: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in distinct.values():
            filed[max(phrase.words, key=lambda w: (self.weights[w], w))].append(phrase)
        self._filed = {word: tuple(phrases) for word, phrases in filed.items()}
        self._spellings: dict[str, tuple[str, ...]] = {}
        by_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.weights):
            if word.isascii() and word.isalpha() and len(word) >= 5:
                by_letter[word[0]].append(word)
        self._spellings = {letter: tuple(words) for letter, words in by_letter.items()}
        self._mended: dict[str, str] = {}

    def mend(self, word: str) -> str:
        """A misspelt word as the known word that it most likely is; others unchanged."""
        if word in self.weights or len(word) < 5 or not (word.isascii() and word.isalpha()):
            return word
        known = self._mended.get(word)
        if known is None:
            near = process.extractOne(word, self._spellings.get(word[0], ()), scorer=fuzz.ratio, score_cutoff=84)
            known = near[0] if near else word
            if len(self._mended) < 10_000:
                self._mended[word] = known
        return known

    def find(self, words: list[Word], wanted: Callable[[str], bool] = lambda target: True) -> list[Found]:
        """The phrases in a text, each target at its best place in each sentence.

        A phrase whose words are all part of a weightier phrase found is left out.
        """
        places: dict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(words):
            if word.token != NEGATION:
                places[self.mend(word.token)].append(index)
        best: dict[tuple[str, int], Found] = {}
        for token in sorted(places):
            for phrase in self._filed.get(token, ()):
                if wanted(phrase.target):
                    for found in self._occurrences(phrase, token, words, places):
                        key = (found.target, found.sentence)
                        rival = best.get(key)
                        if rival is None or _better(found, rival):
                            best[key] = found
        return _without_subsumed(sorted(best.values(), key=lambda f: (-f.weight, f.start, f.target)))

    def _occurrences(
        self, phrase: Phrase, rarest: str, words: list[Word], places: dict[str, list[int]]
    ) -> Iterator[Found]:
        present = [w for w in phrase.words if w in places]
        full = sum(self.weights[w] for w in phrase.words)
        if sum(self.weights[w] for w in present) < MIN_COVERAGE * full:
            return
        if len(phrase.words) <= 2 and len(present) < len(phrase.words):
            return
        for anchor in places[rarest]:
            taken = {rarest: anchor}
            for word in present:
                if word != rarest:
                    near = min(places[word], key=lambda i: (abs(i - anchor), i))
                    if (
                        words[near].sentence == words[anchor].sentence
                        and abs(words[near].clause - words[anchor].clause) <= 1
                        and abs(near - anchor) <= len(phrase.words) + SLACK
                    ):
                        taken[word] = near
            weight = sum(self.weights[w] for w in taken)
            if weight < MIN_COVERAGE * full or (len(phrase.words) <= 2 and len(taken) < len(phrase.words)):
                continue
            indexes = sorted(taken.values())
            negated = _negated(words, indexes[0], indexes[-1])
            if phrase.negated and not negated:
                continue
            yield Found(
                target=phrase.target,
                start=min(words[i].start for i in indexes),
                end=max(words[i].end for i in indexes),
                negated=negated and not phrase.negated,
                coverage=weight / full,
                weight=weight,
                places=frozenset(indexes),
                sentence=words[anchor].sentence,
            )


def _negated(words: list[Word], first: int, last: int) -> bool:
    """Whether a negation stands inside the span, or shortly before it in the same clause."""
    for index in range(max(0, first - REACH_OF_NEGATION), last + 1):
        if words[index].token == NEGATION and words[index].clause == words[first].clause:
            return True
    return any(words[i].token == NEGATION for i in range(first, last + 1))


def _better(found: Found, rival: Found) -> bool:
    return (found.coverage, found.weight, -found.start) > (rival.coverage, rival.weight, -rival.start)


def _without_subsumed(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for candidate in found:
        if not any(candidate.places < other.places for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda f: (f.start, f.end, f.target))
