"""The engines that are compared, each with one way to build and one way to ask."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from diagnoser.inference.engine import Engine, Fact
from diagnoser.inference.experta_door import AND, MATCH, NOT, TEST, ExpertaFact, KnowledgeEngine, Rule
from diagnoser.inference.network import Network
from tests.benchmarks.workload import RuleData

Query = tuple[tuple[str, str, int], ...]


class Holds(Fact):
    """name, place, value"""


class StockHolds(ExpertaFact):  # type: ignore[misc]
    """name, place, value"""


def _conditions(rule: RuleData, cls: Any) -> list[Any]:
    slots: dict[str, Any] = {"place": MATCH.place}
    first = cls(name=rule.names[0], **slots, **({"value": MATCH.value} if rule.above is not None else {}))
    conditions = [first, *(cls(name=name, place=MATCH.place) for name in rule.names[1:])]
    if rule.none is not None:
        conditions.append(NOT(cls(name=rule.none, place=MATCH.place)))
    if rule.above is not None:
        conditions.append(_above(rule.above))
    return conditions


def _above(least: int) -> Any:
    return TEST(lambda value: value > least)


class Ours:
    """diagnoser's engine: one shared network, a fresh engine for each query."""

    name = "diagnoser"

    def __init__(self, rules: tuple[RuleData, ...]) -> None:
        self.network = Network([self._rule(rule) for rule in rules])

    @staticmethod
    def _rule(rule: RuleData) -> Any:
        name = f"d{rule.index}"

        def conclude(engine: Any, place: str) -> None:
            engine.declare(Holds(name=name, place=place, value=0))

        return Rule(*_conditions(rule, Holds))(conclude)

    def ask(self, query: Query) -> Any:
        engine = Engine(self.network)
        engine.reset()
        engine.declare(*[Holds(name=n, place=p, value=v) for n, p, v in query])
        engine.run()
        return engine

    @staticmethod
    def answer(engine: Any) -> frozenset[tuple[int, str]]:
        return frozenset((int(f["name"][1:]), f["place"]) for f in engine.facts.values() if f["name"][0] == "d")


class Clips:
    """CLIPS 6.4 through clipspy; rules from a file and facts through the template, its fastest ways."""

    name = "CLIPS"

    def __init__(self, rules: tuple[RuleData, ...]) -> None:
        import clips

        self.environment = clips.Environment()
        source = ["(deftemplate holds (slot name) (slot place) (slot value))"]
        source += [self._rule(rule) for rule in rules]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rules.clp"
            path.write_text("\n".join(source))
            self.environment.load(str(path))
        self.template = self.environment.find_template("holds")
        self.symbol = clips.Symbol

    @staticmethod
    def _rule(rule: RuleData) -> str:
        value = " (value ?v)" if rule.above is not None else ""
        conditions = [f"(holds (name {rule.names[0]}) (place ?p){value})"]
        conditions += [f"(holds (name {name}) (place ?p))" for name in rule.names[1:]]
        if rule.above is not None:
            conditions.append(f"(test (> ?v {rule.above}))")
        if rule.none is not None:
            conditions.append(f"(not (holds (name {rule.none}) (place ?p)))")
        return (
            f"(defrule r{rule.index} {' '.join(conditions)} => "
            f"(assert (holds (name d{rule.index}) (place ?p) (value 0))))"
        )

    def ask(self, query: Query) -> Any:
        self.environment.reset()
        symbol, template = self.symbol, self.template
        for n, p, v in query:
            template.assert_fact(name=symbol(n), place=symbol(p), value=v)
        self.environment.run()
        return self.environment

    @staticmethod
    def answer(environment: Any) -> frozenset[tuple[int, str]]:
        return frozenset(
            (int(str(f["name"])[1:]), str(f["place"])) for f in environment.facts() if str(f["name"])[0] == "d"
        )


class Stock:
    """Experta as it comes."""

    name = "stock Experta"

    def __init__(self, rules: tuple[RuleData, ...]) -> None:
        body: dict[str, Any] = {}
        for rule in rules:
            conditions = _conditions(rule, StockHolds)
            body[f"r{rule.index}"] = Rule(AND(*conditions) if len(conditions) > 1 else conditions[0])(
                self._action(f"d{rule.index}")
            )
        self.engine = type("StockEngine", (KnowledgeEngine,), body)()

    @staticmethod
    def _action(name: str) -> Any:
        def conclude(engine: Any, place: str) -> None:
            engine.declare(StockHolds(name=name, place=place, value=0))

        return conclude

    def ask(self, query: Query) -> Any:
        self.engine.reset()
        for n, p, v in query:
            self.engine.declare(StockHolds(name=n, place=p, value=v))
        self.engine.run()
        return self.engine

    @staticmethod
    def answer(engine: Any) -> frozenset[tuple[int, str]]:
        return frozenset(
            (int(f["name"][1:]), f["place"]) for f in engine.facts.values() if str(f.get("name", ""))[:1] == "d"
        )
