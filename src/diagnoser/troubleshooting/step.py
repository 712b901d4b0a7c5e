"""The next step of a session, with all that somebody needs to take it."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence.observe import OpenLog, no_files
from diagnoser.knowledge import Check
from diagnoser.report import Report
from diagnoser.report.report import Bilingual, CostOut, EscalationOut, OutcomeOut, PartOut, RepairOut
from diagnoser.report.wording import state_title
from diagnoser.troubleshooting.words import say

if TYPE_CHECKING:
    from diagnoser.troubleshooting.session import Session


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class StepCheckOut(_Part):
    """A check to be done, and what it may come out with, in the order in which an answer counts them."""

    id: str
    title: Bilingual
    how: Bilingual
    command: str | None
    cost: CostOut
    unit: str | None = Field(
        description="of the value that may be given as the answer, empty for a count; null if no value may"
    )
    outcomes: list[OutcomeOut]
    marks: list[str] = Field(
        description="what to answer for each outcome: its number, or a letter where a number would be a measured value",
        examples=[["1", "2"], ["a", "b", "c"]],
    )
    why: Bilingual | None = Field(description="why it comes early although it endangers service or data")


class StepRepairOut(_Part):
    """The repair of one cause."""

    cause: PartOut
    posterior: float
    actions: list[RepairOut]
    why: Bilingual | None = Field(description="why it comes early although it endangers service or data")


class StepOut(_Part):
    """What to do next, and the question to answer after it."""

    number: int = Field(description="of the step, from 1", examples=[1])
    lang: Literal["en", "zh"]
    action: Literal["check", "repair", "call", "done"] = Field(
        description="`call`: call the next level; `done`: the fault is gone"
    )
    title: Bilingual
    question: Bilingual
    check: StepCheckOut | None
    repairs: list[StepRepairOut]
    escalation: EscalationOut | None = Field(description="whom to call, why, and what to hand over")
    leading: PartOut | None = Field(description="the most probable cause by now")
    posterior: float = Field(description="of the leading cause")
    unexplained: float = Field(description="probability that none of the known causes is there")
    expected_cost: float = Field(
        description="of the whole repair from here, in minutes of a first-line engineer's working time"
    )

    @property
    def causes(self) -> tuple[str, ...]:
        """Full ids of the causes to repair."""
        return tuple(r.cause.id for r in self.repairs)


def verification(repairs: list[StepRepairOut]) -> Bilingual:
    """How it is seen that some repairs helped."""
    each = [r.actions[0].verify for r in repairs]
    return Bilingual(en="; ".join(v.en for v in each), zh="；".join(v.zh for v in each))


def marks(check: Check) -> tuple[str, ...]:
    """What stands before each outcome and names it in an answer: 1, 2 ..., or a, b ... where something is measured.

    So a bare number is never taken for a value, nor a value for the number of an outcome.
    """
    numbers = range(len(check.outcomes))
    return tuple(str(n + 1) if check.document.quantity is None else ascii_lowercase[n] for n in numbers)


def next_step(knowledge: PreparedKnowledge, session: Session, open_log: OpenLog = no_files) -> tuple[StepOut, Report]:
    """The next step of a session, and the whole report behind it.

    Raises:
        EvidenceError: the evidence names what the knowledge does not have, or a log cannot be read.
        UnknownName: a base does not exist.
    """
    report = diagnose(knowledge, session.evidence, session.bases, open_log, top=None, skipped=session.skipped)
    return _step(knowledge, session, report), report


def _step(knowledge: PreparedKnowledge, session: Session, report: Report) -> StepOut:
    lang = report.lang
    leading = report.causes[0] if report.causes else None
    common: dict[str, Any] = {
        "number": len(session.turns) + 1,
        "lang": lang,
        "leading": PartOut(id=f"{leading.base}:{leading.id}", title=leading.title) if leading else None,
        "posterior": leading.posterior if leading else 0.0,
        "unexplained": report.unexplained,
        "expected_cost": report.next_step.expected_cost,
        "title": report.next_step.title,
        "check": None,
        "repairs": [],
        "escalation": None,
    }
    if session.gone:
        done = {"title": _both("gone"), "question": _both("gone"), "expected_cost": 0.0}
        return StepOut(action="done", **{**common, **done})
    doubt = _light_in_doubt(knowledge, session, report)
    if doubt is not None:
        return StepOut(
            action="check", **{**common, "title": doubt.title, "check": doubt, "question": _both("which_light")}
        )
    best = report.next_step
    if best.action == "check":
        proposed = next(c for c in report.next_checks if c.id == best.check)
        asked = knowledge.base.checks[proposed.id]
        quantity = asked.document.quantity
        check = StepCheckOut(
            id=proposed.id,
            title=proposed.title,
            how=proposed.how,
            command=proposed.command,
            cost=proposed.cost,
            unit=quantity.unit if quantity is not None and asked.takes_value else None,
            outcomes=proposed.outcomes,
            marks=list(marks(asked)),
            why=proposed.why,
        )
        return StepOut(action="check", **{**common, "check": check, "question": _both("what_came_out")})
    if best.action == "repair":
        repairs = [
            StepRepairOut(
                cause=PartOut(id=f"{c.base}:{c.id}", title=c.title),
                posterior=c.posterior,
                actions=c.repair,
                why=best.why,
            )
            for c in report.causes
            if f"{c.base}:{c.id}" in best.causes
        ]
        verify = verification(repairs)
        question = Bilingual(en=say("is_it_gone", "en", verify=verify.en), zh=say("is_it_gone", "zh", verify=verify.zh))
        return StepOut(action="repair", **{**common, "repairs": repairs, "question": question})
    escalation = report.escalation
    return StepOut(action="call", **{**common, "escalation": escalation, "question": _both("hand_over")})


def _light_in_doubt(knowledge: PreparedKnowledge, session: Session, report: Report) -> StepCheckOut | None:
    """The first light that has no place and was not asked about, with the states of the nearest ones as outcomes."""
    base = knowledge.base
    asked = {turn.step.check.id for turn in session.turns if turn.step.check is not None}
    for each in report.unplaced:
        id_ = f"which_light:{each.text}"
        states = [
            state
            for name in each.nearest
            for state in (base.lights[name].states if name in base.lights else (name,))
            if state in base.findings and base.findings[state].kind == "light"
        ]
        if states and id_ not in asked:
            return _which_light(knowledge, id_, each.text, states)
    return None


def _which_light(knowledge: PreparedKnowledge, id_: str, said: str, states: list[str]) -> StepCheckOut:
    outcomes = [
        OutcomeOut(
            id=state,
            title=state_title(knowledge.base, state),
            probability=0.0,
            leading=None,
            leading_title=None,
            posterior=0.0,
        )
        for state in states
    ]
    return StepCheckOut(
        id=id_,
        title=_both("light_in_doubt", light=said),
        how=_both("look_again"),
        command=None,
        cost=CostOut(minutes=1, risk="none", tools=[], skill="L1"),
        unit=None,
        outcomes=outcomes,
        marks=[str(n + 1) for n in range(len(outcomes))],
        why=None,
    )


def _both(name: str, **values: object) -> Bilingual:
    return Bilingual(en=say(name, "en", **values), zh=say(name, "zh", **values))
