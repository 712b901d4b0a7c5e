"""What would change the answer: the fewest open findings whose other state would put another cause first.

Candidates are weighed quickly over the joint explanations; the likeliest are then tried by
diagnosing with them, so that what is reported does change the first place.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diagnoser.diagnosis import PreparedKnowledge, Reasoning, conclude, reason, reason_from
from diagnoser.evidence import Evidence, Observation, Observed, Source
from diagnoser.evidence.observe import OpenLog, no_files
from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking import RankedCause
from diagnoser.ranking.outcomes import Outcomes
from diagnoser.report import report as out
from diagnoser.report.explain import CauseExplained, explain
from diagnoser.report.wording import finding_title

Array = NDArray[np.float64]

LEADING = 12
"""How many causes are weighed against the first."""

TRIED = {1: 12, 2: 8, 3: 6}
"""How many sets of each size are tried by diagnosing."""

JOINED = 14
"""How many of the likeliest answers are put together in pairs and triples."""

LEAST = 0.2
"""The least ratio to the first cause, weighed quickly, for which a change is tried."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An open finding and the state that it might turn out to have."""

    finding: str
    state: Literal["present", "absent"]


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
        One finding if one is enough, else two or three, the most probable ones first; None if no cause leads,
        `cause` leads already, or nothing was found.
    """
    ranked = found.ranking.causes
    if not ranked or ranked[0].id == cause:
        return None
    first = ranked[0]
    alike = {first.id, *first.group}

    def leads(reasons: bool) -> RankedCause | None:
        after = reason_with(knowledge, found, answers, reasons).ranking.causes
        wanted = after and (after[0].id == cause if cause is not None else after[0].id not in alike)
        return after[0] if wanted else None

    for answers in _Weighed(knowledge.base, found, cause, alike).likely():
        if leads(reasons=False) is not None and (then := leads(reasons=True)) is not None:
            return Change(answers, then.id, then.posterior)
    return None


def reason_with(
    knowledge: PreparedKnowledge, found: Reasoning, answers: Sequence[Answer], reasons: bool = True
) -> Reasoning:
    """The reasoning with some answers more; the same as with them in the evidence."""
    said = [Observation("answer", a.finding, a.state, 1.0, a.finding, Source("answer")) for a in answers]
    observations = tuple(sorted((*found.observed.observations, *said), key=Observation.order))
    observed = Observed(observations, found.observed.unplaced)
    return reason_from(knowledge, found.evidence, found.active, found.bearing, observed, reasons)


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


class _Weighed:
    """Answers that may change the first place, weighed over the joint explanations.

    To the explanations that the ranking found, those are added in which one more cause is there, by
    itself or beside the best explanation.
    """

    def __init__(self, base: KnowledgeBase, found: Reasoning, cause: str | None, alike: set[str]) -> None:
        ranking = found.ranking
        self._base = base
        self._causes = _rivals(base, found) if cause is None else [ranking.causes[0].id, cause]
        self._rivals = [i for i, c in enumerate(self._causes) if (c not in alike if cause is None else c == cause)]
        best = frozenset(ranking.explanations[0].causes) if ranking.explanations else frozenset({ranking.causes[0].id})
        weights = {frozenset(e.causes): e.posterior for e in ranking.explanations}
        weights.setdefault(best, ranking.causes[0].posterior)
        for each in self._causes:
            odds = base.causes[each].prior / (1.0 - base.causes[each].prior)
            weights.setdefault(best | {each}, weights[best] * odds)
            weights.setdefault(frozenset({each}), weights.get(frozenset(), 0.0) * odds)
        sets = sorted(weights, key=sorted)
        self._weights = np.array([weights[s] for s in sets])
        self._member = np.array([[c in s for s in sets] for c in self._causes], dtype=float)
        nodes = {*self._causes, *base.tree.above(self._causes)}
        known = {s.finding for s in found.inference.findings}
        findings = [
            f
            for f in base.findings.values()
            if f.id not in known and f.base in found.active and any(p in nodes for p, _ in f.parents)
        ]
        absent = Outcomes(base, sets, found.active, found.inference.ruled_out.keys()).absent(findings).T
        self._answers = [Answer(f.id, state) for f in findings for state in ("present", "absent")]
        self._likelihood = np.stack([1.0 - absent, absent], axis=1).reshape(2 * len(findings), len(sets))

    def _appraise(self, likelihood: Array) -> tuple[Array, Array]:
        """For each answer, the best rival's posterior over the first cause's, and the answer's probability."""
        after = self._weights * likelihood
        marginal = after @ self._member.T
        rivals = marginal[:, self._rivals].max(axis=1, initial=0.0)
        return rivals / np.maximum(marginal[:, 0], 1e-300), after.sum(axis=1) / self._weights.sum()

    def likely(self) -> Iterator[tuple[Answer, ...]]:
        """Answers worth trying: single ones first, then pairs, then triples."""
        ratio, _ = self._appraise(self._likelihood)
        best = [int(i) for i in np.argsort(-ratio, kind="stable")[:JOINED]]
        for size, tried in TRIED.items():
            sets = (
                [(i,) for i in range(len(self._answers))]
                if size == 1
                else [s for s in itertools.combinations(best, size) if self._together(s)]
            )
            if not sets:
                continue
            ratio, chance = self._appraise(np.prod(self._likelihood[np.array(sets)], axis=1))
            order = np.lexsort((-chance, ratio < 1.0))
            for index in [int(i) for i in order if ratio[i] >= LEAST][:tried]:
                yield tuple(self._answers[i] for i in sets[index])

    def _together(self, indices: Sequence[int]) -> bool:
        """Whether answers can all be given: no finding twice, nor two states of one light or check."""
        answers = [self._answers[i] for i in indices]
        groups = [self._base.findings[a.finding].group or a.finding for a in answers]
        return len({a.finding for a in answers}) == len(answers) == len(set(groups))


def _rivals(base: KnowledgeBase, found: Reasoning) -> list[str]:
    """The first cause, its likeliest rivals, and then causes beside it in the fault tree that were not suspected."""
    ranked = [c.id for c in found.ranking.causes[:LEADING]]
    beside = {
        each
        for event in base.tree.parents.get(ranked[0], ())
        for each in base.tree.inputs(event)
        if each in base.causes and each.partition(":")[0] in found.active and each not in found.inference.ruled_out
    }
    more = sorted(beside - set(ranked), key=lambda c: (-base.causes[c].prior, c))
    return [*ranked, *more][:LEADING]
