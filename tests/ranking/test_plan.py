"""The order in which checks are proposed, and the step that is best."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnoser.diagnosis import PreparedKnowledge, conclude, diagnose, prepare, reason
from diagnoser.evidence import evidence_from
from diagnoser.knowledge import load
from diagnoser.open_answers import Answer
from diagnoser.report import Report
from diagnoser.what_would_change import reason_with
from tests.conftest import COMMON

CAUSE = """\
cause: {id}
title: {{en: {id}, zh: {id}}}
kind: hardware
item: part
probable_cause: powerProblem
prior: 0.02
explains: {{down: 0.95}}
checks: [{checks}]
repair:
  - do: {{en: mend {id}, zh: 处理{id}}}
    cost: {{minutes: {minutes}, risk: {repair_risk}}}
    verify: {{en: it works, zh: 正常}}
why: {{en: for tests, zh: 测试用}}
source: experience
"""

CHECK = """\
- id: {id}
  kind: inspection
  title: {{en: {id}, zh: {id}}}
  how: {{en: look, zh: 查看}}
  cost: {{minutes: {minutes}, risk: {risk}}}
  mandatory_first: {first}
  outcomes:
    - {{id: {id}_bad, title: {{en: bad, zh: 异常}}, background: {background}, shows: {{{shows}: {strength}}}}}
    - {{id: {id}_good, title: {{en: good, zh: 正常}}, normal: true}}
  source: experience
"""


def check(id_: str, **other: object) -> str:
    given = {"minutes": 5, "risk": "none", "first": "false", "background": 0.01, "shows": "a", "strength": 0.95}
    return CHECK.format(id=id_, **{**given, **other})


@pytest.fixture
def report_of(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A report of a base with two causes that nothing tells apart but the given checks."""

    def make(
        *checks: str, listed: str = "", minutes: int = 120, repair_risk: str = "none", **evidence: object
    ) -> Report:
        folder = tmp_path / "made"
        (folder / "causes").mkdir(parents=True, exist_ok=True)
        files = {
            "base.yaml": "base: made\ntitle: {en: Made up, zh: 虚构}\nversion: 1.0.0\nimports: [common]\n",
            "symptoms.yaml": "- {id: down, title: {en: it is down, zh: 坏了}, background: 0.0001, source: experience}\n",
            "checks.yaml": "".join(checks),
            "causes/a.yaml": CAUSE.format(id="a", checks=listed, minutes=minutes, repair_risk=repair_risk),
            "causes/b.yaml": CAUSE.format(id="b", checks=listed, minutes=minutes, repair_risk=repair_risk),
        }
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        knowledge = prepare(load(COMMON, folder))
        return diagnose(knowledge, evidence_from({"answers": {"down": "present"}, **evidence}), ("made",))

    return make


def order(report: Report) -> list[str]:
    return [c.id.partition(":")[2] for c in report.next_checks]


def test_what_tells_more_for_its_cost_comes_first(report_of) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("weak", strength=0.2), check("strong"), check("slow", minutes=60))

    assert order(report)[0] == "strong"
    assert report.next_step.action == "check"
    assert report.next_step.check == "made:strong"
    assert [c.expected_cost for c in report.next_checks] == sorted(c.expected_cost for c in report.next_checks)


def test_an_interruption_waits_for_what_is_free(report_of) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("cut", minutes=1, risk="service"), check("look", strength=0.3))

    assert order(report) == ["look", "cut"]
    assert [c.why for c in report.next_checks] == [None, None]


def test_an_interruption_that_saves_much_comes_early_and_says_why(report_of) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("cut", minutes=1, risk="service"), check("look", minutes=100, strength=0.3), minutes=400)

    assert order(report) == ["cut", "look"]
    why = report.next_checks[0].why
    saved = report.next_checks[1].expected_cost - report.next_checks[0].expected_cost
    assert why is not None
    assert why.en == f"interrupts service, but saves about {saved:.0f} minutes on average against: look"
    assert why.zh == f"影响业务，但比“look”平均节省约{saved:.0f}分钟"


def test_mandatory_checks_come_first(report_of) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("quick"), check("rule", minutes=30, strength=0.5, first="true"))

    assert order(report) == ["rule", "quick"]
    assert report.next_step.check == "made:rule"


@pytest.mark.parametrize("listed", ["one, two", "two, one"])
def test_on_ties_the_vendors_order_holds(report_of, listed: str) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("one"), check("two"), listed=listed)

    assert order(report) == listed.split(", ")


def test_what_is_known_is_not_asked(report_of) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("one"), check("two"), answers={"down": "present", "one_bad": "present"})

    assert order(report) in ([], ["two"])
    assert report.next_step.action == "repair"
    assert report.next_step.causes == ["made:a"]


def test_a_cheap_repair_comes_before_a_dear_check(report_of) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("dear", minutes=90), minutes=3)

    assert report.next_step.action == "repair"


def test_a_repair_that_interrupts_service_waits_for_a_check_that_does_not(report_of) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("look", minutes=20, background=0.2), minutes=3, repair_risk="service")

    assert report.next_step.check == "made:look"
    assert report.next_step.why is None


def test_a_repair_that_saves_much_comes_early_and_says_why(report_of) -> None:  # type: ignore[no-untyped-def]
    report = report_of(check("look", minutes=100), minutes=3, repair_risk="service")

    saved = report.next_checks[0].expected_cost - report.next_step.expected_cost
    assert report.next_step.action == "repair"
    assert report.next_step.why is not None
    assert (
        report.next_step.why.en == f"interrupts service, but saves about {saved:.0f} minutes on average against: look"
    )


def test_a_repair_that_interrupts_service_waits_for_no_check_that_would_turn_nothing_and_says_so(report_of) -> None:  # type: ignore[no-untyped-def]
    answers = {"down": "present", "sure_bad": "present"}
    checks = check("sure", strength=0.8, background=0.04), check("weak", strength=0.4)
    report = report_of(*checks, listed="weak", minutes=3, repair_risk="service", answers=answers)

    assert report.next_step.action == "repair"
    assert report.next_step.why is not None
    assert report.next_step.why.en == (
        "interrupts service, but no check without that risk would be likely to change the first place, not even: weak"
    )


def test_each_outcome_is_forecast(report_of) -> None:  # type: ignore[no-untyped-def]
    [only] = report_of(check("one")).next_checks

    assert sum(o.probability for o in only.outcomes) == pytest.approx(1.0)
    assert [o.leading for o in only.outcomes] == ["made:a", "made:b"]
    assert all(o.posterior > 0.9 for o in only.outcomes)


def test_what_only_hangs_together_with_the_fault_far_off_is_not_proposed(shipped: PreparedKnowledge) -> None:
    told = "Correctable ECC on DIMM A3 of a Dell R630. Swapped DIMM A3 with B3, after two days error on B3."

    proposed = diagnose(shipped, evidence_from({"report": told, "lang": "en"})).next_checks

    gains = [c.gain for c in proposed]
    assert "ip_network:ping_by_ip" not in {c.id for c in proposed}  # a server that is down answers no ping, either
    assert min(gains) >= 0.25 * max(gains)


@pytest.mark.parametrize(
    ("told", "first", "foreign"),
    [
        ("GE0/0/24 up but no traffic passes after vlan change", "ethernet:vlan_check", "pon_access"),
        ("BGP neighbor flaps every 3 minutes with hold timer expired", "ip_network:bfd_timers", "pon_access"),
        ("MAC地址漂移告警，网络很卡", "ethernet:loop_detection", "huawei_pon"),
    ],
)
def test_what_the_leading_causes_list_comes_before_what_nobody_lists(
    shipped: PreparedKnowledge, told: str, first: str, foreign: str
) -> None:
    proposed = [c.id for c in diagnose(shipped, evidence_from({"report": told})).next_checks]

    assert proposed[0] == first
    assert foreign not in {c.partition(":")[0] for c in proposed}


@pytest.mark.parametrize(
    ("listed", "unlisted", "proposed"),
    [({}, {"strength": 0.65, "background": 0.1}, False), ({"strength": 0.3, "background": 0.1}, {}, True)],
)
def test_a_check_that_nobody_lists_is_proposed_if_it_tells_nearly_as_much(
    report_of,  # type: ignore[no-untyped-def]
    listed: dict[str, object],
    unlisted: dict[str, object],
    proposed: bool,
) -> None:
    report = report_of(check("own", **listed), check("other", **unlisted), listed="own")
    alone = report_of(check("own", **listed), check("other", **unlisted), listed="own, other")

    assert ("other" in order(report)) == proposed
    assert "other" in order(alone)


def test_a_forecast_is_near_what_the_diagnosis_says_then(shipped: PreparedKnowledge) -> None:
    told = {"report": "uplink down since the road works", "device": "CE6875EI", "lang": "en",
            "indicators": [{"part": "port", "light": "LINK", "colour": "", "behaviour": "off"}]}  # fmt: skip
    found = reason(shipped, evidence_from(told))
    errors = []
    for proposal in conclude(shipped, evidence_from(told), found).next_checks:
        for outcome in proposal.outcomes:
            after = reason_with(shipped, found, [Answer(outcome.id, "present")], reasons=False).ranking
            posterior = {c.id: c.posterior for c in after.causes}
            errors.append((outcome.probability, abs(posterior.get(outcome.leading or "", 0.0) - outcome.posterior)))

    assert len(errors) > 8
    assert sum(p * e for p, e in errors) < 0.1 * sum(p for p, _ in errors)
