"""What the pages show is what the program prints: each command of theirs is run, on the files that they tell to write."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from tests.conftest import ROOT
from typer.testing import CliRunner

from diagnoser.cli.main import app

PAGES = ["README.md", "docs/README.zh.md", "knowledge/README.md", "knowledge/README.zh.md"]
GAP = "..."
"""A line of a page that stands for what was left out, or for the rest."""

NEEDS_MORE = re.compile(r"kb (?:eval|diff|import|export)\b|--accept|^make\b|^curl\b|^git\b")
"""Commands on files that only the reader has, and those of other programs."""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_prints_what_the_page_shows(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name, content in written_files(text):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    ran = 0

    for command, shown in commands(text):
        if NEEDS_MORE.search(command) or "4 errors" in shown:
            continue
        words = shlex.split(command, comments=True)
        if words[0] == "echo":
            Path(words[-1]).write_text(f"{words[1]}\n", encoding="utf-8")
            continue
        assert words[0] == "diagnoser", command
        result = CliRunner().invoke(app, words[1:])
        ran += 1
        assert result.exit_code in (0, 1), (command, result.output)
        assert fits(shown, result.stdout, result.stderr), (command, result.output)

    assert ran >= 3


@pytest.mark.parametrize("page", PAGES[:2])
def test_the_report_is_what_is_printed(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    [(evidence, shown)] = re.findall(
        r"<!-- report: (\S+) -->\n```text\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL
    )

    assert CliRunner().invoke(app, ["diagnose", "--evidence", evidence]).stdout == shown


@pytest.mark.parametrize("page", PAGES[:2])
def test_the_json_of_the_page_is_that_of_the_answer(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    [shown] = re.findall(r"```json\n(\{\n  \"id\".*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    command = ["diagnose", "--evidence", "docs/examples/uplink_down.json", "--top", "2", "--json", "--keep-secrets"]

    answer = json.loads(CliRunner().invoke(app, command).stdout)

    assert differences(json.loads(shown), answer) == []


@pytest.mark.parametrize("page", PAGES[:2])
def test_there_is_as_much_knowledge_as_the_page_says_and_not_much_more(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8").split("kb stats` ", 1)[1]
    said = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\d", text)[:6]]
    counts = json.loads(CliRunner().invoke(app, ["kb", "stats", "--json"]).stdout)["total"]

    there = [counts[kind] for kind in ("causes", "log_patterns", "indicators", "symptoms", "checks", "cases")]

    assert all(least <= count < 1.1 * least for least, count in zip(said, there, strict=True)), (said, there)


def written_files(page: str) -> list[tuple[str, str]]:
    """The files that a page tells to write: blocks of YAML that begin with their name."""
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    named = ((re.match(r"# ((?:ours|knowledge)/[\w/]+\.yaml)", block), block) for block in blocks)
    return [(name[1], block) for name, block in named if name]


def commands(page: str) -> list[tuple[str, str]]:
    """The commands of a page, each with what is shown below it."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for piece in re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
            command, _, shown = piece.partition("\n")
            found.append((command, shown.rstrip()))
    return found


def fits(shown: str, stdout: str, stderr: str) -> bool:
    """Whether lines are shown as they are printed, but for gaps; a page shows what goes to stderr last."""
    pattern = "".join("(?:.*\n)*?" if line == GAP else re.escape(line) + "\n" for line in shown.splitlines())
    ending = "(?:.*\n)*" if "\n" + GAP in shown or not shown else ""
    return re.fullmatch(pattern + ending, stdout + stderr) is not None


def differences(shown: object, answer: object, at: str = "") -> list[str]:
    """Where a shortened document says something else than the whole one; `...` stands for anything."""
    if isinstance(shown, dict) and isinstance(answer, dict):
        kept = {key: value for key, value in shown.items() if key != GAP}
        return [
            problem
            for key, value in kept.items()
            for problem in (
                differences(value, answer[key], f"{at}/{key}") if key in answer else [f"{at}/{key} is not there"]
            )
        ]
    if isinstance(shown, list) and isinstance(answer, list):
        return [
            f"{at}: no item like {item}"
            for item in shown
            if item != GAP and all(differences(item, each) for each in answer)
        ]
    if isinstance(shown, str) and shown.endswith(GAP):
        return [] if shown == GAP or str(answer).startswith(shown.removesuffix(GAP)) else [f"{at}: {answer}"]
    return [] if shown == answer else [f"{at}: {answer}"]
