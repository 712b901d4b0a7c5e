"""`diagnoser kb test`: every case is a test, run once in each language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from diagnoser.advice.escalation import escalate
from diagnoser.advice.severity import perceived_severity
from diagnoser.diagnosis import PreparedKnowledge, Reading, diagnose, inferred, ranked, read
from diagnoser.errors import DiagnoserError, Location, quoted
from diagnoser.evidence import Evidence, evidence_from
from diagnoser.evidence.alarms import severities
from diagnoser.inference import Inference
from diagnoser.knowledge.base import Case, KnowledgeBase
from diagnoser.knowledge.documents import When
from diagnoser.ranking import RankedCause
from diagnoser.report import Report, knows

LANGUAGES = ("en", "zh")
ALONE = ""
"""In the place of a language: a finding that is reported alone, in no language."""

FOREMOST = 25
"""How many causes of an answer are looked at; those behind count as not suspected."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a diagnosis comes to, as far as cases speak of it: a report without its reasons and plans."""

    causes: tuple[RankedCause, ...]
    """The foremost, most probable first."""
    known: bool
    severity: str
    functional: str
    """The level to call; `none` without one."""
    hierarchic: bool
    required: tuple[str, ...] = ()
    """Checks that rules require first."""
    ruled_out: tuple[str, ...] = ()
    """Causes and events that rules exclude."""
    instead: tuple[str, ...] | None = None
    """Of a finding alone: what is there, where it is not just this one."""

    @property
    def first(self) -> str | None:
        """The cause that comes first; None if nothing is suspected."""
        return self.causes[0].id if self.causes else None

    def place(self, cause: str) -> int | None:
        """Place of a cause, from 1; causes that nothing tells apart share the best of their places."""
        return next((n for n, c in enumerate(self.causes, 1) if cause == c.id or cause in c.group), None)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case in one language.

    Attributes:
        failures: what was expected and did not happen, in words; empty if the case holds.
        rank: place of the cause that was expected first, from 1; None if it is not among the foremost.
        todo: the case is a known gap and does not count as a failure.
        answer: what the diagnosis came to; None if it could not be made.
        touched: kind and full id of what took part: `rule`, `event` (opened by the walk), `finding`
            (present), `absent` (a finding that is absent), and `cause` for the foremost causes.
        unread: what its evidence says beside the sentence and nothing is understood of, in words.
    """

    case: str
    lang: str
    location: Location
    failures: tuple[str, ...]
    rank: int | None
    todo: bool
    answer: Answer | None
    touched: frozenset[str]
    unread: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it counts as a failure."""
        return bool(self.failures) and not self.todo

    @property
    def first(self) -> str | None:
        """Full id of the cause that came first; None if none did."""
        return self.answer.first if self.answer else None


@dataclass(frozen=True, slots=True)
class CaseRead:
    """What is observed in a case; no prior, strength, gate or conclusion of a rule has a part in it."""

    reading: Reading
    alone: str = ""
    """The finding that is reported alone, if it is no case."""


def run_case(knowledge: PreparedKnowledge, case: Case, lang: str) -> CaseResult:
    """Run one case in one language."""
    location = knowledge.base.locations[f"case {case.id}"]
    todo = case.document.status == "todo"
    try:
        seen = read_case(knowledge, case, lang)
    except DiagnoserError as error:
        return CaseResult(case.id, lang, location, (str(error),), None, todo, None, frozenset())
    inference = inferred(knowledge, seen.reading)
    answer = answer_to(knowledge, seen, inference)
    expected = case.document.expect.first
    return CaseResult(
        case.id,
        lang,
        location,
        tuple(failures(case, answer)),
        answer.place(case.references[expected]) if expected is not None else None,
        todo,
        answer,
        frozenset(_touched(inference, answer)),
        tuple(f"{each.kind} '{quoted(each.text)}'" for each in seen.reading.observed.unplaced if each.kind != "report"),
    )


def findings_alone(base: KnowledgeBase) -> list[str]:
    """Full ids of the findings that something shows, and of those that a value means; each can be reported alone."""
    shown = {finding.id for finding in base.findings.values() if finding.parents and finding.kind != "mention"}
    measured = {
        full
        for check in base.checks.values()
        for full, outcome in zip(check.outcomes, check.document.outcomes, strict=True)
        if outcome.when is not None
    }
    return sorted(shown | measured)


def run_alone(knowledge: PreparedKnowledge, finding: str) -> CaseResult:
    """What one finding says alone; a result without expectations, under the finding's id."""
    seen = read_run(knowledge, finding, ALONE)
    inference = inferred(knowledge, seen.reading)
    answer = answer_to(knowledge, seen, inference)
    location = knowledge.base.locations[f"finding {finding}"]
    return CaseResult(finding, ALONE, location, (), None, False, answer, frozenset(_touched(inference, answer)))


def read_run(knowledge: PreparedKnowledge, name: str, lang: str) -> CaseRead:
    """What is observed in a case, or in the report of a finding alone.

    Raises:
        EvidenceError: the case's evidence is no evidence document.
    """
    if lang == ALONE:
        said = _measured(knowledge.base, name) or {"answers": {name: "present"}}
        return CaseRead(read(knowledge, evidence_from({**said, "lang": LANGUAGES[0]})), name)
    return read_case(knowledge, knowledge.base.cases[name], lang)


def evidence_of(case: Case, lang: str) -> Evidence:
    """The evidence document of a case: its sentence in one language, with its evidence.

    Raises:
        EvidenceError: the case's evidence is no evidence document.
    """
    return evidence_from({"report": case.document.tells[lang], **case.document.evidence, "lang": lang})


def read_case(knowledge: PreparedKnowledge, case: Case, lang: str) -> CaseRead:
    """The first stage of a case.

    Raises:
        EvidenceError: the case's evidence is no evidence document.
    """
    return CaseRead(read(knowledge, evidence_of(case, lang)))


def _measured(base: KnowledgeBase, finding: str) -> dict[str, Any] | None:
    """A value that means a finding, as evidence; None where it is not a value that means it."""
    check = base.checks.get(base.findings[finding].group or "")
    if check is None or check.document.quantity is None:
        return None
    when = check.document.outcomes[check.outcomes.index(finding)].when
    if when is None:
        return None
    quantity = check.document.quantity
    value = f"{_value_within(when):g} {quantity.unit}"
    return {"tests": [{"check": quantity.name.replace("_", " "), "result": value.strip()}]}


def _value_within(when: When) -> float:
    if when.between is not None:
        return sum(when.between) / 2
    if when.equals is not None:
        return when.equals
    bound = when.below if when.below is not None else when.above
    assert bound is not None
    step = max(0.5, abs(bound) / 20)
    return bound - step if when.below is not None else bound + step


def answer_to(knowledge: PreparedKnowledge, seen: CaseRead, inference: Inference) -> Answer:
    """The last stages: the ranking, the severity and whom to call, as a diagnosis has them."""
    base, evidence = knowledge.base, seen.reading.evidence
    ranking = ranked(knowledge, seen.reading, inference, reasons=False)
    severity = perceived_severity(base, inference, severities(evidence.alarms))
    present = tuple(sorted({state.finding for state in inference.findings if state.state == "present"}))
    called = escalate(base, knowledge.policy, evidence, inference, ranking, severity)
    return Answer(
        causes=ranking.causes[:FOREMOST],
        known=knows(ranking),
        severity=severity,
        functional=called.functional or "none",
        hierarchic=called.hierarchic,
        required=inference.required_checks,
        ruled_out=tuple(sorted(inference.ruled_out)),
        instead=present if seen.alone and present != (seen.alone,) else None,
    )


def report_of(knowledge: PreparedKnowledge, case: Case, lang: str) -> Report:
    """The whole report of a case in one language.

    Raises:
        EvidenceError: the case's evidence is no evidence document.
    """
    return diagnose(knowledge, evidence_of(case, lang), top=FOREMOST)


def rank_of(report: Report, accepted: Sequence[str]) -> int | None:
    """Place of the best of some causes, from 1; causes that nothing tells apart share the best of their places."""
    for place, each in enumerate(report.causes, 1):
        if f"{each.base}:{each.id}" in accepted or any(cause in accepted for cause in each.group):
            return place
    return None


def failures(case: Case, answer: Answer) -> Iterator[str]:
    """What a case expects and an answer does not have, in words."""
    expect, names = case.document.expect, case.references
    leading = answer.first or "nothing"
    if expect.first is not None and answer.place(names[expect.first]) != 1:
        yield f"expected {names[expect.first]} first, it is {_place(answer, names[expect.first])}; first is {leading}"
    for within, name in sorted(expect.within.items()):
        place = answer.place(names[name])
        if place is None or place > within:
            yield f"expected {names[name]} within the first {within}, it is {_place(answer, names[name])}"
    for name in expect.not_first:
        if leading == names[name]:
            yield f"{names[name]} must not be first"
    if expect.unexplained is not None and answer.known == expect.unexplained:
        yield "expected: I do not know" if expect.unexplained else "expected an answer, not: I do not know"
    if expect.severity is not None and answer.severity != expect.severity:
        yield f"expected severity {expect.severity}, it is {answer.severity}"
    functional = expect.escalation.get("functional")
    if functional is not None and answer.functional != functional:
        yield f"expected functional escalation to {functional}, it is {answer.functional}"
    hierarchic = expect.escalation.get("hierarchic")
    if hierarchic is not None and answer.hierarchic != (hierarchic not in ("none", "no", "false")):
        yield f"expected hierarchic escalation: {hierarchic}"


def _place(answer: Answer, cause: str) -> str:
    place = answer.place(cause)
    return f"number {place} ({answer.causes[place - 1].posterior:.1%})" if place else f"not among the first {FOREMOST}"


def _touched(inference: Inference, answer: Answer) -> Iterator[str]:
    for state in inference.findings:
        yield f"{'finding' if state.state == 'present' else 'absent'} {state.finding}"
    for cause in answer.causes:
        yield f"cause {cause.id}"
    for event in inference.events:
        yield f"event {event}"
    for firing in inference.trace:
        if firing.concluded and firing.rule.startswith("rule "):
            yield firing.rule
