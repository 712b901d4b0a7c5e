"""What a report in running text says: symptoms, circumstances, lights, values, and what was tried."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from diagnoser.evidence.acts import names_an_action
from diagnoser.evidence.components import lists_in, may_be_of
from diagnoser.evidence.document import IndicatorSeen
from diagnoser.evidence.ends import end_of, tells_of_both_ends
from diagnoser.evidence.in_order import InOrder, in_order, normal_outcomes, what_is_meant
from diagnoser.evidence.looks import (
    colours_before,
    colours_in,
    denies_look,
    goes_on_about_light,
    mentions_light,
    only_tells_behaviour,
    read_light,
    tells_all_dark,
    tells_what_was_until,
)
from diagnoser.evidence.observables import Observables
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.results import denies_blame, tells_where_the_fault_is
from diagnoser.evidence.simplified import in_simplified
from diagnoser.evidence.statements import MENTIONED, STATED, SURE, Said, asserted, of_so_many, statements
from diagnoser.evidence.trials import Trial, trials_in
from diagnoser.evidence.words import (
    LONGEST_SENTENCE,
    NEGATION,
    Word,
    clause_spans,
    overlapping,
    sentence_ends,
    words_between,
)

TOLD = 0.9
"""How certain both a check and its outcome must be to be taken out of running text."""


class _Covered:
    """Which characters of a text are spoken for."""

    def __init__(self, text: str, spans: Iterable[tuple[int, int]]) -> None:
        self._marks = bytearray(len(text))
        for start, end in spans:
            self.cover(start, end)

    def cover(self, start: int, end: int) -> None:
        self._marks[start:end] = b"\1" * len(self._marks[start:end])

    def touches(self, start: int, end: int) -> bool:
        """Whether any character of a stretch is spoken for."""
        return self._marks.find(1, start, end) >= 0


def read_report(report: str, observables: Observables, bases: Relevance, device: str = "") -> Said:
    """Read a report in running text; `device` is what the device was called."""
    words = observables.lexicon.words(report)
    source = Source("report")
    trials = trials_in(words, report, observables, bases)
    spans = clause_spans(report)
    well = in_order(report, observables.lexicon)
    of_a_trial = [(a, b) for a, b in spans if tells_where_the_fault_is(report[a:b])] if names_an_action(report) else []
    found = [
        o
        for o in what_is_meant(statements(words, report, source, observables, bases), well, report, observables)
        if not _tried_only(o, trials)
        and not (o.subject == "symptom" and overlapping(of_a_trial, o.source.start or 0, o.source.end or 0))
    ]
    found.extend(
        Observation(
            "outcome",
            outcome,
            "present",
            t.certainty,
            report[t.start : t.end],
            replace(source, start=t.start, end=t.end),
        )
        for t in trials
        for outcome in t.outcomes
    )
    told = [
        ((start, end), list(_in_clause(report[start:end].strip(), at, observables, bases, device)))
        for start, end in _with_what_follows(report, spans)
        for at in (replace(source, start=start, end=end),)
    ]
    found = list(_beside_lights(found, report, told, observables, bases, device))
    measured = list(_measured(report, source, observables, bases))
    blamed = [(a, b) for a, b in spans if denies_blame(report[a:b])]
    spoken_for = [*of_a_trial, *blamed, *((m.source.start or 0, m.source.end or 0) for m in measured)]
    found = [o for o in found if not _measured_well(o, measured, observables)]
    found.extend(_nearest(words, report, spans, spoken_for, well, source, found, observables, bases))
    found.extend(normal_outcomes(well, report, source, observables, bases))
    taken = [(o.source.start or 0, o.source.end or 0) for o in found]
    for span, placed in told:
        if placed:
            taken.append(span)
            found.extend(placed)
    taken.extend(spoken_for)
    found.extend(measured)
    for observation in _tests_in_text(words, report, source, observables, bases):
        taken.append((observation.source.start or 0, observation.source.end or 0))
        found.append(observation)
    for hit in observables.scanner.scan(in_simplified(asserted(report))):
        if hit.pattern.partition(":")[0] in bases:
            found.append(
                Observation("log", hit.pattern, "present", STATED, report[:200], source, component=hit.component)
            )
            taken.append((0, 0))
    covered = _Covered(report, taken)
    unplaced = tuple(
        _nowhere(report[start:end].strip(" ,.;:，。；：、\n"), source, observables, bases, device)
        for start, end in spans
        if not covered.touches(start, end) and _content(words, start, end) >= 2
    )
    found = list(_of_the_whole(found, report, spans, observables))
    return Said(tuple(_with_components(found, report)), unplaced)


def _of_the_whole(
    found: list[Observation], report: str, clauses: list[tuple[int, int]], observables: Observables
) -> Iterator[Observation]:
    """What was found, without what is absent, or well, at one end where a report tells of both."""
    both = tells_of_both_ends(report[a:b] for a, b in clauses)
    for each in found:
        beside = overlapping(clauses, each.source.start or 0, each.source.end or 0) if both else []
        finding = observables.base.findings.get(each.id)
        well = each.state == "absent" or (finding is not None and finding.normal)
        if not (well and each.subject == "symptom" and any(end_of(report[a:b]) is not None for a, b in beside)):
            yield each


def _measured(report: str, source: Source, observables: Observables, bases: Relevance) -> Iterator[Observation]:
    """What is measured in each sentence, with its place."""
    for start, end in _sentences(report) if any(char.isnumeric() for char in report) else ():
        for measured in observables.quantities.read_all(
            report[start:end], bases, replace(source, start=start, end=end)
        ):
            yield replace(measured, certainty=STATED)


def _nearest(
    words: list[Word],
    text: str,
    clauses: list[tuple[int, int]],
    spoken_for: list[tuple[int, int]],
    well: list[InOrder],
    source: Source,
    found: list[Observation],
    observables: Observables,
    bases: Relevance,
) -> list[Observation]:
    """Of each sentence, or else clause, in which nothing was found, the symptom that it is most like.

    Args:
        spoken_for: stretches that tell something else: values, and what came of what was tried.
    """
    known = {o.id for o in found}
    sure = _Covered(
        text,
        [
            *spoken_for,
            *((o.source.start or 0, o.source.end or 0) for o in found if o.certainty > SURE or o.state == "absent"),
        ],
    )
    near: list[Observation] = []
    good = {(clause.start, clause.end) for clause in well}
    of_lights = _about_lights(text, clauses)
    sentences = [span for span in _sentences(text) if not good.issuperset(overlapping(clauses, *span))]
    for start, end in (*sentences, *(span for span in clauses if overlapping(sentences, *span))):
        of_light = (start, end) in of_lights or mentions_light(text[start:end])
        if sure.touches(start, end) or of_light or only_tells_behaviour(text[start:end]):
            continue  # lights have a grammar of their own
        said = words_between(words, start, end)
        if _accounted_for(said, found):
            continue
        best = observables.nearest.find(said, lambda target: bases.get(target.partition(":")[0], 0.0))
        if best is None or best.target in known:
            continue
        if best.target in observables.partly_well or not good.issuperset(overlapping(clauses, start, end)):
            first, last = said[0].start, said[-1].end
            place = replace(source, start=first, end=last)
            likely = Observation("symptom", best.target, "present", best.certainty, text[first:last], place)
            if of_so_many(likely, text, clauses, observables):
                sure.cover(start, end)
                near.append(likely)
    return near


def _measured_well(symptom: Observation, measured: list[Observation], observables: Observables) -> bool:
    """Whether a symptom is read from a share that was measured and is as it should be: *cpu 3% mem 95%* is no high CPU."""
    if symptom.subject != "symptom" or "%" not in symptom.text:
        return False
    first, last = symptom.source.start or 0, symptom.source.end or 0
    return any(
        (m.source.start or 0) < last
        and first < (m.source.end or 0)
        and m.value is not None
        and observables.is_normal(m.id, m.value)
        for m in measured
    )


ACCOUNTED = 0.75
"""Share of the words of a stretch on which symptoms stand, which leaves nothing to guess."""


def _accounted_for(said: list[Word], found: list[Observation]) -> bool:
    """Whether symptoms that were found stand on nearly all of some words."""
    if not said:
        return False
    taken = {
        word.start
        for o in found
        if o.subject == "symptom" and o.certainty > MENTIONED and said[0].start <= (o.source.start or 0) < said[-1].end
        for word in words_between(said, o.source.start or 0, o.source.end or 0)
    }
    return len(taken) >= ACCOUNTED * len(said)


def _beside_lights(
    found: list[Observation],
    report: str,
    told: list[tuple[tuple[int, int], list[Observation]]],
    observables: Observables,
    bases: Relevance,
    device: str,
) -> Iterator[Observation]:
    """What was found, without symptoms that are read from no more than how a light looks, or from another look.

    Args:
        told: clauses with what the grammar of lights, and values, read from each.
    """
    lights = observables.lights
    spans = [span for span, _ in told]
    read = dict(told)
    of_lights = _about_lights(report, spans)
    named_in = lru_cache(maxsize=None)(lambda clause: lights.named(clause, bases, device))
    for each in found:
        first, last = each.source.start or 0, each.source.end or 0
        around = overlapping(spans, first, last)
        if each.subject != "symptom" or not of_lights.issuperset(around):
            yield each
            continue
        beside = [(report[a:b], read[a, b]) for a, b in around]
        if len(beside) > 1 and all(placed or read_light(clause).tells_look for clause, placed in beside):
            continue  # each light has a clause of its own
        if any(tells_all_dark(clause) for clause, _ in beside):
            yield each
            continue
        denied = any(denies_look(clause) for clause, _ in beside)
        seen = frozenset().union(*(colours_in(clause) for clause, _ in beside))
        gone = frozenset().union(*(colours_before(clause) for clause, _ in beside))
        wanted = observables.colours.get(each.id)
        if wanted is not None and ((seen and seen.isdisjoint(wanted)) or wanted <= gone):
            continue
        if denied and each.state == "absent" and each.certainty < SURE:
            continue  # that a light is not so says nothing of what is only like it
        placed = any(o.subject == "light" for _, placed in beside for o in placed)
        if placed or seen or denied or any(read_light(clause).tells_look for clause, _ in beside):
            named = [i for clause, _ in beside for i in named_in(clause)]
            if lights.only_spoken_of(report[first:last], named, denied and each.state == "present"):
                continue
        yield each


def _about_lights(report: str, spans: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The clauses that speak of a light, or go on about the light of the clause before."""
    found: set[tuple[int, int]] = set()
    before = None
    for start, end in spans:
        clause = report[start:end]
        if mentions_light(clause) or (before in found and goes_on_about_light(clause)):
            found.add((start, end))
        before = start, end
    return found


def _sentences(text: str) -> list[tuple[int, int]]:
    ends = [*sentence_ends(text), len(text)]
    return list(zip([0, *ends], ends, strict=False))


def _tried_only(observation: Observation, trials: list[Trial]) -> bool:
    """Whether a statement is but the words of something that was tried; *warm reset* is of *warm reset of the board*."""
    start, end = observation.source.start or 0, observation.source.end or 0
    return any(3 * (min(end, t.end) - max(start, t.start)) >= end - start for t in trials)


def _nowhere(clause: str, source: Source, observables: Observables, bases: Relevance, device: str) -> Unplaced:
    """A clause that nothing speaks of; of a light, with the nearest known ones."""
    if mentions_light(clause):
        placed = observables.lights.place(IndicatorSeen(light="", part=clause), bases, source, device)
        if isinstance(placed, Unplaced):
            return placed
    return Unplaced("report", clause)


def _with_what_follows(report: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Clauses, where one that only says how a light behaves goes with the one that names the light."""
    held: tuple[int, int] | None = None
    for start, end in spans:
        told_on = held is not None and end - held[0] <= LONGEST_SENTENCE and only_tells_behaviour(report[start:end])
        if held and told_on and mentions_light(report[held[0] : held[1]]):
            held = (held[0], end)
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held


def _with_components(found: list[Observation], report: str) -> Iterator[Observation]:
    """Each statement with each of the components that its words, else its clause, else its sentence names in one breath.

    It has none where several are named apart from each other.
    """
    named = lists_in(report)
    stretches = [(start, end) for _, start, end in named]
    names_at = {(start, end): names for names, start, end in named}
    clauses, ends = clause_spans(report), sentence_ends(report)
    for observation in found:
        if not named or observation.component is not None or observation.subject == "circumstance":
            yield observation
            continue
        first, last = observation.source.start or 0, observation.source.end or 0
        beside = overlapping(clauses, first, last)
        near = overlapping(stretches, first, last) if len(beside) == 1 else []
        near = near or [span for a, b in beside for span in overlapping(stretches, a, b)]
        here = [names_at[span] for span in near]
        if not here:
            here = [names_at[span] for span in _beginning(stretches, *_sentence_around(ends, first, len(report)))]
            here = here if all(may_be_of(observation.id, name) for names in here for name in names) else []
        if len({*here}) == 1:
            for name in sorted(here[0]):
                yield replace(observation, component=name)
        else:
            yield observation


def _sentence_around(ends: list[int], place: int, length: int) -> tuple[int, int]:
    """The first and the last character of the sentence in which a place is."""
    sentence = bisect.bisect_left(ends, place)
    return ends[sentence - 1] + 1 if sentence else 0, ends[sentence] if sentence < len(ends) else length


def _beginning(spans: list[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """Those of some stretches, in order, that begin with a character from one to another."""
    return spans[
        bisect.bisect_left(spans, first, key=lambda span: span[0]) : bisect.bisect_right(
            spans, last, key=lambda span: span[0]
        )
    ]


def _content(words: list[Word], start: int, end: int) -> int:
    return sum(w.token != NEGATION for w in words_between(words, start, end))


def _in_clause(
    clause: str, source: Source, observables: Observables, bases: Relevance, device: str
) -> Iterator[Observation]:
    if mentions_light(clause) and not tells_what_was_until(clause) and not tells_all_dark(clause):
        placed = observables.lights.place(IndicatorSeen(light="", part=clause), bases, source, device)
        if isinstance(placed, list):
            yield from placed


def _tests_in_text(
    words: list[Word], text: str, source: Source, observables: Observables, bases: Relevance
) -> Iterator[Observation]:
    """Checks named in running text whose outcome is told in the same or the next sentence."""
    for check in observables.checks.find(words, lambda target: bases.get(target.partition(":")[0], 0.0)):
        outcomes = set(observables.base.checks[check.target].outcomes)
        if check.certainty < TOLD or check.target in observables.results:
            continue
        if mentions_light(text[check.start : check.end]):
            continue  # lights have a grammar of their own
        first = bisect.bisect_left(words, check.sentence, key=lambda w: w.sentence)
        nearby = words[first : bisect.bisect_right(words, check.sentence + 1, key=lambda w: w.sentence)]
        named = {place - first for place in check.places}
        for found in observables.outcomes.find(nearby, among=outcomes):
            if found.negated or found.places & named or min(check.certainty, found.certainty) < TOLD:
                continue
            start, end = min(found.start, check.start), max(found.end, check.end)
            if mentions_light(text[start:end]):
                continue
            yield Observation(
                "outcome", found.target, "present", 0.85, text[start:end], replace(source, start=start, end=end)
            )
