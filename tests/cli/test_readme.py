"""The README says what there is, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from tests.conftest import ROOT

from diagnoser.cli.main import app

READMES = [ROOT / "README.md", ROOT / "docs" / "README.zh.md"]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_row_of_diagnose_names_all_its_options(readme: Path) -> None:
    row = next(line for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("| `diagnose ["))
    command = typer.main.get_command(app).commands["diagnose"]  # type: ignore[attr-defined]
    options = {max(option.opts, key=len) for option in command.params if option.opts[0].startswith("-")}

    assert options - set(re.findall(r"`(--[a-z-]+)`", row)) == set()


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_all_settings_are_named(readme: Path) -> None:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "api").rglob("*.py")]
    settings = {
        name for path in sources for name in re.findall(r"DIAGNOSER_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8"))
    }

    assert "DIAGNOSER_CACHE" in settings
    assert settings - set(re.findall(r"`(DIAGNOSER_[A-Z_]+)`", readme.read_text(encoding="utf-8"))) == set()
