"""What pictures show, and that every format is well formed whatever the labels are."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from diagnoser.errors import UnusableTree
from diagnoser.fault_tree.graph_text import as_dot, as_graphml, as_mermaid
from diagnoser.fault_tree.logic_tree import LogicGate, LogicTree, logic_tree
from diagnoser.fault_tree.picture import Branch, Case, unfold
from diagnoser.fault_tree.picture_svg import as_svg
from diagnoser.fault_tree.tree import FaultTree, Gate, Input
from tests.fault_tree.oracle import random_trees

LINK = logic_tree(
    FaultTree(
        {
            "down": Gate("down", "or", (Input("fibre"), Input("power", 0.4), Input("shut"))),
            "fibre": Gate("fibre", "or", (Input("bent", 0.4), Input("broken"))),
            "power": Gate("power", "and", (Input("supply_1"), Input("supply_2"))),
            "storm": Gate("storm", "inhibit", (Input("shut"), Input("fibre")), condition=0.25),
            "all": Gate("all", "or", (Input("down"), Input("storm"))),
        }
    ),
    ("all",),
    {"bent": 0.1, "broken": 0.01, "shut": 0.02, "supply_1": 0.01, "supply_2": 0.01},
    {"down": "Link down", "bent": 'Fibre <bent> & "kinked"\n]]>', "broken": "光纤断"},
    "link",
)
CASE = Case(frozenset({"down"}), {"bent": 0.7, "broken": 0.25, "shut": 0.004}, frozenset({"supply_1"}))


def find(branch: Branch, name: str) -> list[Branch]:
    return [*([branch] if branch.id == name else []), *(b for i in branch.inputs for b in find(i, name))]


def test_strengths_and_conditions_are_drawn_on_the_branch_they_belong_to() -> None:
    branch = unfold(LINK, "all", Case())

    assert find(branch, "bent")[0].strength == 0.4
    assert find(branch, "power")[0].strength == 0.4
    assert (find(branch, "storm")[0].sign, find(branch, "storm")[0].probability) == ("inhibit", 0.25)
    assert [i.id for i in find(branch, "storm")[0].inputs] == ["shut", "fibre"]


def test_a_shared_event_is_drawn_in_full_once() -> None:
    first, second = find(unfold(LINK, "all", Case()), "fibre")

    assert (first.repeated, len(first.inputs)) == (False, 2)
    assert (second.repeated, len(second.inputs)) == (True, 0)


def test_what_is_seen_suspected_and_ruled_out_is_lit() -> None:
    branch = unfold(LINK, "all", CASE)

    states = {b.id: b.state for name in ("down", "bent", "supply_1", "power") for b in find(branch, name)}
    assert states == {"down": "shown", "bent": "suspect", "supply_1": "ruled_out", "power": "ruled_out"}
    assert find(branch, "fibre")[0].heat == 0.7


def test_faint_suspects_share_a_row() -> None:
    case = Case(frozenset({"t"}), {"a": 0.9, "b": 0.001, "c": 0.002}, frozenset())
    tree = LogicTree("t", {"t": LogicGate("or", ("a", "b", "c"))}, dict.fromkeys("abc", 0.1))

    branch = unfold(tree, "t", case)

    assert [(i.label, i.hidden) for i in branch.inputs] == [("a", 0), ("", 2)]
    assert "2 others, at most 1 % each" in as_svg(branch)


def test_a_cut_says_how_much_it_hides() -> None:
    branch = unfold(LINK, "all", Case(), depth=1)

    assert [(i.id, i.hidden) for i in branch.inputs] == [("down", 7), ("storm", 5)]
    assert "7 events below" in as_svg(branch)


def test_an_unknown_gate_is_refused() -> None:
    with pytest.raises(UnusableTree) as caught:
        unfold(LINK, "nothing", Case())

    assert str(caught.value) == "link: there is no gate 'nothing'"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", [Case(), CASE], ids=["plain", "lit"])
def test_svg_is_well_formed_and_holds_every_label(lang: str, case: Case) -> None:
    svg = as_svg(unfold(LINK, "all", case), lang=lang)

    text = "\n".join(t for t in ElementTree.fromstring(svg).itertext())
    assert "光纤断" in text
    assert 'Fibre <bent> & "kinked"' in text
    assert ("70 %" in text) == bool(case)
    assert "<script" not in svg


@pytest.mark.parametrize(("lang", "words"), [("en", {"an odd number", "not"}), ("zh", {"奇数个", "非"})])
def test_the_legend_tells_every_sign_that_is_drawn(lang: str, words: set[str]) -> None:
    tree = LogicTree("t", {"t": LogicGate("xor", ("n", "a")), "n": LogicGate("not", ("b",))}, {"a": 0.1, "b": 0.2})

    svg = as_svg(unfold(tree, "t", Case()), lang=lang)

    assert words <= set(ElementTree.fromstring(svg).itertext())


def test_meaning_does_not_hang_on_colour_alone() -> None:
    svg = as_svg(unfold(LINK, "all", CASE))

    assert "stroke-dasharray" in svg
    assert 'class="out"' in svg
    assert 'stroke-width="3"' in svg


def test_graph_formats_hold_every_event_once() -> None:
    branch = unfold(LINK, "all", CASE)

    dot, mermaid, graphml = as_dot(branch), as_mermaid(branch), as_graphml(branch)

    assert dot.count('"down" [') == 1
    assert '"down" -> "power" [label="40%"];' in dot
    assert "classDef shown" in mermaid
    assert "<bent>" not in mermaid
    ids = [n.get("id") for n in ElementTree.fromstring(graphml).iter("{http://graphml.graphdrawing.org/xmlns}node")]
    assert sorted(map(str, ids)) == sorted(set(map(str, ids)))
    assert {"down", "fibre", "bent", "storm"} <= set(ids)


def test_random_trees_are_drawn_in_every_format() -> None:
    for tree in random_trees(60, most_events=12, negations=True):
        branch = unfold(tree, "top", Case(frozenset({"g0"}), {"e0": 0.5}, frozenset({"e1"})))

        ElementTree.fromstring(as_svg(branch))
        ElementTree.fromstring(as_graphml(branch))
        assert as_dot(branch).endswith("}\n")
        assert as_mermaid(branch).startswith("flowchart")
