"""A session is a value: steps, answers, undo, and how it ends."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.errors import AnswerError
from diagnoser.evidence import evidence_from
from diagnoser.troubleshooting import Session, answer, begin, next_step, record_of, undo
from diagnoser.troubleshooting.record import as_text


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
    "said", ["1", "-31 dBm", "-31", "yes", "below the minimum", "低于下限", "too low", "rx_power_low"]
)
def test_one_outcome_can_be_said_in_many_ways(small: PreparedKnowledge, said: str) -> None:
    session = after(small, port_down(), said)

    assert session.evidence.answers == {"small:rx_power_low": "present"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("7", "no outcome is given for this value; answer with a number from 1 to 2, or skip"),
        ("purple", "answer with a number from 1 to 2, a value in dBm, or skip"),
        ("3 V", "answer with a number from 1 to 2, a value in dBm, or skip"),
        ("12 dBm", "no outcome is given for this value; answer with a number from 1 to 2, or skip"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(small: PreparedKnowledge, said: str, message: str) -> None:
    session = port_down()
    step, _ = next_step(small, session)

    with pytest.raises(AnswerError) as refused:
        answer(small.base, session, step, said)

    assert refused.value.message == message


def test_a_repair_that_did_not_help_is_evidence(small: PreparedKnowledge) -> None:
    session = after(small, port_down(), "1", "no")

    step, report = next_step(small, session)

    assert session.evidence.repaired == ("small:fibre_broken",)
    assert "small:fibre_broken" in {r.id for r in report.ruled_out}
    assert report.causes[0].id != "fibre_broken"
    assert "repair_failed" in {r.id for r in report.escalation.reasons}
    assert "small:fibre_broken" not in step.causes


def test_undone_is_never_given(small: PreparedKnowledge) -> None:
    session = after(small, port_down(), "1", "no")

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


@pytest.mark.parametrize("said", ["skip", "no", "1", "2"])
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
    assert "回答：-31 dBm; 结果：接收光功率：低于下限" in as_text(record, "zh")


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
