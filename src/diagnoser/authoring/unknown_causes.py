"""Does it say that it does not know? Each case is run again with its cause taken out of the knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from diagnoser.authoring.cases import LANGUAGES, evidence_of
from diagnoser.diagnosis import PreparedKnowledge, Reasoning, conclude, ranked, reason
from diagnoser.evidence import Evidence
from diagnoser.knowledge.base import Case
from diagnoser.report import Report

SURE = 0.5
"""A leading cause below this, with an escalation, says as much as: I do not know."""


@dataclass(frozen=True, slots=True)
class UnknownCause:
    """What came of one case, with its cause and without.

    Attributes:
        admitted: without its cause, the report says that it does not know.
        false_alarm: with it, the report says so although the cause is there to be found.
        instead: the cause that led without it, with its posterior; None if nothing was suspected.
    """

    case: str
    lang: str
    cause: str
    admitted: bool
    false_alarm: bool
    instead: tuple[str, float] | None
    unexplained: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all runs, from 0 to 1: how many admit it without the cause, and how many do so needlessly with it."""

    admitted: float
    false_alarms: float


def share_of(results: Sequence[UnknownCause]) -> Shares:
    """Both shares; 0 of nothing is 0."""
    runs = max(1, len(results))
    return Shares(sum(r.admitted for r in results) / runs, sum(r.false_alarm for r in results) / runs)


def unknown_causes(knowledge: PreparedKnowledge, cases: Iterable[Case]) -> Iterator[UnknownCause]:
    """Run cases that expect a cause first and are no known gap, in each language."""
    for case in cases:
        expected = case.document.expect.first
        if expected is None or case.document.status != "ok":
            continue
        for lang in LANGUAGES:
            yield _run(knowledge, case.id, lang, evidence_of(case, lang), case.references[expected])


def says_unknown(report: Report) -> bool:
    """Whether a report says that it does not know: unexplained is largest, or nothing is sure and it escalates."""
    top = report.causes[0].posterior if report.causes else 0.0
    return report.unexplained >= top or (top < SURE and report.escalation.functional is not None)


def without_cause(knowledge: PreparedKnowledge, found: Reasoning, cause: str) -> Reasoning:
    """The reasoning as if the knowledge had never heard of a cause."""
    inference = replace(
        found.inference,
        suspects=tuple(s for s in found.inference.suspects if s != cause),
        confirmed={c: rules for c, rules in found.inference.confirmed.items() if c != cause},
        ruled_out={**found.inference.ruled_out, cause: ()},
    )
    ranking = ranked(knowledge, found.reading, inference, without=frozenset({cause}))
    return replace(found, inference=inference, ranking=ranking)


def _run(knowledge: PreparedKnowledge, case: str, lang: str, evidence: Evidence, cause: str) -> UnknownCause:
    found = reason(knowledge, evidence)
    whole = conclude(knowledge, evidence, found)
    report = conclude(knowledge, evidence, without_cause(knowledge, found, cause))
    leading = report.causes[0] if report.causes else None
    return UnknownCause(
        case=case,
        lang=lang,
        cause=cause,
        admitted=says_unknown(report),
        false_alarm=says_unknown(whole),
        instead=(f"{leading.base}:{leading.id}", leading.posterior) if leading else None,
        unexplained=report.unexplained,
    )
