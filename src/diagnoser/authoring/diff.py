"""`diagnoser kb diff`: which cases change their first place between two versions of the knowledge, and why."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, Field

from diagnoser.authoring.cases import LANGUAGES, report_of
from diagnoser.authoring.pool import Progress, quiet
from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.errors import DiagnoserError
from diagnoser.knowledge.base import Case
from diagnoser.report import Report
from diagnoser.report.report import CauseOut

LEAST = 1.0
"""Changes of a weight below this many decibans are not named."""


class Shift(BaseModel):
    """What one finding does for a cause, before and after, in decibans; null where it did not count."""

    cause: str
    finding: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float:
        """After minus before, in decibans."""
        return (self.after or 0.0) - (self.before or 0.0)


class Place(BaseModel):
    """The first cause and its probability; null if there is none."""

    cause: str | None
    posterior: float | None


class Changed(BaseModel):
    """A case whose first place is another one now."""

    case: str
    lang: str
    before: Place
    after: Place
    expected: str | None = Field(description="what the case expects first")
    verdict: str = Field(description="better, worse or other, by what the case expects")
    why: list[Shift] = Field(description="weights that changed, the largest change first")
    notes: list[str] = Field(description="causes that are new or gone, priors that changed")


class Diff(BaseModel):
    """What changed between two versions."""

    before: str = Field(description="hash of the first knowledge")
    after: str
    cases: int = Field(description="cases that were run with both, in both languages")
    changed: list[Changed]
    failed: list[str] = Field(description="cases that cannot be run with one of them")


def diff(before: PreparedKnowledge, after: PreparedKnowledge, progress: Progress = quiet) -> Diff:
    """Run the cases of both versions with both, and compare who comes first.

    A case that both have is taken as the second one has it.
    """
    cases = {**before.base.cases, **after.base.cases}
    changed: list[Changed] = []
    failed: list[str] = []
    for done, (name, case) in enumerate(sorted(cases.items()), 1):
        for lang in LANGUAGES:
            try:
                old, new = report_of(before, case, lang), report_of(after, case, lang)
            except DiagnoserError as error:
                failed.append(f"{name} ({lang}): {error}")
                continue
            if _first(old) != _first(new):
                changed.append(_changed(before, after, case, lang, old, new))
        progress(done, len(cases))
    return Diff(before=before.base.hash, after=after.base.hash, cases=len(cases), changed=changed, failed=failed)


def _first(report: Report) -> str | None:
    return f"{report.causes[0].base}:{report.causes[0].id}" if report.causes else None


def _place(report: Report) -> Place:
    return Place(cause=_first(report), posterior=report.causes[0].posterior if report.causes else None)


def _changed(
    before: PreparedKnowledge, after: PreparedKnowledge, case: Case, lang: str, old: Report, new: Report
) -> Changed:
    causes = [c for c in (_first(old), _first(new)) if c is not None]
    shifts = [shift for cause in causes for shift in _shifts(cause, _of(old, cause), _of(new, cause))]
    name = case.document.expect.first
    expected = case.references.get(name) if name is not None else None
    verdict = "better" if expected == _first(new) else "worse" if expected == _first(old) else "other"
    return Changed(
        case=case.id,
        lang=lang,
        before=_place(old),
        after=_place(new),
        expected=expected,
        verdict=verdict,
        why=sorted(shifts, key=lambda s: (-abs(round(s.change, 6)), s.cause, s.finding)),
        notes=[note for cause in causes for note in _notes(before, after, cause)],
    )


def _of(report: Report, cause: str) -> CauseOut | None:
    return next((c for c in report.causes if f"{c.base}:{c.id}" == cause), None)


def _shifts(cause: str, old: CauseOut | None, new: CauseOut | None) -> Iterator[Shift]:
    weights_before = {w.finding: w.decibans for w in old.weights} if old else {}
    weights_after = {w.finding: w.decibans for w in new.weights} if new else {}
    for finding in sorted({*weights_before, *weights_after}):
        shift = Shift(
            cause=cause, finding=finding, before=weights_before.get(finding), after=weights_after.get(finding)
        )
        if abs(shift.change) >= LEAST:
            yield shift


def _notes(before: PreparedKnowledge, after: PreparedKnowledge, cause: str) -> Iterator[str]:
    old, new = before.base.causes.get(cause), after.base.causes.get(cause)
    if old is None:
        yield f"{cause} is new"
    elif new is None:
        yield f"{cause} is gone"
    else:
        if old.prior != new.prior:
            yield f"prior of {cause} was {old.prior:g}, is {new.prior:g}"
        if old.circumstances != new.circumstances:
            yield f"circumstances of {cause} changed"
