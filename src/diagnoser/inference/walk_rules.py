"""Exclusion and the walk down the fault tree, as rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from diagnoser.inference import vocabulary as fact
from diagnoser.inference.experta_door import MATCH, NOT
from diagnoser.inference.stages import AUTHORED, EXCLUDED, SHOWN, WALK, staged
from diagnoser.knowledge import KnowledgeBase


def exclusion_rules() -> Iterator[Any]:
    """What excludes causes and closes branches."""
    yield staged("repair did not help", AUTHORED, Exclude(), fact.FailedRepair(id=MATCH.id))
    yield staged("closed branch", EXCLUDED, CloseBranch(), fact.RuledOut(id=MATCH.id))


def walk_rules(base: KnowledgeBase) -> Iterator[Any]:
    """The walk: from what is shown down to the causes."""
    yield from _shown(base)
    yield staged("walk", WALK, WalkDown(), fact.Open(id=MATCH.id), NOT(fact.RuledOut(id=MATCH.id)))


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
            yield staged(
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
