"""Knowledge as Experta rules: the catalogue, what experts added, and the walk down the fault tree.

Salience keeps the stages apart: what was observed becomes findings, settled groups follow, then the
authored rules in strata (a rule that asks for the absence of a finding runs after every rule that
can conclude it), then exclusions, and the walk last.
"""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from diagnoser.errors import UnsupportedRule
from diagnoser.evidence.lights import states_seen
from diagnoser.evidence.times import moment_of
from diagnoser.inference import vocabulary as fact
from diagnoser.inference.engine import Fact
from diagnoser.inference.experta_door import AND, MATCH, NOT, OR, TEST, P, Rule
from diagnoser.knowledge import KnowledgeBase, documents
from diagnoser.knowledge.base import AuthoredRule, Check, Light

OBSERVED, SETTLED, AUTHORED, EXCLUDED, SHOWN, WALK = 100, 90, 80, 40, 20, 10
MAX_COMBINATIONS = 500

Action = Callable[..., None]


def rules_of(base: KnowledgeBase) -> list[Any]:
    """All rules of a knowledge base, in a fixed order.

    Raises:
        UnsupportedRule: an authored rule has too many combinations, or negates its own conclusion.
    """
    return [
        *_catalogue(base),
        _settle(base),
        *_authored(base),
        *_exclusions(base),
        *_shown(base),
        *_walk(base),
    ]


def _rule(name: str, salience: int, action: Action, *conditions: Any) -> Any:
    action.__name__ = action.__qualname__ = name
    return Rule(*conditions, salience=salience)(action)


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
            _conclude_state(finding.id),
            patterns[0] if len(patterns) == 1 else OR(*patterns),
        )
    for light in base.lights.values():
        yield from _light_rules(light)
    for check in base.checks.values():
        yield from _measured(check)


def _conclude_state(finding: str) -> Action:
    def conclude(engine: Any, state: str, component: str) -> None:
        engine.conclude(fact.Finding(id=finding, state=state, component=component))

    return conclude


def _conclude_present(finding: str) -> Action:
    def conclude(engine: Any, component: str) -> None:
        engine.conclude(fact.Finding(id=finding, state="present", component=component))

    return conclude


def _light_rules(light: Light) -> Iterator[Any]:
    seen = states_seen(light)
    for state in light.states:
        looks = {look for look, meant in seen.items() if meant == state}
        yield _rule(
            f"seen {state}",
            OBSERVED,
            _conclude_present(state),
            fact.Light(light=light.id, colour=MATCH.colour, behaviour=MATCH.behaviour, component=MATCH.component),
            _looks_like(looks),
        )


def _looks_like(looks: set[tuple[str, str]]) -> Any:
    return TEST(lambda colour, behaviour: (colour, behaviour) in looks)


def _measured(check: Check) -> Iterator[Any]:
    quantity = check.document.quantity
    if quantity is None:
        return
    for outcome_id, outcome in zip(check.outcomes, check.document.outcomes, strict=True):
        if outcome.when is not None:
            yield _rule(
                f"measured {outcome_id}",
                OBSERVED,
                _conclude_present(outcome_id),
                fact.Scope(base=check.base),
                fact.Measurement(quantity=quantity.name, value=P(outcome.when.holds), component=MATCH.component),
            )


def _settle(base: KnowledgeBase) -> Any:
    """One state of a light, or one outcome of a check, makes the others of it absent."""
    siblings: dict[str, tuple[str, ...]] = {}
    groups = [light.states for light in base.lights.values()] + [check.outcomes for check in base.checks.values()]
    for states in groups:
        siblings.update({state: tuple(s for s in states if s != state) for state in states})

    def settle(engine: Any, finding: str, component: str) -> None:
        for sibling in siblings[finding]:
            engine.conclude(fact.Finding(id=sibling, state="absent", component=component))

    return _rule(
        "settled group",
        SETTLED,
        settle,
        fact.Finding(id="finding" << P(siblings.__contains__), state="present", component=MATCH.component),
    )


# What experts added


def _authored(base: KnowledgeBase) -> Iterator[Any]:
    strata = strata_of(base.rules)
    for rule in base.rules.values():
        conditions = _conditions(rule)
        if conditions is None:
            raise UnsupportedRule(rule.id, f"atleast with more than {MAX_COMBINATIONS} combinations")
        yield _rule(f"rule {rule.id}", AUTHORED - strata[rule.id], _authored_action(rule), *conditions)


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


def _finding(rule: AuthoredRule, condition: documents.At | str) -> str:
    name = condition if isinstance(condition, str) else condition.finding
    return rule.references[f"finding {name}"]


def _conditions(rule: AuthoredRule) -> list[Any] | None:
    when = rule.document.when
    counter = itertools.count()

    def present(condition: documents.At | str) -> Any:
        prefix = "here" if isinstance(condition, str) else "there"
        return fact.Finding(
            id=_finding(rule, condition), state="present", component=getattr(MATCH, f"{prefix}{next(counter)}")
        )

    conditions: list[Any] = [fact.Scope(base=rule.base)]
    if when.device is not None:
        conditions.append(fact.Device(name=P(_device_test(when.device))))
    for name in when.circumstance:
        conditions.append(fact.Circumstance(id=rule.references[f"circumstance {name}"]))
    for quantity, bounds in when.measurement.items():
        conditions.append(
            fact.Measurement(quantity=quantity, value=P(bounds.holds), component=getattr(MATCH, f"here{next(counter)}"))
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
    conditions.append(TEST(_same_place))
    return conditions


def _log_conditions(
    rule: AuthoredRule, name: str, wanted: documents.LogCondition, counter: Iterator[int]
) -> Iterator[Any]:
    """Enough lines of a pattern, and their place in time among the lines of others."""
    number = next(counter)

    def seen(pattern: str, at: int, least: int) -> Any:
        return fact.LogMatch(
            id=rule.references[f"finding {pattern}"],
            state="present",
            component=getattr(MATCH, f"here{at}"),
            count=P(lambda count: count >= least),
            first=getattr(MATCH, f"first{at}"),
        )

    yield seen(name, number, wanted.count_at_least)
    for other, sign in ((wanted.before, 1), (wanted.after, -1)):
        if other is not None:
            at = next(counter)
            yield seen(other, at, 1)
            yield TEST(_in_order(f"first{number}", f"first{at}", sign))


def _in_order(one: str, other: str, sign: int) -> Callable[..., bool]:
    """Whether one time is before (sign 1) or after (-1) the other; not where one is unknown."""

    def holds(**context: Any) -> bool:
        first, second = moment_of(context[one]), moment_of(context[other])
        apart = None if first is None or second is None else second.minus(first)
        return apart is not None and apart * sign > 0

    return holds


def _device_test(wanted: documents.DeviceCondition) -> Callable[[str], bool]:
    def holds(name: str) -> bool:
        if wanted.vendor is not None and wanted.vendor.casefold() not in name:
            return False
        if wanted.model is None:
            return True
        return any(fnmatch.fnmatchcase(word, wanted.model.casefold()) for word in name.replace(",", " ").split())

    return holds


def _same_place(**context: Any) -> bool:
    """Conditions speak of one component; a finding without a component may be at any."""
    here = {value for name, value in context.items() if name.startswith("here") and value}
    there = {value for name, value in context.items() if name.startswith("there") and value}
    return len(here) <= 1 and not (here & there)


def _authored_action(rule: AuthoredRule) -> Action:
    then, names = rule.document.then, rule.references

    def act(engine: Any, **context: Any) -> None:
        here = sorted(v for k, v in context.items() if k.startswith("here") and v)
        component = here[0] if here else ""
        concluded: list[Fact] = []
        for name in then.conclude:
            concluded.append(fact.Finding(id=names[f"finding {name}"], state="present", component=component))
        concluded.extend(fact.RuledOut(id=names[f"tree {name}"]) for name in then.rule_out)
        concluded.extend(fact.Confirmed(id=names[f"tree {name}"]) for name in then.confirm)
        concluded.extend(fact.RequiredCheck(id=names[f"check {name}"]) for name in then.require_check)
        if then.severity is not None:
            concluded.append(fact.RaisedSeverity(level=then.severity))
        if then.escalate is not None:
            concluded.append(fact.RaisedEscalation(to=then.escalate.to, when=then.escalate.when))
        engine.conclude(*concluded)

    return act


# Exclusion and the walk


def _exclusions(base: KnowledgeBase) -> Iterator[Any]:
    tree = base.tree

    def close(engine: Any, id: str) -> None:
        """A ruled-out event takes its `or` inputs with it; a gate that can no longer be met closes."""
        gate = tree.gates.get(id)
        if gate is not None and gate.kind == "or":
            engine.conclude(*(fact.RuledOut(id=i.id) for i in gate.inputs if i.strength == 1.0))
        for parent in tree.parents.get(id, ()):
            above = tree.gates[parent]
            open_inputs = sum(not engine.holds(fact.RuledOut(id=i.id)) for i in above.inputs)
            if open_inputs < above.needed():
                engine.conclude(fact.RuledOut(id=parent))

    yield _rule("closed branch", EXCLUDED, close, fact.RuledOut(id=MATCH.id))


def _shown(base: KnowledgeBase) -> Iterator[Any]:
    for finding in base.findings.values():
        if finding.parents:
            yield _rule(
                f"shown by {finding.id}",
                SHOWN,
                _open_all(tuple(parent for parent, _ in finding.parents), base),
                fact.Finding(id=finding.id, state="present"),
            )


def _walk(base: KnowledgeBase) -> Iterator[Any]:
    tree = base.tree

    def down(engine: Any, id: str) -> None:
        _open(engine, tree.inputs(id), base)

    yield _rule("walk", WALK, down, fact.Open(id=MATCH.id), NOT(fact.RuledOut(id=MATCH.id)))


def _open_all(nodes: tuple[str, ...], base: KnowledgeBase) -> Action:
    def open_them(engine: Any) -> None:
        _open(engine, nodes, base)

    return open_them


def _open(engine: Any, nodes: tuple[str, ...], base: KnowledgeBase) -> None:
    for node in nodes:
        if node.partition(":")[0] in engine.active and not engine.holds(fact.RuledOut(id=node)):
            engine.conclude(fact.Suspect(id=node) if node in base.causes else fact.Open(id=node))
