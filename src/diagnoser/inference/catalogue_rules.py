"""The catalogue as rules: observations become findings, and what excludes each other is settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from diagnoser.evidence.lights import states_seen
from diagnoser.inference import vocabulary as fact
from diagnoser.inference.experta_door import MATCH, OR, TEST, P
from diagnoser.inference.stages import OBSERVED, SETTLED, staged
from diagnoser.knowledge import KnowledgeBase, documents
from diagnoser.knowledge.base import Check, Light


def catalogue_rules(base: KnowledgeBase) -> Iterator[Any]:
    kinds = {"symptom": fact.Symptom, "mention": fact.Symptom, "log": fact.LogMatch, "outcome": fact.Outcome}
    for finding in base.findings.values():
        reported = [fact.Answer]
        if finding.kind in kinds:
            reported.append(kinds[finding.kind])
        patterns = [cls(id=finding.id, state=MATCH.state, component=MATCH.component) for cls in reported]
        yield staged(
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
        yield staged(
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
            yield staged(
                f"measured {outcome_id}",
                OBSERVED,
                ConcludePresent(outcome_id),
                fact.Scope(base=check.base),
                fact.Measurement(
                    quantity=quantity.name, value=P(Within(outcome_id, outcome.when)), component=MATCH.component
                ),
            )


def settling_rule(base: KnowledgeBase) -> Any:
    """One state of a light, or one outcome of a check, makes the others of it absent.

    A check that is done at several places may have several outcomes: an abnormal one that was
    reported stands beside them.
    """
    groups = [light.states for light in base.lights.values()] + [check.outcomes for check in base.checks.values()]
    return staged(
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
