"""`diagnoser kb test`: every case is a test, run once in each language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.errors import DiagnoserError, Location
from diagnoser.evidence import evidence_from
from diagnoser.knowledge.base import Case
from diagnoser.report import Report

LANGUAGES = ("en", "zh")
FOREMOST = 25
"""How many causes of a report are looked at; those behind count as not suspected."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case in one language.

    Attributes:
        failures: what was expected and did not happen, in words; empty if the case holds.
        rank: place of the cause that was expected first, from 1; None if it is not among the foremost.
        todo: the case is a known gap and does not count as a failure.
        first: full id of the cause that came first; None if none did.
        touched: kind and full id of what took part: `rule`, `event` (opened by the walk), `finding`
            (present), `absent` (a finding that is absent), and `cause` for the foremost causes.
    """

    case: str
    lang: str
    location: Location
    failures: tuple[str, ...]
    rank: int | None
    todo: bool
    first: str | None
    touched: frozenset[str]

    @property
    def failed(self) -> bool:
        """Whether it counts as a failure."""
        return bool(self.failures) and not self.todo


def run_case(knowledge: PreparedKnowledge, case: Case, lang: str) -> CaseResult:
    """Run one case in one language."""
    location = knowledge.base.locations[f"case {case.id}"]
    todo = case.document.status == "todo"
    try:
        report = report_of(knowledge, case, lang)
    except DiagnoserError as error:
        return CaseResult(case.id, lang, location, (str(error),), None, todo, None, frozenset())
    failures = tuple(_failures(case, report))
    expected = case.document.expect.first
    rank = _rank(report, case.references[expected]) if expected is not None else None
    leading = f"{report.causes[0].base}:{report.causes[0].id}" if report.causes else None
    return CaseResult(case.id, lang, location, failures, rank, todo, leading, frozenset(_touched(report)))


def report_of(knowledge: PreparedKnowledge, case: Case, lang: str) -> Report:
    """The report of a case: its sentence in one language, with its evidence.

    Raises:
        EvidenceError: the case's evidence is no evidence document.
    """
    document = {"report": case.document.tells[lang], **case.document.evidence, "lang": lang}
    return diagnose(knowledge, evidence_from(document), top=FOREMOST)


def rank_of(report: Report, accepted: Sequence[str]) -> int | None:
    """Place of the best of some causes, from 1; causes that nothing tells apart share the best of their places."""
    for place, ranked in enumerate(report.causes, 1):
        if f"{ranked.base}:{ranked.id}" in accepted or any(cause in accepted for cause in ranked.group):
            return place
    return None


def _rank(report: Report, cause: str) -> int | None:
    return rank_of(report, (cause,))


def _failures(case: Case, report: Report) -> Iterator[str]:
    expect, names = case.document.expect, case.references
    leading = f"{report.causes[0].base}:{report.causes[0].id}" if report.causes else "nothing"
    if expect.first is not None and _rank(report, names[expect.first]) != 1:
        yield f"expected {names[expect.first]} first, it is {_place(report, names[expect.first])}; first is {leading}"
    for within, name in sorted(expect.within.items()):
        rank = _rank(report, names[name])
        if rank is None or rank > within:
            yield f"expected {names[name]} within the first {within}, it is {_place(report, names[name])}"
    for name in expect.not_first:
        if leading == names[name]:
            yield f"{names[name]} must not be first"
    if expect.unexplained is not None and report.known == expect.unexplained:
        yield "expected: I do not know" if expect.unexplained else "expected an answer, not: I do not know"
    if expect.severity is not None and report.severity != expect.severity:
        yield f"expected severity {expect.severity}, it is {report.severity}"
    functional = expect.escalation.get("functional")
    if functional is not None and (report.escalation.functional or "none") != functional:
        yield f"expected functional escalation to {functional}, it is {report.escalation.functional or 'none'}"
    hierarchic = expect.escalation.get("hierarchic")
    if hierarchic is not None and report.escalation.hierarchic != (hierarchic not in ("none", "no", "false")):
        yield f"expected hierarchic escalation: {hierarchic}"


def _place(report: Report, cause: str) -> str:
    rank = _rank(report, cause)
    return f"number {rank} ({report.causes[rank - 1].posterior:.1%})" if rank else f"not among the first {FOREMOST}"


def _touched(report: Report) -> Iterator[str]:
    for observation in report.observations:
        if observation.finding is not None and observation.state == "present":
            yield f"finding {observation.finding}"
    for cause in report.causes:
        yield f"cause {cause.base}:{cause.id}"
    for firing in report.trace:
        if firing.rule.startswith("rule "):
            yield firing.rule
        for fact in (*firing.facts, *firing.concluded):
            kind, _, rest = fact.partition(" ")
            if kind == "Open":
                yield f"event {rest.split(' ')[0]}"
            elif kind == "Finding":
                name, state, *_ = rest.split(" ")
                yield f"{'finding' if state == 'present' else 'absent'} {name}"
