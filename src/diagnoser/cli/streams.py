"""What goes where: answers to stdout, all else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import typer


def write_json(value: Any) -> None:
    """An answer as JSON."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_lines(lines: Iterable[str]) -> None:
    """An answer as lines, without their ends."""
    for line in lines:
        sys.stdout.write(f"{line}\n")


def say(text: str) -> None:
    """What a person should know beside the answer."""
    print(text, file=sys.stderr)


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong, and end with an exit code."""
    say(f"diagnoser: {message}")
    raise typer.Exit(code)
