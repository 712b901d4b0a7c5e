"""Rules against each other: what contradicts, what can never fire, what adds nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from diagnoser.errors import Location, Problem, UnsupportedRule
from diagnoser.inference.authored_rules import authored_rules
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.base import AuthoredRule


@dataclass(frozen=True, slots=True)
class _Shape:
    """A rule as sets of literals: what must hold, what must not, and what follows.

    A literal of `wanted` is one condition; an `any` or `atleast` is one literal as a whole.
    """

    rule: AuthoredRule
    wanted: frozenset[str]
    refused: frozenset[str]
    follows: frozenset[str]

    def implies(self, other: _Shape) -> bool:
        """Whether the other rule fires whenever this one does."""
        return other.wanted <= self.wanted and other.refused <= self.refused


def rules(base: KnowledgeBase) -> Iterator[Problem]:
    """All problems of rules."""
    shapes = [_shape(rule) for rule in base.rules.values()]
    for shape in shapes:
        yield from _alone(base, shape)
    about: dict[str, list[_Shape]] = defaultdict(list)
    for shape in shapes:
        for conclusion in shape.follows:
            about[conclusion.partition(" ")[2]].append(shape)
    seen: set[tuple[str, str]] = set()
    for group in about.values():
        for one in group:
            for other in group:
                pair = (one.rule.id, other.rule.id)
                if one is not other and pair not in seen:
                    seen.add(pair)
                    yield from _together(base, one, other)
    try:
        list(authored_rules(base))
    except UnsupportedRule as error:
        where = base.locations.get(f"rule {error.rule}", Location("rules"))
        yield Problem(where, "rule", error.what, "see the section on rules in knowledge/README.md")


def _shape(rule: AuthoredRule) -> _Shape:
    when, then, names = rule.document.when, rule.document.then, rule.references

    def literal(condition: object) -> str:
        name = condition if isinstance(condition, str) else f"{condition.finding}"  # type: ignore[attr-defined]
        place = "" if isinstance(condition, str) else f" at {condition.at}"  # type: ignore[attr-defined]
        return f"finding {names.get(f'finding {name}', name)}{place}"

    wanted = {literal(c) for c in when.all}
    if when.any:
        options = sorted(literal(c) for c in when.any)
        wanted.add(options[0] if len(options) == 1 else f"any {options}")
    if when.atleast is not None:
        wanted.add(f"atleast {when.atleast.k} {sorted(literal(c) for c in when.atleast.of)}")
    wanted.update(f"circumstance {names.get(f'circumstance {c}', c)}" for c in when.circumstance)
    wanted.update(f"measurement {q} {bounds.model_dump_json()}" for q, bounds in when.measurement.items())
    if when.device is not None:
        wanted.add(f"device {when.device.model_dump_json()}")
    wanted.add(f"base {rule.base}")
    follows = {
        *(f"conclude {names.get(f'finding {n}', n)}" for n in then.conclude),
        *(f"rule_out {names.get(f'tree {n}', n)}" for n in then.rule_out),
        *(f"confirm {names.get(f'tree {n}', n)}" for n in then.confirm),
        *(f"check {names.get(f'check {n}', n)}" for n in then.require_check),
    }
    if then.severity is not None:
        follows.add(f"severity {then.severity}")
    if then.escalate is not None:
        follows.add(f"escalate {then.escalate.to}/{then.escalate.when}")
    return _Shape(rule, frozenset(wanted), frozenset(literal(c) for c in when.none), frozenset(follows))


def _alone(base: KnowledgeBase, shape: _Shape) -> Iterator[Problem]:
    where = base.locations[f"rule {shape.rule.id}"]
    name = shape.rule.document.rule
    both = sorted(f.removeprefix("confirm ") for f in shape.follows if f"rule_out {f.removeprefix('confirm ')}" in shape.follows)  # fmt: skip
    if both:
        yield Problem(
            where, "rule-conflict", f"rule '{name}' confirms and rules out '{both[0]}'", "keep one conclusion"
        )
    never = sorted(shape.wanted & shape.refused)
    if never:
        yield Problem(
            where, "rule-never", f"rule '{name}' wants and refuses '{never[0].removeprefix('finding ')}'",
            "take it out of all or of none",
        )  # fmt: skip
    groups: dict[str, str] = {}
    for literal in sorted(shape.wanted):
        finding = base.findings.get(literal.removeprefix("finding "))
        if finding is not None and finding.group is not None:
            if finding.group in groups:
                yield Problem(
                    where, "rule-never",
                    f"rule '{name}' wants '{groups[finding.group]}' and '{finding.id}', which exclude each other",
                    "use any: instead of all:",
                )  # fmt: skip
            groups.setdefault(finding.group, finding.id)
    known = sorted(f for f in shape.follows if f.startswith("conclude ") and f"finding {f[9:]}" in shape.wanted)
    if known:
        yield Problem(
            where, "rule-shadowed", f"rule '{name}' concludes '{known[0][9:]}', which it already wants",
            "conclude something new", "warning",
        )  # fmt: skip


def _together(base: KnowledgeBase, one: _Shape, other: _Shape) -> Iterator[Problem]:
    """Problems of a rule that fires only where another one fires too."""
    if not one.implies(other):
        return
    where, name, rival = base.locations[f"rule {one.rule.id}"], one.rule.document.rule, other.rule.id
    for conclusion in sorted(one.follows):
        kind, _, item = conclusion.partition(" ")
        opposite = {"confirm": "rule_out", "rule_out": "confirm"}.get(kind)
        if opposite is not None and f"{opposite} {item}" in other.follows:
            yield Problem(
                where, "rule-conflict", f"whenever rule '{name}' fires, '{rival}' fires too and says the opposite of '{item}'",
                "give one of them a condition that keeps them apart",
            )  # fmt: skip
            return
    same = one.implies(other) and other.implies(one) and one.follows == other.follows
    if one.follows <= other.follows and (not same or one.rule.id > other.rule.id):
        yield Problem(
            where, "rule-shadowed", f"rule '{name}' adds nothing: '{rival}' fires whenever it does and concludes as much",
            "take it out, or let it conclude more", "warning",
        )  # fmt: skip
