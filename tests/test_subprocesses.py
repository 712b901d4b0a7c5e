"""No test waits forever for a command that it started."""

from __future__ import annotations

import ast
from pathlib import Path

HERE = Path(__file__).parent
WAITS = {"run", "call", "check_call", "check_output"}


def test_every_command_has_a_time_limit() -> None:
    unlimited = [
        f"{path.relative_to(HERE)}:{call.lineno}"
        for path in sorted(HERE.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "subprocess"
        and call.func.attr in WAITS
        and "timeout" not in {given.arg for given in call.keywords}
    ]

    assert unlimited == []
