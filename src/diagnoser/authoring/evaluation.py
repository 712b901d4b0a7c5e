"""`diagnoser kb eval`: how well solved cases are diagnosed, and how far the stated probabilities can be trusted.

Each case is an evidence document with its `answer`. The answer is taken off before anything else
sees the case, and is used only to find the true cause in the report.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from diagnoser.authoring.cases import rank_of
from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.errors import AmbiguousName, DiagnoserError, EvidenceError, UnknownName
from diagnoser.evidence import evidence_from
from diagnoser.evidence.words import normalised
from diagnoser.knowledge import KnowledgeBase

ANSWER_FIELDS = ("answer", "answers", "ids")
"""Fields of a case that hold the solution and never reach the diagnosis."""

_BESIDE_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")

BINS = 10
RESAMPLES = 2000
SEED = 20240229


class Outcome(BaseModel):
    """What came of one case."""

    id: str
    line: int = Field(description="line in the file, from 1")
    family: str
    lang: str
    kind: str
    answer: str = Field(description="the true cause as the file says it")
    answered: bool = Field(description="whether the file or the answer list names a cause at all")
    accepted: list[str] = Field(description="causes that count as right; empty if the answer matches none")
    rank: int | None = Field(description="place of the best accepted cause; null if it is not listed")
    first: str | None
    posterior: float | None = Field(description="stated probability of the first cause")
    right: bool | None = Field(description="whether the first cause is right; null for an unmatched answer")
    error: str | None = None


class Scores(BaseModel):
    """Rates over some matched cases. All are from 0 to 1."""

    cases: int
    top1: float
    top3: float
    mrr: float = Field(description="mean reciprocal rank")


class Bin(BaseModel):
    """Cases whose first cause was stated with a probability in [low, high)."""

    low: float
    high: float
    cases: int
    stated: float = Field(description="mean stated probability")
    observed: float = Field(description="share in which the first cause was right")


class Interval(BaseModel):
    value: float
    low: float = Field(description="2.5 % quantile of the bootstrap")
    high: float = Field(description="97.5 % quantile of the bootstrap")


class Calibration(BaseModel):
    """Whether a stated 80 % is right in 80 of 100 cases.

    Brier score: G. W. Brier, Monthly Weather Review 78 (1950). Expected calibration error over
    bins of equal width: Naeini, Cooper and Hauskrecht, AAAI 2015.
    """

    bins: list[Bin]
    brier: Interval | None
    ece: Interval | None


class Evaluation(BaseModel):
    """How well the knowledge does on some solved cases."""

    knowledge: str = Field(description="hash of the knowledge")
    total: Scores
    by_family: dict[str, Scores]
    by_lang: dict[str, Scores]
    by_kind: dict[str, Scores]
    calibration: Calibration
    unanswered: list[str] = Field(description="cases without an answer; they count nowhere else")
    unmatched: list[str] = Field(description="cases whose answer matches no cause; they count nowhere else")
    failed: list[str] = Field(description="cases that could not be diagnosed; they count as missed")
    cases: list[Outcome]


@dataclass(frozen=True, slots=True)
class SolvedCase:
    """One line of the file, its solution taken off."""

    line: int
    evidence: dict[str, Any]
    answer: str
    kind: str
    named: tuple[str, ...]
    """Accepted ids, titles or aliases, as the file or the answer list gives them."""


def solved_case(line: int, document: Any, accepted: Mapping[str, Sequence[str]]) -> SolvedCase:
    """Take the solution off a document.

    Args:
        line: where it stands, from 1.
        document: parsed JSON of one line.
        accepted: case id -> accepted causes, from an answer list.

    Raises:
        EvidenceError: the line is no object, or its `answer` is neither an object nor names causes.
    """
    if not isinstance(document, dict):
        raise EvidenceError("", f"line {line}: a case is a JSON object")
    evidence = {name: value for name, value in document.items() if name not in ANSWER_FIELDS}
    answer = document.get("answer", {})
    if isinstance(answer, str | list):
        answer = {"cause": answer}
    if not isinstance(answer, dict):
        what = f"line {line}: an answer is a cause's id, title or alias, a list of them, or an object with a cause"
        raise EvidenceError("/answer", what)
    said = _strings(answer.get("cause"))
    named = [*_strings(answer.get("ids")), *_strings(document.get("ids"))]
    if len(said) > 1:
        named.extend(said)
    named.extend(accepted.get(str(document.get("id")), ()))
    return SolvedCase(
        line, evidence, " | ".join(said), str(answer.get("kind") or "unknown"), tuple(dict.fromkeys(named))
    )


def _strings(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(v) for v in value] if isinstance(value, list) else []


class Answers:
    """Finds the causes that an answer names: by id, or by title or alias in either language."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._loose: dict[str, set[str]] = defaultdict(set)
        for cause in base.causes.values():
            aliases = cause.document.aliases
            for phrase in (cause.title.en, cause.title.zh, *aliases.en, *aliases.zh):
                self._exact[phrase].add(cause.id)
                self._loose[_key(phrase)].add(cause.id)

    def causes(self, case: SolvedCase) -> tuple[str, ...]:
        """The causes that count as right: those named by the list if it names any, else by the phrase."""
        found = {cause for name in case.named for cause in self._named(name)}
        return tuple(sorted(found or self._named(case.answer)))

    def _named(self, name: str) -> set[str]:
        if not name.strip():
            return set()
        if name in self._exact:
            return self._exact[name]
        try:
            return {self._base.find("cause", name.strip())}
        except AmbiguousName as error:
            return set(error.allowed)
        except UnknownName:
            pass
        return self._loose.get(_key(name), set())


def _key(phrase: str) -> str:
    """A phrase without case, punctuation, the width of its characters, and blanks beside Chinese ones."""
    plain = "".join(c if c.isalnum() else " " for c in normalised(phrase))
    return _BESIDE_CHINESE.sub("", " ".join(plain.split()))


def evaluate(
    knowledge: PreparedKnowledge,
    cases: Iterable[SolvedCase],
    progress: Callable[[int], None] = lambda done: None,
) -> Evaluation:
    """Diagnose solved cases and compare.

    Args:
        knowledge: prepared knowledge.
        cases: solved cases, their solutions taken off.
        progress: told how many are done.
    """
    answers = Answers(knowledge.base)
    outcomes = []
    for done, case in enumerate(cases, 1):
        outcomes.append(_outcome(knowledge, case, answers.causes(case)))
        progress(done)
    matched = [o for o in outcomes if o.accepted]
    return Evaluation(
        knowledge=knowledge.base.hash,
        total=_scores(matched),
        by_family=_by(matched, lambda o: o.family),
        by_lang=_by(matched, lambda o: o.lang),
        by_kind=_by(matched, lambda o: o.kind),
        calibration=calibration([(o.posterior, bool(o.right)) for o in matched if o.posterior is not None]),
        unanswered=[o.id for o in outcomes if not o.accepted and not o.answered],
        unmatched=[o.id for o in outcomes if not o.accepted and o.answered],
        failed=[o.id for o in outcomes if o.error is not None],
        cases=outcomes,
    )


def _outcome(knowledge: PreparedKnowledge, case: SolvedCase, accepted: tuple[str, ...]) -> Outcome:
    labels = case.evidence
    common = {
        "id": str(labels.get("id", f"line {case.line}")),
        "line": case.line,
        "family": str(labels.get("family") or "unknown"),
        "lang": str(labels.get("lang") or "unknown"),
        "kind": case.kind,
        "answer": case.answer,
        "answered": bool(case.answer.strip() or case.named),
        "accepted": list(accepted),
    }
    try:
        report = diagnose(knowledge, evidence_from(case.evidence), top=None)
    except DiagnoserError as error:
        right = False if accepted else None
        return Outcome(**common, rank=None, first=None, posterior=None, right=right, error=str(error))
    rank = rank_of(report, accepted)
    first = report.causes[0] if report.causes else None
    return Outcome(
        **common,
        rank=rank,
        first=f"{first.base}:{first.id}" if first else None,
        posterior=first.posterior if first else None,
        right=(rank == 1) if accepted else None,
    )


def _scores(outcomes: Sequence[Outcome]) -> Scores:
    count = len(outcomes)
    ranks = [o.rank for o in outcomes if o.rank is not None]
    return Scores(
        cases=count,
        top1=sum(r == 1 for r in ranks) / count if count else 0.0,
        top3=sum(r <= 3 for r in ranks) / count if count else 0.0,
        mrr=sum(1 / r for r in ranks) / count if count else 0.0,
    )


def _by(outcomes: Sequence[Outcome], label: Callable[[Outcome], str]) -> dict[str, Scores]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[label(outcome)].append(outcome)
    return {name: _scores(groups[name]) for name in sorted(groups)}


def calibration(stated: Sequence[tuple[float, bool]]) -> Calibration:
    """How stated probabilities and what was right agree.

    Args:
        stated: the probability of the first cause, from 0 to 1, and whether it was right.
    """
    if not stated:
        return Calibration(bins=[], brier=None, ece=None)
    bins = [
        Bin(
            low=index / BINS,
            high=(index + 1) / BINS,
            cases=len(inside),
            stated=sum(p for p, _ in inside) / len(inside),
            observed=sum(right for _, right in inside) / len(inside),
        )
        for index, inside in _binned(stated)
    ]
    return Calibration(bins=bins, brier=_interval(stated, brier), ece=_interval(stated, expected_calibration_error))


def brier(stated: Sequence[tuple[float, bool]]) -> float:
    """Mean squared difference of the stated probability and what was right (1 or 0)."""
    return sum((p - right) ** 2 for p, right in stated) / len(stated)


def expected_calibration_error(stated: Sequence[tuple[float, bool]]) -> float:
    """Mean difference of stated and observed over bins of equal width, weighted by their cases."""
    return sum(abs(sum(p - right for p, right in inside)) for _, inside in _binned(stated)) / len(stated)


def _binned(stated: Sequence[tuple[float, bool]]) -> Iterator[tuple[int, list[tuple[float, bool]]]]:
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for pair in stated:
        bins[min(BINS - 1, int(pair[0] * BINS))].append(pair)
    for index in sorted(bins):
        yield index, bins[index]


def _interval(
    stated: Sequence[tuple[float, bool]], measure: Callable[[Sequence[tuple[float, bool]]], float]
) -> Interval:
    """A percentile bootstrap (Efron 1979) with a fixed seed, so that it is the same each time."""
    rnd = random.Random(SEED)
    samples = sorted(measure(rnd.choices(stated, k=len(stated))) for _ in range(RESAMPLES))
    return Interval(
        value=measure(stated), low=samples[int(0.025 * RESAMPLES)], high=samples[int(0.975 * RESAMPLES) - 1]
    )
