"""The commands for authors, as they are typed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.authoring.sound import write_sound_base
from tests.conftest import SMALL


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A team's folder with the sound base in it."""
    write_sound_base(tmp_path / "own")
    return tmp_path / "own"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "diagnoser.cli.main", "kb", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
    )


def test_check_exits_1_for_errors_and_tells_them_on_stdout(own: Path) -> None:
    sound = run("check", own)
    (own / "sound/symptoms.yaml").write_text("- id: x\n", encoding="utf-8")
    broken = run("check", own, "--format", "github")

    assert (sound.returncode, sound.stdout) == (0, "")
    assert sound.stderr == "1 base, 33 files: no problem found\n"
    assert broken.returncode == 1
    assert broken.stdout.startswith("::error file=")


def test_strict_counts_warnings(own: Path) -> None:
    path = own / "sound/checks.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("above: 0", "above: 2", 1), encoding="utf-8")

    assert run("check", own).returncode == 0
    assert run("check", own, "--strict").returncode == 1


def test_test_runs_the_cases_of_one_base_and_says_what_is_untouched(own: Path) -> None:
    done = run(
        "test", "--base-path", own, "--base", "sound", "--coverage", "--min", "100", "--mutate", "--mutants", "14"
    )

    assert done.returncode == 1  # the rules are touched by no case
    assert "20 passed, 0 failed, 0 known gaps" in done.stderr
    assert "coverage: cause        10 of     10   100.0 %" in done.stdout
    assert "untouched: rule 'sound:rx_a_ok_clears_cable' is touched by no case" in done.stdout
    assert "mutation score: " in done.stdout


def test_test_as_json(own: Path) -> None:
    done = run("test", "--base-path", own, "--base", "sound", "--coverage", "--json", "-j", "1")

    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert (answer["passed"], answer["failed"], answer["mutation"]) == (20, [], None)
    assert answer["coverage"]["kinds"]["light"] == {"touched": 20, "total": 20}


def test_an_unknown_base_is_a_wrong_use(own: Path) -> None:
    done = run("test", "--base-path", own, "--base", "soun")

    assert done.returncode == 2
    assert done.stderr == "diagnoser: unknown base 'soun'; did you mean 'sound'?\n"


def test_eval_tells_ranks_and_calibration(own: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    lines = [
        {"id": "1", "lang": "en", "family": "f", "report": "Gadget a is dark", "tests": [{"check": "flux a", "result": "-31 dBm"}],
         "answer": {"cause": "cable a cut"}},
        {"id": "2", "lang": "en", "family": "f", "report": "Gadget b is dark", "answer": {"cause": "somebody"}},
    ]  # fmt: skip
    cases.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    answers = tmp_path / "answers.yaml"
    answers.write_text("'2': [sound:module_b_failed]\n", encoding="utf-8")

    told = run("eval", cases, "--base-path", own)
    answer = json.loads(run("eval", cases, "--base-path", own, "--answers", answers, "--json").stdout)

    assert told.returncode == 0
    assert "unmatched answer: 2" in told.stdout
    assert "Brier score" in told.stdout
    assert answer["total"]["cases"] == 2
    assert answer["cases"][0]["rank"] == 1
    assert answer["calibration"]["brier"]["low"] <= answer["calibration"]["brier"]["value"]


def test_new_writes_a_file_once(own: Path) -> None:
    first = run("new", "cause", "mouse_ate_it", "--base", "sound", "--base-path", own)
    again = run("new", "cause", "mouse_ate_it", "--base", "sound", "--base-path", own)
    printed = run("new", "light", "lamp", "--base", "sound", "--base-path", own)
    wrong = run("new", "rule", "Not-An-Id", "--base", "sound", "--base-path", own)

    path = own / "sound/causes/mouse_ate_it.yaml"
    assert (first.returncode, first.stdout) == (0, f"{path}\n")
    assert path.read_text(encoding="utf-8").startswith("# A cause")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert printed.stdout.startswith("# A light")
    assert "indicators.yaml" in printed.stderr
    assert wrong.returncode == 2


def test_diff_names_what_changed(own: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(own, tmp_path / "changed")
    path = changed / "sound/checks.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{below: -20}, shows: cable_a_cut", "{below: -20}, shows: module_a_failed"), "utf-8")

    done = run("diff", own, changed)

    assert done.returncode == 0
    assert done.stdout.startswith("sound:cable_a (en): sound:cable_a_cut (")
    assert "sound:cable_a_cut: sound:rx_a_low +" in done.stdout
    assert "10 cases in two languages, 2 change their first place" in done.stderr


def test_a_sheet_goes_out_and_comes_back(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    out = run("export", "--base", "small", "--base-path", SMALL)
    sheet.write_text(out.stdout, encoding="utf-8")
    back = run("import", sheet, "--base", "mine", "--into", tmp_path)
    again = run("import", sheet, "--base", "mine", "--into", tmp_path)
    (tmp_path / "mine/symptoms.yaml").write_text("x", encoding="utf-8")
    refused = run("import", sheet, "--base", "mine", "--into", tmp_path)

    assert (out.returncode, back.returncode, again.returncode) == (0, 0, 0)
    assert out.stdout.startswith("\ufeffrow,id,")
    assert (tmp_path / "mine/causes/fibre_broken.yaml").is_file()
    assert (tmp_path / "mine/base.yaml").read_text(encoding="utf-8").startswith("base: mine\n")
    assert refused.returncode == 2
    assert "--replace replaces it" in refused.stderr


def test_the_hook_and_the_example_run_commands_that_exist() -> None:
    from tests.conftest import ROOT

    from diagnoser.knowledge.yaml_source import read_yaml

    [hook] = read_yaml((ROOT / ".pre-commit-hooks.yaml").read_bytes(), "hooks").data
    example = read_yaml((ROOT / "docs/ci-example.yaml").read_bytes(), "example")

    assert hook["entry"] == "diagnoser kb check"
    assert example.problems == []
    for step in example.data["jobs"]["knowledge"]["steps"]:
        if step.get("run", "").startswith("diagnoser "):
            command = step["run"].split()[2]
            assert run(command, "--help").returncode == 0


def test_answers_are_approved_and_a_change_is_told(own: Path) -> None:
    base = ("test", "--base-path", own, "--base", "sound", "-j", "1")
    cause = own / "sound/causes/cable_a_cut.yaml"

    accepted = run(*base, "--accept")
    same = run(*base)
    cause.write_text(cause.read_text(encoding="utf-8").replace("prior: uncommon", "prior: very_common"), "utf-8")
    moved = run(*base)
    told = json.loads(run(*base, "--json").stdout)

    assert accepted.returncode == 0, accepted.stderr
    assert "are new, gone or other ones" in accepted.stderr
    assert (same.returncode, same.stdout) == (0, "")
    assert moved.returncode == 1
    assert "changed (alone): sound:led_a_red: sound:cable_a_cut" in moved.stdout
    assert "answers changed (to approve them: --accept)" in moved.stderr
    assert ("sound:led_a_red", None) in {(change["id"], change["lang"]) for change in told["changed"]}
