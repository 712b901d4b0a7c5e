"""How causes and checks of a knowledge base relate, worked out once and shared by all diagnoses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from diagnoser.knowledge import KnowledgeBase


@dataclass(frozen=True)
class Relations:
    """
    Attributes:
        indistinguishable: cause -> all causes that nothing in the knowledge tells apart from it,
            itself included; causes that stand alone are not in it.
        checks_about: cause or event -> checks with an outcome that it shows.
        above: cause -> the events that it is under.
        brings_about: cause -> event that it is under -> how surely the cause alone makes itself felt there, from 0 to 1;
            where a gate needs others beside it, as if they were there.
        shows_itself: cause -> the sum of the strengths with which it shows findings itself, not through an event.
        check_price: check -> what it costs, in minutes of the first line.
        repair_price: cause -> what mending it by the first action given for it costs, and seeing whether it
            helped; causes for which nothing is given are not in it.
    """

    indistinguishable: Mapping[str, tuple[str, ...]]
    checks_about: Mapping[str, tuple[str, ...]]
    above: Mapping[str, frozenset[str]]
    brings_about: Mapping[str, Mapping[str, float]]
    shows_itself: Mapping[str, float]
    check_price: Mapping[str, float]
    repair_price: Mapping[str, float]


def relations_of(base: KnowledgeBase) -> Relations:
    """Work out the relations of a knowledge base."""
    return Relations(
        indistinguishable=_indistinguishable(base),
        checks_about=_checks_about(base),
        above={cause: base.tree.above((cause,)) for cause in base.causes},
        brings_about={cause: _brought_about(base, cause) for cause in base.causes},
        shows_itself=_shown_itself(base),
        check_price={check.id: base.costs.price(check.document.cost) for check in base.checks.values()},
        repair_price={
            cause.id: base.costs.price(cause.document.repair[0].cost) + base.costs.verify_minutes
            for cause in base.causes.values()
            if cause.document.repair
        },
    )


def _indistinguishable(base: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    shows: dict[str, set[tuple[str, float]]] = {cause: set() for cause in base.causes}
    for finding in base.findings.values():
        if finding.kind == "mention":
            continue  # a name tells nothing apart that can be looked at
        for parent, strength in finding.parents:
            if parent in shows:
                shows[parent].add((finding.id, strength))
    for gate in base.tree.gates.values():
        for each in gate.inputs:
            if each.id in shows:
                shows[each.id].add((gate.event, each.strength))
    alike: dict[frozenset[tuple[str, float]], list[str]] = {}
    for cause in sorted(base.causes):
        alike.setdefault(frozenset(shows[cause]), []).append(cause)
    return {cause: tuple(group) for group in alike.values() if len(group) > 1 for cause in group}


def _checks_about(base: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    collected: dict[str, set[str]] = {}
    for check in base.checks.values():
        for outcome in check.outcomes:
            for parent, _ in base.findings[outcome].parents:
                collected.setdefault(parent, set()).add(check.id)
    return {parent: tuple(sorted(checks)) for parent, checks in collected.items()}


def _brought_about(base: KnowledgeBase, cause: str) -> dict[str, float]:
    felt = {cause: 1.0}
    for gate in base.tree.gates_above((cause,)):
        silent = math.prod(1.0 - felt[i.id] * i.strength for i in gate.inputs if i.id in felt)
        felt[gate.event] = (1.0 - silent) * gate.condition
    del felt[cause]
    return felt


def _shown_itself(base: KnowledgeBase) -> dict[str, float]:
    shown = dict.fromkeys(base.causes, 0.0)
    for finding in base.findings.values():
        if finding.kind == "mention":
            continue  # that somebody names a cause is not what it shows
        for parent, strength in finding.parents:
            if parent in shown:
                shown[parent] += strength
    return shown
