"""What would change the answer: the fewest open findings whose other state would put another cause first.

Candidates are weighed quickly over the joint explanations; the likeliest are then tried by
diagnosing with them, so that what is reported does change the first place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from diagnoser.diagnosis import PreparedKnowledge, Reasoning, conclude, reason, reason_from
from diagnoser.evidence import Evidence, Observation, Observed, Source
from diagnoser.evidence.observe import OpenLog, no_files
from diagnoser.knowledge import KnowledgeBase
from diagnoser.open_answers import Answer, OpenAnswers
from diagnoser.ranking import RankedCause
from diagnoser.report import report as out
from diagnoser.report.explain import CauseExplained, explain
from diagnoser.report.wording import finding_title


@dataclass(frozen=True, slots=True)
class Change:
    """Answers, and the cause that they would put first with its posterior."""

    answers: tuple[Answer, ...]
    first: str
    posterior: float


def what_would_change(knowledge: PreparedKnowledge, found: Reasoning, cause: str | None = None) -> Change | None:
    """The smallest change that puts another cause first, or that puts `cause` first.

    Args:
        knowledge: the knowledge that was reasoned with.
        found: the reasoning so far.
        cause: the full id of the cause to put first; by default any that can be told from the first.

    Returns:
        One finding if one is enough, else as few as were found to be; those after which a cause is known, and which
        are probable, are preferred. None if no cause leads or the first is confirmed, if `cause` is ruled out or
        nothing tells it from the first, and if nothing was found.
    """
    ranked = found.ranking.causes
    if not ranked or ranked[0].state == "confirmed":
        return None
    first = {ranked[0].id, *ranked[0].group}
    if cause in first or cause in found.inference.ruled_out:
        return None
    wanted = frozenset() if cause is None else _alike(knowledge, cause)

    def then(answers: Sequence[Answer], reasons: bool = False) -> RankedCause | None:
        after = reason_with(knowledge, found, answers, reasons).ranking.causes
        changed = after and (after[0].id in wanted if wanted else after[0].id not in first)
        return after[0] if changed else None

    for answers in OpenAnswers(knowledge.base, found, wanted).likely():
        if then(answers) is not None:
            kept = _needed(answers, lambda fewer: then(fewer) is not None)
            if (leads := then(kept, reasons=True)) is not None:
                return Change(kept, leads.id, leads.posterior)
    return None


def _alike(knowledge: PreparedKnowledge, cause: str) -> frozenset[str]:
    """A cause with those that nothing tells apart from it: where one of them is first, all are."""
    return frozenset({cause, *knowledge.relations.indistinguishable.get(cause, ())})


def _needed(answers: tuple[Answer, ...], suffice: Callable[[tuple[Answer, ...]], bool]) -> tuple[Answer, ...]:
    """The same answers without those that can be left out, the last ones first."""
    kept = answers
    for each in reversed(answers):
        fewer = tuple(a for a in kept if a != each)
        if len(answers) > 1 and fewer and suffice(fewer):
            kept = fewer
    return kept


def reason_with(
    knowledge: PreparedKnowledge, found: Reasoning, answers: Sequence[Answer], reasons: bool = True
) -> Reasoning:
    """The reasoning with some answers more; the same as with them in the evidence."""
    said = [Observation("answer", a.finding, a.state, 1.0, a.finding, Source("answer")) for a in answers]
    before = found.reading.observed
    observed = Observed(
        tuple(sorted((*before.observations, *said), key=Observation.order)), before.unplaced, before.cleared
    )
    return reason_from(knowledge, replace(found.reading, observed=observed), reasons)


def change_out(base: KnowledgeBase, change: Change | None) -> out.ChangeOut | None:
    """A change as a part of the report."""
    if change is None:
        return None
    title = base.causes[change.first].title
    return out.ChangeOut(
        findings=[
            out.ChangedFindingOut(finding=a.finding, title=finding_title(base, a.finding), state=a.state)
            for a in change.answers
        ],
        first=change.first,
        first_title=out.Bilingual(en=title.en, zh=title.zh),
        posterior=round(change.posterior, 10),
    )


def diagnose_with_change(
    knowledge: PreparedKnowledge,
    evidence: Evidence,
    bases: tuple[str, ...] = (),
    open_log: OpenLog = no_files,
    top: int | None = 20,
) -> out.Report:
    """A diagnosis that also says what would put another cause first. Args and errors as for `diagnose`."""
    found = reason(knowledge, evidence, bases, open_log)
    change = change_out(knowledge.base, what_would_change(knowledge, found))
    return conclude(knowledge, evidence, found, top).model_copy(update={"would_change": change})


def explain_cause(
    knowledge: PreparedKnowledge,
    evidence: Evidence,
    cause: str,
    bases: tuple[str, ...] = (),
    open_log: OpenLog = no_files,
) -> tuple[CauseExplained, out.Report]:
    """Why a cause, why not, and what would change it; with the report that it was read out of.

    Args:
        cause: full id of the cause. Others, and errors, as for `diagnose`.
    """
    found = reason(knowledge, evidence, bases, open_log)
    report = conclude(knowledge, evidence, found, None)
    ranked = found.ranking.causes
    is_first = bool(ranked) and ranked[0].id == cause
    change = what_would_change(knowledge, found, None if is_first else cause)
    return explain(knowledge.base, report, cause, change_out(knowledge.base, change)), report
