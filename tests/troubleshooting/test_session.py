"""A session is a value: steps, answers, undo, and how it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.errors import AnswerError
from diagnoser.evidence import evidence_from
from diagnoser.evidence.measurements import value_in
from diagnoser.report.sentences import percent
from diagnoser.troubleshooting import Session, StepOut, answer, begin, next_step, record_of, undo
from diagnoser.troubleshooting.record import as_text, standing
from diagnoser.troubleshooting.step import marks


def port_down(lang: str = "en") -> Session:
    return begin(evidence_from({"report": "the link is down since the road works", "lang": lang}))


def after(knowledge: PreparedKnowledge, session: Session, *answers: str) -> Session:
    for said in answers:
        step, _ = next_step(knowledge, session)
        session = answer(knowledge.base, session, step, said)
    return session


def test_a_fault_is_found_and_mended(small: PreparedKnowledge) -> None:
    session = port_down()

    first, _ = next_step(small, session)
    second, report = next_step(small, after(small, session, "-31 dBm"))
    last, _ = next_step(small, after(small, session, "-31 dBm", "yes"))

    assert (first.action, first.check.id if first.check else None) == ("check", "small:rx_power")
    assert (second.action, second.causes) == ("repair", ("small:fibre_broken",))
    assert report.causes[0].posterior > 0.8
    assert last.action == "done"


@pytest.mark.parametrize(
    "said",
    ["a", "A", "ａ", "-31 dBm", "-31", "=-31", "yes", "below the minimum", "低于下限", "too low", "rx_power_low"],
)
def test_one_outcome_can_be_said_in_many_ways(small: PreparedKnowledge, said: str) -> None:
    session = after(small, port_down(), said)

    assert session.evidence.answers == {"small:rx_power_low": "present"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("7", "no outcome is given for this value; answer with a letter from a to b, or skip"),
        ("purple", "answer with the value in dBm, a letter from a to b, or skip"),
        ("3 V", "answer with the value in dBm, a letter from a to b, or skip"),
        ("12 dBm", "no outcome is given for this value; answer with a letter from a to b, or skip"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(small: PreparedKnowledge, said: str, message: str) -> None:
    session = port_down()
    step, _ = next_step(small, session)

    with pytest.raises(AnswerError) as refused:
        answer(small.base, session, step, said)

    assert refused.value.message == message


@pytest.fixture
def asked(small: PreparedKnowledge, shipped: PreparedKnowledge) -> Callable[[str], StepOut]:
    """A step that asks for a check of the shipped knowledge."""
    step, _ = next_step(small, port_down())
    assert step.check is not None
    return lambda id_: step.model_copy(update={"check": step.check.model_copy(update={"id": id_})})


@pytest.mark.parametrize(
    ("check", "said", "outcome"),
    [
        ("server:memory_error_count", "3", "a few"),
        ("server:memory_error_count", "1", "a few"),
        ("server:memory_error_count", "=25", "many or growing"),
        ("server:memory_error_count", "3 errors", "a few"),
        ("server:memory_error_count", "c", "none"),
        ("site_power:earth_measure", "1", "low and bonded"),
        ("site_power:earth_measure", "b", "separate earths not bonded"),
        ("ethernet:cpu_usage", "6 %", "below 80 %"),
        ("ethernet:cpu_usage", "6", "below 80 %"),
        ("ethernet:cpu_usage", "f", "usage moderate, threshold 50 to 60 %"),
        ("transmission:check_power_feed", "b", "voltage out of range"),
    ],
)
def test_where_a_value_is_measured_a_number_is_the_value(
    shipped: PreparedKnowledge, asked: Callable[[str], StepOut], check: str, said: str, outcome: str
) -> None:
    done = answer(shipped.base, port_down(), asked(check), said).turns[-1].outcome

    assert done is not None
    assert shipped.base.findings[done].title.en == outcome


@pytest.mark.parametrize(
    ("check", "said", "message"),
    [
        ("server:memory_error_count", "x", "answer with the number that was counted, a letter from a to c, or skip"),
        ("transmission:check_power_feed", "3", "answer with a letter from a to d, or skip"),
        ("ethernet:look_at_fibre", "yes", "answer with a number from 1 to 7, or skip"),
        ("ethernet:look_at_fibre", "否", "answer with a number from 1 to 7, or skip"),
    ],
)
def test_what_could_mean_several_outcomes_is_refused(
    shipped: PreparedKnowledge, asked: Callable[[str], StepOut], check: str, said: str, message: str
) -> None:
    with pytest.raises(AnswerError) as refused:
        answer(shipped.base, port_down(), asked(check), said)

    assert refused.value.message == message


def test_no_mark_of_a_measured_outcome_is_a_number(shipped: PreparedKnowledge) -> None:
    measured = [c for c in shipped.base.checks.values() if c.document.quantity is not None]

    assert measured
    assert not [c.id for c in measured if any(value_in(m, "") is not None for m in marks(c))]


def test_a_repair_that_did_not_help_is_evidence(small: PreparedKnowledge) -> None:
    session = after(small, port_down(), "a", "no")

    step, report = next_step(small, session)

    assert session.evidence.repaired == ("small:fibre_broken",)
    assert "small:fibre_broken" in {r.id for r in report.ruled_out}
    assert report.causes[0].id != "fibre_broken"
    assert "repair_failed" in {r.id for r in report.escalation.reasons}
    assert "small:fibre_broken" not in step.causes


def test_undone_is_never_given(small: PreparedKnowledge) -> None:
    session = after(small, port_down(), "a", "no")

    back = undo(undo(session))

    assert back == port_down()
    assert next_step(small, back) == next_step(small, port_down())
    assert undo(back) == back


def test_a_skipped_check_is_not_asked_again(small: PreparedKnowledge) -> None:
    session = after(small, port_down(), "skip")

    step, report = next_step(small, session)

    assert session.evidence == port_down().evidence
    assert step.check is None or step.check.id != "small:rx_power"
    assert "small:rx_power" not in {c.id for c in report.next_checks}


@pytest.mark.parametrize("said", ["skip", "no", "yes"])
def test_every_session_ends(small: PreparedKnowledge, said: str) -> None:
    session = port_down()
    asked = []
    for _ in range(30):
        step, _ = next_step(small, session)
        if step.action in ("call", "done"):
            break
        asked.append((step.action, step.check.id if step.check else step.causes))
        session = answer(small.base, session, step, said if step.action == "check" else "no")

    assert step.action == "call"
    assert step.escalation is not None
    assert len(asked) == len(set(asked))


def test_nothing_fits_ends_in_a_call(small: PreparedKnowledge) -> None:
    session = begin(evidence_from({"report": "not a single known word"}))

    step, report = next_step(small, session)

    assert (step.action, report.known) == ("call", False)
    with pytest.raises(AnswerError):
        answer(small.base, session, step, "1")


def test_the_record_tells_everything_in_both_languages(small: PreparedKnowledge) -> None:
    session = after(small, port_down(), "-31 dBm", "no", "skip")
    step, _ = next_step(small, session)

    record = record_of(small.base, session, step)

    assert [(t.action, t.result) for t in record.turns] == [
        ("check", "outcome"), ("repair", "still_there"), ("repair", "skipped"),
    ]  # fmt: skip
    assert record.turns[0].said == "-31 dBm"
    assert record.turns[0].outcome is not None
    assert record.turns[0].outcome.id == "small:rx_power_low"
    assert record.evidence["repaired"] == ["small:fibre_broken"]
    assert "answer: -31 dBm; result: Receive optical power: below the minimum" in as_text(record, "en")
    assert "回答：-31 dBm；结果：接收光功率：低于下限" in as_text(record, "zh")


def test_the_record_is_fit_for_a_ticket(small: PreparedKnowledge) -> None:
    told = {
        "report": "the link is down since the road works", "device": "Huawei S5735",
        "indicators": [{"light": "PWR", "colour": "green"}], "logs": ["one", "two"], "lang": "en",
    }  # fmt: skip
    session = after(small, begin(evidence_from(told)), "-31 dBm", "yes")
    step, _ = next_step(small, session)

    record = record_of(small.base, session, step, "2023-06-14T15:16:00+08:00")

    repaired = record.turns[1]
    repair = small.base.causes["small:fibre_broken"].document.repair[0]
    assert repaired.verify is not None
    assert repaired.verify.en == repair.verify.en
    assert [c.id for c in repaired.causes] == ["small:fibre_broken"]
    assert [p.id for p in repaired.parts] == list(repair.parts)
    assert record.turns[0].verify is None
    assert as_text(record, "en").splitlines() == [
        "Record  2023-06-14T15:16:00+08:00",
        "device: Huawei S5735",
        "reported: the link is down since the road works",
        "lights: PWR green",
        "log lines: 2",
        "1. check: Receive optical power",
        "   $ display transceiver {component}",
        f"   so far: none of the causes known here, {percent(record.turns[0].unexplained)}",
        f"   then: Fibre broken, {percent(record.turns[0].posterior)}",
        "   answer: -31 dBm; result: Receive optical power: below the minimum",
        "2. repair: Mend it",
        "   cause: Fibre broken",
        "   parts: fibre patch cord",
        f"   so far: Fibre broken, {percent(record.turns[1].posterior)}",
        "   answer: yes; result: the fault is gone",
        "   verified: The fault is gone",
        "Ended: the fault is gone",
        f"knowledge {small.base.hash[:7]}",
    ]


def test_a_record_that_ends_in_a_call_says_whom_when_why_and_with_what(small: PreparedKnowledge) -> None:
    session = begin(evidence_from({"report": "not a single known word", "lang": "zh"}))
    step, _ = next_step(small, session)

    said = as_text(record_of(small.base, session, step))

    assert step.escalation is not None
    assert "技术升级：转二线，2小时内" in said
    assert "原因：现象大部分无法解释" in said
    assert "移交：故障时间、站点与位置、" in said
    assert "尚缺：故障时间、站点与位置、" in said


def test_that_none_of_the_causes_known_leads_is_told_before_those_that_are(small: PreparedKnowledge) -> None:
    step, _ = next_step(small, port_down())
    doubtful = step.model_copy(update={"unexplained": 0.78, "posterior": 0.06})
    sure = step.model_copy(update={"unexplained": 0.05, "posterior": 0.7})

    assert list(standing(doubtful, "en")) == ["so far: none of the causes known here, 78 %", "then: Fibre broken, 6 %"]
    assert list(standing(doubtful, "zh")) == ["目前首位：不属于已知原因，78 %", "其次：光纤断裂，6 %"]
    assert list(standing(sure, "en")) == ["so far: Fibre broken, 70 %"]


def test_the_record_says_of_a_step_what_its_question_said(shipped: PreparedKnowledge) -> None:
    session = begin(evidence_from({"report": "a port will not come up"}))
    step, _ = next_step(shipped, session)
    record = record_of(shipped.base, answer(shipped.base, session, step, "skip"), step)

    asked = as_text(record, "en").splitlines()

    assert step.unexplained > step.posterior
    assert {f"   {line}" for line in standing(step, "en")} <= set(
        asked[: asked.index("   answer: skip; result: skipped")]
    )


@pytest.mark.parametrize(
    ("lang", "title"),
    [("en", "which light is meant by “power supply XYZ red”?"), ("zh", "“power supply XYZ red”指哪个灯？")],
)
def test_a_light_that_nobody_knows_is_asked_about_first(small: PreparedKnowledge, lang: str, title: str) -> None:
    indicators = [{"part": "power supply", "light": "XYZ", "colour": "red"}]
    session = begin(
        evidence_from({"report": "the link is down since the road works", "indicators": indicators, "lang": lang})
    )

    first, report = next_step(small, session)
    chosen = after(small, session, "1")
    skipped, _ = next_step(small, after(small, session, "skip"))

    assert first.check is not None
    assert (first.title[lang], report.unplaced[0].nearest_titles[0][lang] in first.check.outcomes[0].title[lang]) == (
        title,
        True,
    )
    assert chosen.evidence.answers == {first.check.outcomes[0].id: "present"}
    assert skipped.check is not None
    assert skipped.check.id == "small:rx_power"
    with pytest.raises(AnswerError):
        after(small, session, "99")
    assert record_of(small.base, chosen, skipped).turns[0].outcome is not None
