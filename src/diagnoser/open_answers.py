"""Open findings and what each answer to them would do, weighed over what may account for the evidence.

Quick and nearly right: rules that an answer would fire are not run. It tells what is worth trying.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diagnoser.diagnosis import Reasoning
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.base import Finding
from diagnoser.ranking.outcomes import Outcomes
from diagnoser.ranking.scenarios import happens

Array = NDArray[np.float64]

RIVALS = 40
"""How many causes are weighed against each other."""

PER_RIVAL, LOOKED_AT = 7, 30
"""So many answers that can be given together, of so many that do most for a rival, make its pairs and triples."""

LEAST = {1: 0.15, 2: 0.2, 3: 0.25}
"""Number of answers -> the least ratio of the best rival to the best other cause, as weighed, for which they are tried."""

TRIED = {1: (12, 30), 2: (6, 12), 3: (4, 8)}
"""Number of answers -> how many sets are tried that look well, the most telling first, and how many more, of the strongest."""

WELL, SURE = 1.0, 0.5
"""The ratio from which a set of answers looks well, and the posterior from which the cause that it puts first is known."""

FAR = 0.3
"""A base that bears on the evidence no more than this is about other equipment."""

LONGEST = 12
"""The most answers that are put together."""

ROWS = 3
"""So many rivals are tried with more than three answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An open finding and the state that it might turn out to have."""

    finding: str
    state: Literal["present", "absent"]


class OpenAnswers:
    """The answers that bear on the causes in question.

    Args:
        base: the knowledge.
        found: the reasoning so far; some cause is first.
        wanted: causes of which one is to become first; empty for any that can be told from the first.
    """

    def __init__(self, base: KnowledgeBase, found: Reasoning, wanted: frozenset[str] = frozenset()) -> None:
        self._base = base
        self._found = found
        first = found.ranking.causes[0]
        alike = {first.id, *first.group}
        causes = _in_question(base, found, wanted)
        self._rivals = [i for i, c in enumerate(causes) if (c in wanted if wanted else c not in alike)]
        rivals = set(self._rivals)
        self._others = (
            [i for i in range(len(causes)) if i not in rivals]
            if wanted
            else [i for i, c in enumerate(causes) if c in alike]
        )
        sets, weights = self._sets(causes)
        self._weights = weights
        member = np.array([[float(c in s) for s in sets] for c in causes])
        mass = member * weights
        believed = np.array([self._believed(c) for c in causes])
        # What is believed of each cause is known; only what an answer would do to it is weighed over the sets.
        self._mass = mass * (believed / np.maximum(mass.sum(axis=1), 1e-300))[:, None]
        findings = self._open(causes)
        self.answers = [Answer(f.id, state) for f in findings for state in ("present", "absent")]
        self._effort = np.repeat([self._effort_of(f) for f in findings], 2)
        absent = Outcomes(base, sets, found.reading.active, found.inference.ruled_out.keys()).absent(findings).T
        quiet = self._quiet(findings)
        absent *= quiet[:, None]
        present = _alone(findings, absent, quiet * [1.0 - f.background for f in findings])
        self._likelihood = np.stack([present, absent], axis=1).reshape(2 * len(findings), len(sets))

    def likely(self) -> Iterator[tuple[Answer, ...]]:
        """Sets of answers worth trying: single ones, then pairs, then triples, then more."""
        if not self._rivals or not self.answers:
            return
        singles = [(i,) for i in range(len(self.answers))]
        yield from self._worth(singles)
        strongest = self._strongest()
        for size in (2, 3):
            yield from self._worth(
                list(dict.fromkeys(s for each in strongest for s in itertools.combinations(each, size)))
            )
        yield from self._longer(strongest)

    def _worth(self, sets: Sequence[tuple[int, ...]]) -> Iterator[tuple[Answer, ...]]:
        """Those of some sets of one size that may change the first place."""
        if not sets:
            return
        size = len(sets[0])
        likelihood = np.prod(self._likelihood[np.array(sets)], axis=1)
        ratio, leading, chance = self._appraise(likelihood)
        effort = self._effort[np.array(sets)].max(axis=1)
        telling = np.lexsort((-chance.round(12), effort, leading < SURE))
        well, more = TRIED[size]
        chosen = dict.fromkeys([int(i) for i in telling if ratio[i] >= WELL][:well])
        strongest = [int(i) for i in np.argsort(-ratio.round(9), kind="stable") if ratio[i] >= LEAST[size]]
        rest = [i for i in strongest if i not in chosen][:more]
        chosen.update(dict.fromkeys(sorted(rest, key=lambda i: int(effort[i]))))
        for index in chosen:
            yield self._named(sets[index])

    def _longer(self, strongest: Sequence[tuple[int, ...]]) -> Iterator[tuple[Answer, ...]]:
        """For the rivals that can be helped most, more and more of the answers that do most for each."""
        helped = self._ratios(np.array([self._likelihood[list(each)].prod(axis=0) for each in strongest])).diagonal()
        for row in np.argsort(-np.log(np.maximum(helped, 1e-300)).round(9), kind="stable")[:ROWS].tolist():
            chosen: list[int] = []
            likelihood = np.ones(len(self._weights))
            while len(chosen) < LONGEST:
                free = [i for i in range(len(self.answers)) if self._together((*chosen, i))]
                if not free:
                    break
                ratio = self._ratios(likelihood * self._likelihood[free])[row]
                best = int(ratio.round(9).argmax())
                chosen.append(free[best])
                likelihood = likelihood * self._likelihood[free[best]]
                if len(chosen) > 3 and ratio[best] >= LEAST[3]:
                    yield self._named(chosen)

    def _strongest(self) -> list[tuple[int, ...]]:
        """For each rival, the answers that do most for it and can be given together."""
        found = []
        for order in np.argsort(-self._ratios(self._likelihood).round(9), axis=1, kind="stable")[
            :, :LOOKED_AT
        ].tolist():
            chosen: list[int] = []
            for index in order:
                if len(chosen) < PER_RIVAL and self._together((*chosen, index)):
                    chosen.append(index)
            found.append(tuple(sorted(chosen)))
        return found

    def _ratios(self, likelihood: Array) -> Array:
        """For each rival and each answer, the rival's posterior over that of the best other cause."""
        after = self._mass @ likelihood.T
        ratios: Array = after[self._rivals] / np.maximum(after[self._others].max(axis=0, initial=0.0), 1e-300)
        return ratios

    def _appraise(self, likelihood: Array) -> tuple[Array, Array, Array]:
        """For each answer: the best ratio of a rival, about what is then believed of it, and how likely the answer is."""
        ratios = self._ratios(likelihood)
        chance = likelihood @ self._weights / self._weights.sum()
        after = (self._mass @ likelihood.T)[self._rivals].max(axis=0)
        return ratios.max(axis=0), after / np.maximum(chance, 1e-300), chance

    def _named(self, indices: Sequence[int]) -> tuple[Answer, ...]:
        return tuple(self.answers[i] for i in indices)

    def _together(self, indices: Sequence[int]) -> bool:
        """Whether answers can all be given: no finding twice, nor two states of one light or check."""
        answers = [self.answers[i] for i in indices]
        groups = [self._base.findings[a.finding].group or a.finding for a in answers]
        return len({a.finding for a in answers}) == len(answers) == len(set(groups))

    def _believed(self, cause: str) -> float:
        known = self._found.ranking.belief.probability.get(cause)
        return self._prior_odds(cause) if known is None else known

    def _prior_odds(self, cause: str) -> float:
        prior = self._base.causes[cause].prior
        ranking = self._found.ranking
        bearing = ranking.relevance.get(cause.partition(":")[0], 1.0)
        return prior / (1.0 - prior) * bearing * ranking.likeness.get(cause, 1.0)

    def _sets(self, causes: Sequence[str]) -> tuple[list[frozenset[str]], Array]:
        """Sets of causes that may account for the evidence, and what each weighs.

        To those that the ranking found, each cause is added alone and beside the best one.
        """
        ranking = self._found.ranking
        weights = {frozenset(e.causes): e.posterior for e in ranking.explanations}
        best = max(weights, key=lambda s: (weights[s], sorted(s)), default=frozenset({ranking.causes[0].id}))
        nothing = frozenset(c for c, p in ranking.network.priors.items() if p >= 1.0)
        weights.setdefault(best, ranking.causes[0].posterior)
        weights.setdefault(nothing, max(ranking.belief.unexplained, 1e-12))
        held: dict[str, float] = {}
        for each, weight in weights.items():
            for cause in each:
                held[cause] = held.get(cause, 0.0) + weight
        for cause in causes:
            rest = self._believed(cause) - held.get(cause, 0.0)
            if best | {cause} not in weights:
                weights[best | {cause}] = max(min(rest, weights[best] * self._prior_odds(cause)), 1e-12)
                rest -= weights[best | {cause}]
            weights.setdefault(nothing | {cause}, max(rest, 1e-12))
        sets = sorted(weights, key=sorted)
        return sets, np.array([weights[s] for s in sets])

    def _effort_of(self, finding: Finding) -> int:
        """How far it is from what somebody can go and look at, from 0 to 2."""
        far = self._found.reading.bearing.get(finding.base, 1.0) <= FAR
        return 2 if far else 1 if finding.kind == "log" else 0

    def _quiet(self, findings: Sequence[Finding]) -> Array:
        """For each finding, P(nothing that is not in question shows it either)."""
        usual = _usual(self._base, self._found.reading.active)
        return np.array([math.prod(1.0 - q * usual.get(p, 0.0) for p, q in f.parents) for f in findings])

    def _open(self, causes: Sequence[str]) -> list[Finding]:
        """Findings that nothing is known of, and that somebody could look at."""
        nodes = {*causes, *self._base.tree.above(causes)}
        known = {s.finding for s in self._found.inference.findings}
        return [
            f
            for f in self._base.findings.values()
            if f.id not in known
            and f.kind != "mention"
            and f.base in self._found.reading.active
            and any(p in nodes for p, _ in f.parents)
        ]


def _usual(base: KnowledgeBase, active: Collection[str]) -> dict[str, float]:
    """Cause or event -> how often it is there when nothing is known."""
    often = {name: np.array([c.prior]) for name, c in base.causes.items() if name.partition(":")[0] in active}
    for gate in base.tree.bottom_up():
        inputs = [(often[i.id], i.strength) for i in gate.inputs if i.id in often]
        if gate.event.partition(":")[0] in active and len(inputs) >= gate.needed():
            often[gate.event] = happens(gate, inputs)
    return {name: float(chance[0]) for name, chance in often.items()}


def _in_question(base: KnowledgeBase, found: Reasoning, wanted: frozenset[str]) -> list[str]:
    """The first cause, its likeliest rivals, what is wanted, and causes beside the first one in the fault tree."""
    ranked = [c.id for c in found.ranking.causes[:RIVALS]]
    beside = {
        each
        for event in base.tree.parents.get(ranked[0], ())
        for each in base.tree.inputs(event)
        if each in base.causes
        and each.partition(":")[0] in found.reading.active
        and each not in found.inference.ruled_out
    }
    more = sorted(beside - {*ranked}, key=lambda c: (-base.causes[c].prior, c))
    return list(dict.fromkeys((*ranked, *sorted(wanted), *more[: RIVALS // 2])))


def _alone(findings: Sequence[Finding], absent: Array, unshown: Array) -> Array:
    """P(this finding, and no other state of its light or outcome of its check | set); shape (findings, sets).

    What shows the state that was found is not made less probable by others that it might have shown.

    Args:
        absent: P(finding absent | set).
        unshown: the same where nothing in question shows it.
    """
    quiet = np.log(np.maximum(unshown, 1e-12))[:, None]
    silent = np.log(np.maximum(absent, 1e-12))
    names = dict.fromkeys(f.group or f.id for f in findings)
    places = {name: place for place, name in enumerate(names)}
    group = np.array([places[f.group or f.id] for f in findings])
    total_silent, total_quiet = np.zeros((len(places), absent.shape[1])), np.zeros((len(places), 1))
    np.add.at(total_silent, group, silent)
    np.add.at(total_quiet, group, quiet)
    shows = silent < quiet - 1e-9
    others = np.where(shows, total_quiet[group] - quiet, total_silent[group] - silent)
    alone: Array = (1.0 - absent) * np.exp(others)
    return alone
