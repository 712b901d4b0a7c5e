"""The report for a person: nothing is wider than 80 columns, and nothing that was quoted moves the cursor."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import pytest
from tests.conftest import ROOT
from wcwidth import wcswidth

from diagnoser.authoring.cases import LANGUAGES, evidence_of
from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from
from diagnoser.report import Report
from diagnoser.report.columns import WIDTH, wrap
from diagnoser.report.markdown import as_markdown
from diagnoser.report.report import Bilingual, ConflictOut, OutcomeOut
from diagnoser.report.text import NOTE, as_text
from diagnoser.report.words import KIND
from diagnoser.what_would_change import diagnose_with_change

OTHER = {"en": "zh", "zh": "en"}


def report_of(knowledge: PreparedKnowledge, **evidence: Any) -> Report:
    return diagnose(knowledge, evidence_from(evidence))


def wide(report: Report, lang: str) -> list[str]:
    """Lines that do not fit, or that hold what a terminal obeys."""
    lines = as_text(report, lang).split("\n")
    return [line for line in lines if not line.isprintable() or wcswidth(line) > WIDTH]


def test_no_line_of_what_is_told_of_many_cases_is_wider_than_a_terminal(shipped: PreparedKnowledge) -> None:
    cases = [shipped.base.cases[name] for name in sorted(shipped.base.cases)]
    told = [
        (evidence_of(case, lang), lang)
        for place, case in enumerate(islice(cases, 0, None, 31))
        for lang in (LANGUAGES[place % 2],)
    ]

    found = {
        (evidence.report, shown): lines
        for evidence, lang in told
        for report in [diagnose(shipped, evidence)]
        for shown in (lang, OTHER[lang])
        if (lines := wide(report, shown))
    }

    assert len(told) > 40
    assert found == {}


@pytest.mark.parametrize(
    "evidence",
    [
        {"report": "link down\tsince the morning, nobody knows why, and there are road works outside of it\tyes"},
        {"report": "\x1b[31mlink down\x1b[0m since the morning, nobody knows why, and there are road works outside"},
        {"report": "link down\u202e since", "logs": ["\x1b[31m weird \t line \x07 that nobody \u200b knows"]},
        {"report": "端口down，日志是 " + "0123456789abcdef" * 8 + " 不知道什么意思"},
        {"report": "the coffee machine → " + "deadbeef" * 20 + " … " + "cafebabe" * 20},
        {"report": "👨‍👩‍👧‍👦 link down 🔥🔥❤️❤️" * 6},
        {"report": "link down", "device": "華為" * 60},
        {"report": "link down", "tests": [{"check": "rx\x1bpower" * 9, "result": "\u2028" + "5" * 99}]},
    ],
)
def test_odd_words_neither_widen_the_report_nor_move_the_cursor(
    small: PreparedKnowledge, evidence: dict[str, Any]
) -> None:
    report = report_of(small, **evidence)

    assert [wide(report, lang) for lang in LANGUAGES] == [[], []]


@pytest.mark.parametrize("kind", KIND)
def test_a_sure_cause_of_each_kind_has_room_for_its_bar(small: PreparedKnowledge, kind: str) -> None:
    report = report_of(small, report="link down since the road works")
    title = report.causes[0].title.model_copy(update={"en": "x" * 37, "zh": "长" * 18})
    sure = report.causes[0].model_copy(update={"kind": kind, "posterior": 1.0, "title": title})

    drawn = report.model_copy(update={"causes": [sure]})

    assert [wide(drawn, lang) for lang in LANGUAGES] == [[], []]


@pytest.mark.parametrize(
    ("texts", "lang", "line"),
    [
        (["PWR green", "PWR red"], "en", 'Which is it  "PWR green" or "PWR red"? They contradict each other (T)'),
        (["a", "b", "c"], "en", 'Which is it  "a", "b" or "c"? They contradict each other (T)'),
        (["on and off"], "en", 'Which is it  "on and off" says both yes and no (T)'),
        (["PWR绿", "PWR红", "灯灭"], "zh", "请确认       “PWR绿”、“PWR红”还是“灯灭”？说法互相矛盾（题）"),
        (["又亮又灭"], "zh", "请确认       “又亮又灭”自相矛盾（题）"),
    ],
)
def test_a_contradiction_is_asked_about(small: PreparedKnowledge, texts: list[str], lang: str, line: str) -> None:
    conflict = ConflictOut(finding="small:f", title=Bilingual(en="T", zh="题"), component=None, texts=texts)
    report = report_of(small, report="link down").model_copy(update={"conflicts": [conflict]})

    assert line in as_text(report, lang).splitlines()


def test_what_is_approximate_and_what_to_settle_fit(small: PreparedKnowledge) -> None:
    report = report_of(
        small,
        report="link down",
        indicators=[
            {"light": "PWR", "colour": "green", "behaviour": "steady"},
            {"light": "PWR", "colour": "red", "behaviour": "steady"},
        ],
    )
    conflict = report.conflicts[0].model_copy(update={"texts": ["a" * 29, "b" * 40]})
    method = report.method.model_copy(update={"exact": False, "bound": 0.9})

    rough = report.model_copy(update={"conflicts": [conflict], "method": method})

    assert [wide(rough, lang) for lang in LANGUAGES] == [[], []]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("plug loose or out", ["plug loose or", "out"]),
        ("  plug loose or out", ["  plug loose", "    or out"]),
        ("  接头松动或者脱落了", ["  接头松动或者", "    脱落了"]),
        ("  plug → loose or out", ["  plug → loose", "    or out"]),
        ("日志 0123456789abcdefg", ["日志", "0123456789abcd", "efg"]),
    ],
)
def test_what_goes_on_under_a_line_does_not_stand_left_of_its_beginning(text: str, lines: list[str]) -> None:
    assert wrap(text, 14) == lines


def test_outcomes_that_are_not_shown_are_counted(small: PreparedKnowledge) -> None:
    report = report_of(small, report="link down since the road works")
    check = report.next_checks[0]
    outcomes = [
        OutcomeOut.model_validate({**check.outcomes[0].model_dump(), "id": f"o{n}", "probability": p})
        for n, p in enumerate((0.001, 0.02, 0.03, 0.05, 0.4, 0.499))
    ]

    shown = report.model_copy(update={"next_checks": [check.model_copy(update={"outcomes": outcomes})]})

    assert "and 2 less likely\n" in as_text(shown, "en")
    assert "另有2种可能性更小的结果\n" in as_text(shown, "zh")


@pytest.mark.parametrize("example", ["uplink_down.json", "port_down.zh.json"])
def test_a_note_for_a_ticket_has_less_than_forty_lines(shipped: PreparedKnowledge, example: str) -> None:
    document = json.loads((ROOT / "docs" / "examples" / example).read_text(encoding="utf-8"))
    report = diagnose_with_change(shipped, evidence_from(document))

    assert [len(as_text(report, lang, NOTE).splitlines()) < 40 for lang in LANGUAGES] == [True, True]


def test_what_was_only_understood_so_is_not_called_said(small: PreparedKnowledge) -> None:
    said = report_of(small, report="the port will not come up")
    guessed = report_of(small, report="the link of the hall is not going to come up again")

    for report, label in ((said, ("you said", "您的描述")), (guessed, ("as I understand", "据描述推断"))):
        assert report.observations[0].finding == "small:port_down"
        assert report.observations[0].source.guessed is (report is guessed)
        for lang, words in zip(LANGUAGES, label, strict=True):
            assert f"({words})" in as_text(report, lang)
            assert f"({words})" in as_markdown(report, lang)


def test_markdown_repeats_no_character_that_a_terminal_obeys(small: PreparedKnowledge) -> None:
    text = as_markdown(report_of(small, report="link down", device="\x1b[31mAX\u202e100", logs=["\x07 nobody knows"]))

    assert text.replace("\n", "").isprintable()
