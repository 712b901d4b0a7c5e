"""A fault tree from a file, turned into a base, means what it meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from diagnoser.authoring.from_tree import base_from_tree
from diagnoser.authoring.sheet_files import write_base
from diagnoser.errors import UnusableTree
from diagnoser.fault_tree.analysis import analyze
from diagnoser.fault_tree.logic_tree import LogicGate, LogicTree, logic_tree
from diagnoser.fault_tree.open_psa import as_open_psa, read_open_psa
from diagnoser.knowledge import load, shipped_knowledge
from tests.fault_tree.oracle import random_trees


def back_again(tree: LogicTree, folder: Path) -> LogicTree:
    """The tree after it was a file and then a base."""
    write_base(folder / "plant", "plant", base_from_tree(read_open_psa(as_open_psa(tree).encode()), "a test"), False)
    base = load(shipped_knowledge() / "common", folder / "plant")
    tops = tuple(e for e in base.tree.top_events if e.startswith("plant:"))
    priors = {cause: known.prior for cause, known in base.causes.items()}
    return logic_tree(base.tree, tops, priors, {}, "plant")


PUMPS = LogicTree(
    "plant",
    {
        "No flow": LogicGate("or", ("valve", "both pumps", "leak&")),
        "both pumps": LogicGate("and", ("pump A", "pump B")),
        "leak&": LogicGate("and", ("leak", "leak matters"), anonymous=True),
        "leak": LogicGate("atleast", ("seal", "pipe", "weld"), k=2),
    },
    {"valve": 0.01, "pump A": 0.1, "pump B": 0.1, "leak matters": 0.3, "seal": 0.05, "pipe": 0.02, "weld": 0.04},
    labels={"valve": "Valve stuck"},
)


def test_a_base_made_from_a_tree_has_its_cut_sets_and_probability(tmp_path: Path) -> None:
    before = analyze(PUMPS, "No flow")
    again = back_again(PUMPS, tmp_path)

    after = analyze(again, *again.top_events())

    assert after.minimal_cut_sets == before.minimal_cut_sets
    assert after.probability == pytest.approx(before.probability, rel=1e-12)


def test_a_conditioning_event_becomes_a_strength_and_a_label_the_title(tmp_path: Path) -> None:
    files = base_from_tree(PUMPS, "a test")

    assert "leak: 0.3" in files["fault_tree.yaml"]
    assert "causes/leak_matters.yaml" not in files
    assert "en: Valve stuck" in files["causes/valve.yaml"]


def test_random_trees_survive(tmp_path: Path) -> None:
    for number, tree in enumerate(random_trees(15, most_events=8)):
        top = tree.top_events()[0]
        tree = replace(tree.under(top), probabilities={e: p / 2 for e, p in tree.under(top).probabilities.items()})
        again = back_again(tree, tmp_path / str(number))

        assert analyze(again, *again.top_events()).probability == pytest.approx(
            analyze(tree, top).probability, rel=1e-9
        )


def test_what_a_diagnosis_has_no_place_for_is_refused() -> None:
    odd = LogicTree("odd", {"top": LogicGate("xor", ("a", "b"))}, {"a": 0.1, "b": 0.1})
    house = LogicTree("house", {"top": LogicGate("or", ("a", "h"))}, {"a": 0.1}, {"h": True})

    with pytest.raises(UnusableTree, match="gate 'top' is 'xor'; a base knows and, or, atleast"):
        base_from_tree(odd, "a test")
    with pytest.raises(UnusableTree, match="'h' is a house event"):
        base_from_tree(house, "a test")
    with pytest.raises(
        UnusableTree, match=r"'valve' has the probability 0.9; a cause's prior is above 0 and at most 0.5"
    ):
        base_from_tree(replace(PUMPS, probabilities={**PUMPS.probabilities, "valve": 0.9}), "a test")
