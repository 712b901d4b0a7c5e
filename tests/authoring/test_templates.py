"""What `kb new` begins is valid once it is filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnoser.authoring.check import check
from diagnoser.authoring.templates import KINDS, template
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.rule_documents import Rule
from diagnoser.knowledge.yaml_source import read_yaml
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON

FIELDS = {
    "cause": (doc.Cause, {"escalate"}),
    "rule": (Rule, set()),
    "case": (doc.Case, set()),
    "symptom": (doc.Symptom, {"normal"}),
    "check": (doc.Check, set()),
    "log": (doc.LogPattern, set()),
    "light": (doc.Indicator, set()),
}

FILLED = {
    "cause": [
        ("zh: TODO", "zh: 测试"),
        ("after_upgrade: x3", "moved_a: x3"),
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


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_has_every_field_and_a_comment_on_each(kind: str) -> None:
    text = template(kind, "new_thing")
    model, optional = FIELDS[kind]
    data = read_yaml(text, "new.yaml").data
    entry = data[0] if isinstance(data, list) else data

    named = {field.alias or name for name, field in model.model_fields.items()} - optional
    assert named <= set(entry) | {"title"} | ({"escalation"} if kind == "case" else set())
    assert "optional" in text or kind in ("rule", "case", "light")
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in line.partition("#")[2]) for line in text.splitlines()) >= 6


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_valid_once_filled_in(kind: str, tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    text = template(kind, "new_thing")
    for old, new in FILLED[kind]:
        assert old in text
        text = text.replace(old, new)
    text = text.replace("TODO", "something new")
    places = {"symptom": "symptoms", "check": "checks", "log": "logs", "light": "indicators"}
    if kind in places:
        path = folder / f"{places[kind]}.yaml"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    else:
        (folder / f"{kind}s" / "new_thing.yaml").write_text(text, encoding="utf-8")
    if kind == "cause":
        tree = folder / "fault_tree.yaml"
        tree.write_text(
            tree.read_text(encoding="utf-8").replace("module_a_failed]", "module_a_failed, new_thing]"), "utf-8"
        )

    problems = [str(p) for p in check(COMMON, folder).problems if "/sound/" in p.location.file]

    assert [p for p in problems if "no-case" not in p] == []


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
