"""What the words of a person state: symptoms, circumstances, and causes that are but named."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from diagnoser.evidence.acts import names_an_action
from diagnoser.evidence.afterwards import goes_before
from diagnoser.evidence.extent import extent_of
from diagnoser.evidence.observables import Observables
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.phrases import Found, PhraseIndex
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.results import result_of
from diagnoser.evidence.words import Word, clause_spans, normalised, overlapping, sentence_ends, words_between

STATED = 0.95
"""Certainty of a statement found whole in free text; one found in part is worth less."""

SURE = 0.85
"""What was found with more certainty than this leaves nothing to guess in its sentence."""

STANDINGS = ((0.9, 1.0), (0.7, 0.8), (0.0, 0.7))
"""(share of the nearest symptom's nearness, certainty at most) of a symptom whose phrase stands in a text."""

MENTIONED = 0.55
"""Certainty at most that a cause is named: it makes a suspect of it and says little more, since callers guess."""

_DENIED = re.compile(
    r"^\W*(?:(?:(?:there (?:is|are|was|were) |we (?:see|saw|have) )?no|without|never)(?![a-z])"
    r"|没有|没见|未见|未报|没报|无(?!线|法|源|光))"
    r"|(?:\bclears|\bgone|\bdisappear(?:s|ed)|消失|消除|不报了?)\W*$"
)
"""A clause that says of an alarm that it is not there, or no longer."""


_CLEARED = re.compile(
    r"\b(?:alarms?|faults?|errors?|warnings?)\b(?P<between>[^,.;]{0,24}?)\b(?:cleared|clears|gone|disappear(?:s|ed)|vanish(?:es|ed)|went away)\b"
    r"|(?:告警|报警|误码|报错)(?P<amid>[^，。；]{0,6}?)(?:消失|消除|清除|解除|恢复正常|恢复了|没有了|没了|不报了)"
)
_NOT = re.compile(r"\b(?:not|never|cannot|until|when|before|and)\b|n't\b|未|没|无法|不|难以|才")
_BACK_AGAIN = re.compile(
    r"\b(?:again|back|returns?|returned|reappear\w*|recur\w*|every|each|goes)\b|又|再次|再现|反复|还会|重新出现|时有"
)
CLEARED = 0.8
"""Certainty at most that a symptom is not there because its alarm is said to have cleared."""


_ASKS = re.compile(
    r"(?:\A|[.!;,]|\bor\b)\W*(?:so |and |maybe |perhaps )?(?:is|are|was|were|does|did|could|can|may|might|has|have|would)\b(?! ?n[o']t)[^.!?]*[?？]"
    r"|\b(?:wonder\w*|not sure|don'?t know|ask\w*) (?:if|whether)\b|是不是|会不会|是否|难道|[吗么嘛]\W*[?？]"
)
"""Words that ask whether something is so."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was read out of some words or alarms, the parts of them that were not placed, and the alarms that have cleared."""

    observations: tuple[Observation, ...]
    unplaced: tuple[Unplaced, ...]
    cleared: tuple[str, ...] = ()


def asserted(text: str) -> str:
    """A text without the clauses that deny what they name: *no dying gasp*, *T_ALOS clears*."""
    kept: list[str] = []
    since = 0
    for start, end in clause_spans(text):
        if _DENIED.search(normalised(text[start:end])):
            kept += text[since:start], " " * (end - start)
            since = end
    return "".join((*kept, text[since:]))


def statements(
    words: list[Word], text: str, source: Source, observables: Observables, bases: Relevance
) -> Iterator[Observation]:
    """The symptoms, circumstances and causes that are named in some words, each with its place in the text."""

    def expected(target: str) -> float:
        return bases.get(target.partition(":")[0], 0.0)

    clauses = clause_spans(text)
    found = _found(observables.statements, words, text, source, observables, expected)
    circumstances = list(_found(observables.circumstances, words, text, source, observables, expected))
    found = (o for o in found if not _afterwards(o, words, text, clauses, observables))
    said = _judged((o for o in found if of_so_many(o, text, clauses, observables)), words, observables)
    asked = _questions(text, clauses)
    over = _cleared(text, clauses, sentence_ends(text))
    for symptom in said:
        gone = any(
            a <= (symptom.source.start or 0) and (symptom.source.start or 0) < middle and (symptom.source.end or 0) <= b
            for a, middle, b in over
        )
        each = replace(symptom, state="absent", certainty=min(symptom.certainty, CLEARED)) if gone else symptom
        beside = overlapping(asked, each.source.start or 0, each.source.end or 0)
        yield replace(each, certainty=min(each.certainty, MENTIONED)) if beside else each
    yield from circumstances
    for named in _found(observables.mentions, words, text, source, observables, expected):
        yield replace(named, certainty=min(named.certainty, MENTIONED))


_AHEAD, _BEHIND = 24, 4
"""Characters before a word in which *after* may stand, and behind it, in which *后* may."""


def _is_told_as_before(start: int, end: int, text: str) -> bool:
    """Whether a word of a text is told as what went before something."""
    before = text[max(0, start - _AHEAD) : start]
    clause = max(before.rfind(mark) for mark in ",.;，。；\n") + 1
    return goes_before(before[clause:], text[end : end + _BEHIND])


def _was_no_circumstance(found: Found, words: list[Word], text: str, observables: Observables) -> bool:
    """Whether a word that tells a circumstance only as what went before does not say so: *it reboots*."""
    if len(found.places) != 1:
        return False
    (place,) = found.places
    if (found.target, words[place].token) not in observables.only_afterwards:
        return False
    return not _is_told_as_before(found.start, found.end, text)


def _afterwards(
    symptom: Observation, words: list[Word], text: str, clauses: list[tuple[int, int]], observables: Observables
) -> bool:
    """Whether a symptom is one word that is told as what went before, or was tried: *after the reboot*, *rebooting does not
    help*.
    """
    start, end = symptom.source.start or 0, symptom.source.end or 0
    said = words_between(words, start, end)
    if len(said) != 1 or all(word != said[0].token for _, word in observables.only_afterwards):
        return False
    clause = next(iter(overlapping(clauses, start, end)), (start, end))
    return _is_told_as_before(start, end, text) or result_of(text[end : clause[1]]) is not None


def _questions(text: str, clauses: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The clauses of a text that ask whether something is so: they name it, and do not say that it is."""
    plain = normalised(text)
    return [(a, b) for a, b in clauses if _ASKS.search(plain[a : b + 1])] if _ASKS.search(plain) else []


def _cleared(text: str, clauses: list[tuple[int, int]], ends: list[int]) -> list[tuple[int, int, int]]:
    """Where a text says of an alarm that it has cleared: its clause, and between them where the words begin that say so.

    It is there still where it came back, and where it is told as what came of something that was tried.
    """
    plain = normalised(text)
    found = []
    for start, end in clauses:
        match = _CLEARED.search(plain, start, end)
        if match is None or _NOT.search(match["between"] or match["amid"] or ""):
            continue
        sentence = plain[
            max((e for e in ends if e <= start), default=0) : min((e for e in ends if e >= end), default=len(plain))
        ]
        if not _BACK_AGAIN.search(sentence) and not names_an_action(sentence):
            found.append((start, match.end(), end))
    return found


def of_so_many(observation: Observation, text: str, clauses: list[tuple[int, int]], observables: Observables) -> bool:
    """Whether a symptom of one, or of many, may be meant by words that tell how many are affected."""
    extent = observables.extents.get(observation.id)
    if extent is None:
        return True
    start, end = observation.source.start or 0, observation.source.end or 0
    beside = (text[a:b] for a, b in overlapping(clauses, start, end))
    return all(told is None or told is extent for told in map(extent_of, beside))


def _judged(found: Iterable[Observation], words: list[Word], observables: Observables) -> Iterator[Observation]:
    """Symptoms, less certain where another one is nearer to what their clauses say.

    Measured on sentences of which it is known what they mean: of those that are as near as any, nineteen
    in twenty are right; of those that are seven tenths as near, six in ten.
    """
    standings: dict[frozenset[int], Callable[[str], float]] = {}
    for each in found:
        start, end = each.source.start or 0, each.source.end or 0
        clauses = frozenset(w.clause for w in words_between(words, start, end))
        if clauses not in standings:
            standings[clauses] = observables.nearest.standing(_of_clauses(words, clauses))
        most = next(certainty for least, certainty in STANDINGS if standings[clauses](each.id) >= least)
        yield replace(each, certainty=min(each.certainty, most))


def _of_clauses(words: list[Word], clauses: frozenset[int]) -> list[Word]:
    """The words of some clauses that follow each other."""
    first = bisect.bisect_left(words, min(clauses), key=lambda word: word.clause)
    return words[first : bisect.bisect_right(words, max(clauses), key=lambda word: word.clause)]


def _found(
    index: PhraseIndex,
    words: list[Word],
    text: str,
    source: Source,
    observables: Observables,
    expected: Callable[[str], float],
) -> Iterator[Observation]:
    for found in index.find(words, expected):
        circumstance = found.target in observables.base.circumstances
        if circumstance and (found.negated or _was_no_circumstance(found, words, text, observables)):
            continue
        if circumstance and not any(map(str.isalpha, text[found.start : found.end])):
            continue  # of *memory 95%*, a number alone tells no circumstance
        yield Observation(
            "circumstance" if circumstance else "symptom",
            found.target,
            "absent" if found.negated else "present",
            found.certainty,
            text[found.start : found.end],
            replace(source, start=found.start, end=found.end),
        )
