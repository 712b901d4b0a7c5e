"""What `kb new` begins is valid once it is filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnoser.authoring.check import check
from diagnoser.authoring.templates import ENTRY_KINDS, FILE_KINDS, KINDS, template
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.rule_documents import Rule
from diagnoser.knowledge.yaml_source import read_yaml
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON

FIELDS = {
    "base": (doc.Base, set()),
    "cause": (doc.Cause, {"escalate"}),
    "rule": (Rule, set()),
    "case": (doc.Case, set()),
    "symptom": (doc.Symptom, {"normal", "severity_of_one", "one_only"}),
    "check": (doc.Check, set()),
    "log": (doc.LogPattern, set()),
    "light": (doc.Indicator, set()),
    "overlay": (doc.Overlay, {"symptom", "finding", "background", "calls"}),
}

FILLED = {
    "cause": [
        ("zh: TODO", "zh: 测试"),
        ("explains: {}", "explains: {log_a_down: often}"),
    ],
    "rule": [
        ("all: [TODO]", "all: [led_a_green]"),
        ("rule_out: [TODO]", "rule_out: [module_a_failed]"),
        ("zh: TODO", "zh: 测试"),
    ],
    "case": [("first: TODO", "first: cable_a_cut"), ("zh: TODO", "zh: 链路a中断")],
    "symptom": [("shows: TODO", "shows: link_a_fault"), ("zh: TODO", "zh: 测试"), ("zh: [TODO]", "zh: [测试]")],
    "check": [("shows: TODO", "shows: link_a_fault"), ("zh: TODO", "zh: 测试"), ("zh: [TODO]", "zh: [测试]")],
    "log": [("shows: TODO", "shows: link_a_fault"), ("zh: TODO", "zh: 测试"), ("'TODO'", "'FAULT'")],
    "light": [("shows: TODO", "shows: link_a_fault"), ("zh: TODO", "zh: 测试"), ("zh: [TODO]", "zh: [测试]")],
}

IDS = {"overlay": "ethernet:fibre_broken"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_has_every_field_and_a_comment_on_each(kind: str) -> None:
    text = template(kind, IDS.get(kind, "new_thing"))
    model, optional = FIELDS[kind]
    data = read_yaml(text, "new.yaml").data
    entry = data[0] if isinstance(data, list) else data

    named = {field.alias or name for name, field in model.model_fields.items()} - optional
    assert named <= set(entry) | {"title"} | ({"escalation"} if kind == "case" else set())
    assert "optional" in text or kind in ("rule", "case", "light")
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in line.partition("#")[2]) for line in text.splitlines()) >= 6


@pytest.mark.parametrize("kind", FILLED)
def test_a_template_is_valid_once_filled_in(kind: str, tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    text = template(kind, "new_thing")
    for old, new in FILLED[kind]:
        assert old in text
        text = text.replace(old, new)
    text = text.replace("TODO", "something new")
    if kind in ENTRY_KINDS:
        path = folder / f"{ENTRY_KINDS[kind]}.yaml"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    else:
        (folder / FILE_KINDS[kind] / "new_thing.yaml").write_text(text, encoding="utf-8")
    if kind == "cause":
        tree = folder / "fault_tree.yaml"
        tree.write_text(
            tree.read_text(encoding="utf-8").replace("module_a_failed]", "module_a_failed, new_thing]"), "utf-8"
        )

    problems = [str(p) for p in check(COMMON, folder).problems if "/sound/" in p.location.file]

    assert [p for p in problems if ": no-case: " not in p and ": no-check: " not in p] == []


def test_a_base_that_is_begun_says_all_that_is_to_be_filled_in(tmp_path: Path) -> None:
    folder = tmp_path / "radio"
    folder.mkdir()
    text = template("base", "radio")
    (folder / "base.yaml").write_text(text, encoding="utf-8")

    told = check(folder)
    (folder / "base.yaml").write_text(text.replace("zh: TODO", "zh: 测试").replace("TODO", "radio"), encoding="utf-8")

    assert [(p.code, p.location.line) for p in told.problems] == [("placeholder", 3), ("placeholder", 8), ("placeholder", 11)]  # fmt: skip
    assert check(folder).problems == ()


def test_an_overlay_names_its_item_in_full(tmp_path: Path) -> None:
    folder = tmp_path / "radio"
    folder.mkdir()
    head = "base: radio\ntitle: {en: radio, zh: 微波}\nversion: 1.0.0\nimports: [common, ethernet]\n"
    (folder / "base.yaml").write_text(head, encoding="utf-8")
    text = template("overlay", "ethernet:fibre_broken").replace("zh: TODO", "zh: 测试").replace("TODO", "test")
    (folder / "overlays.yaml").write_text(text, encoding="utf-8")

    assert check(folder).problems == ()
    with pytest.raises(ValueError, match="'fibre_broken' is no id: name the item as base:id"):
        template("overlay", "fibre_broken")


def test_a_reference_that_is_to_be_filled_in_is_told_so(tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    (folder / "cases/new_thing.yaml").write_text(template("case", "new_thing"), encoding="utf-8")

    told = [p for p in check(COMMON, folder).problems if "new_thing" in str(p)]

    assert [(p.code, p.location.line) for p in told] == [("placeholder", 13)]


def test_an_id_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="'New-Thing' is no id: use lower-case letters, digits and _"):
        template("cause", "New-Thing")


def test_what_is_left_to_be_filled_in_is_told_with_its_place(tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    path = folder / "symptoms.yaml"
    text = template("symptom", "new_thing").replace("shows: TODO", "shows: link_a_fault")
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    told = [str(p) for p in check(COMMON, folder).problems if p.code == "placeholder"]

    assert len(told) == 2  # the title and the aliases
    assert all("symptoms.yaml" in each and "TODO is still to be filled in" in each for each in told)
