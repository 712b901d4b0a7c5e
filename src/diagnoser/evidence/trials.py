"""What was tried, and what came of it: *replaced the module, still dead*, *换过尾纤，没用*.

A trial is a check of the kind `swap`: something is replaced, moved, reseated, restarted or left out, and
then the fault is gone, unchanged, or goes where the part went. How that is said is the same for all
of them, so it is read here once, and each outcome of a check is what its own title says in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnoser.evidence.acts import acting_clauses, names_an_action
from diagnoser.evidence.phrases import Found
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.restarts import is_reported, restarted_by_itself
from diagnoser.evidence.results import (
    Result,
    after_exchange,
    fault_moved,
    result_of,
    tells_of_the_fault,
    tells_that_it_lasts,
)
from diagnoser.evidence.words import Word, clause_spans, normalised, sentence_ends
from diagnoser.knowledge.documents import Aliases, Text

if TYPE_CHECKING:
    from diagnoser.evidence.observables import Observables

SURE = 0.86
"""How certain the words of a check must be for it to be a trial; two whole words are, also of a base that others build on."""

EXPLICIT, IMPLICIT = 0.95, 0.85
"""Certainty of a result that is told, and of one that goes without saying: the fault is reported still."""

RESTART = "restart"
"""The lexicon's word for what is done to the whole device, so that nobody needs to say to what."""

REPLACE = "replace"
"""The lexicon's word for putting one thing in another's place."""

NEAREST = 3
"""Checks of several bases may answer to the same words; so many of them are taken."""


_ANOTHER = frozenset({"new", "anoth", "other", "differ", "spare", "second", "chang", "exchang", "swap"})
"""Words that say of a part that it was replaced."""

_LEFT_OUT = frozenset({"remov", "unplugged", "拆下", "去掉", "拆掉"})
"""Words that say of a part that it was taken out, which tells of it what replacing it does."""

_WIRES = frozenset({"cable", "fibre", "uplink", "down"})
"""What is no worse than what hangs on it when it is pulled out."""

_AFTER = re.compile(r"\b(?:after|since|when|once|following)\b|之后|以后|自从|后(?!台|面|备|端(?!口))")
_PLAIN = frozenset({"no change", "fault gone"})
_WISHED = re.compile(r"\b(?:to be|please|should|need|needs|will|want|wants|asked|ask|order|ordered|going to|could|can|would|may)\b"
                     r"|请|需要?|准备|打算|建议|能否|是否|想|待|计划|申请|该")  # fmt: skip
_DONE = re.compile(r"\b(?:was|were|been|already|have|has|had|tried|\w+ed|did|new|another|other|twice)\b|过|了|已")


_WHERE = re.compile(
    r"\b(?:on|of|in|for|to|from|at|is|are|have|has|got|with) (?:an?|the|our|my|this|two|some|these) (?:brand[ -])?new\b"
)
"""What is new, and was not put in another's place: *the console shows nothing on a new switch*."""
_VALUE_CHANGED = re.compile(
    r"(?i)\b(?:went|came|rose|fell|dropped|improved|increased|decreased|moved|now)\b.*\d|\bfrom\b.*\d.*\bto\b.*\d|从.*\d.*[到至变为成].*\d|[变升降涨]\S{0,3}-?\d"
)
"""Words that tell what was measured before and after: whether it helped, they leave open."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Something that was tried in some text, the outcomes that tell what came of it, and where it says so."""

    outcomes: tuple[str, ...]
    certainty: float
    start: int
    end: int


def outcome_of(check: str, tried: str, result: str, observables: Observables) -> str | None:
    """The outcome of a swap check that says what a result says; None if none does.

    Args:
        check: full id.
        tried, result: the words that tell what was done, and what came of it.
        observables: the knowledge.
    """
    found = after_exchange(tried, result) or result_of(result)
    by_result = observables.results[check]
    if found is Result.STAYS:
        return by_result.get(Result.STAYS) or by_result.get(Result.NO_CHANGE)
    if found is Result.FOLLOWS:
        return by_result.get(Result.FOLLOWS) or by_result.get(Result.HELPED)
    return None if found is None else by_result.get(found)


def trials_in(words: list[Word], text: str, observables: Observables, bases: Relevance) -> list[Trial]:
    """What a report says was tried, in order.

    A trial whose result is not told, in a report of a fault that is there, did not help.
    """
    if not names_an_action(text):
        return []
    spans = clause_spans(text)
    sentences = [*sentence_ends(text), len(text)]
    found: list[Trial] = []
    for start, end, checks, bare in _tried(words, text, observables, bases):
        since = max((e + 1 for e in sentences if e < start), default=0)
        until = next(e for e in sentences if e >= end)
        first = max((a for a, _ in spans if since <= a <= start), default=since)
        last = min((b for _, b in spans if end <= b <= until), default=until)
        later = [text[a:b] for a, b in spans if last < a < until]
        result = _told(text[first:start], text[end:last], later)
        tried = text[first:last]
        result = next((c for c in (text[end:last], *later) if after_exchange(tried, c) is not None), result)
        if fault_moved(text[first:end]):
            continue
        if is_reported(text[first:last], text[start:end], text[first:until] if result is not None else ""):
            continue
        certainty = EXPLICIT
        if result is None:
            without_saying = not bare and not restarted_by_itself(text[first:last], text[start:end])
            if not without_saying or not _done_in_vain(text[since:until], (text[end:last], *later)):
                continue
            result, certainty = "no change", IMPLICIT
        outcomes = tuple(o for c in checks if (o := outcome_of(c, tried, result, observables)) is not None)
        if outcomes:
            found.append(Trial(outcomes, certainty, start, end))
    return found


def _done_in_vain(sentence: str, rest: Iterable[str]) -> bool:
    """Whether a sentence that names something to try says that it was done, and with what follows tells of nothing else."""
    said = normalised(sentence)
    if _AFTER.search(said) or _WISHED.search(said) or not _DONE.search(_WHERE.sub(" ", said)):
        return False
    return not any(map(_VALUE_CHANGED.search, rest))


def _told(before: str, after: str, later: Iterable[str]) -> str | None:
    """The words that tell what came of a trial; None if none do.

    Args:
        before, after: the rest of the clause that names it.
        later: the clauses that follow in its sentence; good news in them must be about the fault.
    """
    if result_of(after) is not None:
        return after
    afterwards = _AFTER.search(normalised(before))  # "after X was changed, Y": only what is said next is about X
    for clause in list(later)[: 1 if afterwards else None]:
        result = result_of(clause)
        if result is not None and (result is not Result.HELPED or tells_of_the_fault(clause)):
            return clause
    result = result_of(before)
    if result is None or (result is Result.HELPED and not tells_of_the_fault(before)):
        return None
    if result is Result.NO_CHANGE and afterwards and not tells_that_it_lasts(before):
        return None  # "it does not start after X was changed": perhaps not before either, perhaps since
    return before


def _tried(
    words: list[Word], text: str, observables: Observables, bases: Relevance
) -> Iterator[tuple[int, int, tuple[str, ...], bool]]:
    """Where something was tried, the checks that the words name equally well, and whether no more than what was done is
    named, as in *rebooted*."""
    wanted = swaps(observables, bases)
    for said in acting_clauses(words, text, observables.lexicon):
        places: dict[tuple[int, int], list[Found]] = {}
        for found in (*observables.checks.find(said, wanted), *replaced(said, observables, wanted)):
            sure = found.certainty >= SURE and len(found.places) > 1
            bare = not sure and {said[place].token for place in found.places} == {RESTART}
            if (sure or bare) and names_an_action(text[found.start : found.end]):
                places.setdefault((found.start, found.end), []).append(found)
        taken = 0
        for (start, end), named in sorted(places.items(), key=lambda p: (p[0][0], -p[0][1])):
            if start < taken:
                continue
            taken = end
            best = sorted({f.target: f for f in named}.values(), key=lambda f: (-f.score, f.target))
            checks = tuple(f.target for f in best if f.score >= 0.85 * best[0].score)[:NEAREST]
            yield start, end, checks, all(len(f.places) == 1 for f in named)


def replaced(words: list[Word], observables: Observables, wanted: Callable[[str], float]) -> list[Found]:
    """The checks that are named when every way of saying that a part was replaced is said in one way."""
    said = {word.token for word in words}
    ways = _ANOTHER if said & _WIRES else _ANOTHER | _LEFT_OUT
    if not said & ways:
        return []  # nothing that was not found in the words as they are
    return observables.checks.find([w._replace(token=REPLACE) if w.token in ways else w for w in words], wanted)


def names_a_part(found: Found, words: list[Word]) -> bool:
    """Whether what was found names what was tried, and not only that something was: *exchanged* alone names nothing."""
    return any(words[place].token not in (REPLACE, *_ANOTHER, *_LEFT_OUT) for place in found.places)


def swaps(observables: Observables, bases: Relevance) -> Callable[[str], float]:
    """How much each swap check is expected; other checks not at all."""

    def wanted(check: str) -> float:
        swap = observables.base.checks[check].document.kind == "swap"
        return bases.get(check.partition(":")[0], 0.0) if swap else 0.0

    return wanted


def outcomes_by_result(outcomes: Iterable[tuple[str, Text, Aliases]]) -> Mapping[Result, str]:
    """Result -> the first outcome whose title says so, in either language; one that says nothing else comes before.

    What no title says may be among the other ways of saying an outcome.
    """
    found: dict[Result, str] = {}
    plain_first = sorted(outcomes, key=lambda o: o[1].en not in _PLAIN)
    for outcome, title, _ in plain_first:
        result = result_of(title.en) or result_of(title.zh)
        if result is not None:
            found.setdefault(result, outcome)
    for outcome, _, aliases in plain_first:
        for alias in (*aliases.en, *aliases.zh):
            if result_of(alias) is Result.NO_CHANGE and outcome not in found.values():
                found.setdefault(Result.NO_CHANGE, outcome)
    return found
