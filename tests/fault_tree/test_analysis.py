"""Fault-tree arithmetic against hand calculation and against enumeration."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from diagnoser.errors import UnusableTree
from diagnoser.fault_tree.analysis import Analysis, analyze
from diagnoser.fault_tree.logic_tree import LogicGate, LogicTree, logic_tree
from diagnoser.fault_tree.tree import FaultTree, Gate, Input
from tests.conftest import ROOT
from tests.fault_tree.oracle import Enumerated, enumerate_tree, random_trees

ARALIA = ROOT.parent / "shared" / "bench" / "aralia"
PUMPS = LogicTree(
    "pumps",
    {
        "no_water": LogicGate("or", ("both_pumps", "valve")),
        "both_pumps": LogicGate("and", ("pump_1", "pump_2")),
    },
    {"pump_1": 0.1, "pump_2": 0.2, "valve": 0.01},
)


def by_event(analysis: Analysis) -> dict[str, tuple[float | None, ...]]:
    return {
        m.event: (m.birnbaum, m.criticality, m.fussell_vesely, m.raw, math.inf if m.rrw is None else m.rrw)
        for m in analysis.importance
    }


def assert_agrees(analysis: Analysis, expected: Enumerated) -> None:
    assert analysis.probability == pytest.approx(expected.probability, rel=1e-9)
    assert analysis.cut_sets is not None
    assert {frozenset(c) for c in analysis.cut_sets} == expected.cut_sets
    assert analysis.minimal_cut_sets == len(expected.cut_sets) == len(analysis.cut_sets)
    for event, measures in by_event(analysis).items():
        if analysis.coherent:
            assert measures == pytest.approx(expected.measures[event], rel=1e-7, abs=1e-12)
        else:
            assert measures[2] is None
            assert (*measures[:2], *measures[3:4]) == pytest.approx(
                (*expected.measures[event][:2], expected.measures[event][3]), rel=1e-7, abs=1e-12
            )


def test_two_pumps_and_a_valve_worked_by_hand() -> None:
    # P = 1 - (1 - 0.1 * 0.2)(1 - 0.01) = 0.0298
    analysis = analyze(PUMPS, "no_water")

    assert analysis.probability == pytest.approx(0.0298)
    assert analysis.cut_sets == (("pump_1", "pump_2"), ("valve",))
    assert [m.event for m in analysis.importance] == ["pump_1", "pump_2", "valve"]
    measures = by_event(analysis)
    assert measures["valve"] == pytest.approx((0.98, 0.0098 / 0.0298, 0.01 / 0.0298, 1 / 0.0298, 0.0298 / 0.02))
    assert measures["pump_1"] == pytest.approx((0.198, 0.0198 / 0.0298, 0.02 / 0.0298, 0.208 / 0.0298, 2.98))
    assert measures["pump_2"] == pytest.approx((0.099, 0.0198 / 0.0298, 0.02 / 0.0298, 0.109 / 0.0298, 2.98))


def test_an_event_in_every_cut_set_has_no_finite_risk_reduction_worth() -> None:
    tree = LogicTree("and", {"top": LogicGate("and", ("a", "b"))}, {"a": 0.3, "b": 0.7})

    measures = analyze(tree, "top").importance

    assert [(m.event, m.criticality, m.fussell_vesely, m.rrw) for m in measures] == [
        ("a", 1.0, 1.0, None),
        ("b", 1.0, 1.0, None),
    ]


def test_two_out_of_three() -> None:
    tree = LogicTree("2oo3", {"top": LogicGate("atleast", ("a", "b", "c"), 2)}, dict.fromkeys("abc", 0.1))

    analysis = analyze(tree, "top")

    assert analysis.probability == pytest.approx(3 * 0.01 * 0.9 + 0.001)
    assert analysis.cut_sets == (("a", "b"), ("a", "c"), ("b", "c"))


def test_the_union_of_cut_sets_is_not_their_sum() -> None:
    tree = LogicTree("2oo3", {"top": LogicGate("atleast", ("a", "b", "c"), 2)}, dict.fromkeys("abc", 0.5))

    # cut sets with a: ab and ac, P = 0.5 * 0.75; P(top) = 0.5
    assert analyze(tree, "top").importance[0].fussell_vesely == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("gate", "probability", "count"),
    [
        (LogicGate("xor", ("a", "b")), 0.1 * 0.8 + 0.9 * 0.2, 2),
        (LogicGate("not", ("a",)), 0.9, 1),
        (LogicGate("and", ("a", "on")), 0.1, 1),
        (LogicGate("or", ("a", "on")), 1.0, 1),
        (LogicGate("and", ("a", "off")), 0.0, 0),
        (LogicGate("atleast", ("a", "b", "on"), 2), 0.28, 2),
        (LogicGate("xor", ("a", "on")), 0.9, 1),
        (LogicGate("xor", ("a", "b", "on")), 0.74, 1),
        (LogicGate("atleast", ("a", "a", "b"), 2), 0.1, 1),
        (LogicGate("or", ("a", "a")), 0.1, 1),
    ],
)
def test_every_gate_and_house_event(gate: LogicGate, probability: float, count: int) -> None:
    tree = LogicTree("gate", {"top": gate}, {"a": 0.1, "b": 0.2}, {"on": True, "off": False})

    analysis = analyze(tree, "top")

    assert (analysis.probability, analysis.minimal_cut_sets) == (pytest.approx(probability), count)


def test_a_top_event_that_cannot_happen_has_no_shares() -> None:
    tree = LogicTree("never", {"top": LogicGate("and", ("a", "b"))}, {"a": 0.0, "b": 0.5})

    measure = analyze(tree, "top").importance[0]

    assert (measure.criticality, measure.fussell_vesely, measure.raw, measure.rrw) == (None, None, None, None)


def test_a_thousand_random_trees_agree_with_enumeration() -> None:
    for tree in random_trees(1000, most_events=12):
        assert_agrees(analyze(tree, "top"), enumerate_tree(tree, "top"))


def test_random_trees_with_negations_agree_with_enumeration() -> None:
    seen = 0
    for tree in random_trees(300, most_events=8, negations=True):
        expected = enumerate_tree(tree, "top")
        if expected.probability:
            assert_agrees(analyze(tree, "top"), expected)
            seen += 1
    assert seen > 200


def test_the_order_of_inputs_changes_nothing() -> None:
    for tree in random_trees(50, most_events=10):
        turned = {g: LogicGate(v.operator, v.inputs[::-1], v.k) for g, v in reversed(tree.gates.items())}
        other = analyze(LogicTree(tree.name, turned, tree.probabilities), "top")

        assert other.probability == pytest.approx(analyze(tree, "top").probability, rel=1e-12)
        assert set(other.cut_sets or ()) == set(analyze(tree, "top").cut_sets or ())


def test_a_circle_is_refused_by_name() -> None:
    tree = LogicTree("ring", {"a": LogicGate("or", ("b",)), "b": LogicGate("or", ("a", "x"))}, {"x": 0.1})

    with pytest.raises(UnusableTree) as caught:
        analyze(tree, "a")

    assert str(caught.value) == "ring: gate 'a' is under itself; a fault tree has no circles"


def test_strengths_and_conditions_are_basic_events_of_their_own() -> None:
    tree = FaultTree(
        {
            "down": Gate("down", "or", (Input("bent", 0.4), Input("cut"))),
            "lost": Gate("lost", "inhibit", (Input("down"), Input("cut")), condition=0.5),
        }
    )

    logic = logic_tree(tree, ("lost",), {"bent": 0.1, "cut": 0.01}, {}, "base")
    analysis = analyze(logic, "lost")

    assert analysis.probability == pytest.approx(0.5 * (1 - (1 - 0.04) * 0.99))
    assert analysis.gates == ("down", "lost")
    assert analysis.basic_events == ("bent", "cut", "down<-bent", "lost<-condition")
    assert analysis.cut_sets == (("bent", "down<-bent", "lost<-condition"), ("cut", "lost<-condition"))


def test_shared_causes_with_strengths_do_not_make_a_tree_too_large() -> None:
    # 60 events in a row, each brought about, often, by two causes shared with its neighbours and by the next event
    gates = {
        f"v{n}": Gate(f"v{n}", "or", (Input(f"c{n}", 0.6), Input(f"c{n + 2}", 0.3), Input(f"v{n + 1}", 0.8)))
        for n in range(60)
    }
    tree = FaultTree({**gates, "v60": Gate("v60", "or", (Input("c60"), Input("c61", 0.6)))})
    logic = logic_tree(tree, ("v0",), {f"c{n}": 0.01 for n in range(64)}, {}, "row")

    analysis = analyze(logic, "v0")

    assert len(analysis.basic_events) == 62 + 181
    assert analysis.minimal_cut_sets == 2 * 60 + 2
    assert all(m.fussell_vesely_error == 0 for m in analysis.importance)


def test_deep_and_wide_trees_are_solved() -> None:
    deep = {f"g{n}": LogicGate("or" if n % 2 else "and", (f"g{n + 1}", f"e{n}")) for n in range(2000)}
    deep["g2000"] = LogicGate("or", ("e0", "e1"))
    wide = {"top": LogicGate("or", tuple(f"e{n}" for n in range(2000)))}
    p = {f"e{n}": 1e-5 for n in range(2000)}

    assert analyze(LogicTree("deep", deep, p), "g0").minimal_cut_sets > 1
    assert analyze(LogicTree("wide", wide, p), "top").probability == pytest.approx(1 - (1 - 1e-5) ** 2000)


def aralia() -> Iterator[dict[str, str]]:
    if (ARALIA / "expected.csv").is_file():
        with (ARALIA / "expected.csv").open(encoding="utf-8") as file:
            yield from csv.DictReader(file)


@pytest.mark.skipif(not ARALIA.is_dir(), reason="the Aralia trees are not beside this checkout")
@pytest.mark.parametrize("row", list(aralia()), ids=lambda row: row["tree"])
def test_aralia(row: dict[str, str]) -> None:
    from diagnoser.fault_tree.open_psa import read_open_psa

    started = time.perf_counter()
    path: Path = ARALIA / f"{row['tree']}.xml"
    tree = read_open_psa(path.read_bytes(), path.name)
    (top,) = tree.top_events()
    analysis = analyze(tree, top)

    assert time.perf_counter() - started < 10
    assert len(analysis.gates) == int(row["gates"])
    assert len(analysis.basic_events) == int(row["events"])
    assert analysis.minimal_cut_sets == int(row["mcs"])
    assert analysis.probability == pytest.approx(float(row["P_top_exact"]), rel=1e-5)
