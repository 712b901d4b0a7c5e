"""Minutes to the true cause: the proposals against the vendor's fixed order, answers drawn from the model.

Each shipped case begins with its evidence, or with the words of the call alone; its expected cause is taken to be true and alone. What a
check comes out with is drawn from the model, the same for both ways of working. Counted are the
minutes of checks and of repairs that did not help until the repair of the true cause is begun;
whoever gives up calls the next level, which costs what the cost policy says.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import Evidence, evidence_from
from diagnoser.knowledge.base import Case
from diagnoser.ranking.outcomes import Outcomes
from diagnoser.report import Report

SURE = 0.8
"""In the fixed order, the posterior from which the leading cause is repaired."""

MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class World:
    """A case with its true cause, and a seed for what checks come out with."""

    knowledge: PreparedKnowledge
    evidence: Evidence
    truth: str
    seed: int

    def outcome(self, check: str) -> str:
        """What a check comes out with, always the same."""
        base = self.knowledge.base
        told = Outcomes(base, [frozenset({self.truth})], frozenset(base.bases)).of([base.checks[check]])[0, 0]
        chance = random.Random(f"{self.seed} {self.truth} {check}").random()
        return base.checks[check].outcomes[int(np.searchsorted(np.cumsum(told), chance * told.sum()))]

    def minutes(self, *items: str) -> float:
        """Of checks and repairs, with turning to each."""
        base = self.knowledge.base
        costs = [
            base.checks[i].document.cost if i in base.checks else base.causes[i].document.repair[0].cost for i in items
        ]
        return sum(c.minutes + base.costs.setup_minutes for c in costs)

    def look(self, answers: dict[str, str], repaired: Sequence[str], skipped: Sequence[str] = ()) -> Report:
        update = {"answers": {**self.evidence.answers, **answers}, "repaired": tuple(repaired)}
        evidence = self.evidence.model_copy(update=update)
        return diagnose(self.knowledge, evidence, top=None, skipped=(*skipped, *repaired))


def proposed(world: World) -> float:
    """Minutes when the best next step is taken each time."""
    answers: dict[str, str] = {}
    repaired: list[str] = []
    done: list[str] = []
    spent = 0.0
    for _ in range(MOST_STEPS):
        step = world.look(answers, repaired, done).next_step
        if step.check is not None:
            spent += world.minutes(step.check)
            done.append(step.check)
            answers[world.outcome(step.check)] = "present"
        elif step.action == "repair" and world.truth not in step.causes:
            spent += world.minutes(*step.causes)
            repaired.extend(step.causes)
        elif step.action == "repair":
            return spent
        else:
            break
    return spent + world.knowledge.base.costs.handover_minutes.L2


def fixed(world: World) -> float:
    """Minutes when the checks of all suspects are done in the vendor's order, until one cause is nearly sure."""
    base = world.knowledge.base
    answers: dict[str, str] = {}
    repaired: list[str] = []
    spent = 0.0
    report = world.look(answers, repaired)
    suspects = [f"{c.base}:{c.id}" for c in report.causes if c.posterior > 0.003][:10]
    waiting = list(dict.fromkeys(check for s in suspects for check in base.causes[s].checks))
    known = {base.findings[o.finding].group for o in report.observations if o.finding in base.findings}
    waiting = [c for c in waiting if c not in known]
    for _ in range(MOST_STEPS):
        mendable = [
            (f"{c.base}:{c.id}", c.posterior)
            for c in report.causes
            if c.repair and f"{c.base}:{c.id}" not in repaired and c.posterior > 0.003
        ]
        if mendable and (mendable[0][1] >= SURE or not waiting):
            if mendable[0][0] == world.truth:
                return spent
            spent += world.minutes(mendable[0][0])
            repaired.append(mendable[0][0])
        elif waiting:
            check = waiting.pop(0)
            spent += world.minutes(check)
            answers[world.outcome(check)] = "present"
        else:
            break
        report = world.look(answers, repaired)
    return spent + base.costs.handover_minutes.L2


def worlds(knowledge: PreparedKnowledge, count: int, words_alone: bool, seed: int = 1) -> list[World]:
    """Some shipped cases that expect a cause which can be repaired; with their evidence, or with the words of the call."""
    cases: list[Case] = [
        c
        for _, c in sorted(knowledge.base.cases.items())
        if c.document.expect.first and knowledge.base.causes[c.references[c.document.expect.first]].document.repair
    ]
    rnd = random.Random(seed)
    found = []
    for case in rnd.sample(cases, min(count, len(cases))):
        first = case.document.expect.first
        assert first is not None
        lang = rnd.choice(["en", "zh"])
        more = {} if words_alone else case.document.evidence
        evidence = evidence_from({"report": case.document.tells[lang], **more})
        found.append(World(knowledge, evidence, case.references[first], seed))
    return found


@dataclass(frozen=True, slots=True)
class Minutes:
    """Mean minutes to the true cause, as proposed and in the fixed order."""

    proposed: float
    fixed: float
    trimmed_ratio: float
    """Of the sums, without the tenth of the cases that differ most."""

    @property
    def ratio(self) -> float:
        return self.proposed / self.fixed


def minutes_to_the_cause(knowledge: PreparedKnowledge, words_alone: bool, count: int = 200) -> Minutes:
    """Work some cases both ways; few would not do, since most take no time and some take hours."""
    both = np.array([(proposed(world), fixed(world)) for world in worlds(knowledge, count, words_alone)])
    near = both[np.argsort(np.abs(both[:, 0] - both[:, 1]), kind="stable")[: len(both) - len(both) // 10]]
    means = both.mean(axis=0)
    return Minutes(float(means[0]), float(means[1]), float(near[:, 0].sum() / max(1.0, near[:, 1].sum())))
