"""The matcher against Experta's own: the same conflict sets after every change."""

from __future__ import annotations

import random
from typing import Any

import pytest

from diagnoser.inference.engine import Engine, Fact
from diagnoser.inference.experta_door import (
    AND,
    MATCH,
    NOT,
    OR,
    TEST,
    ExpertaFact,
    KnowledgeEngine,
    L,
    P,
    Rule,
    Strategy,
    W,
)
from diagnoser.inference.network import Network


class Mine(Fact):
    pass


class MineToo(Fact):
    pass


class Theirs(ExpertaFact):
    pass


class TheirsToo(ExpertaFact):
    pass


class Bag(Strategy):
    """Keeps activations as they come and go: the stock strategy forgets to withdraw some."""

    def _update_agenda(self, agenda: Any, added: Any, removed: Any) -> None:
        for activation in removed:
            agenda.activations.remove(activation)
        agenda.activations.extend(added)


SLOTS = ("a", "b")
VALUES = ("x", "y", 1, 2)


def random_pattern(rnd: random.Random, cls: type, bind: bool, bound: list[str]) -> Any:
    slots: dict[str, Any] = {}
    for slot in SLOTS:
        kind = rnd.random()
        if kind < 0.35:
            slots[slot] = rnd.choice(VALUES)
        elif kind < 0.55 and (bind or bound):
            name = rnd.choice("uvw") if bind else rnd.choice(bound)
            bound.append(name)
            slots[slot] = getattr(MATCH, name)
        elif kind < 0.62:
            slots[slot] = ~L(rnd.choice(VALUES))
        elif kind < 0.69:
            slots[slot] = L(rnd.choice(VALUES)) | L(rnd.choice(VALUES))
        elif kind < 0.76:
            slots[slot] = P(_is_text)
        elif kind < 0.83:
            slots[slot] = W()
    return cls(**slots)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def random_rules(seed: int, classes: tuple[type, type]) -> list[tuple[str, tuple[Any, ...]]]:
    """The same rules for either engine: equal seeds draw equal conditions."""
    rnd = random.Random(seed)
    rules = []
    for index in range(rnd.randint(2, 6)):
        bound: list[str] = []
        conditions: list[Any] = [random_pattern(rnd, rnd.choice(classes), True, bound)]
        seen = [conditions[0]]
        for _ in range(rnd.randint(0, 2)):
            kind = rnd.random()
            if kind < 0.45:
                new = random_pattern(rnd, rnd.choice(classes), True, bound)
                if new in seen:
                    continue  # stock binds equal patterns of one rule to the same fact
                seen.append(new)
                conditions.append(new)
            elif kind < 0.75:
                conditions.append(NOT(random_pattern(rnd, rnd.choice(classes), False, list(bound))))
            elif bound:
                name = rnd.choice(bound)
                value = rnd.choice(VALUES)
                conditions.append(TEST(_differs(name, value)))
        if rnd.random() < 0.25:
            alternatives = [random_pattern(rnd, classes[0], False, []), random_pattern(rnd, classes[1], False, [])]
            if not any(a in seen for a in alternatives):
                conditions.insert(1, OR(*alternatives))
        rules.append((f"r{index}", tuple(conditions)))
    return rules


def _differs(name: str, value: object) -> Any:
    namespace: dict[str, Any] = {"value": value}
    return eval(f"lambda {name}: {name} != value", namespace)


def stock_engine(rules: list[tuple[str, tuple[Any, ...]]]) -> KnowledgeEngine:
    body: dict[str, Any] = {"__strategy__": Bag}
    for name, conditions in rules:

        def act(self: Any, **_: Any) -> None: ...

        act.__name__ = name
        body[name] = Rule(AND(*conditions) if len(conditions) > 1 else conditions[0])(act)
    return type("Stock", (KnowledgeEngine,), body)()


def own_engine(rules: list[tuple[str, tuple[Any, ...]]]) -> Engine:
    compiled = []
    for name, conditions in rules:

        def act(engine: Any, **_: Any) -> None: ...

        act.__name__ = name
        compiled.append(Rule(*conditions)(act))
    return Engine(Network(compiled))


def conflict_set(engine: Any) -> set[tuple[Any, ...]]:
    return {
        (
            activation.rule.__name__,
            frozenset(_plain(f) for f in activation.facts if type(f).__name__ != "InitialFact"),
            frozenset((k, v) for k, v in activation.context.items() if not k.startswith("__")),
        )
        for activation in engine.agenda.activations
    }


def _plain(fact: Any) -> tuple[Any, ...]:
    kind = {"Mine": 0, "Theirs": 0, "MineToo": 1, "TheirsToo": 1}[type(fact).__name__]
    return (kind, *sorted((k, str(v)) for k, v in fact.items() if not fact.is_special(k)))


@pytest.mark.parametrize("seed", range(120))
def test_conflict_sets_are_equal_after_every_change(seed: int) -> None:
    theirs = stock_engine(random_rules(seed, (Theirs, TheirsToo)))
    mine = own_engine(random_rules(seed, (Mine, MineToo)))
    theirs.reset()
    mine.reset()
    rnd = random.Random(seed + 10_000)
    held: list[tuple[Any, Any]] = []
    for _ in range(25):
        if held and rnd.random() < 0.35:
            his, my = held.pop(rnd.randrange(len(held)))
            theirs.retract(his)
            mine.retract(my)
        else:
            which = rnd.randrange(2)
            slots = {slot: rnd.choice(VALUES) for slot in SLOTS if rnd.random() < 0.9}
            his = theirs.declare((Theirs, TheirsToo)[which](**slots))
            my = mine.declare((Mine, MineToo)[which](**slots))
            assert (his is None) == (my is None)
            if his is not None:
                held.append((his, my))

        assert conflict_set(mine) == conflict_set(theirs)
