"""The record of a session: everything asked, answered and decided, for the ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from diagnoser.evidence import Evidence
from diagnoser.evidence.redaction import redact
from diagnoser.knowledge import KnowledgeBase
from diagnoser.report.report import Bilingual, EscalationOut, PartOut
from diagnoser.report.sentences import percent
from diagnoser.report.wording import finding_title
from diagnoser.report.words import SIGNS, time_span, word
from diagnoser.troubleshooting.session import Session, Turn
from diagnoser.troubleshooting.step import StepOut, verification
from diagnoser.troubleshooting.words import say


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class TurnOut(_Part):
    """One step and the answer to it."""

    number: int
    action: Literal["check", "repair"]
    subjects: list[str] = Field(description="full id of the check, or of the causes repaired")
    title: Bilingual
    causes: list[PartOut] = Field(description="what was repaired; empty for a check")
    command: str | None
    tools: list[PartOut]
    parts: list[PartOut]
    minutes: int
    verify: Bilingual | None = Field(description="how it was to be seen that the repair helped; null for a check")
    leading: PartOut | None = Field(description="the most probable cause when it was asked")
    posterior: float
    unexplained: float = Field(
        0.0, description="probability, when it was asked, that none of the known causes is there"
    )
    said: str
    result: Literal["outcome", "skipped", "gone", "still_there"]
    outcome: PartOut | None


class Record(_Part):
    """What was reported, every step, and how it ended."""

    knowledge: str = Field(description="SHA-256 of the knowledge's content")
    written: str | None = Field(
        None, description="when the record was written, ISO 8601", examples=["2023-06-14T15:16:00+08:00"]
    )
    lang: Literal["en", "zh"]
    evidence: dict[str, Any] = Field(description="the evidence document, with what the answers added")
    turns: list[TurnOut]
    ended: Literal["fixed", "called", "open"]
    last: StepOut = Field(description="the step at which it ended")


def record_of(base: KnowledgeBase, session: Session, last: StepOut, written: str | None = None) -> Record:
    """The record of a session whose next step is `last`, `written` at a time in ISO 8601."""
    ended: dict[str, Literal["fixed", "called", "open"]] = {"done": "fixed", "call": "called"}
    return Record(
        knowledge=base.hash,
        written=written,
        lang=last.lang,
        evidence=session.evidence.model_dump(mode="json", exclude_defaults=True),
        turns=[_turn(base, turn) for turn in session.turns],
        ended=ended.get(last.action, "open"),
        last=last,
    )


def without_secrets(record: Record) -> tuple[Record, dict[str, int]]:
    """A record with tokens in place of the secrets that were reported or answered, and how many there were, by kind."""
    said = {"evidence": record.evidence, "turns": [turn.said for turn in record.turns]}
    redacted = redact(said)
    turns = [
        turn.model_copy(update={"said": text})
        for turn, text in zip(record.turns, redacted.content["turns"], strict=True)
    ]
    return record.model_copy(update={"evidence": redacted.content["evidence"], "turns": turns}), redacted.counts


def _turn(base: KnowledgeBase, turn: Turn) -> TurnOut:
    step = turn.step
    actions = [r.actions[0] for r in step.repairs]
    return TurnOut(
        number=step.number,
        action="repair" if step.check is None else "check",
        subjects=list(step.causes) if step.check is None else [step.check.id],
        title=step.title,
        causes=[r.cause for r in step.repairs],
        command=step.check.command if step.check else next((a.command for a in actions if a.command), None),
        tools=step.check.cost.tools if step.check else _distinct(t for a in actions for t in a.tools),
        parts=_distinct(p for a in actions for p in a.parts),
        minutes=step.check.cost.minutes if step.check else sum(a.minutes for a in actions),
        verify=verification(step.repairs) if step.repairs else None,
        leading=step.leading,
        posterior=step.posterior,
        unexplained=step.unexplained,
        said=turn.said,
        result=turn.result,
        outcome=PartOut(id=turn.outcome, title=finding_title(base, turn.outcome)) if turn.outcome else None,
    )


def _distinct(items: Iterable[PartOut]) -> list[PartOut]:
    return list({item.id: item for item in items}.values())


def result_text(turn: TurnOut, lang: str) -> str:
    """What came of a step, in words: the outcome with its check, skipped, or whether the fault is gone."""
    return turn.outcome.title[lang] if turn.outcome is not None else say(f"result_{turn.result}", lang)


def as_text(record: Record, lang: str | None = None) -> str:
    """The record for a person."""
    return "\n".join(_lines(record, lang or record.lang)) + "\n"


def _lines(record: Record, lang: str) -> Iterator[str]:
    yield say("record", lang) + (f"  {record.written}" if record.written else "")
    yield from _reported(record, lang)
    for turn in record.turns:
        yield from _turn_lines(turn, lang)
    yield say(f"ended_{record.ended}", lang, title=record.last.title[lang])
    if record.ended != "fixed":
        yield from ("   " + line for line in standing(record.last, lang))
    if record.last.escalation is not None:
        yield from ("   " + line for line in handover(record.last.escalation, lang))
    yield f"{word('knowledge', lang)} {record.knowledge[:7]}"


def _reported(record: Record, lang: str) -> Iterator[str]:
    """What was told at the beginning: the words as they are, long lists by their number."""
    evidence = Evidence.model_validate(record.evidence)
    told = (
        ("device", [evidence.device or ""]),
        ("time", [evidence.time or ""]),
        ("reported", [" ".join((evidence.report or "").split())]),
        ("lights", [seen.words() for seen in evidence.indicators]),
        ("tests", [f"{test.check} = {test.result}" for test in evidence.tests]),
        ("log_files", [log.file for log in evidence.logs if not isinstance(log, str)]),
        ("log_lines", [str(n)] if (n := sum(isinstance(log, str) for log in evidence.logs)) else []),
        ("alarms", [str(len(evidence.alarms))] if evidence.alarms else []),
        ("circumstances", list(evidence.circumstances)),
    )
    for name, items in told:
        if any(items):
            yield say(name, lang) + SIGNS[lang].listing.join(items)


def _turn_lines(turn: TurnOut, lang: str) -> Iterator[str]:
    yield say("asked", lang, n=turn.number, action=say(turn.action, lang), title=turn.title[lang])
    for name, items in (("cause", turn.causes), ("parts", turn.parts)):
        if items:
            yield "   " + say(name, lang) + SIGNS[lang].listing.join(i.title[lang] for i in items)
    if turn.command:
        yield f"   $ {turn.command}"
    if turn.leading is not None:
        yield from ("   " + line for line in standing(turn, lang))
    yield "   " + say("answered", lang, said=turn.said, result=result_text(turn, lang))
    if turn.result == "gone" and turn.verify is not None:
        yield "   " + say("verified", lang) + turn.verify[lang]


def standing(step: StepOut | TurnOut, lang: str) -> Iterator[str]:
    """Which cause leads by now; before it, that probably none of those known does."""
    if step.leading is None:
        yield say("nothing_leads", lang)
        return
    if step.unexplained > step.posterior:
        yield say("leads", lang, title=word("none_known", lang), percent=percent(step.unexplained))
        yield say("then", lang, title=step.leading.title[lang], percent=percent(step.posterior))
        return
    yield say("leads", lang, title=step.leading.title[lang], percent=percent(step.posterior))


def handover(escalation: EscalationOut, lang: str) -> Iterator[str]:
    """Whom a case goes to, by when and why, and what goes with it."""
    if escalation.deadline is not None:
        within = word("within", lang, time=time_span(escalation.deadline, lang))
        if escalation.functional is not None:
            yield word("to", lang, level=escalation.level_title[lang], deadline=within)
        if escalation.hierarchic:
            yield word("management", lang, deadline=within)
    told = (
        (word("because", lang), [r.title[lang] for r in escalation.reasons]),
        (say("hand", lang), [i.title[lang] for i in escalation.collect]),
        (say("missing", lang), [i.title[lang] for i in escalation.missing]),
    )
    for name, items in told:
        if items:
            yield name + SIGNS[lang].listing.join(items)
