"""Problems for people, for scripts, for code scanning and for annotations on a pull request."""

from __future__ import annotations

import json
from typing import Any, Literal

from diagnoser.authoring.check import Checked
from diagnoser.errors import Problem

Format = Literal["text", "json", "sarif", "github"]


def formatted(checked: Checked, how: Format) -> str:
    """The problems in one of the formats, ending in a line break unless there is nothing to say."""
    if how == "json":
        return json.dumps(_as_json(checked), indent=2, ensure_ascii=False) + "\n"
    if how == "sarif":
        return json.dumps(_as_sarif(checked), indent=2, ensure_ascii=False) + "\n"
    if how == "github":
        return "".join(_as_github(problem) for problem in checked.problems)
    return "".join(f"{problem}\n" for problem in checked.problems)


def _as_json(checked: Checked) -> dict[str, Any]:
    return {
        "bases": checked.bases,
        "files": checked.files,
        "errors": sum(p.severity == "error" for p in checked.problems),
        "warnings": sum(p.severity == "warning" for p in checked.problems),
        "problems": [
            {
                "file": p.location.file,
                "line": p.location.line,
                "column": p.location.column,
                "code": p.code,
                "severity": p.severity,
                "message": p.message,
                "hint": p.hint,
            }
            for p in checked.problems
        ],
    }


def _as_sarif(checked: Checked) -> dict[str, Any]:
    """SARIF 2.1.0 (OASIS), one run."""
    from diagnoser import __version__

    codes = sorted({p.code for p in checked.problems})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "diagnoser kb check",
                        "version": __version__,
                        "rules": [{"id": code, "name": code} for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(p, codes) for p in checked.problems],
            }
        ],
    }


def _sarif_result(problem: Problem, codes: list[str]) -> dict[str, Any]:
    where = problem.location
    return {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.severity,
        "message": {"text": _sentence(problem)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": where.file},
                    "region": {"startLine": where.line, "startColumn": where.column},
                }
            }
        ],
    }


def _as_github(problem: Problem) -> str:
    """A workflow command, with what it gives a meaning to escaped."""
    where = problem.location

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def prop(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    return (
        f"::{problem.severity} file={prop(where.file)},line={where.line},col={where.column},"
        f"title={prop(problem.code)}::{data(_sentence(problem))}\n"
    )


def _sentence(problem: Problem) -> str:
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message
