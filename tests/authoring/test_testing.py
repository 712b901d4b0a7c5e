"""`kb test`: cases in parallel, what they leave untouched, and which breaks they notice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from diagnoser.authoring.cases import CaseResult
from diagnoser.authoring.coverage import coverage
from diagnoser.authoring.mutants import Mutant, mutants, mutated
from diagnoser.authoring.mutation import mutate, sampled
from diagnoser.authoring.pool import pool, run_cases
from diagnoser.cli.kb_lines import unread_lines
from diagnoser.diagnosis import PreparedKnowledge, diagnose, prepare
from diagnoser.evidence import evidence_from
from diagnoser.knowledge import load
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON

SOUND = frozenset({"sound"})


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> PreparedKnowledge:
    return prepare(load(COMMON, write_sound_base(tmp_path_factory.mktemp("kb")), with_cases=True))


@pytest.fixture(scope="module")
def results(knowledge: PreparedKnowledge) -> list[CaseResult]:
    with pool(knowledge, 1) as here:
        return run_cases(here, sorted(knowledge.base.cases))


def test_every_case_runs_in_both_languages_and_in_order(
    knowledge: PreparedKnowledge, results: list[CaseResult]
) -> None:
    assert [(r.case, r.lang) for r in results[:3]] == [
        ("sound:cable_a", "en"),
        ("sound:cable_a", "zh"),
        ("sound:cable_b", "en"),
    ]
    assert len(results) == 2 * len(knowledge.base.cases)
    assert [r.failures for r in results if r.failures] == []


def test_two_processes_find_what_one_finds(knowledge: PreparedKnowledge, results: list[CaseResult]) -> None:
    told: list[tuple[int, int]] = []

    with pool(knowledge, 2) as both:
        found = run_cases(both, sorted(knowledge.base.cases), lambda done, total: told.append((done, total)))

    assert found == results
    assert told[-1] == (20, 20)


def test_evidence_of_a_case_that_nothing_is_understood_of_is_told_once(tmp_path: Path) -> None:
    sound = write_sound_base(tmp_path)
    path = sound / "cases/cable_a.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("tests: [", "tests: [{check: weigh the moon, result: heavy}, ")
    )
    moon = prepare(load(COMMON, sound, with_cases=True))

    with pool(moon, 1) as here:
        found = run_cases(here, ["sound:cable_a", "sound:cable_b"])

    assert [(r.lang, r.unread) for r in found if r.unread] == [
        ("en", ("test 'weigh the moon: heavy'",)), ("zh", ("test 'weigh the moon: heavy'",)),
    ]  # fmt: skip
    [line] = unread_lines(found)
    assert line.endswith("cable_a.yaml:1:1: not understood (en, zh): test 'weigh the moon: heavy'")


def test_coverage_lists_what_no_case_touches(knowledge: PreparedKnowledge, results: list[CaseResult]) -> None:
    found = coverage(knowledge, results, SOUND)

    assert found.kinds["cause"].percent == 100.0
    assert found.kinds["pattern"].percent == 100.0  # proved by their own examples
    assert found.kinds["light"].percent == 100.0  # proved by telling their colour and behaviour
    assert {u.id for u in found.untouched if u.kind == "rule"} == {f"sound:rx_{x}_ok_clears_cable" for x in "abcde"}
    assert found.percent == 0.0
    assert all("sound/" in u.location for u in found.untouched)


def test_a_cause_touched_in_one_language_only_is_said(knowledge: PreparedKnowledge, results: list[CaseResult]) -> None:
    half = [r if (r.case, r.lang) != ("sound:cable_a", "zh") else replace(r, failures=("no",)) for r in results]

    [one] = [u for u in coverage(knowledge, half, SOUND).untouched if u.kind == "cause"]

    assert (one.id, one.only) == ("sound:cable_a_cut", "en")
    assert str(one).endswith("untouched: cause 'sound:cable_a_cut' is touched by a case only in en")


def test_a_pattern_that_misses_its_example_is_not_touched(knowledge: PreparedKnowledge) -> None:
    pattern = knowledge.base.patterns["sound:log_a_down"]
    broken = {**knowledge.base.patterns, pattern.id: replace(pattern, examples=("something else",))}

    found = coverage(replace(knowledge, base=replace(knowledge.base, patterns=broken)), [], SOUND)

    assert "sound:log_a_down" in {u.id for u in found.untouched}
    assert "sound:log_b_down" not in {u.id for u in found.untouched}


def test_there_are_mutants_of_every_kind(knowledge: PreparedKnowledge) -> None:
    every = mutants(knowledge.base, SOUND)

    assert {m.kind for m in every} == {"strength", "prior", "gate", "explains", "input", "threshold", "conclusion"}
    assert len(set(every)) == len(every)
    assert every == sorted(every)


def test_every_mutant_differs_in_what_it_says_and_leaves_the_original_alone(knowledge: PreparedKnowledge) -> None:
    base = knowledge.base
    by_kind = {m.kind: m for m in mutants(base, SOUND) if "_a_" in m.item or m.kind == "gate"}

    strength = mutated(knowledge, by_kind["strength"]).base.findings[by_kind["strength"].item]
    explains = mutated(knowledge, by_kind["explains"]).base.findings[by_kind["explains"].item]
    prior = mutated(knowledge, by_kind["prior"]).base.causes[by_kind["prior"].item]
    taken = mutated(knowledge, by_kind["input"]).base.tree.gates[by_kind["input"].item]
    gate = mutated(knowledge, by_kind["gate"]).base.tree.gates[by_kind["gate"].item]
    rule = mutated(knowledge, by_kind["conclusion"]).base.rules[by_kind["conclusion"].item]

    assert strength.parents != base.findings[strength.id].parents
    assert explains.parents == ()
    assert prior.prior != base.causes[prior.id].prior
    assert len(taken.inputs) == len(base.tree.gates[taken.event].inputs) - 1
    assert gate.kind == "and" != base.tree.gates[gate.event].kind
    assert rule.document.then.rule_out == ()
    assert base.rules[rule.id].document.then.rule_out != ()


def test_a_turned_threshold_turns_what_a_measurement_means(knowledge: PreparedKnowledge) -> None:
    mutant = Mutant("threshold", "sound:rx_a_low", "", "above -20", "finding sound:rx_a_low")
    evidence = evidence_from({"tests": [{"check": "flux a", "result": "-31 dBm"}]})

    before = {o.finding for o in diagnose(knowledge, evidence).observations}
    after = {o.finding for o in diagnose(mutated(knowledge, mutant), evidence).observations}

    assert before == {"sound:rx_a_low"}
    assert "sound:rx_a_low" not in after


def test_mutation_counts_what_cases_notice(knowledge: PreparedKnowledge, results: list[CaseResult]) -> None:
    with pool(knowledge, 1) as here:
        found = mutate(here, knowledge, results, 60, SOUND)
        again = mutate(here, knowledge, results, 60, SOUND)

    assert found == again
    assert found.total == 60 < found.possible
    assert found.score == found.noticed / 60
    assert found.noticed + len(found.unnoticed) + len(found.equivalent) == 60
    assert found.by_kind["threshold"].noticed > 0
    # No case fires a rule here, so nobody can notice that one is broken.
    assert found.by_kind["conclusion"].noticed == 0
    assert {m.kind for m in found.equivalent} >= {"conclusion"}


def test_a_sample_has_all_kinds_alike(knowledge: PreparedKnowledge) -> None:
    chosen = sampled(mutants(knowledge.base, SOUND), 21)

    assert len(chosen) == 21
    assert all(sum(m.kind == kind for m in chosen) == 3 for kind in {m.kind for m in chosen})


def test_a_worker_can_be_given_stored_knowledge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diagnoser.prepared import prepared

    monkeypatch.setenv("DIAGNOSER_CACHE", str(tmp_path / "cache"))
    folder = write_sound_base(tmp_path)
    prepared(COMMON, folder, with_cases=True)
    kept = prepared(COMMON, folder, with_cases=True)

    with pool(kept, 2) as both:
        assert [r.failures for r in run_cases(both, sorted(kept.base.cases)) if r.failures] == []
