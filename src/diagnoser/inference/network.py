"""Experta rules compiled once into an immutable network that every request shares.

A rule's condition is brought into disjunctive form; each disjunct is a *conjunction* of positive
patterns, negated groups of patterns and tests. Equal patterns are stored once. A pattern is filed
under its class and its rarest literal, and a conjunction under its rarest pattern, so that the
work of a request follows its facts and not the number of rules.
"""

from __future__ import annotations

import inspect
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from diagnoser.errors import UnsupportedRule
from diagnoser.inference.experta_door import (
    AND,
    ANDFC,
    NOT,
    NOTFC,
    OR,
    ORFC,
    TEST,
    ExpertaFact,
    FieldConstraint,
    L,
    P,
    W,
)
from diagnoser.knowledge.stored import Stored

Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one fact must look like: its class, literal slots, checked slots, and bound slots."""

    fact_class: type
    literals: tuple[tuple[Any, Any], ...]
    checks: tuple[tuple[Any, Check | None], ...]
    """Slot and check; None where the slot need only be there."""

    def accepts(self, fact: Any) -> bool:
        try:
            for slot, value in self.literals:
                if fact[slot] != value:
                    return False
            for slot, check in self.checks:
                value = fact[slot]
                if check is not None and not check(value):
                    return False
        except KeyError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Condition:
    """One occurrence of a pattern in a rule, with the variables that it binds."""

    pattern: int
    binds: tuple[tuple[str, Any], ...]
    """Variable and slot."""
    fact_name: str | None = None
    """The variable that holds the whole fact."""

    def extend(self, context: dict[str, Any], fact: Any) -> dict[str, Any] | None:
        """The context with this condition's variables bound; None where they disagree."""
        extended = context
        for name, slot in self.binds:
            value = fact[slot]
            if name in extended:
                if extended[name] != value:
                    return None
            else:
                if extended is context:
                    extended = dict(context)
                extended[name] = value
        if self.fact_name is not None:
            if extended is context:
                extended = dict(context)
            extended[self.fact_name] = fact
        return extended


@dataclass(frozen=True, slots=True)
class Test:
    function: Callable[..., Any]
    names: tuple[str, ...] | None
    """Variables that it wants; None for all of them."""

    def holds(self, context: dict[str, Any]) -> bool:
        if self.names is None:
            return bool(self.function(**context))
        return bool(self.function(**{name: context[name] for name in self.names}))


@dataclass(frozen=True, slots=True, eq=False)
class Conjunction:
    """One disjunct of one rule."""

    index: int
    rule: Any
    rule_position: int
    positives: tuple[Condition, ...]
    negatives: tuple[tuple[Condition, ...], ...]
    """Groups of which no instance may hold."""
    tests: tuple[Test, ...]
    wants: tuple[int, ...]
    """The positive patterns, each once."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What is left of a rule once its conditions are compiled and the network was stored: what it does."""

    name: str
    salience: int
    action: Any
    wanted: frozenset[str] | None
    """Variables that the action takes; None for all of them."""

    @property
    def __name__(self) -> str:
        return self.name

    @classmethod
    def of(cls, rule: Any) -> Consequence:
        if isinstance(rule, cls):
            return rule
        wanted = frozenset(rule._wrapped_args) or None
        return cls(rule.__name__, rule.salience, rule._wrapped, wanted)

    def __call__(self, engine: Any, **context: Any) -> None:
        if self.wanted is not None:
            context = {name: value for name, value in context.items() if name in self.wanted}
        self.action(engine, **context)


class Network:
    """The compiled rules. Immutable once built; safe to share between threads.

    Args:
        rules: Experta `Rule` objects; their order breaks ties of salience, first one first.

    Raises:
        UnsupportedRule: a condition uses something that the matcher does not do (EXISTS, FORALL,
            nested negation, a rule without any positive pattern and more).
    """

    def __init__(self, rules: Sequence[Any]) -> None:
        self._pattern_ids: dict[Any, int] = {}
        self._built: dict[int, Pattern] = {}
        self.patterns: Mapping[int, Pattern] = self._built
        conjunctions: list[Conjunction] = []
        for position, rule in enumerate(rules):
            for conditions in _disjuncts(AND(*rule)):
                conjunctions.append(self._conjunction(len(conjunctions), rule, position, conditions))
        self._index_patterns()
        self.woken_by: Mapping[int, tuple[Conjunction, ...]] = _by_rarest_pattern(conjunctions)
        """Conjunctions filed under their rarest positive pattern."""
        del self._pattern_ids, self._built

    def __getstate__(self) -> dict[str, Any]:
        """For storing: opened pattern by pattern. Actions and tests must be values that can be stored."""
        return {
            "patterns": Stored(self.patterns),
            "woken_by": Stored(
                {
                    pattern: tuple(replace(c, rule=Consequence.of(c.rule)) for c in conjunctions)
                    for pattern, conjunctions in self.woken_by.items()
                }
            ),
            "_by_class": self._by_class,
        }

    @property
    def rules(self) -> tuple[Any, ...]:
        """The rules in their order, each once."""
        by_position = {c.rule_position: c.rule for group in self.woken_by.values() for c in group}
        return tuple(rule for _, rule in sorted(by_position.items(), key=lambda item: item[0]))

    def candidates(self, fact: Any) -> Sequence[int]:
        """Patterns that the fact may match, judged by class and rarest literal only."""
        by_slot, unindexed = self._by_class.get(type(fact), _NOTHING)
        if len(by_slot) == 1 and not unindexed:
            slot, by_value = by_slot[0]
            return by_value.get(fact[slot], ()) if slot in fact else ()
        found = list(unindexed)
        for slot, by_value in by_slot:
            if slot in fact:
                found.extend(by_value.get(fact[slot], ()))
        return found

    def _conjunction(self, index: int, rule: Any, position: int, conditions: list[Any]) -> Conjunction:
        positives, negatives, tests = [], [], []
        for element in conditions:
            if isinstance(element, TEST):
                tests.append(_test(element, rule))
            elif isinstance(element, NOT):
                negatives.append(tuple(self._condition(e, rule) for e in _negated_patterns(element, rule)))
            else:
                positives.append(self._condition(element, rule))
        if not positives:
            raise UnsupportedRule(_name(rule), "a condition without any positive pattern")
        wants = tuple(dict.fromkeys(c.pattern for c in positives))
        return Conjunction(index, rule, position, tuple(positives), tuple(negatives), tuple(tests), wants)

    def _condition(self, fact: Any, rule: Any) -> Condition:
        if not isinstance(fact, ExpertaFact):
            raise UnsupportedRule(_name(rule), f"{type(fact).__name__} in a condition")
        literals: list[tuple[Any, Any]] = []
        checks: list[tuple[Any, Check | None]] = []
        identity: list[Any] = []
        binds: list[tuple[str, Any]] = []
        for slot, constraint in fact.items():
            if fact.is_special(slot):
                continue
            kind, payload, bound = _constraint(constraint, rule)
            if kind == "literal":
                literals.append((slot, payload))
            else:
                checks.append((slot, payload))
                identity.append((slot, constraint))
            if bound is not None:
                binds.append((bound, slot))
        key = (type(fact), frozenset(literals), frozenset(identity))
        index = self._pattern_ids.get(key)
        if index is None:
            index = self._pattern_ids[key] = len(self._built)
            self._built[index] = Pattern(type(fact), tuple(literals), tuple(checks))
        return Condition(index, tuple(binds), fact.__bind__)

    def _index_patterns(self) -> None:
        frequency = Counter((p.fact_class, literal) for p in self.patterns.values() for literal in p.literals)
        by_class: dict[type, tuple[dict[Any, dict[Any, list[int]]], list[int]]] = {}
        for index, pattern in self.patterns.items():
            by_slot, unindexed = by_class.setdefault(pattern.fact_class, ({}, []))
            if pattern.literals:
                slot, value = min(pattern.literals, key=lambda lit: frequency[pattern.fact_class, lit])
                by_slot.setdefault(slot, {}).setdefault(value, []).append(index)
            else:
                unindexed.append(index)
        self._by_class = {
            cls: (tuple(by_slot.items()), tuple(unindexed)) for cls, (by_slot, unindexed) in by_class.items()
        }


def _by_rarest_pattern(conjunctions: Iterable[Conjunction]) -> dict[int, tuple[Conjunction, ...]]:
    use = Counter(pattern for c in conjunctions for pattern in c.wants)
    woken_by: dict[int, list[Conjunction]] = defaultdict(list)
    for conjunction in conjunctions:
        woken_by[min(conjunction.wants, key=use.__getitem__)].append(conjunction)
    return {pattern: tuple(woken) for pattern, woken in woken_by.items()}


_NOTHING: tuple[tuple[Any, ...], tuple[int, ...]] = ((), ())


def _name(rule: Any) -> str:
    return str(getattr(rule, "__name__", rule))


def _disjuncts(element: Any) -> list[list[Any]]:
    """Disjunctive normal form: a list of conjunctions, each a list of patterns, NOTs and TESTs."""
    if isinstance(element, AND):
        return [list(itertools.chain(*parts)) for parts in itertools.product(*map(_disjuncts, element))]
    if isinstance(element, OR):
        return [disjunct for part in element for disjunct in _disjuncts(part)]
    return [[element]]


def _negated_patterns(element: Any, rule: Any) -> Iterable[Any]:
    [inner] = element
    if isinstance(inner, AND):
        if any(not isinstance(part, ExpertaFact) for part in inner):
            raise UnsupportedRule(_name(rule), "NOT around anything but patterns")
        return tuple(inner)
    if isinstance(inner, ExpertaFact):
        return (inner,)
    raise UnsupportedRule(_name(rule), f"NOT around {type(inner).__name__}")


def _test(element: Any, rule: Any) -> Test:
    [function] = element
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return Test(function, None)
    if any(p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL) for p in parameters):
        raise UnsupportedRule(_name(rule), "TEST with positional-only parameters")
    return Test(function, tuple(p.name for p in parameters))


def _constraint(constraint: Any, rule: Any) -> tuple[str, Any, str | None]:
    """(kind, literal value or check, bound variable) of one slot of a pattern."""
    if isinstance(constraint, L):
        return "literal", constraint.value, constraint.__bind__
    if isinstance(constraint, W):
        return "check", None, constraint.__bind__
    if isinstance(constraint, P):
        return "check", constraint.match, constraint.__bind__
    if isinstance(constraint, NOTFC | ANDFC | ORFC):
        return "check", _composite(constraint, rule), None
    if isinstance(constraint, FieldConstraint):
        raise UnsupportedRule(_name(rule), f"{type(constraint).__name__} in a slot")
    return "literal", constraint, None


def _equals(wanted: Any) -> Check:
    return lambda value: bool(value == wanted)


def _composite(constraint: Any, rule: Any) -> Check:
    parts: list[Check] = []
    for part in constraint:
        kind, payload, bound = _constraint(part, rule)
        if bound is not None:
            raise UnsupportedRule(_name(rule), "a variable inside ~, & or |")
        if kind == "literal":
            parts.append(_equals(payload))
        else:
            parts.append(payload or (lambda value: True))
    if isinstance(constraint, NOTFC):
        return lambda value: not parts[0](value)
    if isinstance(constraint, ANDFC):
        return lambda value: all(part(value) for part in parts)
    return lambda value: any(part(value) for part in parts)
