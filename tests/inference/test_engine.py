"""What a run of the engine promises."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from typing import Any

import pytest

from diagnoser.errors import UnsupportedRule
from diagnoser.inference.engine import Engine, Fact
from diagnoser.inference.experta_door import AND, MATCH, NOT, OR, TEST, Rule, experta
from diagnoser.inference.network import Network


class Seen(Fact):
    """name, place"""


def rule(log: list[str], name: str, *conditions: Any, salience: int = 0, then: Any = None) -> Any:
    def act(engine: Any, **context: Any) -> None:
        log.append(name)
        if then is not None:
            then(engine, **context)

    act.__name__ = name
    return Rule(*conditions, salience=salience)(act)


def run(rules: list[Any], *facts: Fact) -> Engine:
    engine = Engine(Network(rules))
    engine.reset()
    engine.declare(*facts)
    engine.run()
    return engine


def test_a_withdrawn_activation_never_fires() -> None:
    # Six equal activations, each forbidden by what the first rule concludes.
    for _ in range(5):
        log: list[str] = []
        rules = [rule(log, "first", Seen(name="go"), salience=1, then=lambda e: e.declare(Seen(name="stop")))]
        rules += [rule(log, f"forbidden{i}", Seen(name="go"), NOT(Seen(name="stop"))) for i in range(6)]

        run(rules, Seen(name="go"))

        assert log == ["first"]


def test_rules_of_equal_salience_fire_in_their_order() -> None:
    log: list[str] = []
    rules = [rule(log, name, Seen(name="go")) for name in "dacb"]

    run(rules, Seen(name="go"))

    assert log == ["d", "a", "c", "b"]


def test_salience_comes_before_order() -> None:
    log: list[str] = []

    run([rule(log, "low", Seen(name="go")), rule(log, "high", Seen(name="go"), salience=5)], Seen(name="go"))

    assert log == ["high", "low"]


def test_conditions_join_on_a_shared_variable() -> None:
    log: list[str] = []
    joined = rule(log, "joined", Seen(name="a", place=MATCH.p), Seen(name="b", place=MATCH.p))

    run([joined], Seen(name="a", place="1"), Seen(name="b", place="2"))
    run([joined], Seen(name="a", place="1"), Seen(name="b", place="1"))

    assert log == ["joined"]


def test_a_conclusion_can_wake_another_rule() -> None:
    log: list[str] = []
    first = rule(log, "first", Seen(name="a"), then=lambda e: e.declare(Seen(name="b")))

    run([first, rule(log, "second", Seen(name="b"))], Seen(name="a"))

    assert log == ["first", "second"]


def test_an_equal_fact_is_held_once() -> None:
    engine = run([rule([], "any", Seen(name="a"))], Seen(name="a"), Seen(name="a"))

    assert len(engine.facts) == 1


def test_alternatives_and_tests() -> None:
    log: list[str] = []
    either = rule(
        log, "either", OR(Seen(name="a", place=MATCH.p), Seen(name="b", place=MATCH.p)), TEST(lambda p: p > 3)
    )

    run([either], Seen(name="a", place=2), Seen(name="b", place=5))

    assert log == ["either"]


@pytest.mark.parametrize(
    ("condition", "what"),
    [
        (experta.EXISTS(Seen(name="a")), "EXISTS"),
        (NOT(Seen(name="a")), "without any positive pattern"),
        (AND(Seen(name="a"), NOT(NOT(Seen(name="b")))), "NOT around NOT"),
    ],
)
def test_what_is_not_supported_is_refused_when_compiled(condition: Any, what: str) -> None:
    with pytest.raises(UnsupportedRule, match=what):
        Network([rule([], "odd", condition)])


def test_a_network_is_shared_by_threads() -> None:
    class Counter(Engine):
        """Counts in itself, as actions of a shared network must."""

        count = 0

    def act(engine: Any, p: int) -> None:
        engine.count += p

    network = Network([Rule(Seen(name=f"n{i}", place=MATCH.p))(lambda engine, p: act(engine, p)) for i in range(50)])
    wrong: list[int] = []

    def work(offset: int) -> None:
        for _ in range(50):
            engine = Counter(network)
            engine.reset()
            engine.declare(*(Seen(name=f"n{(i + offset) % 50}", place=i) for i in range(20)))
            engine.run()
            if engine.count != sum(range(20)):
                wrong.append(engine.count)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_importing_leaves_the_process_as_it_was() -> None:
    code = (
        "import collections, logging; before = list(logging.getLogger().handlers); import diagnoser.inference; "
        "assert not hasattr(collections, 'Mapping'); assert logging.getLogger().handlers == before"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
    assert isinstance(logging.getLogger().handlers, list)


def test_facts_are_equal_whatever_the_order_of_their_slots() -> None:
    engine = run([rule([], "any", Seen(name=MATCH.name))], Seen(name="psu", place="slot 1"))

    other = Seen(place="slot 1", name="psu")

    assert other == Seen(name="psu", place="slot 1")
    assert hash(other) == hash(Seen(name="psu", place="slot 1"))
    assert engine.declare(other) is None
    assert engine.facts.held(other) is engine.facts[0]
    assert engine.facts.held(Seen(name="psu")) is None


def test_a_fact_that_no_rule_asks_for_is_kept() -> None:
    class Unasked(Fact):
        """name"""

    engine = run([rule([], "any", Seen(name=MATCH.name))], Unasked(name="x"), Seen(name="y"))

    assert list(engine.facts.values()) == [Unasked(name="x"), Seen(name="y")]
    engine.retract(0)
    assert list(engine.facts.values()) == [Seen(name="y")]
