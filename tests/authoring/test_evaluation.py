"""`kb eval`: ranks and calibration, and no answer ever reaches the diagnosis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import diagnoser.authoring.evaluation as module
from diagnoser.authoring.evaluation import (
    Answers,
    brier,
    calibration,
    evaluate,
    expected_calibration_error,
    solved_case,
)
from diagnoser.authoring.solved_cases import answer_list, solved_cases
from diagnoser.cli.kb_lines import evaluation_lines
from diagnoser.diagnosis import PreparedKnowledge, prepare
from diagnoser.errors import EvidenceError, KnowledgeError
from diagnoser.evidence import Evidence
from diagnoser.knowledge import load
from tests.conftest import COMMON, SMALL

CASES: list[dict[str, Any]] = [
    {"id": "one", "lang": "en", "family": "switch", "report": "link is down since the road works",
     "tests": [{"check": "rx power", "result": "-31 dBm"}], "answer": {"cause": "the digger", "ids": ["fibre_broken"], "kind": "hardware"}},
    {"id": "two", "lang": "zh", "family": "switch", "report": "端口down",
     "logs": ["shutdown command on GE0/0/1"], "answer": {"cause": "端口被 SHUTDOWN。", "kind": "configuration"}},
    {"id": "three", "lang": "en", "family": "power", "report": "link down", "answer": {"cause": "Input feed lost", "kind": "external"}},
    {"id": "four", "lang": "en", "family": "power", "report": "link down", "answer": {"cause": "gremlins", "kind": "hardware"}},
]  # fmt: skip


@pytest.fixture(scope="module")
def knowledge() -> PreparedKnowledge:
    return prepare(load(COMMON, SMALL))


def evaluated(knowledge: PreparedKnowledge, **accepted: list[str]) -> module.Evaluation:
    return evaluate(knowledge, [solved_case(n, c, accepted) for n, c in enumerate(CASES, 1)])


def test_answers_match_by_id_and_by_title_whatever_case_and_punctuation(knowledge: PreparedKnowledge) -> None:
    found = evaluated(knowledge)

    assert [o.accepted for o in found.cases] == [["small:fibre_broken"], ["small:port_shut"], ["small:feed_lost"], []]
    assert [o.rank for o in found.cases] == [1, 1, None, None]


def test_unmatched_answers_are_listed_and_count_nowhere_else(knowledge: PreparedKnowledge) -> None:
    found = evaluated(knowledge)

    assert found.unmatched == ["four"]
    assert (found.total.cases, found.total.top1, found.total.mrr) == (3, pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert {name: s.cases for name, s in found.by_family.items()} == {"switch": 2, "power": 1}
    assert {name: s.top1 for name, s in found.by_lang.items()} == {"en": 0.5, "zh": 1.0}
    assert set(found.by_kind) == {"hardware", "configuration", "external"}


def test_a_line_without_an_answer_is_told(knowledge: PreparedKnowledge) -> None:
    lines: list[dict[str, Any]] = [{"id": "five", "report": "link down"}, {"report": "link down", "solution": "x"}]

    found = evaluate(knowledge, [solved_case(n, line, {}) for n, line in enumerate(lines, 1)])
    told = list(evaluation_lines(found))

    assert (found.unanswered, found.unmatched) == (["five", "line 2"], [])
    assert "no answer" in told[0]
    assert told[-3:] == [
        "\nno case has an answer that names a cause: nothing to score",
        'no answer: five (give the line an "answer": a cause\'s id, title or alias)',
        'no answer: line 2 (give the line an "answer": a cause\'s id, title or alias)',
    ]


def test_an_answer_list_adds_what_the_file_lacks(knowledge: PreparedKnowledge) -> None:
    found = evaluated(knowledge, four=["fibre_bent", "small:transceiver_failed"])

    assert found.unmatched == []
    assert found.cases[3].accepted == ["small:fibre_bent", "small:transceiver_failed"]
    assert found.cases[3].rank is not None


def test_no_answer_reaches_the_diagnosis(knowledge: PreparedKnowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    original = module.diagnose

    def spy(base: PreparedKnowledge, evidence: Evidence, **options: Any) -> Any:
        seen.append(evidence.model_dump_json())
        return original(base, evidence, **options)

    monkeypatch.setattr(module, "diagnose", spy)
    secret = {
        "report": "link down",
        "answer": {"cause": "SECRET"},
        "answers": {"rx_power_low": "present"},
        "ids": ["SECRET"],
    }

    [outcome] = evaluate(knowledge, [solved_case(1, secret, {})]).cases

    assert outcome.error is None
    assert "SECRET" not in seen[0]
    assert "rx_power_low" not in seen[0]


def test_calibration_worked_by_hand() -> None:
    stated = [(0.9, True), (0.9, False), (0.2, False), (0.2, False)]

    found = calibration(stated)

    assert brier(stated) == pytest.approx((0.01 + 0.81 + 0.04 + 0.04) / 4)
    assert expected_calibration_error(stated) == pytest.approx((abs(1.8 - 1) + 0.4) / 4)
    assert [(b.low, b.cases, b.stated, b.observed) for b in found.bins] == [
        (0.2, 2, pytest.approx(0.2), 0.0),
        (0.9, 2, pytest.approx(0.9), 0.5),
    ]
    assert found.ece is not None
    assert found.ece.low <= found.ece.value <= found.ece.high
    assert calibration(stated) == found


def test_a_probability_of_one_is_in_the_last_bin() -> None:
    assert [b.low for b in calibration([(1.0, True)]).bins] == [0.9]


def test_a_line_that_is_no_case_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"report": "x"}\n[1]\n', encoding="utf-8")
    with pytest.raises(EvidenceError, match="line 2: a case is a JSON object"):
        solved_cases(path, {})
    path.write_text('{"report": "x"}\n{"report"\n', encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"cases.jsonl:2"):
        solved_cases(path, {})


def test_an_answer_list_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("one: fibre_broken\ntwo: [a, b]\n", encoding="utf-8")
    assert answer_list(path) == {"one": ("fibre_broken",), "two": ("a", "b")}
    path.write_text("one: {a: b}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="'one' wants a list of causes"):
        answer_list(path)


def test_all_lines_of_a_file_are_read(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\n\n".join(json.dumps(c, ensure_ascii=False) for c in CASES).encode())

    assert [c.line for c in solved_cases(path, {})] == [1, 3, 5, 7]


def test_an_answer_may_be_a_list_of_ids_and_aliases(knowledge: PreparedKnowledge) -> None:
    case = solved_case(1, {"report": "port down", "answer": ["no such thing", "fibre_bent", "Fibre broken"]}, {})

    accepted = Answers(knowledge.base).causes(case)

    assert accepted == ("small:fibre_bent", "small:fibre_broken")
    assert case.answer == "no such thing | fibre_bent | Fibre broken"
    assert "answer" not in case.evidence


def test_an_answer_that_names_no_cause_is_refused_with_its_line() -> None:
    with pytest.raises(EvidenceError, match="line 3: an answer is a cause's id, title or alias, a list of them"):
        solved_case(3, {"report": "port down", "answer": 5}, {})
