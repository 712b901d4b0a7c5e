"""`diagnoser kb test --mutate`: which breaks of the knowledge neither a case nor `kb check` notices."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from diagnoser.authoring.cases import CaseResult, report_of, run_case
from diagnoser.authoring.checking import catalogue
from diagnoser.authoring.mutants import Mutant, mutants, mutated
from diagnoser.authoring.pool import Pool, Progress, quiet
from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.errors import DiagnoserError

SEED = 1
MAX_RERUNS = 60
"""How many results are looked at again for one mutant, the nearest first."""


class MutantOut(BaseModel):
    kind: str
    item: str
    change: str
    location: str
    noticed_by: str | None = Field(
        description="the first case that fails with it and its language, or the code of `kb check`"
    )
    reruns: int = Field(description="how many cases touch it and were run again")


class KindScore(BaseModel):
    noticed: int
    total: int


class Mutation(BaseModel):
    """How many breaks the cases notice.

    `equivalent` mutants change no ranking of any case that touches them; they count in `total`.
    """

    possible: int = Field(description="mutants that the knowledge has; a seeded sample of them was tried")
    total: int
    noticed: int
    score: float = Field(description="noticed / total; 1 where there is none")
    by_kind: dict[str, KindScore]
    unnoticed: list[MutantOut]
    equivalent: list[MutantOut]


@dataclass(frozen=True, slots=True)
class _Trial:
    mutant: Mutant
    reruns: tuple[tuple[str, str], ...]
    """Case and language of what touches it."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    noticed_by: str | None
    changed: bool


def mutate(
    workers: Pool,
    knowledge: PreparedKnowledge,
    results: Sequence[CaseResult],
    limit: int = 200,
    bases: frozenset[str] | None = None,
    progress: Progress = quiet,
) -> Mutation:
    """Break the knowledge in many ways, one at a time, and rerun the cases that touch what is broken.

    Args:
        workers: processes that hold the knowledge.
        knowledge: the same knowledge.
        results: of all cases, as they came out before.
        limit: how many mutants are tried at most; a sample with a fixed seed, of all kinds alike.
        bases: bases whose items are broken; all by default.
        progress: told how many mutants are done.
    """
    every = mutants(knowledge.base, bases)
    chosen = sampled(every, limit)
    touching = _touching(r for r in results if not r.failures)
    expecting = _expecting(knowledge, results)
    trials = [_Trial(m, _reruns(m, knowledge, touching, expecting)) for m in chosen]
    verdicts: list[_Verdict] = workers.map(_try, trials, progress)
    judged = [(t, v, _out(knowledge, t, v)) for t, v in zip(trials, verdicts, strict=True)]
    noticed = [t for t, v, _ in judged if v.noticed_by is not None]
    by_kind = Counter(t.mutant.kind for t in trials)
    noticed_by_kind = Counter(t.mutant.kind for t in noticed)
    return Mutation(
        possible=len(every),
        total=len(trials),
        noticed=len(noticed),
        score=len(noticed) / len(trials) if trials else 1.0,
        by_kind={k: KindScore(noticed=noticed_by_kind[k], total=n) for k, n in sorted(by_kind.items())},
        unnoticed=[out for _, v, out in judged if v.noticed_by is None and v.changed],
        equivalent=[out for _, v, out in judged if v.noticed_by is None and not v.changed],
    )


def sampled(every: Sequence[Mutant], limit: int) -> list[Mutant]:
    """At most so many mutants, drawn with a fixed seed, one kind after the other so that none is left out."""
    rnd = random.Random(SEED)
    by_kind: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in rnd.sample(every, len(every)):
        by_kind[mutant.kind].append(mutant)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*(by_kind[kind] for kind in sorted(by_kind))))
    return sorted(itertools.islice((mutant for mutant in turns if mutant is not None), limit))


def _out(knowledge: PreparedKnowledge, trial: _Trial, verdict: _Verdict) -> MutantOut:
    mutant = trial.mutant
    return MutantOut(
        kind=mutant.kind,
        item=mutant.item,
        change=str(mutant),
        location=str(knowledge.base.locations[mutant.where]),
        noticed_by=verdict.noticed_by,
        reruns=len(trial.reruns),
    )


def _touching(results: Iterable[CaseResult]) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for result in results:
        for item in result.touched:
            found[item].add((result.case, result.lang))
    return found


def _expecting(knowledge: PreparedKnowledge, results: Sequence[CaseResult]) -> dict[str, set[tuple[str, str]]]:
    """Cause -> results of cases that name it in what they expect."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for result in results:
        for cause in knowledge.base.cases[result.case].references.values():
            found[cause].add((result.case, result.lang))
    return found


def _reruns(
    mutant: Mutant,
    knowledge: PreparedKnowledge,
    touching: dict[str, set[tuple[str, str]]],
    expecting: dict[str, set[tuple[str, str]]],
) -> tuple[tuple[str, str], ...]:
    """What touches a mutant, the cases that speak of its causes first."""
    base = knowledge.base
    near: set[tuple[str, str]] = set()
    if mutant.kind in ("strength", "explains"):
        touched = touching[f"finding {mutant.item}"] | touching[f"absent {mutant.item}"]
        near = expecting.get(mutant.part, set())
    elif mutant.kind == "threshold":
        group = base.group_of(mutant.item)
        touched = {r for f in group for r in touching[f"finding {f}"] | touching[f"absent {f}"]}
    elif mutant.kind == "prior":
        touched = touching[f"cause {mutant.item}"]
        near = expecting.get(mutant.item, set())
    elif mutant.kind == "conclusion":
        touched = touching[f"rule {mutant.item}"]
    else:
        touched = touching[f"event {mutant.item}"]
        near = expecting.get(mutant.part, set())
    return tuple(sorted(touched, key=lambda r: (r not in near, r))[:MAX_RERUNS])


def _try(knowledge: PreparedKnowledge, trial: _Trial) -> _Verdict:
    """Look at what a mutant leaves, and run what touches it until a case fails."""
    broken = mutated(knowledge, trial.mutant)
    told = sorted(_problems(broken, trial.mutant) - _problems(knowledge, trial.mutant))
    if told:
        return _Verdict(f"kb check: {told[0]}", True)
    changed = False
    for case_id, lang in trial.reruns:
        case = broken.base.cases[case_id]
        result = run_case(broken, case, lang)
        if result.failures:
            return _Verdict(f"{case_id} ({lang})", True)
        changed = changed or _ranking(broken, case_id, lang) != _ranking(knowledge, case_id, lang)
    return _Verdict(None, changed)


def _problems(knowledge: PreparedKnowledge, mutant: Mutant) -> set[str]:
    """Codes of what `kb check` says about the item of a mutant."""
    base = knowledge.base
    if mutant.kind in ("strength", "explains"):
        return {problem.code for problem in catalogue.unexplained(base, [base.findings[mutant.item]])}
    if mutant.kind == "input" and not base.tree.parents.get(mutant.part):
        return {"no-event"} if mutant.part in base.causes else set()
    return set()


def _ranking(knowledge: PreparedKnowledge, case_id: str, lang: str) -> tuple[tuple[str, float], ...]:
    try:
        report = report_of(knowledge, knowledge.base.cases[case_id], lang)
    except DiagnoserError:
        return ()
    return tuple((f"{c.base}:{c.id}", round(c.posterior, 9)) for c in report.causes)
