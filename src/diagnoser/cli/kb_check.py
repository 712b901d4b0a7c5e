"""`diagnoser kb check`: what is wrong with knowledge."""

from __future__ import annotations

import gc
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from diagnoser.cli.exit_codes import DONE, INCONCLUSIVE
from diagnoser.cli.kb_lines import counted
from diagnoser.cli.streams import say


class Format(StrEnum):
    """Forms in which problems are told."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


def check(
    path: Annotated[
        list[Path] | None, typer.Argument(help="Folder of bases, or one base; the shipped knowledge by default.")
    ] = None,
    how: Annotated[Format, typer.Option("--format", help="text, json, sarif (code scanning) or github.")] = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
) -> None:
    """Check knowledge: every problem at once, with file, line and column.

    Overlays (overlays.yaml) are checked with the base that they stand in.
    """
    from diagnoser.authoring.check import check as checked_knowledge
    from diagnoser.authoring.problem_formats import formatted

    gc.disable()  # it runs once and ends; what it builds stays until then
    checked = checked_knowledge(*(path or ()))
    sys.stdout.write(formatted(checked, how.value))
    errors = sum(p.severity == "error" for p in checked.problems)
    warnings = len(checked.problems) - errors
    say(
        f"{counted(checked.bases, 'base')}, {counted(checked.files, 'file')}: "
        + (f"{counted(errors, 'error')}, {counted(warnings, 'warning')}" if checked.problems else "no problem found")
    )
    raise typer.Exit(INCONCLUSIVE if errors or (strict and warnings) else DONE)
