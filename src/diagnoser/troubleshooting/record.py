"""The record of a session: everything asked, answered and decided, for the ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from diagnoser.evidence.redaction import redact
from diagnoser.knowledge import KnowledgeBase
from diagnoser.report.report import Bilingual, PartOut
from diagnoser.report.text import percent
from diagnoser.report.wording import finding_title
from diagnoser.troubleshooting.session import Session, Turn
from diagnoser.troubleshooting.step import StepOut
from diagnoser.troubleshooting.words import say


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class TurnOut(_Part):
    """One step and the answer to it."""

    number: int
    action: Literal["check", "repair"]
    subjects: list[str] = Field(description="full id of the check, or of the causes repaired")
    title: Bilingual
    command: str | None
    minutes: int
    leading: PartOut | None = Field(description="the most probable cause when it was asked")
    posterior: float
    said: str
    result: Literal["outcome", "skipped", "gone", "still_there"]
    outcome: PartOut | None


class Record(_Part):
    """What was reported, every step, and how it ended."""

    knowledge: str = Field(description="SHA-256 of the knowledge's content")
    lang: Literal["en", "zh"]
    evidence: dict[str, Any] = Field(description="the evidence document, with what the answers added")
    turns: list[TurnOut]
    ended: Literal["fixed", "called", "open"]
    last: StepOut = Field(description="the step at which it ended")


def record_of(base: KnowledgeBase, session: Session, last: StepOut) -> Record:
    """The record of a session whose next step is `last`."""
    ended: dict[str, Literal["fixed", "called", "open"]] = {"done": "fixed", "call": "called"}
    return Record(
        knowledge=base.hash,
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
        command=step.check.command if step.check else next((a.command for a in actions if a.command), None),
        minutes=step.check.cost.minutes if step.check else sum(a.minutes for a in actions),
        leading=step.leading,
        posterior=step.posterior,
        said=turn.said,
        result=turn.result,
        outcome=PartOut(id=turn.outcome, title=finding_title(base, turn.outcome)) if turn.outcome else None,
    )


def as_text(record: Record, lang: str | None = None) -> str:
    """The record for a person."""
    return "\n".join(_lines(record, lang or record.lang)) + "\n"


def _lines(record: Record, lang: str) -> Iterator[str]:
    yield say("record", lang)
    for turn in record.turns:
        yield say("asked", lang, n=turn.number, action=say(turn.action, lang), title=turn.title[lang])
        if turn.command:
            yield f"   $ {turn.command}"
        if turn.leading is not None:
            yield "   " + say("leads", lang, title=turn.leading.title[lang], percent=percent(turn.posterior))
        title = turn.outcome.title[lang] if turn.outcome else ""
        yield "   " + say("answered", lang, said=turn.said) + "; " + say(f"result_{turn.result}", lang, title=title)
    yield say(f"ended_{record.ended}", lang, title=record.last.title[lang])
    if record.last.leading is not None and record.ended != "fixed":
        leading = record.last.leading
        yield say("leads", lang, title=leading.title[lang], percent=percent(record.last.posterior))
