"""Knowledge broken on purpose: single changes that an author could make by mistake."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Literal

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.fault_tree import FaultTree
from diagnoser.inference import Network
from diagnoser.inference.catalogue_rules import Within
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge import documents as doc

Kind = Literal["strength", "prior", "gate", "explains", "input", "threshold", "conclusion"]

WEAK, STRONG = 0.01, 0.99
"""What a strength becomes: the other end of the scale."""

WIDE = 8
"""Of an `or` of more inputs, each becomes weak: nobody writes an `and` of so many."""

RARE, FREQUENT = 1e-5, 0.3
"""What a prior becomes, each once."""


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One change.

    Attributes:
        kind: what is changed.
        item: full id of the finding, cause, event or rule.
        part: what of it: a parent, an input, a field with a name; empty if there is only one.
        to: what it becomes, as a person reads it.
        where: kind and full id of the item as the knowledge's locations have it.
    """

    kind: Kind
    item: str
    part: str
    to: str
    where: str

    def __str__(self) -> str:
        what = {
            "strength": f"strength of '{self.part}' for '{self.item}' made {self.to}",
            "prior": f"prior of '{self.item}' made {self.to}",
            "gate": f"gate of '{self.item}' made '{self.to}'",
            "explains": f"'{self.part}' no longer shows '{self.item}'",
            "input": f"'{self.part}' taken out of the inputs of '{self.item}'",
            "threshold": f"threshold of '{self.item}' turned round ({self.to})",
            "conclusion": f"'{self.part}' taken out of rule '{self.item}'",
        }
        return what[self.kind]


def mutants(base: KnowledgeBase, bases: frozenset[str] | None = None) -> list[Mutant]:
    """Every mutant of some bases, in a fixed order."""
    every = (*_of_findings(base), *_of_causes(base), *_of_gates(base), *_of_thresholds(base), *_of_rules(base))
    return sorted(m for m in every if bases is None or m.item.partition(":")[0] in bases)


def _of_findings(base: KnowledgeBase) -> Iterator[Mutant]:
    for finding in base.findings.values():
        if finding.kind == "mention":
            continue
        where = f"finding {finding.id}"
        for parent, strength in finding.parents:
            yield Mutant("strength", finding.id, parent, f"{WEAK if strength >= 0.5 else STRONG:g}", where)
            yield Mutant("explains", finding.id, parent, "", where)


def _of_causes(base: KnowledgeBase) -> Iterator[Mutant]:
    for cause in base.causes:
        for prior in (RARE, FREQUENT):
            yield Mutant("prior", cause, "", f"{prior:g}", f"cause {cause}")


def _of_gates(base: KnowledgeBase) -> Iterator[Mutant]:
    for event, gate in base.tree.gates.items():
        if len(gate.inputs) > 1:
            narrow = "and" if len(gate.inputs) <= WIDE else "weak"
            yield Mutant("gate", event, "", narrow if gate.kind == "or" else "or", f"event {event}")
            for each in gate.inputs:
                yield Mutant("input", event, each.id, "", f"event {event}")


def _of_thresholds(base: KnowledgeBase) -> Iterator[Mutant]:
    for check in base.checks.values():
        for full, outcome in zip(check.outcomes, check.document.outcomes, strict=True):
            if outcome.when is not None and outcome.when.equals is None:
                turned = _turned(outcome.when)
                to = ", ".join(f"{k} {v}" for k, v in turned.model_dump(exclude_none=True).items())
                yield Mutant("threshold", full, "", to, f"finding {full}")


def _of_rules(base: KnowledgeBase) -> Iterator[Mutant]:
    for rule in base.rules.values():
        then = rule.document.then
        for field in ("conclude", "rule_out", "confirm", "require_check"):
            for name in getattr(then, field):
                yield Mutant("conclusion", rule.id, f"{field}: {name}", "", f"rule {rule.id}")
        for field in ("severity", "escalate"):
            if getattr(then, field) is not None:
                yield Mutant("conclusion", rule.id, field, "", f"rule {rule.id}")


def _turned(when: doc.When) -> doc.When:
    """The bounds turned round: what was within is without."""
    if when.below is not None:
        return doc.When(above=when.below)
    if when.above is not None:
        return doc.When(below=when.above)
    assert when.between is not None
    return doc.When(below=when.between[0])


def mutated(knowledge: PreparedKnowledge, mutant: Mutant) -> PreparedKnowledge:
    """The knowledge with one change; everything else is shared with the original."""
    base = knowledge.base
    if mutant.kind == "threshold":
        return replace(knowledge, network=_with_threshold(knowledge.network, mutant, base))
    if mutant.kind in ("strength", "explains"):
        finding = base.findings[mutant.item]
        strengths = dict(finding.parents)
        if mutant.kind == "explains":
            del strengths[mutant.part]
        else:
            strengths[mutant.part] = float(mutant.to)
        changed = replace(finding, parents=tuple(sorted(strengths.items())))
        return replace(knowledge, base=replace(base, findings=_with(base.findings, mutant.item, changed)))
    if mutant.kind == "prior":
        cause = replace(base.causes[mutant.item], prior=float(mutant.to))
        return replace(knowledge, base=replace(base, causes=_with(base.causes, mutant.item, cause)))
    if mutant.kind == "conclusion":
        return replace(
            knowledge, base=replace(base, rules=_with(base.rules, mutant.item, _without_conclusion(base, mutant)))
        )
    gate = base.tree.gates[mutant.item]
    changed_gate = (
        replace(gate, inputs=tuple(replace(i, strength=WEAK) for i in gate.inputs))
        if mutant.to == "weak"
        else replace(gate, kind="and" if mutant.to == "and" else "or")
        if mutant.kind == "gate"
        else replace(
            gate,
            inputs=tuple(i for i in gate.inputs if i.id != mutant.part),
            k=max(1, min(gate.k, len(gate.inputs) - 1)),
        )
    )
    tree = FaultTree({**base.tree.gates, mutant.item: changed_gate})
    return replace(knowledge, base=replace(base, tree=tree))


def _with(values: Mapping[str, Any], key: str, value: Any) -> Mapping[str, Any]:
    return ChainMap({key: value}, values)  # type: ignore[arg-type]  # it is only read


def _without_conclusion(base: KnowledgeBase, mutant: Mutant) -> Any:
    rule = base.rules[mutant.item]
    field, _, name = mutant.part.partition(": ")
    left = tuple(n for n in getattr(rule.document.then, field) if n != name) if name else None
    then = rule.document.then.model_copy(update={field: left})
    return replace(rule, document=rule.document.model_copy(update={"then": then}))


def _with_threshold(network: Network, mutant: Mutant, base: KnowledgeBase) -> Network:
    check = base.checks[base.findings[mutant.item].group or ""]
    when = check.document.outcomes[check.outcomes.index(mutant.item)].when
    assert when is not None
    old, new = Within(mutant.item, when), Within(mutant.item, _turned(when))
    changed = {
        index: replace(pattern, checks=tuple((slot, new if test == old else test) for slot, test in pattern.checks))
        for index, pattern in network.patterns.items()
        if any(test == old for _, test in pattern.checks)
    }
    broken = copy(network)
    broken.patterns = ChainMap(changed, network.patterns)  # type: ignore[arg-type]  # it is only read
    return broken
