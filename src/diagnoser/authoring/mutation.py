"""`diagnoser kb test --mutate`: which breaks neither a case, nor an approved answer, nor `kb check` notices."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from diagnoser.authoring.approved import Approved, Key
from diagnoser.authoring.cases import (
    ALONE,
    FOREMOST,
    Answer,
    CaseRead,
    CaseResult,
    answer_to,
    failures,
    read_run,
)
from diagnoser.authoring.checking import catalogue
from diagnoser.authoring.mutants import Mutant, mutants, mutated
from diagnoser.authoring.pool import Pool, Progress, quiet
from diagnoser.diagnosis import PreparedKnowledge, inferred
from diagnoser.inference import Inference
from diagnoser.knowledge import KnowledgeBase

SEED = 1
MAX_RERUNS = 40
"""How many runs are looked at again for one mutant, the nearest first."""

REMEMBERED = 1500
"""Runs with the unbroken knowledge that a worker keeps."""


class MutantOut(BaseModel):
    kind: str
    item: str
    change: str
    location: str
    noticed_by: str | None = Field(
        description="the first case that fails or answers otherwise with it, and its language, or the code of `kb check`"
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
    reruns: tuple[tuple[Key, Approved | None], ...]
    """What touches it, each with the answer that was approved."""


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
    approved: Mapping[Key, Approved] | None = None,
) -> Mutation:
    """Break the knowledge in many ways, one at a time, and rerun the cases that touch what is broken.

    Args:
        workers: processes that hold the knowledge.
        knowledge: the same knowledge.
        results: of all cases, and of findings alone, as they came out before.
        limit: how many mutants are tried at most; a sample with a fixed seed, of all kinds alike.
        bases: bases whose items are broken; all by default.
        progress: told how many mutants are done.
        approved: answers that were approved; those that are others already notice nothing.
    """
    base = knowledge.base
    every = mutants(base, bases)
    chosen = sampled(every, limit)
    index = _index(results)
    holding = {
        (r.case, r.lang): was
        for r in results
        if r.answer is not None
        and (was := (approved or {}).get((r.case, r.lang))) is not None
        and not was.differences(r.answer)
    }
    trials = [_Trial(m, tuple((key, holding.get(key)) for key in _reruns(m, base, index))) for m in chosen]
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


@dataclass(frozen=True)
class _Index:
    """Which runs touch what, and where each cause stands in them."""

    touching: Mapping[str, frozenset[Key]]
    places: Mapping[Key, Mapping[str, int]]

    def nearest(self, touched: Iterable[Key], causes: Collection[str], alone: str = "") -> list[Key]:
        """The runs in which some causes stand furthest in front, a finding alone before all."""

        def place(key: Key) -> int:
            return min((self.places[key][c] for c in causes if c in self.places[key]), default=FOREMOST)

        return sorted(touched, key=lambda key: (key != (alone, ALONE), place(key), key))[:MAX_RERUNS]


def _index(results: Iterable[CaseResult]) -> _Index:
    touching: dict[str, set[Key]] = defaultdict(set)
    places: dict[Key, dict[str, int]] = {}
    for result in results:
        if result.answer is None:
            continue
        key = (result.case, result.lang)
        places[key] = {cause.id: place for place, cause in enumerate(result.answer.causes)}
        for item in result.touched:
            touching[item].add(key)
    return _Index({item: frozenset(keys) for item, keys in touching.items()}, places)


def _reruns(mutant: Mutant, base: KnowledgeBase, index: _Index) -> list[Key]:
    """The runs that touch a mutant; those that are likely to notice it first."""

    def touched(*items: str) -> frozenset[Key]:
        return frozenset().union(*(index.touching.get(item, frozenset()) for item in items))

    if mutant.kind in ("strength", "explains"):
        found = touched(f"finding {mutant.item}", f"absent {mutant.item}")
        return index.nearest(found, _causes_under(base, mutant.part), mutant.item)
    if mutant.kind == "threshold":
        group = base.group_of(mutant.item)
        return index.nearest(touched(*(f"finding {f}" for f in group), *(f"absent {f}" for f in group)), ())
    if mutant.kind == "prior":
        return index.nearest(touched(f"cause {mutant.item}"), (mutant.item,))
    if mutant.kind == "conclusion":
        return index.nearest(touched(f"rule {mutant.item}"), ())
    return index.nearest(touched(f"event {mutant.item}"), _causes_under(base, mutant.part or mutant.item))


def _causes_under(base: KnowledgeBase, node: str) -> frozenset[str]:
    return frozenset(n for n in (node, *base.tree.below(node)) if n in base.causes)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run with the knowledge as it is: what a broken one need not work out again."""

    seen: CaseRead
    inference: Inference
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Memory:
    knowledge: PreparedKnowledge
    runs: dict[Key, _Run]


_memory: list[_Memory] = []
"""In a worker: runs with the knowledge that it holds."""


def _run(knowledge: PreparedKnowledge, key: Key) -> _Run:
    if not _memory or _memory[0].knowledge is not knowledge:
        _memory[:] = [_Memory(knowledge, {})]
    runs = _memory[0].runs
    if key not in runs:
        if len(runs) >= REMEMBERED:
            runs.clear()
        seen = read_run(knowledge, *key)
        inference = inferred(knowledge, seen.reading)
        runs[key] = _Run(seen, inference, answer_to(knowledge, seen, inference))
    return runs[key]


def _try(knowledge: PreparedKnowledge, trial: _Trial) -> _Verdict:
    """Look at what a mutant leaves, and run what touches it until something is not as it was."""
    broken = mutated(knowledge, trial.mutant)
    told = sorted(_problems(broken, trial.mutant) - _problems(knowledge, trial.mutant))
    if told:
        return _Verdict(f"kb check: {told[0]}", True)
    changed = False
    for key, approved in trial.reruns:
        whole = _run(knowledge, key)
        same_facts = trial.mutant.kind in ("strength", "prior")  # the rules do not look at them
        inference = whole.inference if same_facts else inferred(broken, whole.seen.reading)
        answer = answer_to(broken, whole.seen, inference)
        case = knowledge.base.cases.get(key[0])
        failed = case is not None and any(f not in set(failures(case, whole.answer)) for f in failures(case, answer))
        if failed or (approved is not None and approved.differences(answer)):
            return _Verdict(f"{key[0]} ({key[1] or 'alone'})", True)
        changed = changed or _told(answer) != _told(whole.answer)
    return _Verdict(None, changed)


def _told(answer: Answer) -> object:
    causes = tuple((cause.id, round(cause.posterior, 9)) for cause in answer.causes)
    return (
        causes,
        answer.severity,
        answer.functional,
        answer.hierarchic,
        answer.required,
        answer.ruled_out,
        answer.instead,
    )


def _problems(knowledge: PreparedKnowledge, mutant: Mutant) -> set[str]:
    """Codes of what `kb check` says about the item of a mutant."""
    base = knowledge.base
    if mutant.kind in ("strength", "explains"):
        return {problem.code for problem in catalogue.unexplained(base, [base.findings[mutant.item]])}
    if mutant.kind == "input" and not base.tree.parents.get(mutant.part):
        return {"no-event"} if mutant.part in base.causes else set()
    return set()
