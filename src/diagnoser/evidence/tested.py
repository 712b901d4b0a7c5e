"""What a person tested, and what came of it."""

from __future__ import annotations

from dataclasses import replace

from diagnoser.evidence.acts import names_an_action
from diagnoser.evidence.document import IndicatorSeen, TestDone
from diagnoser.evidence.looks import mentions_light
from diagnoser.evidence.observables import Observables
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.results import after_exchange
from diagnoser.evidence.statements import STATED, Said, asserted, statements
from diagnoser.evidence.trials import names_a_part, outcome_of, replaced, swaps
from diagnoser.evidence.words import NEGATION, Word, clause_spans

SURE_IN_A_TEST, SURE_BESIDE_AN_OUTCOME = 0.9, 0.96
"""The words of a test name a check first; only a statement this certain is taken out of them too."""

SURE_BESIDE_A_TRIAL = 0.99
"""What was tried names parts that need not be at fault."""

WHOLE, CLEAR = 0.95, 0.85
"""So much of a name of something that can be tried must be said, and so certainly, where nothing says that anything was
done."""

TOLD_APART = 2.0
"""How much more a check is meant that has an outcome for where the fault went, if that is told."""

_GOOD = frozenset({"works", "helped"})


def read_test(test: TestDone, observables: Observables, bases: Relevance) -> Said:
    """Read one test with its result."""
    source = Source("test")
    text = f"{test.check}: {test.result}" if test.check and test.result else test.check or test.result
    found: list[Observation] = []
    outcomes = _outcomes_of(test.check, test.result, observables, bases)
    found.extend(Observation("outcome", outcome, "present", certainty, text, source) for outcome, certainty in outcomes)
    found.extend(replace(measured, text=text) for measured in _measured(test, text, source, observables, bases))
    for line in asserted(text).splitlines():
        for hit in observables.scanner.scan(line):
            if hit.pattern.partition(":")[0] in bases:
                found.append(Observation("log", hit.pattern, "present", STATED, text, source, component=hit.component))
    words = observables.lexicon.words(text)
    sure = SURE_BESIDE_AN_OUTCOME if outcomes else SURE_IN_A_TEST
    if any(observables.outcome_check[outcome] in observables.results for outcome, _ in outcomes):
        sure = SURE_BESIDE_A_TRIAL
    found.extend(
        replace(o, source=source, text=text)
        for o in statements(words, text, source, observables, bases)
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
    if observables.quantities.in_unknown_unit(test.result):
        return []
    read = observables.quantities.read
    named = observables.quantities.read_all(test.result, bases, source)
    if named and (len(named) > 1 or len(clause_spans(test.result)) > 1):
        return list({m.id: m for m in reversed(named)}.values())[::-1]
    measured = read(test.result, bases, source, name=test.check) or read(text, bases, source)
    return [measured] if measured is not None else []


def _said_by_the_result(observation: Observation, test: TestDone) -> bool:
    """What a check is called tells what was done or looked at; only its result tells what was seen."""
    return not test.result or (observation.source.end or 0) > len(test.check)


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
        whole = each.coverage >= WHOLE and each.certainty >= CLEAR
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
