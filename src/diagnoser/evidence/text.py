"""What a person said: symptoms, circumstances, lights, values, and tests with their results."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from diagnoser.evidence.components import components_in
from diagnoser.evidence.document import IndicatorSeen, TestDone
from diagnoser.evidence.extent import extent_of
from diagnoser.evidence.lights import mentions_light, only_tells_behaviour
from diagnoser.evidence.observables import Observables
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.phrases import PhraseIndex
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.results import after_exchange
from diagnoser.evidence.trials import Trial, names_a_part, names_an_action, outcome_of, replaced, swaps, trials_in
from diagnoser.evidence.words import NEGATION, Word, clause_spans, sentence_ends

STATED = 0.95
"""Certainty of a statement found whole in free text; one found in part is worth less."""

SURE_IN_A_TEST, SURE_BESIDE_AN_OUTCOME = 0.9, 0.96
"""The words of a test name a check first; only a statement this certain is taken out of them too."""

SURE_BESIDE_A_TRIAL = 0.99
"""What was tried names parts that need not be at fault."""

WHOLE = 0.95
"""So much of a name of something that can be tried must be said, where nothing says that anything was done."""

TOLD_APART = 2.0
"""How much more a check is meant that has an outcome for where the fault went, if that is told."""

TOLD = 0.9
"""How certain both a check and its outcome must be to be taken out of running text."""

SURE = 0.85
"""What was found with more certainty than this leaves nothing to guess in its sentence."""

STANDINGS = ((0.9, 1.0), (0.7, 0.8), (0.0, 0.7))
"""(share of the nearest symptom's nearness, certainty at most) of a symptom whose phrase stands in a text."""

MENTIONED = 0.55
"""Certainty at most that a cause is named: it makes a suspect of it and says little more, since callers guess."""

_DENIED = re.compile(
    r"^\W*(?:(?:there (?:is|are|was|were) |we (?:see|saw|have) )?no|without|never|没有|没见|未见|未报|没报|无(?!线|法|源|光))(?![a-z])"
    r"|(?:\bclears|\bgone|\bdisappear(?:s|ed)|消失|消除|不报了?)\W*$"
)
"""A clause that says of an alarm that it is not there, or no longer."""

_SILENT = Word(NEGATION, 0, 0, -1, -1)
"""Stands for a word that is not looked at."""

_GOOD = frozenset({"works", "helped"})


@dataclass(frozen=True, slots=True)
class Said:
    """What was read out of some words, and the parts of them that were not placed."""

    observations: tuple[Observation, ...]
    unplaced: tuple[Unplaced, ...]


def read_report(report: str, observables: Observables, bases: Relevance, device: str = "") -> Said:
    """Read a report in running text; `device` is what the device was called."""
    words = observables.lexicon.words(report)
    source = Source("report")
    trials = trials_in(words, report, observables, bases)
    found = [o for o in _statements(words, report, source, observables, bases) if not _tried_only(o, trials)]
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
    spans = clause_spans(report)
    found.extend(_nearest(words, report, spans, source, found, observables, bases))
    taken = [(o.source.start or 0, o.source.end or 0) for o in found]
    for start, end in _with_what_follows(report, spans):
        clause = report[start:end].strip()
        placed = list(_in_clause(clause, replace(source, start=start, end=end), observables, bases, device))
        if placed:
            taken.append((start, end))
            found.extend(placed)
    for observation in _tests_in_text(words, report, source, observables, bases):
        taken.append((observation.source.start or 0, observation.source.end or 0))
        found.append(observation)
    for hit in observables.scanner.scan(_asserted(report)):
        if hit.pattern.partition(":")[0] in bases:
            found.append(
                Observation("log", hit.pattern, "present", STATED, report[:200], source, component=hit.component)
            )
            taken.append((0, 0))
    unplaced = tuple(
        _nowhere(report[start:end].strip(" ,.;:，。；：、\n"), source, observables, bases, device)
        for start, end in spans
        if not any(a < end and start < b for a, b in taken) and _content(words, start, end) >= 2
    )
    return Said(tuple(_with_components(found, report)), unplaced)


def _asserted(text: str) -> str:
    """A text without the clauses that deny what they name: *no dying gasp*, *T_ALOS clears*."""
    spans = [(a, b) for a, b in clause_spans(text) if _DENIED.search(text[a:b].casefold())]
    return "".join(" " if any(a <= i < b for a, b in spans) else char for i, char in enumerate(text)) if spans else text


def _nearest(
    words: list[Word],
    text: str,
    clauses: list[tuple[int, int]],
    source: Source,
    found: list[Observation],
    observables: Observables,
    bases: Relevance,
) -> list[Observation]:
    """Of each sentence, or else clause, in which nothing was found, the symptom that it is most like."""
    known = {o.id for o in found}
    sure = [(o.source.start or 0, o.source.end or 0) for o in found if o.certainty > SURE]
    near: list[Observation] = []
    for start, end in (*_sentences(text), *clauses):
        if any(a < end and start < b for a, b in sure) or mentions_light(text[start:end]):
            continue  # lights have a grammar of their own
        said = [w for w in words if start <= w.start < end]
        best = observables.nearest.find(said, lambda target: bases.get(target.partition(":")[0], 0.0))
        if best is not None and best.target not in known:
            first, last = said[0].start, said[-1].end
            place = replace(source, start=first, end=last)
            likely = Observation("symptom", best.target, "present", best.certainty, text[first:last], place)
            if _of_so_many(likely, text, observables):
                sure.append((start, end))
                near.append(likely)
    return near


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
        if held and mentions_light(report[held[0] : held[1]]) and only_tells_behaviour(report[start:end]):
            held = (held[0], end)
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held


def _with_components(found: list[Observation], report: str) -> Iterator[Observation]:
    """Each statement with the one component that its sentence names; none where it names several."""
    named = components_in(report)
    ends = sentence_ends(report)
    for observation in found:
        if named and observation.component is None and observation.subject != "circumstance":
            place = bisect.bisect_left(ends, observation.source.start or 0)
            here = {name for name, start, _ in named if bisect.bisect_left(ends, start) == place}
            if len(here) == 1:
                observation = replace(observation, component=here.pop())
        yield observation


def read_test(test: TestDone, observables: Observables, bases: Relevance) -> Said:
    """Read one test with its result."""
    source = Source("test")
    text = f"{test.check}: {test.result}" if test.check and test.result else test.check or test.result
    found: list[Observation] = []
    outcomes = _outcomes_of(test.check, test.result, observables, bases)
    found.extend(Observation("outcome", outcome, "present", certainty, text, source) for outcome, certainty in outcomes)
    found.extend(replace(measured, text=text) for measured in _measured(test, text, source, observables, bases))
    for line in _asserted(text).splitlines():
        for hit in observables.scanner.scan(line):
            if hit.pattern.partition(":")[0] in bases:
                found.append(Observation("log", hit.pattern, "present", STATED, text, source, component=hit.component))
    words = observables.lexicon.words(text)
    sure = SURE_BESIDE_AN_OUTCOME if outcomes else SURE_IN_A_TEST
    if any(observables.outcome_check[outcome] in observables.results for outcome, _ in outcomes):
        sure = SURE_BESIDE_A_TRIAL
    found.extend(
        replace(o, source=source, text=text)
        for o in _statements(words, text, source, observables, bases)
        if o.certainty >= sure and o.subject != "circumstance" and _said_by_the_result(o, test)
    )
    if mentions_light(text):
        seen = IndicatorSeen(part=test.check, behaviour=test.result)
        placed = observables.lights.place(seen, bases, source)
        if isinstance(placed, list):
            found.extend(replace(o, text=text) for o in placed)
    return Said(tuple(found), () if found else (Unplaced("test", text),))


def _measured(
    test: TestDone, text: str, source: Source, observables: Observables, bases: Relevance
) -> list[Observation]:
    """What a test measured: what each part of its result names, else what the check is called."""
    read = observables.quantities.read
    parts = [test.result[start:end] for start, end in clause_spans(test.result)]
    named = [m for part in parts if (m := read(part, bases, source)) is not None] if len(parts) > 1 else []
    if named:
        return list({m.id: m for m in reversed(named)}.values())[::-1]
    measured = read(test.result, bases, source, name=test.check) or read(text, bases, source)
    return [measured] if measured is not None else []


def _said_by_the_result(observation: Observation, test: TestDone) -> bool:
    """What a check is called tells what was done or looked at; only its result tells what was seen."""
    return not test.result or (observation.source.end or 0) > len(test.check)


def _statements(
    words: list[Word], text: str, source: Source, observables: Observables, bases: Relevance
) -> Iterator[Observation]:
    def expected(target: str) -> float:
        return bases.get(target.partition(":")[0], 0.0)

    found = _found(observables.statements, words, text, source, observables, expected)
    yield from _judged((o for o in found if _of_so_many(o, text, observables)), words, observables)
    yield from _found(observables.circumstances, words, text, source, observables, expected)
    for named in _found(observables.mentions, words, text, source, observables, expected):
        yield replace(named, certainty=min(named.certainty, MENTIONED))


def _of_so_many(observation: Observation, text: str, observables: Observables) -> bool:
    """Whether a symptom of one, or of many, may be meant by words that tell how many are affected."""
    extent = observables.extents.get(observation.id)
    if extent is None:
        return True
    start, end = observation.source.start or 0, observation.source.end or 0
    clauses = (text[a:b] for a, b in clause_spans(text) if a < end and start < b)
    return all(told is None or told is extent for told in map(extent_of, clauses))


def _judged(found: Iterable[Observation], words: list[Word], observables: Observables) -> Iterator[Observation]:
    """Symptoms, less certain where another one is nearer to what their clauses say.

    Measured on sentences of which it is known what they mean: of those that are as near as any, nineteen
    in twenty are right; of those that are seven tenths as near, six in ten.
    """
    standings: dict[frozenset[int], Callable[[str], float]] = {}
    for each in found:
        start, end = each.source.start or 0, each.source.end or 0
        clauses = frozenset(w.clause for w in words if start <= w.start < end)
        if clauses not in standings:
            standings[clauses] = observables.nearest.standing(w for w in words if w.clause in clauses)
        most = next(certainty for least, certainty in STANDINGS if standings[clauses](each.id) >= least)
        yield replace(each, certainty=min(each.certainty, most))


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
        if circumstance and found.negated:
            continue
        yield Observation(
            "circumstance" if circumstance else "symptom",
            found.target,
            "absent" if found.negated else "present",
            found.certainty,
            text[found.start : found.end],
            replace(source, start=found.start, end=found.end),
        )


def _content(words: list[Word], start: int, end: int) -> int:
    return sum(start <= w.start < end and w.token != NEGATION for w in words)


def _in_clause(
    clause: str, source: Source, observables: Observables, bases: Relevance, device: str
) -> Iterator[Observation]:
    if mentions_light(clause):
        placed = observables.lights.place(IndicatorSeen(light="", part=clause), bases, source, device)
        if isinstance(placed, list):
            yield from placed
    if any(char.isdigit() for char in clause):
        measured = observables.quantities.read(clause, bases, source)
        if measured is not None:
            yield replace(measured, certainty=STATED)


def _tests_in_text(
    words: list[Word], text: str, source: Source, observables: Observables, bases: Relevance
) -> Iterator[Observation]:
    """Checks named in running text whose outcome is told in the same or the next sentence."""
    for check in observables.checks.find(words, lambda target: bases.get(target.partition(":")[0], 0.0)):
        outcomes = set(observables.base.checks[check.target].outcomes)
        if check.certainty < TOLD or check.target in observables.results:
            continue
        nearby = [w if check.sentence <= w.sentence <= check.sentence + 1 else _SILENT for w in words]
        for found in observables.outcomes.find(nearby, among=outcomes):
            if found.negated or found.places & check.places or min(check.certainty, found.certainty) < TOLD:
                continue
            start, end = min(found.start, check.start), max(found.end, check.end)
            yield Observation(
                "outcome", found.target, "present", 0.85, text[start:end], replace(source, start=start, end=end)
            )


def _outcomes_of(
    check_words: str, result_words: str, observables: Observables, bases: Relevance
) -> list[tuple[str, float]]:
    """The outcomes that a result means for the check that the words name best, with certainties."""
    lexicon = observables.lexicon
    asked = lexicon.words(f"{check_words} . {result_words}")
    named = [
        *observables.checks.find(asked, lambda target: bases.get(target.partition(":")[0], 0.0)),
        *replaced(asked, observables, swaps(observables, bases)),
    ]
    weights: dict[str, float] = {}
    done = names_an_action(check_words or result_words)
    for each in named:
        whole = each.coverage >= WHOLE and each.certainty >= SURE
        seen_only = bool(check_words) and each.start >= len(check_words)
        trial = each.target in observables.results
        if trial and (seen_only or not (done or whole) or not names_a_part(each, asked)):
            continue
        weights[each.target] = max(each.weight * each.coverage, weights.get(each.target, 0.0))
    exchanged = after_exchange(check_words, result_words)
    for each in named:
        if each.target in weights and each.coverage >= WHOLE and exchanged in observables.results.get(each.target, ()):
            weights[each.target] = max(weights[each.target], TOLD_APART * each.weight)
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    result = lexicon.words(result_words)
    placed: list[tuple[str, float]] = []
    best = 0.0
    for check_id, weight in ranked:
        if placed and weight < best - 1.0:
            break
        check = observables.base.checks[check_id]
        found = [f for f in observables.outcomes.find(result, among=check.outcomes) if not f.negated]
        swap = check_id in observables.results
        tried = outcome_of(check_id, check_words, result_words, observables) if swap else None
        if found and (tried is None or any(f.target == tried for f in found)):
            outcome = tried or max(found, key=lambda f: (f.coverage * f.weight, f.target)).target
        elif tried is not None:
            outcome = tried
        else:
            normal = [o for o in check.outcomes if observables.base.findings[o].normal]
            if len(normal) != 1 or not _is_good(result) or check.document.kind == "swap":
                continue
            outcome = normal[0]
        nearness = 0.5 + 0.5 * bases.get(check_id.partition(":")[0], 0.0)
        placed.append((outcome, round(0.5 + ((STATED if not placed else 0.85) - 0.5) * nearness, 3)))
        best = max(best, weight)
    return placed[:2]


def _is_good(words: list[Word]) -> bool:
    tokens = [w.token for w in words]
    return any(t in _GOOD for t in tokens) and NEGATION not in tokens
