"""Finding known phrases in running text.

Every phrase (a title or an alias) is filed under its rarest word, so that the work follows the
length of the text. A phrase is found where nearly all of its words, weighted by how rare they are,
stand close together in one sentence, in any order.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from diagnoser.evidence.words import NEGATION, TRIED, WELL, Lexicon, Word
from diagnoser.knowledge.stored import Stored

MIN_COVERAGE = 0.6
MIN_COVERAGE_OF_TWO = 0.72
"""Share of a phrase's weight that must be found, and where only two of its words are."""

SLACK = 4
"""How many foreign words may stand between the words of a phrase."""

OWN_SHARE = 0.55
"""Share of its weight that a phrase must have in words that no better phrase took."""

TIES = 3
"""How many phrases may share the very same words."""

OF_MANY = frozenset({"both", "everi", "sever", "mani", "multipl", "whole", "entir"})
"""Words without which a phrase that has them is not said."""

ALONE = 0.6
"""Share of a phrase that its only word must be to stand for it in running text: *only one bar* is not *bar*."""

REACH_OF_NEGATION = 2
"""How many words before a phrase a negation still speaks of it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that means `target`, as its distinct words."""

    target: str
    words: tuple[str, ...]
    negated: bool
    """Whether the phrase itself says no."""
    full: float = 0.0
    """Information of all of them."""
    least: float = 0.0
    """Information that must be found for the phrase to be looked at."""
    others: frozenset[str] = frozenset()
    """Its words but the rarest, under which it is filed."""
    states: frozenset[str] = frozenset()
    """Those of its words that say something of the things that it names."""
    one_word: bool = False
    """Whether it is one word as it is written, and not what is left of several."""


class Found(NamedTuple):
    """A phrase found in a text; a tuple, since many are made and few are kept."""

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
    expected: float = 1.0
    """How much the target was expected here, from 0 to 1."""

    @property
    def score(self) -> float:
        """How much a match says: its information, much less for words that are missing."""
        return self.weight * self.coverage**2 * (0.7 + 0.3 * self.expected)

    @property
    def certainty(self) -> float:
        """How surely the phrase was meant, from 0.5 (says nothing) to 1."""
        return round(0.5 + (self._certainty - 0.5) * (0.5 + 0.5 * self.expected), 3)

    @property
    def _certainty(self) -> float:
        """Measured on sentences of which it is known what they mean: one word alone is right in a
        fifth of the cases, two whole words in two fifths, three in three quarters.
        """
        words = len(self.places)
        if self.coverage > 0.999:
            if words == 1:
                return 0.9 if self.weight >= TELLING else 0.8
            if words == 2:
                return 0.97 if self.weight >= 1.5 * TELLING else 0.95
            return 0.98 if words == 3 else 0.99
        if words <= 2:
            return 0.75
        return 0.93 if self.coverage >= 0.75 else 0.85


COMMONPLACE = 5.5
"""Information, in nats, below which one word alone says nothing: *switch*, *provider*, *user*."""

TELLING = 7.0
"""Information, in nats, of a word that few phrases share."""


class _Text:
    """The words of a text as an index reads them.

    Args:
        words: the text, in order; some of them may be silenced as negations of no clause.
        tokens: each of its words, as it is spelt in the index.
    """

    def __init__(self, words: list[Word], tokens: list[str]) -> None:
        self.words = words
        self.tokens = tokens
        self.places: dict[str, list[int]] = {}
        """Token -> where it stands."""
        self._denies = False
        for index, token in enumerate(tokens):
            if token == NEGATION:
                self._denies = True
            elif token in self.places:
                self.places[token].append(index)
            else:
                self.places[token] = [index]

    def around(self, anchor: int, rarest: str, wanted: Iterable[str], reach: int) -> dict[str, int]:
        """Where some words stand near one place, each at most so far away, in its sentence and clause or the next one."""
        here = self.words[anchor]
        taken = {rarest: anchor}
        for word in wanted:
            if word != rarest:
                near = self._nearest(word, anchor)
                there = self.words[near]
                if (
                    abs(near - anchor) <= reach
                    and there.sentence == here.sentence
                    and abs(there.clause - here.clause) <= 1
                ):
                    taken[word] = near
        return taken

    def _nearest(self, word: str, anchor: int) -> int:
        """Where another word stands nearest to a place: in its clause if it is there at all, before rather than after it.

        Clauses follow each other, so it is the last one before the place or the first one after it.
        """
        places = self.places[word]
        if len(places) == 1:
            return places[0]
        after = bisect.bisect_left(places, anchor)
        if after == 0:
            return places[0]
        if after == len(places):
            return places[-1]
        left, right = places[after - 1], places[after]
        clause = self.words[anchor].clause
        beside_left, beside_right = self.words[left].clause == clause, self.words[right].clause == clause
        if beside_left != beside_right:
            return left if beside_left else right
        return left if anchor - left <= right - anchor else right

    def negated(self, indexes: list[int], telling: list[int]) -> bool:
        """Whether a negation stands between the words of a phrase, or shortly before them.

        Only the clause that holds most of what the phrase tells counts: in `the supply is dead, no alarm` the
        alarm is denied and not the supply.

        Args:
            indexes: where the words of the phrase stand.
            telling: those of them that say something of the things that it names; else all.
        """
        if not self._denies:
            return False
        clauses = [self.words[i].clause for i in telling or indexes]
        clause = max(clauses, key=lambda c: (clauses.count(c), -c))
        inside = [i for i in indexes if self.words[i].clause == clause]
        first, last = max(0, inside[0] - REACH_OF_NEGATION), inside[-1]
        return any(self._says_no(i, clause, indexes) for i in range(first, last + 1))

    def _says_no(self, index: int, clause: int, of: Collection[int]) -> bool:
        """Whether a word is a negation in a clause, and not one that *works* takes: *nothing works since the storm*."""
        word = self.words[index]
        if word.token != NEGATION or word.clause != clause:
            return False
        spoken_of = min((i for i in of if i > index), default=index)
        if self.words[spoken_of].turn != word.turn:
            return False  # of *does not start after the upgrade*, the upgrade is not denied
        following = index + 1
        return following in of or following >= len(self.words) or self.words[following].token != WELL

    def alone(self, index: int, others: list[int]) -> bool:
        """Whether none of some other words stands in the clause of a word."""
        clause = self.words[index].clause
        return len(others) > 1 and all(self.words[i].clause != clause for i in others if i != index)

    def follows_no(self, index: int) -> bool:
        """Whether a negation stands right before a word, in its clause."""
        before = self.words[index - 1] if index else None
        return before is not None and before.token == NEGATION and before.clause == self.words[index].clause

    def denied(self, index: int) -> bool:
        """Whether a negation stands shortly before a word, in its clause."""
        if not self._denies:
            return False
        clause = self.words[index].clause
        return any(self._says_no(i, clause, (index,)) for i in range(max(0, index - REACH_OF_NEGATION), index))


class PhraseIndex:
    """All phrases of a kind, ready to be looked for.

    Args:
        lexicon: how text becomes words.
        phrases: (target, phrase) pairs; a target may have many.
        running_text: looked for in running text, where a common word alone says nothing; else where
            it is known what is spoken of, as in the result of a check.
        words_alone: a word that is a whole phrase as it is written says something, however common.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        phrases: Iterable[tuple[str, str]],
        running_text: bool = False,
        words_alone: bool = False,
    ) -> None:
        self.lexicon = lexicon
        self._running_text = running_text
        distinct: dict[tuple[str, tuple[str, ...]], Phrase] = {}
        for target, text in phrases:
            placed = lexicon.words(text)
            words = tuple(dict.fromkeys(w.token for w in placed))
            content = tuple(w for w in words if w != NEGATION)
            if content and not (running_text and len(content) == 1 and _share(placed, text) < ALONE):
                alone = words_alone and " " not in text.strip() and lexicon.concepts.isdisjoint(content)
                phrase = Phrase(target, content, NEGATION in words, one_word=alone)
                key = (target, tuple(sorted(words)))
                distinct[key] = distinct[key] if key in distinct and not phrase.one_word else phrase
        counts = Counter(word for phrase in distinct.values() for word in phrase.words)
        total = len(distinct) + 1
        self.weights = {word: math.log(total / count) + 0.5 for word, count in counts.items()}
        filed: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in distinct.values():
            weights = tuple(self.weights[w] for w in phrase.words)
            rarest = max(zip(weights, phrase.words, strict=True))[1]
            others = frozenset(phrase.words) - {rarest}
            full = sum(weights)
            states = frozenset(phrase.words) & lexicon.concepts - lexicon.things
            filed[rarest].append(replace(phrase, full=full, least=MIN_COVERAGE * full, others=others, states=states))
        self._filed: Mapping[str, tuple[Phrase, ...]] = {word: tuple(phrases) for word, phrases in filed.items()}
        filed_under: dict[str, list[str]] = defaultdict(list)
        for word, told in self._filed.items():
            for target in dict.fromkeys(phrase.target for phrase in told):
                filed_under[target].append(word)
        self._filed_under = {target: tuple(words) for target, words in filed_under.items()}
        """Target -> the words under which its phrases are filed."""
        self._spellings: dict[str, tuple[str, ...]] = {}
        by_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.weights):
            if word.isascii() and word.isalpha() and len(word) >= 5:
                by_letter[word[0]].append(word)
        self._spellings = {letter: tuple(words) for letter, words in by_letter.items()}
        self._mended: dict[str, str] = {}

    def __getstate__(self) -> dict[str, Any]:
        """For storing: the phrases of a word are opened when a text has the word."""
        return {**self.__dict__, "_filed": Stored(self._filed), "_mended": {}}

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

    def find(
        self,
        words: list[Word],
        wanted: Callable[[str], float] = lambda target: 1.0,
        ties: int = TIES,
        among: Collection[str] | None = None,
    ) -> list[Found]:
        """The phrases in a text, each target at its best place in each sentence.

        Args:
            words: the text.
            wanted: how much a target is expected here, from 0 (not at all) to 1.
            ties: how many that stand on the same words, and say as much as the best there, are kept beside it.
            among: the only targets that are looked for; None for all.

        Phrases compete for words: one that stands mostly on words which a better one took is left out.
        """
        text = _Text(words, [self.mend(word.token) for word in words])
        places = text.places
        best: dict[tuple[str, int], Found] = {}
        present = frozenset(places)
        told = self._filed.keys() if among is None else {w for t in among for w in self._filed_under.get(t, ())}
        for token in sorted(present & told):
            for phrase in self._filed[token]:
                if among is not None and phrase.target not in among:
                    continue
                if phrase.others:
                    if present.isdisjoint(phrase.others):
                        continue
                elif not (
                    phrase.one_word or self._says_something(token) or (phrase.negated and self._names_a_thing(token))
                ):
                    continue
                there = [w for w in phrase.words if w in places]
                if sum([self.weights[w] for w in there]) < phrase.least:
                    continue
                if (expected := float(wanted(phrase.target))) > 0.0:
                    for found in self._occurrences(phrase, token, there, text, expected):
                        key = (found.target, found.sentence)
                        rival = best.get(key)
                        if rival is None or _better(found, rival):
                            best[key] = found
        if len(best) < 2:
            return list(best.values())
        return _best_apart(best.values(), [self.weights.get(token, 0.0) for token in text.tokens], ties)

    def _occurrences(
        self, phrase: Phrase, rarest: str, there: list[str], text: _Text, expected: float
    ) -> Iterator[Found]:
        """Where a phrase stands, some words of which are there, with enough of them."""
        words = text.words
        for anchor in text.places[rarest]:
            taken = text.around(anchor, rarest, there, len(phrase.words) + SLACK)
            weight = sum([self.weights[w] for w in taken])
            enough = MIN_COVERAGE if len(taken) > 2 else MIN_COVERAGE_OF_TWO
            if weight < enough * phrase.full or len(taken) < 2 <= len(phrase.words):
                continue
            if self._running_text and not _still_said(phrase, taken):
                continue
            indexes = sorted(taken.values())
            crosses = words[indexes[0]].clause != words[indexes[-1]].clause
            if crosses and (len(indexes) == 2 or (self._running_text and len(taken) < len(phrase.words))):
                continue
            if WELL in taken and text.alone(taken[WELL], indexes):
                continue  # of *AP lights off but Wi-Fi works*, that the lights work is not said
            negated = text.negated(indexes, [place for word, place in taken.items() if word in phrase.states])
            if phrase.negated and not (text.follows_no(anchor) if len(phrase.words) == 1 else negated):
                continue
            if not negated and any(map(text.denied, indexes)):
                continue  # of *board offline, no alarm*, a board's alarm is not said
            first = indexes[0] - 1 if phrase.negated and text.follows_no(indexes[0]) else indexes[0]
            yield Found(
                target=phrase.target,
                start=min([words[i].start for i in (first, *indexes)]),
                end=max([words[i].end for i in indexes]),
                negated=negated and not phrase.negated,
                coverage=weight / phrase.full,
                weight=weight,
                places=frozenset(indexes),
                sentence=words[anchor].sentence,
                expected=expected,
            )

    def _names_a_thing(self, word: str) -> bool:
        """Whether to deny a word alone says something: *no link* does, *does not work* not."""
        return word in self.lexicon.things and word != WELL

    def _says_something(self, word: str) -> bool:
        """Whether one word may stand for a whole phrase: a condition may, a mere thing or a common word not."""
        if not self._running_text:
            return True
        if word in self.lexicon.concepts:
            return word not in self.lexicon.things
        return self.weights[word] >= COMMONPLACE


def _still_said(phrase: Phrase, taken: Mapping[str, int]) -> bool:
    """Whether a phrase is said at all by those of its words that are there.

    Of *bad switch port*, *switch port* says nothing, nor of *alarm but all normal*, *all normal*; of *both uplinks down*,
    *uplink down* something else; and of *alarm remains after replacement*, *remains after replacement* only that
    something was tried.
    """
    if len(taken) == len(phrase.words):
        return True
    if (phrase.states and phrase.states.isdisjoint(taken)) or (WELL in taken and len(taken) < 4):
        return False
    return taken.keys() >= OF_MANY.intersection(phrase.words) and not taken.keys() <= TRIED


def _share(words: Iterable[Word], phrase: str) -> float:
    """Which part of a phrase's letters its words are."""
    return sum(w.end - w.start for w in words) / max(1, sum(map(str.isalnum, phrase)))


def _better(found: Found, rival: Found) -> bool:
    return _merit(found) > _merit(rival)


def _merit(found: Found) -> tuple[float, float, int, int]:
    """What says more, then what stands closer together, then what comes first."""
    return found.score, found.weight, found.start - found.end, -found.start


def _best_apart(found: Iterable[Found], weights: list[float], most_ties: int) -> list[Found]:
    """Best first, each accepted if most of its weight is in words not taken yet, or if it ties with the taker."""
    taken: dict[int, Found] = {}
    ties: Counter[frozenset[int]] = Counter()
    kept: list[Found] = []
    for each in sorted(found, key=lambda f: (-f.score, f.start, f.target)):
        own = sum([weights[i] for i in each.places if i not in taken])
        rivals = {id(taken[i]): taken[i] for i in each.places if i in taken}
        tied = any(r.places == each.places and r.score <= each.score * 1.001 for r in rivals.values())
        if own < OWN_SHARE * each.weight and not (tied and ties[each.places] < most_ties):
            continue
        ties[each.places] += 1
        kept.append(each)
        for index in each.places:
            taken.setdefault(index, each)
    return sorted(kept, key=lambda f: (f.start, f.end, f.target))
