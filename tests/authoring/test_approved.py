"""Approved answers: written down, compared within a tolerance, and what they notice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from diagnoser.authoring import approved
from diagnoser.authoring.approved import Approved, Key
from diagnoser.authoring.cases import ALONE, Answer, CaseResult, findings_alone, report_of
from diagnoser.authoring.mutation import mutate
from diagnoser.authoring.pool import pool, run_cases, run_findings
from diagnoser.diagnosis import PreparedKnowledge, prepare
from diagnoser.errors import KnowledgeError
from diagnoser.knowledge import load
from diagnoser.ranking import RankedCause
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON

SOUND = frozenset({"sound"})
KEY: Key = ("sound:cable_a", "en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sound_base(tmp_path_factory.mktemp("kb"))


@pytest.fixture(scope="module")
def knowledge(folder: Path) -> PreparedKnowledge:
    return prepare(load(COMMON, folder, with_cases=True))


@pytest.fixture(scope="module")
def results(knowledge: PreparedKnowledge) -> list[CaseResult]:
    with pool(knowledge, 1) as here:
        cases = run_cases(here, sorted(knowledge.base.cases))
        return cases + run_findings(here, findings_alone(knowledge.base))


def answer(**posteriors: float) -> Answer:
    causes = tuple(RankedCause(f"sound:{cause}", p, ()) for cause, p in posteriors.items())
    return Answer(causes, True, "major", "none", False)


def answers_of(results: list[CaseResult]) -> list[tuple[Key, Answer]]:
    return [((r.case, r.lang), r.answer) for r in results if r.answer is not None]


def test_an_answer_is_what_the_report_says(knowledge: PreparedKnowledge, results: list[CaseResult]) -> None:
    for result in results[:4]:
        report = report_of(knowledge, knowledge.base.cases[result.case], result.lang)
        assert result.answer is not None
        assert [f"{c.base}:{c.id}" for c in report.causes] == [c.id for c in result.answer.causes]
        assert [c.posterior for c in report.causes] == [round(c.posterior, 10) for c in result.answer.causes]
        assert report.known == result.answer.known
        assert report.severity == result.answer.severity
        assert (report.escalation.functional or "none") == result.answer.functional


def test_a_line_is_read_as_it_was_written() -> None:
    whole = Approved({"sound:a": 0.82, "other:b": 0.1}, False, "major", "L2", True, ("sound:look",), ("other:c",), ())
    plain = Approved({"sound:a": 0.82})

    assert approved.from_line("sound", approved.as_line(KEY, whole)) == (KEY, whole)
    assert approved.from_line("sound", approved.as_line(("sound:f", ALONE), plain)) == (("sound:f", ALONE), plain)
    assert json.loads(approved.as_line(KEY, plain)) == {"case": "cable_a", "lang": "en", "causes": {"a": 0.82}}


def test_small_moves_hold_and_larger_ones_are_told() -> None:
    was = approved.of(answer(a=0.8, b=0.15, c=0.05))

    assert was.differences(answer(a=0.81, b=0.14, c=0.05)) == []
    assert was.differences(answer(a=0.7, b=0.15, c=0.05)) == ["sound:a 0.8 -> 0.7"]
    assert was.differences(answer(a=0.8, b=0.15)) == ["sound:c 0.05 -> 0"]
    assert was.differences(answer(a=0.8, b=0.15, d=0.12, c=0.05)) == ["sound:d 0.12 is new"]
    assert was.differences(replace(answer(a=0.8, b=0.15, c=0.05), severity="minor")) == ["severity major -> minor"]
    assert was.differences(replace(answer(a=0.8, b=0.15, c=0.05), ruled_out=("sound:x",))) == ["out nothing -> sound:x"]


def test_near_to_certain_counts_in_odds() -> None:
    was = approved.of(answer(a=0.9995))

    assert was.causes == {"sound:a": 0.9995}
    assert was.differences(answer(a=0.9994)) == []
    assert was.differences(answer(a=0.998)) == ["sound:a 0.9995 -> 0.998"]


def test_what_was_written_holds_and_is_written_the_same_again(folder: Path, results: list[CaseResult]) -> None:
    folders = {"sound": folder}
    answers = answers_of(results)

    changed = approved.write(folders, answers, approved.read(folders))
    text = (folder / approved.FILE).read_text(encoding="utf-8")
    kept = approved.read(folders)
    again = approved.write(folders, answers, kept)

    assert changed == {"sound": len(text.splitlines())}
    assert again == {"sound": 0}
    assert (folder / approved.FILE).read_text(encoding="utf-8") == text
    assert approved.changes(kept["sound"], answers) == []
    first = json.loads(text.splitlines()[0])
    assert (first["case"], first["lang"]) == ("cable_a", "en")
    assert next(iter(first["causes"])) == "cable_a_cut"
    (folder / approved.FILE).unlink()


def test_a_line_that_still_holds_stays_as_it_is(tmp_path: Path) -> None:
    before = {"sound": {KEY: Approved({"sound:a": 0.8}, severity="major")}}
    folders = {"sound": tmp_path}

    approved.write(folders, [(KEY, answer(a=0.805))], before)
    kept = (tmp_path / approved.FILE).read_text(encoding="utf-8")
    approved.write(folders, [(KEY, answer(a=0.5))], before)
    moved = (tmp_path / approved.FILE).read_text(encoding="utf-8")

    assert '"a": 0.8}' in kept
    assert '"a": 0.5}' in moved


def test_what_is_gone_is_told_and_what_is_new_is_not() -> None:
    was = {KEY: Approved({"sound:a": 0.8}, severity="major")}

    assert approved.changes(was, [(KEY, answer(a=0.8)), (("sound:new", "en"), answer(a=0.8))]) == []
    [gone] = approved.changes(was, [])
    assert gone.key == KEY


def test_a_line_that_is_none_is_a_problem_with_its_place(tmp_path: Path) -> None:
    (tmp_path / approved.FILE).write_text('{"case": "a", "lang": "en", "causes": {}}\n{"x": 1}\n', encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"approved\.jsonl:2:1: bad-approval"):
        approved.read({"sound": tmp_path})


def test_a_measured_finding_alone_is_told_by_a_value(results: list[CaseResult]) -> None:
    by_id = {r.case: r for r in results if r.lang == ALONE}

    assert by_id["sound:rx_a_low"].first == "sound:cable_a_cut"
    assert by_id["sound:rx_a_high"].first == "sound:module_a_failed"
    assert "sound:rx_a_ok" in by_id
    assert by_id["sound:led_a_off"].first == "sound:cable_a_cut"
    assert "sound:led_a_green" not in by_id  # nothing shows it, and no value means it


def test_approved_answers_notice_what_cases_do_not(knowledge: PreparedKnowledge, results: list[CaseResult]) -> None:
    agreed = {key: approved.of(each) for key, each in answers_of(results)}

    with pool(knowledge, 1) as here:
        without = mutate(here, knowledge, results, 70, SOUND)
        found = mutate(here, knowledge, results, 70, SOUND, approved=agreed)

    assert found.score > without.score
    for kind in ("explains", "strength", "prior", "gate", "threshold"):
        assert found.by_kind[kind].noticed == found.by_kind[kind].total


def test_an_answer_that_is_another_one_already_notices_nothing(
    knowledge: PreparedKnowledge, results: list[CaseResult]
) -> None:
    stale = {key: Approved({"sound:nothing": 0.9}) for key, _ in answers_of(results)}

    with pool(knowledge, 1) as here:
        assert mutate(here, knowledge, results, 21, SOUND, approved=stale).noticed == (
            mutate(here, knowledge, results, 21, SOUND).noticed
        )
