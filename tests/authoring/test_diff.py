"""`kb diff`: who comes first now, and which weights did it."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnoser.authoring.diff import diff
from diagnoser.diagnosis import PreparedKnowledge, prepare
from diagnoser.knowledge import load
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON


def prepared(folder: Path) -> PreparedKnowledge:
    return prepare(load(COMMON, folder, with_cases=True))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> PreparedKnowledge:
    return prepared(write_sound_base(tmp_path_factory.mktemp("before")))


def test_the_same_knowledge_changes_nothing(before: PreparedKnowledge) -> None:
    found = diff(before, before)

    assert (found.changed, found.failed, found.cases) == ([], [], 10)
    assert found.before == found.after


def test_a_moved_finding_is_named_with_its_weights(before: PreparedKnowledge, tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    path = folder / "checks.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{below: -20}, shows: cable_a_cut", "{below: -20}, shows: module_a_failed"), "utf-8")

    found = diff(before, prepared(folder))

    assert [(c.case, c.lang, c.verdict) for c in found.changed] == [
        ("sound:cable_a", "en", "worse"),
        ("sound:cable_a", "zh", "worse"),
    ]
    first = found.changed[0]
    assert (first.before.cause, first.after.cause) == ("sound:cable_a_cut", "sound:module_a_failed")
    assert first.expected == "sound:cable_a_cut"
    assert {(s.cause, s.finding, s.change > 0) for s in first.why} >= {
        ("sound:cable_a_cut", "sound:rx_a_low", False),
        ("sound:module_a_failed", "sound:rx_a_low", True),
    }


def test_a_changed_prior_and_a_cause_that_is_gone_are_noted(before: PreparedKnowledge, tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    (folder / "causes/cable_b_cut.yaml").rename(folder / "causes/wire_b_cut.yaml")
    for path in folder.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("cable_b_cut", "wire_b_cut")
        path.write_text(text, encoding="utf-8")

    found = diff(before, prepared(folder))

    notes = {note for changed in found.changed for note in changed.notes}
    assert notes == {"sound:cable_b_cut is gone", "sound:wire_b_cut is new"}
