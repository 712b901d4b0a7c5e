"""How causes and checks of a knowledge base relate, worked out once and shared by all diagnoses."""

from __future__ import annotations

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
        check_price: check -> what it costs, in minutes of the first line.
        repair_price: cause -> what mending it by the first action given for it costs, and seeing whether it
            helped; causes for which nothing is given are not in it.
    """

    indistinguishable: Mapping[str, tuple[str, ...]]
    checks_about: Mapping[str, tuple[str, ...]]
    above: Mapping[str, frozenset[str]]
    check_price: Mapping[str, float]
    repair_price: Mapping[str, float]


def relations_of(base: KnowledgeBase) -> Relations:
    """Work out the relations of a knowledge base."""
    return Relations(
        indistinguishable=_indistinguishable(base),
        checks_about=_checks_about(base),
        above={cause: base.tree.above((cause,)) for cause in base.causes},
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
