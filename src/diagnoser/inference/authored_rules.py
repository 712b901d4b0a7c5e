"""What experts added, as rules: in strata, so that a rule that asks for an absence runs after all that could conclude it."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diagnoser.errors import UnsupportedRule
from diagnoser.evidence.times import moment_of
from diagnoser.inference import vocabulary as fact
from diagnoser.inference.catalogue_rules import Within
from diagnoser.inference.engine import Fact
from diagnoser.inference.experta_door import AND, MATCH, NOT, OR, TEST, P
from diagnoser.inference.stages import AUTHORED, staged
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.base import AuthoredRule
from diagnoser.knowledge.rule_documents import At, DeviceCondition, LogCondition

MAX_COMBINATIONS = 500
"""Ways to choose the conditions of an `atleast`; each becomes a condition of the rule engine."""


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
        yield staged(f"rule {rule.id}", AUTHORED - strata[rule.id], Authored(rule.id), *conditions)


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
