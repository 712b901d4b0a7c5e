"""One run of the rules: facts in, findings, exclusions and suspects out, with the trace of why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from diagnoser.evidence import Observation
from diagnoser.facts import TypedFact
from diagnoser.inference import vocabulary as fact
from diagnoser.inference.engine import Engine, Fact, OneActivation
from diagnoser.inference.network import Network
from diagnoser.inference.rulebook import rules_of
from diagnoser.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Firing:
    """One rule that fired: what it rested on and what it concluded, in words of the rules."""

    rule: str
    facts: tuple[str, ...]
    concluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingState:
    """A finding at a component, with the observations that it rests on.

    `certainty` is from 0.5 (says nothing) to 1.
    """

    finding: str
    state: str
    component: str
    certainty: float
    observations: tuple[Observation, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inference:
    """What the rules made of the facts. All tuples are in a fixed order."""

    findings: tuple[FindingState, ...]
    circumstances: tuple[str, ...]
    suspects: tuple[str, ...]
    events: tuple[str, ...]
    """Events that the walk went through."""
    ruled_out: Mapping[str, tuple[str, ...]]
    """Cause or event -> rules that excluded it."""
    confirmed: Mapping[str, tuple[str, ...]]
    required_checks: tuple[str, ...]
    severities: tuple[str, ...]
    escalations: tuple[tuple[str, str, str], ...]
    """To whom, for which reason, by which rule."""
    placed: frozenset[Observation]
    """Observations that some rule could use."""
    trace: tuple[Firing, ...]


def compile_rules(base: KnowledgeBase) -> Network:
    """The rules of a knowledge base as a network that all diagnoses share."""
    return Network(rules_of(base))


class _Run(Engine):
    """An engine that remembers what each conclusion rests on."""

    def __init__(self, network: Network, active: frozenset[str], base: KnowledgeBase) -> None:
        self.active = active
        self.base = base
        self.observed: dict[int, list[Observation]] = {}
        """Index of a fact -> the observations that it states."""
        self.closed: set[str] = set()
        """Ids of the causes and events that were ruled out."""
        self.trace: list[Firing] = []
        self._firing: OneActivation | None = None
        self._concluded: list[Fact] = []
        self.support: dict[int, list[tuple[str, tuple[Any, ...]]]] = {}
        """Index of a fact -> the rules that concluded it, each with the facts that it rested on."""
        super().__init__(network, self._note)

    def _note(self, activation: OneActivation) -> None:
        self._finish()
        self._firing = activation

    def _finish(self) -> None:
        if self._firing is not None:
            self.trace.append(
                Firing(
                    self._firing.rule.__name__,
                    tuple([_in_words(f) for f in self._firing.facts]),
                    tuple([_in_words(f) for f in self._concluded]),
                )
            )
        self._firing, self._concluded = None, []

    def run(self, steps: float = float("inf")) -> None:
        super().run(steps)
        self._finish()

    def conclude(self, *facts: Fact) -> None:
        """Declare facts on behalf of the rule that is firing."""
        assert self._firing is not None
        ground = (self._firing.rule.__name__, self._firing.facts)
        for each in facts:
            held = self.facts.place(each)
            if held is each:
                self._concluded.append(each)
                if type(each) is fact.RuledOut:
                    self.closed.add(each["id"])
            self.support.setdefault(held.__factid__, []).append(ground)

    def certainty(self) -> float:
        """How certain the facts are that the rule which is firing rests on, from 0.5 to 1."""
        assert self._firing is not None
        grounds: Grounds = {}
        return min((_grounds(f.__factid__, self, grounds, ())[0] for f in self._firing.facts), default=1.0)

    def holds(self, wanted: Fact) -> bool:
        return self.facts.held(wanted) is not None


Grounds = dict[int, tuple[float, tuple[Observation, ...]]]
"""Index of a fact -> its certainty, and the observations below it."""


def infer(network: Network, facts: Iterable[TypedFact], active: frozenset[str], base: KnowledgeBase) -> Inference:
    """Run the rules once.

    Args:
        network: compiled rules.
        facts: typed facts, in a fixed order.
        active: bases that bear on the device; causes and events of others are not reached.
        base: the knowledge that the network was compiled from.
    """
    run = _Run(network, active, base)
    run.reset()
    given = [(fact.BY_KIND[typed.kind](**typed.slots), typed.observation) for typed in facts]
    run.declare(*(each for each, _ in given))
    for each, observation in given:
        if observation is not None:
            run.observed.setdefault(run.facts.held(each).__factid__, []).append(observation)
    run.run()
    return _inference(run)


def _inference(run: _Run) -> Inference:
    held: dict[type, list[Fact]] = {}
    for each in run.facts.values():
        held.setdefault(type(each), []).append(each)
    grounds: Grounds = {}
    findings = tuple(
        sorted(
            (_finding_state(f, run, grounds) for f in held.get(fact.Finding, ())),
            key=lambda s: (s.finding, s.component, s.state),
        )
    )
    placed = {o for state in findings for o in state.observations}
    for index, observations in run.observed.items():
        if isinstance(run.facts[index], (fact.Circumstance, fact.FailedRepair)):
            placed.update(observations)
    return Inference(
        findings=findings,
        circumstances=_ids(held, fact.Circumstance),
        suspects=_ids(held, fact.Suspect),
        events=_ids(held, fact.Open),
        ruled_out=_with_rules(held, fact.RuledOut, run),
        confirmed=_with_rules(held, fact.Confirmed, run),
        required_checks=_ids(held, fact.RequiredCheck),
        severities=tuple(sorted({f["level"] for f in held.get(fact.RaisedSeverity, ())})),
        escalations=tuple(
            sorted(
                (f["to"], f["when"], rule)
                for f in held.get(fact.RaisedEscalation, ())
                for rule in {r for r, _ in run.support[f.__factid__]}
            )
        ),
        placed=frozenset(placed),
        trace=tuple(run.trace),
    )


def _ids(held: dict[type, list[Fact]], kind: type) -> tuple[str, ...]:
    return tuple(sorted(f["id"] for f in held.get(kind, ())))


def _with_rules(held: dict[type, list[Fact]], kind: type, run: _Run) -> dict[str, tuple[str, ...]]:
    return {
        f["id"]: tuple(sorted({rule for rule, _ in run.support[f.__factid__]}))
        for f in sorted(held.get(kind, ()), key=lambda f: f["id"])
    }


def _finding_state(each: Fact, run: _Run, grounds: Grounds) -> FindingState:
    certainty, observations = _grounds(each.__factid__, run, grounds, ())
    return FindingState(
        each["id"],
        each["state"],
        each["component"],
        certainty,
        tuple(sorted(observations, key=Observation.order)),
        tuple(sorted({rule for rule, _ in run.support[each.__factid__]})),
    )


def _grounds(
    each: int, run: _Run, grounds: Grounds, on_the_way: tuple[int, ...]
) -> tuple[float, tuple[Observation, ...]]:
    """The certainty of a fact, given by its index, and the observations below it.

    A conclusion is as certain as its least certain ground; with several derivations the most
    certain one counts.
    """
    if each in grounds:
        return grounds[each]
    if each in run.observed:
        result = max(o.certainty for o in run.observed[each]), tuple(run.observed[each])
    else:
        best, found = 0.0, {}
        for _, facts in run.support.get(each, ()):
            below = [f.__factid__ for f in facts]
            inner = [_grounds(f, run, grounds, (*on_the_way, each)) for f in below if f not in on_the_way]
            best = max(best, min((certainty for certainty, _ in inner), default=1.0))
            found.update(dict.fromkeys(o for _, observations in inner for o in observations))
        result = (best if run.support.get(each) else 1.0), tuple(found)
    if not on_the_way:
        grounds[each] = result
    return result


def _in_words(each: Fact) -> str:
    values = " ".join([str(v) for v in each.values() if v not in ("", None)])
    return f"{type(each).__name__} {values}"
