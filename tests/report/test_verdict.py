"""The first sentence of a report says how far the answer goes, and fits the numbers below it."""

from __future__ import annotations

from typing import Any

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from
from diagnoser.report import Report
from diagnoser.report.markdown import as_markdown
from diagnoser.report.report import AtOnceOut, Bilingual, ChangedFindingOut, ChangeOut
from diagnoser.report.sentences import change_text, verdict_text
from diagnoser.report.text import as_text


@pytest.fixture
def sure(small: PreparedKnowledge) -> Report:
    tests = [{"check": "rx power", "result": "-31 dBm"}]
    return diagnose(small, evidence_from({"report": "the link is down since the road works", "tests": tests}))


def weighed(report: Report, first: float, second: float, **changes: Any) -> Report:
    """The report with other numbers for its first two causes."""
    posteriors = [first, second, *[0.001] * len(report.causes)]
    causes = [
        c.model_copy(update={"posterior": p, "group": []}) for c, p in zip(report.causes, posteriors, strict=False)
    ]
    return report.model_copy(update={"causes": causes, **changes})


@pytest.mark.parametrize(
    ("verdict", "known", "en", "zh"),
    [
        ("several", True, "No cause stands out: several fit about equally.", "没有明显突出的原因：几个原因可能性相近。"),
        (
            "several",
            False,
            "I do not know: several causes fit about equally, and it may be none of them.",
            "无法判断：几个原因可能性相近，也可能都不是。",
        ),
        ("weak", True, "Not certain: the first cause leads, but with no more than 34 %.", "尚不能断定：第1项领先，但可能性只有34 %。"),
        (
            "none_known",
            False,
            "I do not know: what was reported bears out none of the causes known here.",
            "无法判断：上报的信息不足以认定任何已知原因。",
        ),
    ],
)  # fmt: skip
def test_the_kinds_of_not_knowing_are_told_apart(sure: Report, verdict: str, known: bool, en: str, zh: str) -> None:
    report = weighed(sure, 0.34, 0.1, verdict=verdict, known=known)

    assert verdict_text(report, "en") == [en]
    assert verdict_text(report, "zh") == [zh]
    assert en in as_text(report, "en")
    assert zh in as_markdown(report, "zh")


def test_a_known_cause_needs_no_such_sentence(sure: Report) -> None:
    assert sure.verdict == "known"
    assert verdict_text(sure, "en") == []


@pytest.mark.parametrize(
    ("evidence", "verdict", "known"),
    [
        ({"answers": {"port_down": "present", "rx_power_low": "present"}}, "known", True),
        ({"answers": {"port_down": "present"}}, "weak", True),
        ({"answers": {"box_dead": "present"}}, "none_known", False),
        ({"report": "the coffee machine makes a strange noise"}, "not_understood", False),
    ],
)
def test_the_verdict_follows_from_the_ranking(
    small: PreparedKnowledge, evidence: dict[str, Any], verdict: str, known: bool
) -> None:
    report = diagnose(small, evidence_from(evidence))

    assert (report.verdict, report.known) == (verdict, known)


def test_a_second_cause_near_the_first_makes_several(shipped: PreparedKnowledge) -> None:
    report = diagnose(shipped, evidence_from({"report": "port down"}))

    assert report.verdict == "several"
    assert report.causes[0].posterior < 0.5
    assert report.causes[1].posterior >= report.causes[0].posterior * 2 / 3


def test_where_nothing_was_understood_no_improbable_cause_is_told(sure: Report) -> None:
    vague = weighed(sure, 0.07, 0.01, verdict="not_understood", known=False)
    worded = weighed(sure, 0.3, 0.01, verdict="not_understood", known=False)

    assert sure.causes[0].title.en not in as_text(vague, "en")
    assert "Say what is seen" in as_text(vague, "en")
    assert "请补充看到的现象" in as_markdown(vague, "zh")
    assert sure.causes[0].title.en in as_text(worded, "en")
    assert "rests on the wording alone" in as_text(worded, "en")


def test_two_faults_are_told_with_their_reasons_and_both_repaired(small: PreparedKnowledge) -> None:
    report = diagnose(small, evidence_from({"answers": {"port_down": "present", "rx_power_low": "present"}}))
    first, second = report.causes[:2]
    joint = report.explanations[0].model_copy(
        update={"causes": [f"{second.base}:{second.id}", f"{first.base}:{first.id}"], "posterior": 0.6}
    )
    both = AtOnceOut(causes=joint.causes, posterior=0.6, in_all=0.7)
    told = as_text(report.model_copy(update={"explanations": [joint], "at_once": both}), "en")

    together = " ".join(told[told.index("Together") :].split())
    assert together.startswith(f"Together {first.title.en}")
    assert together.index(first.title.en) < together.index(f"+ {second.title.en}") < together.index(": 60 %")
    assert told.count(first.repair[0].do.en) == 1 + (second.repair[0].do == first.repair[0].do)
    assert "And do " in told


def test_a_change_of_several_findings_reads_as_one_sentence() -> None:
    def finding(name: str, state: str) -> ChangedFindingOut:
        return ChangedFindingOut(finding=name, title=Bilingual(en=name, zh=f"现象{name}"), state=state)  # type: ignore[arg-type]

    change = ChangeOut(
        findings=[finding("A", "present"), finding("B", "present"), finding("C", "absent")],
        first="small:x",
        first_title=Bilingual(en="X", zh="原因X"),
        posterior=0.78,
    )

    assert change_text(change, "en") == "if seen: A + B; if not seen: C -> X is first, 78 %"
    assert change_text(change, "zh") == "若出现“现象A”“现象B”，若未出现“现象C” → 原因X居首，78 %"


def test_costs_are_listed_as_the_language_does(sure: Report) -> None:
    assert "，影响业务" in as_text(sure, "zh")
    assert ", interrupts service" in as_text(sure, "en")
    assert ", 影" not in as_text(sure, "zh")


def test_markdown_has_a_paragraph_for_each_thing_and_the_signs_of_its_language(small: PreparedKnowledge) -> None:
    report = diagnose(small, evidence_from({"answers": {"port_down": "present"}, "logs": ["nobody knows this"]}))
    lines = as_markdown(report, "zh").splitlines()

    for start in ("原因：", "尚缺信息：", "知识库"):
        place = next(i for i, line in enumerate(lines) if line.startswith(start))
        assert lines[place - 1] == ""
    assert not any(f"**{mark}" in line for line in lines for mark in (": ", "; "))
