"""`kb check` tells what is wrong once, with what follows from it left out, and works only on what changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from diagnoser.authoring.check import check
from tests.authoring.defects import defect, inject, own_problems
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON


def test_the_sound_base_has_no_problem(sound: Path) -> None:
    own = [str(p) for p in own_problems(sound)]

    assert own == []


def test_a_misspelt_name_is_one_problem_and_not_three(sound: Path) -> None:
    inject(sound, defect("unknown input"))

    assert [p.code for p in own_problems(sound)] == ["unknown-id"]


def test_a_misspelt_import_is_one_problem_in_all_bases(sound: Path) -> None:
    above = sound.parent / "above"
    (above / "causes").mkdir(parents=True)
    (above / "base.yaml").write_text(
        "base: above\ntitle: {en: Above, zh: 上层}\nversion: 1.0.0\nimports: [common, soudn]\n", encoding="utf-8"
    )
    (sound / "symptoms.yaml").write_text(
        (sound / "symptoms.yaml").read_text(encoding="utf-8")
        + "- {id: spark, title: {en: Sparks fly, zh: 火花四溅}, background: rare, source: experience}\n",
        encoding="utf-8",
    )
    (above / "causes/gap.yaml").write_text(
        "cause: gap\ntitle: {en: Spark gap, zh: 火花间隙}\nkind: hardware\nitem: gap\nprobable_cause: lossOfSignal\n"
        "prior: rare\nexplains: {'sound:spark': often}\nwhy: {en: gap, zh: 间隙}\nsource: experience\n",
        encoding="utf-8",
    )

    told = [str(p).partition("above/")[2] or str(p) for p in check(COMMON, sound, above).problems]

    assert told == [
        "base.yaml:4:1: unknown-base: imports unknown base 'soudn' (did you mean 'sound'?)",
    ]


def test_an_entry_that_cannot_be_read_is_not_called_unknown(sound: Path) -> None:
    path = sound / "causes/cable_a_cut.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: hardware", "kind: hardwear"), encoding="utf-8")

    assert [p.code for p in own_problems(sound)] == ["bad-value"]


def test_an_entry_with_an_error_of_form_is_looked_at_all_the_same(sound: Path) -> None:
    path = sound / "logs.yaml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "- id: log_a_down\n  pattern: DUP\n  meaning: {en: dup}\n  shows: link_x_fault\n  examples: ['NOT']\n",
        encoding="utf-8",
    )

    problems = own_problems(sound)

    assert [(p.code, p.location.line) for p in problems] == [
        ("duplicate-id", 36),
        ("missing-source", 36),
        ("one-language", 38),
        ("unknown-id", 39),
        ("pattern-misses", 40),
    ]


def test_what_a_misspelt_field_leaves_out_is_not_told_beside_it(sound: Path) -> None:
    path = sound / "logs.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  shows: link_a", "  show: link_a", 1), encoding="utf-8")

    assert [p.code for p in own_problems(sound)] == ["unknown-field"]


def test_unchanged_knowledge_is_not_worked_through_again(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diagnoser.authoring import check as module

    monkeypatch.setenv("DIAGNOSER_CACHE", str(tmp_path / "cache"))
    worked: list[int] = []
    original = module._checked
    monkeypatch.setattr(module, "_checked", lambda *given: (worked.append(1), original(*given))[1])

    first, again = check(sound), check(sound)
    inject(sound, defect("gap"))
    changed, again_changed = check(sound), check(sound)
    (sound / "cases/cable_a.yaml").unlink()
    without_a_case = check(sound)

    assert len(worked) == 3
    assert again == first
    assert [p.code for p in changed.problems] == ["gap"]
    assert again_changed == changed
    assert {p.code for p in without_a_case.problems} == {"gap", "no-case"}


def test_what_was_read_before_is_not_read_again_unless_it_changed(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diagnoser.authoring import check as module
    from diagnoser.knowledge import loading

    monkeypatch.setenv("DIAGNOSER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "FEW", 0)
    read: list[str] = []
    original: Callable[..., object] = loading.read_file
    monkeypatch.setattr(loading, "read_file", lambda file: (read.append(file.relative), original(file))[1])

    first = check(sound)
    count = len(read)
    again = check(sound)
    inject(sound, defect("gap"))
    changed = check(sound)

    assert count > 30
    assert read[count:] == ["sound/checks.yaml"]
    assert again == first
    assert [p.code for p in changed.problems] == ["gap"]


def test_a_file_or_folder_of_a_base_is_checked_with_it_and_tells_its_own_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = write_sound_base(tmp_path / "bases")
    inject(sound, defect("gap"))
    inject(sound, defect("misses its example"))

    assert [p.code for p in check(sound / "logs.yaml").problems] == ["pattern-misses"]
    assert check(sound / "causes").problems == ()
    monkeypatch.chdir(sound)
    assert [p.code for p in check(Path("checks.yaml")).problems] == ["gap"]
    assert {p.code for p in check(Path()).problems} == {"gap", "pattern-misses"}
    monkeypatch.chdir(sound.parent)
    assert {p.code for p in check(Path()).problems} == {"gap", "pattern-misses"}
    monkeypatch.chdir(tmp_path)
    [problem] = check(Path()).problems
    assert (problem.code, problem.hint) == ("no-base", "they are in bases")


def test_inside_a_base_nothing_is_said_of_those_that_it_builds_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "radio"
    folder.mkdir()
    head = "base: radio\ntitle: {en: radio, zh: 微波}\nversion: 1.0.0\nimports: [common, ethernet]\n"
    (folder / "base.yaml").write_text(head, encoding="utf-8")
    monkeypatch.chdir(folder)

    assert check(Path()).problems == ()


def test_a_cause_that_no_check_looks_for_is_told(tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    for path in (folder / "causes/cable_a_cut.yaml", folder / "causes/module_a_failed.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("checks: [rx_a]\n", ""), encoding="utf-8")
    checks = folder / "checks.yaml"
    text = checks.read_text(encoding="utf-8")
    shown = own_problems(folder)

    checks.write_text(text.replace(", shows: module_a_failed", ""), encoding="utf-8")
    told = own_problems(folder)

    assert "no-check" not in {p.code for p in shown}
    assert [p.message for p in told if p.code == "no-check"] == ["no check looks for cause 'sound:module_a_failed'"]
