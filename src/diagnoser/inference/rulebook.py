"""Knowledge as Experta rules: the catalogue, what experts added, and the walk down the fault tree.

Salience keeps the stages apart: what was observed becomes findings, settled groups follow, then the
authored rules in strata (a rule that asks for the absence of a finding runs after every rule that
can conclude it), then exclusions, and the walk last.

Actions and tests are small values and look at the knowledge through the engine that runs them, so
that a compiled network can be stored and does not hold the knowledge a second time.
"""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diagnoser.errors import UnsupportedRule
from diagnoser.evidence.lights import states_seen
from diagnoser.evidence.times import moment_of
from diagnoser.inference import vocabulary as fact
from diagnoser.inference.engine import Fact
from diagnoser.inference.experta_door import AND, MATCH, NOT, OR, TEST, P, Rule
from diagnoser.knowledge import KnowledgeBase, documents
from diagnoser.knowledge.base import AuthoredRule, Check, Light
from diagnoser.knowledge.rule_documents import At, DeviceCondition, LogCondition

OBSERVED, SETTLED, AUTHORED, EXCLUDED, SHOWN, WALK = 100, 90, 80, 40, 20, 10
MAX_COMBINATIONS = 500


def rules_of(base: KnowledgeBase) -> list[Any]:
    """All rules of a knowledge base, in a fixed order.

    Raises:
        UnsupportedRule: an authored rule has too many combinations, or negates its own conclusion.
    """
    return [
        *_catalogue(base),
        _settle(base),
        *authored_rules(base),
        _rule("repair did not help", AUTHORED, Exclude(), fact.FailedRepair(id=MATCH.id)),
        _rule("closed branch", EXCLUDED, CloseBranch(), fact.RuledOut(id=MATCH.id)),
        *_shown(base),
        _rule("walk", WALK, WalkDown(), fact.Open(id=MATCH.id), NOT(fact.RuledOut(id=MATCH.id))),
    ]


def _rule(name: str, salience: int, action: Any, *conditions: Any) -> Any:
    rule = Rule(*conditions, salience=salience)(action)
    rule.__name__ = name
    return rule


# The catalogue: observations become findings


def _catalogue(base: KnowledgeBase) -> Iterator[Any]:
    kinds = {"symptom": fact.Symptom, "mention": fact.Symptom, "log": fact.LogMatch, "outcome": fact.Outcome}
    for finding in base.findings.values():
        reported = [fact.Answer]
        if finding.kind in kinds:
            reported.append(kinds[finding.kind])
        patterns = [cls(id=finding.id, state=MATCH.state, component=MATCH.component) for cls in reported]
        yield _rule(
            f"observed {finding.id}",
            OBSERVED,
            ConcludeState(finding.id),
            patterns[0] if len(patterns) == 1 else OR(*patterns),
        )
    for light in base.lights.values():
        yield from _light_rules(light)
    for check in base.checks.values():
        yield from _measured(check)


@dataclass(frozen=True, slots=True)
class ConcludeState:
    """The finding is in the state that was reported."""

    finding: str

    def __call__(self, engine: Any, state: str, component: str) -> None:
        engine.conclude(fact.Finding(id=self.finding, state=state, component=component))


@dataclass(frozen=True, slots=True)
class ConcludePresent:
    """The finding is present."""

    finding: str

    def __call__(self, engine: Any, component: str) -> None:
        engine.conclude(fact.Finding(id=self.finding, state="present", component=component))


@dataclass(frozen=True, slots=True)
class LooksLike:
    """Whether colour and behaviour are among some looks of a light."""

    looks: frozenset[tuple[str, str]]

    def __call__(self, colour: str, behaviour: str) -> bool:
        return (colour, behaviour) in self.looks


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a measured value is within the bounds of an outcome or of a rule."""

    owner: str
    bounds: documents.When

    def __call__(self, value: float) -> bool:
        return self.bounds.holds(value)


def _light_rules(light: Light) -> Iterator[Any]:
    seen = states_seen(light)
    for state in light.states:
        looks = frozenset(look for look, meant in seen.items() if meant == state)
        yield _rule(
            f"seen {state}",
            OBSERVED,
            ConcludePresent(state),
            fact.Light(light=light.id, colour=MATCH.colour, behaviour=MATCH.behaviour, component=MATCH.component),
            TEST(LooksLike(looks)),
        )


def _measured(check: Check) -> Iterator[Any]:
    quantity = check.document.quantity
    if quantity is None:
        return
    for outcome_id, outcome in zip(check.outcomes, check.document.outcomes, strict=True):
        if outcome.when is not None:
            yield _rule(
                f"measured {outcome_id}",
                OBSERVED,
                ConcludePresent(outcome_id),
                fact.Scope(base=check.base),
                fact.Measurement(
                    quantity=quantity.name, value=P(Within(outcome_id, outcome.when)), component=MATCH.component
                ),
            )


def _settle(base: KnowledgeBase) -> Any:
    """One state of a light, or one outcome of a check, makes the others of it absent.

    A check that is done at several places may have several outcomes: an abnormal one that was
    reported stands beside them.
    """
    groups = [light.states for light in base.lights.values()] + [check.outcomes for check in base.checks.values()]
    return _rule(
        "settled group",
        SETTLED,
        SettleGroup(),
        fact.Finding(
            id="finding" << P(OneOf(frozenset(s for states in groups for s in states))),
            state="present",
            component=MATCH.component,
        ),
    )


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a value is one of some."""

    values: frozenset[str]

    def __call__(self, value: str) -> bool:
        return value in self.values


@dataclass(frozen=True, slots=True)
class SettleGroup:
    """The other states of the light, or outcomes of the check, are absent."""

    def __call__(self, engine: Any, finding: str, component: str) -> None:
        for sibling in engine.base.group_of(finding):
            if sibling != finding and not _reported_too(engine, sibling, component):
                engine.conclude(fact.Finding(id=sibling, state="absent", component=component))


def _reported_too(engine: Any, sibling: str, component: str) -> bool:
    """Whether an abnormal outcome of the same check was reported beside the one that settles it."""
    found = engine.base.findings[sibling]
    return (
        found.kind == "outcome"
        and not found.normal
        and engine.holds(fact.Finding(id=sibling, state="present", component=component))
    )


# What experts added


def authored_rules(base: KnowledgeBase) -> Iterator[Any]:
    """The rules that experts wrote.

    Raises:
        UnsupportedRule: a rule has too many combinations, or negates its own conclusion.
    """
    strata = strata_of(base.rules)
    for rule in base.rules.values():
        conditions = _conditions(rule)
        if conditions is None:
            raise UnsupportedRule(rule.id, f"atleast with more than {MAX_COMBINATIONS} combinations")
        yield _rule(f"rule {rule.id}", AUTHORED - strata[rule.id], Authored(rule.id), *conditions)


def strata_of(rules: Mapping[str, AuthoredRule]) -> dict[str, int]:
    """For each rule, after how many others it must run because it asks for absences.

    Raises:
        UnsupportedRule: rules ask for the absence of what they conclude, in a circle.
    """
    concluded = {r.id: {r.references[f"finding {name}"] for name in r.document.then.conclude} for r in rules.values()}
    wanted: dict[str, set[str]] = {}
    refused: dict[str, set[str]] = {}
    for rule in rules.values():
        when = rule.document.when
        at_least = when.atleast.of if when.atleast else ()
        wanted[rule.id] = {_finding(rule, c) for c in (*when.all, *when.any, *at_least)}
        refused[rule.id] = {_finding(rule, c) for c in when.none}
    strata = dict.fromkeys(rules, 0)
    for _ in range(len(rules) + 1):
        changed = False
        for rule_id in rules:
            for other, conclusions in concluded.items():
                needed = strata[other] + 1 if conclusions & refused[rule_id] else (
                    strata[other] if conclusions & wanted[rule_id] else 0
                )  # fmt: skip
                if needed > strata[rule_id]:
                    strata[rule_id], changed = needed, True
        if not changed:
            return strata
    worst = max(strata, key=lambda r: (strata[r], r))
    raise UnsupportedRule(worst, "it depends on the absence of what it concludes")


def _finding(rule: AuthoredRule, condition: At | str) -> str:
    name = condition if isinstance(condition, str) else condition.finding
    return rule.references[f"finding {name}"]


def _conditions(rule: AuthoredRule) -> list[Any] | None:
    when = rule.document.when
    counter = itertools.count()

    def present(condition: At | str) -> Any:
        prefix = "here" if isinstance(condition, str) else "there"
        return fact.Finding(
            id=_finding(rule, condition), state="present", component=getattr(MATCH, f"{prefix}{next(counter)}")
        )

    conditions: list[Any] = [fact.Scope(base=rule.base)]
    if when.device is not None:
        conditions.append(fact.Device(name=P(DeviceIs(when.device))))
    for name in when.circumstance:
        conditions.append(fact.Circumstance(id=rule.references[f"circumstance {name}"]))
    for quantity, bounds in when.measurement.items():
        conditions.append(
            fact.Measurement(
                quantity=quantity, value=P(Within("", bounds)), component=getattr(MATCH, f"here{next(counter)}")
            )
        )
    for name, wanted in when.log.items():
        conditions.extend(_log_conditions(rule, name, wanted, counter))
    conditions.extend(present(condition) for condition in when.all)
    if when.any:
        conditions.append(OR(*(present(condition) for condition in when.any)))
    if when.atleast is not None:
        combinations = list(
            itertools.islice(itertools.combinations(when.atleast.of, when.atleast.k), MAX_COMBINATIONS + 1)
        )
        if len(combinations) > MAX_COMBINATIONS:
            return None
        conditions.append(OR(*(AND(*map(present, combination)) for combination in combinations)))
    conditions.extend(NOT(fact.Finding(id=_finding(rule, c), state="present")) for c in when.none)
    conditions.append(TEST(SamePlace()))
    return conditions


def _log_conditions(rule: AuthoredRule, name: str, wanted: LogCondition, counter: Iterator[int]) -> Iterator[Any]:
    """Enough lines of a pattern, and their place in time among the lines of others."""
    number = next(counter)

    def seen(pattern: str, at: int, least: int) -> Any:
        return fact.LogMatch(
            id=rule.references[f"finding {pattern}"],
            state="present",
            component=getattr(MATCH, f"here{at}"),
            count=P(Enough(least)),
            first=getattr(MATCH, f"first{at}"),
        )

    yield seen(name, number, wanted.count_at_least)
    for other, sign in ((wanted.before, 1), (wanted.after, -1)):
        if other is not None:
            at = next(counter)
            yield seen(other, at, 1)
            yield TEST(InOrder(f"first{number}", f"first{at}", sign))


@dataclass(frozen=True, slots=True)
class Enough:
    """Whether a pattern was seen so many times."""

    least: int

    def __call__(self, count: int) -> bool:
        return count >= self.least


@dataclass(frozen=True, slots=True)
class InOrder:
    """Whether one time is before (sign 1) or after (-1) the other; not where one is unknown."""

    one: str
    other: str
    sign: int

    def __call__(self, **context: Any) -> bool:
        first, second = moment_of(context[self.one]), moment_of(context[self.other])
        apart = None if first is None or second is None else second.minus(first)
        return apart is not None and apart * self.sign > 0


@dataclass(frozen=True, slots=True)
class DeviceIs:
    """Whether a device, as it was called, is of a vendor and a model."""

    wanted: DeviceCondition

    def __call__(self, name: str) -> bool:
        vendor, model = self.wanted.vendor, self.wanted.model
        if vendor is not None and vendor.casefold() not in name:
            return False
        if model is None:
            return True
        return any(fnmatch.fnmatchcase(word, model.casefold()) for word in name.replace(",", " ").split())


@dataclass(frozen=True, slots=True)
class SamePlace:
    """Conditions speak of one component; a finding without a component may be at any."""

    def __call__(self, **context: Any) -> bool:
        here = {value for name, value in context.items() if name.startswith("here") and value}
        there = {value for name, value in context.items() if name.startswith("there") and value}
        return len(here) <= 1 and not (here & there)


BEYOND_DOUBT = 0.8
"""Certainty that the grounds of a rule must have for it to rule out or confirm; what is less sure only weighs."""


@dataclass(frozen=True, slots=True)
class Authored:
    """What an expert's rule concludes."""

    rule: str

    def __call__(self, engine: Any, **context: Any) -> None:
        rule = engine.base.rules[self.rule]
        then, names = rule.document.then, rule.references
        here = sorted(v for k, v in context.items() if k.startswith("here") and v)
        component = here[0] if here else ""
        concluded: list[Fact] = []
        for name in then.conclude:
            concluded.append(fact.Finding(id=names[f"finding {name}"], state="present", component=component))
        if (then.rule_out or then.confirm) and engine.certainty() >= BEYOND_DOUBT:
            concluded.extend(fact.RuledOut(id=names[f"tree {name}"]) for name in then.rule_out)
            concluded.extend(fact.Confirmed(id=names[f"tree {name}"]) for name in then.confirm)
        concluded.extend(fact.RequiredCheck(id=names[f"check {name}"]) for name in then.require_check)
        if then.severity is not None:
            concluded.append(fact.RaisedSeverity(level=then.severity))
        if then.escalate is not None:
            concluded.append(fact.RaisedEscalation(to=then.escalate.to, when=then.escalate.when))
        engine.conclude(*concluded)


# Exclusion and the walk


@dataclass(frozen=True, slots=True)
class CloseBranch:
    """A ruled-out event takes its `or` inputs with it; a gate that can no longer be met closes."""

    def __call__(self, engine: Any, id: str) -> None:
        tree = engine.base.tree
        gate = tree.gates.get(id)
        if gate is not None and gate.kind == "or":
            engine.conclude(*(fact.RuledOut(id=i.id) for i in gate.inputs if i.strength == 1.0))
        for parent in tree.parents.get(id, ()):
            above = tree.gates[parent]
            open_inputs = sum(i.id not in engine.closed for i in above.inputs)
            if open_inputs < above.needed():
                engine.conclude(fact.RuledOut(id=parent))


@dataclass(frozen=True, slots=True)
class Exclude:
    """A repair that was done and did not help excludes its cause."""

    def __call__(self, engine: Any, id: str) -> None:
        engine.conclude(fact.RuledOut(id=id))


def _shown(base: KnowledgeBase) -> Iterator[Any]:
    for finding in base.findings.values():
        if finding.parents:
            yield _rule(
                f"shown by {finding.id}",
                SHOWN,
                OpenParents(finding.id),
                fact.Finding(id=finding.id, state="present"),
            )


@dataclass(frozen=True, slots=True)
class OpenParents:
    """The events and causes that a present finding shows are in question."""

    finding: str

    def __call__(self, engine: Any) -> None:
        _open(engine, tuple(parent for parent, _ in engine.base.findings[self.finding].parents))


@dataclass(frozen=True, slots=True)
class WalkDown:
    """So are the inputs of an event in question."""

    def __call__(self, engine: Any, id: str) -> None:
        _open(engine, engine.base.tree.inputs(id))


def _open(engine: Any, nodes: tuple[str, ...]) -> None:
    active, closed, causes = engine.active, engine.closed, engine.base.causes
    engine.conclude(
        *[
            fact.Suspect(id=node) if node in causes else fact.Open(id=node)
            for node in nodes
            if node not in closed and node.partition(":")[0] in active
        ]
    )
