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
        self.observed: dict[Fact, list[Observation]] = {}
        self.trace: list[Firing] = []
        self._firing: OneActivation | None = None
        self._concluded: list[Fact] = []
        self.support: dict[Fact, list[tuple[str, tuple[Any, ...]]]] = {}
        super().__init__(network, self._note)

    def _note(self, activation: OneActivation) -> None:
        self._finish()
        self._firing = activation

    def _finish(self) -> None:
        if self._firing is not None:
            self.trace.append(
                Firing(
                    self._firing.rule.__name__,
                    tuple(_in_words(f) for f in self._firing.facts),
                    tuple(_in_words(f) for f in self._concluded),
                )
            )
        self._firing, self._concluded = None, []

    def run(self, steps: float = float("inf")) -> None:
        super().run(steps)
        self._finish()

    def conclude(self, *facts: Fact) -> None:
        """Declare facts on behalf of the rule that is firing."""
        assert self._firing is not None
        for each in facts:
            self.support.setdefault(each, []).append((self._firing.rule.__name__, self._firing.facts))
            if self.declare(each) is not None:
                self._concluded.append(each)

    def certainty(self) -> float:
        """How certain the facts are that the rule which is firing rests on, from 0.5 to 1."""
        assert self._firing is not None
        grounds: dict[Fact, tuple[float, tuple[Observation, ...]]] = {}
        return min((_grounds(f, self, self.observed, grounds, ())[0] for f in self._firing.facts), default=1.0)

    def holds(self, wanted: Fact) -> bool:
        return bool(self.facts.has(wanted))


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
    declared: list[Fact] = []
    for typed in facts:
        each = fact.BY_KIND[typed.kind](**typed.slots)
        if typed.observation is not None:
            run.observed.setdefault(each, []).append(typed.observation)
        declared.append(each)
    run.declare(*declared)
    run.run()
    return _inference(run)


def _inference(run: _Run) -> Inference:
    observed = run.observed
    held: dict[type, list[Fact]] = {}
    for each in run.facts.values():
        held.setdefault(type(each), []).append(each)
    grounds: dict[Fact, tuple[float, tuple[Observation, ...]]] = {}
    findings = tuple(
        sorted(
            (_finding_state(f, run, observed, grounds) for f in held.get(fact.Finding, ())),
            key=lambda s: (s.finding, s.component, s.state),
        )
    )
    placed = {o for state in findings for o in state.observations}
    placed.update(o for f, os in observed.items() if isinstance(f, (fact.Circumstance, fact.FailedRepair)) for o in os)
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
                for rule in {r for r, _ in run.support[f]}
            )
        ),
        placed=frozenset(placed),
        trace=tuple(run.trace),
    )


def _ids(held: dict[type, list[Fact]], kind: type) -> tuple[str, ...]:
    return tuple(sorted(f["id"] for f in held.get(kind, ())))


def _with_rules(held: dict[type, list[Fact]], kind: type, run: _Run) -> dict[str, tuple[str, ...]]:
    return {
        f["id"]: tuple(sorted({rule for rule, _ in run.support[f]}))
        for f in sorted(held.get(kind, ()), key=lambda f: f["id"])
    }


def _finding_state(
    each: Fact,
    run: _Run,
    observed: dict[Fact, list[Observation]],
    grounds: dict[Fact, tuple[float, tuple[Observation, ...]]],
) -> FindingState:
    certainty, observations = _grounds(each, run, observed, grounds, ())
    return FindingState(
        each["id"],
        each["state"],
        each["component"],
        certainty,
        tuple(sorted(observations, key=Observation.order)),
        tuple(sorted({rule for rule, _ in run.support[each]})),
    )


def _grounds(
    each: Fact,
    run: _Run,
    observed: dict[Fact, list[Observation]],
    grounds: dict[Fact, tuple[float, tuple[Observation, ...]]],
    on_the_way: tuple[Fact, ...],
) -> tuple[float, tuple[Observation, ...]]:
    """The certainty of a fact and the observations below it.

    A conclusion is as certain as its least certain ground; with several derivations the most
    certain one counts.
    """
    if each in grounds:
        return grounds[each]
    if each in observed:
        result = max(o.certainty for o in observed[each]), tuple(observed[each])
    else:
        best, found = 0.0, {}
        for _, facts in run.support.get(each, ()):
            inner = [_grounds(f, run, observed, grounds, (*on_the_way, each)) for f in facts if f not in on_the_way]
            best = max(best, min((certainty for certainty, _ in inner), default=1.0))
            found.update(dict.fromkeys(o for _, observations in inner for o in observations))
        result = (best if run.support.get(each) else 1.0), tuple(found)
    if not on_the_way:
        grounds[each] = result
    return result


def _in_words(each: Fact) -> str:
    values = " ".join(str(v) for v in each.values() if v not in ("", None))
    return f"{type(each).__name__} {values}"
