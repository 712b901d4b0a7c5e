"""Problems as JSON, SARIF and annotations of GitHub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diagnoser.authoring.check import check
from diagnoser.authoring.problem_formats import formatted
from tests.authoring.defects import defect, inject


@pytest.fixture
def broken(sound: Path) -> Path:
    inject(sound, defect("unknown finding"))
    inject(sound, defect("gap"))
    return sound


def test_json_has_every_part_of_a_problem(broken: Path) -> None:
    answer = json.loads(formatted(check(broken), "json"))

    assert answer["errors"] == 1
    assert answer["warnings"] == 1
    problem = next(p for p in answer["problems"] if p["severity"] == "error")
    assert (problem["code"], problem["line"]) == ("unknown-id", 4)
    assert problem["hint"] == "did you mean 'link_a_fault'?"


def test_sarif_names_rules_and_places(broken: Path) -> None:
    log = json.loads(formatted(check(broken), "sarif"))

    [run] = log["runs"]
    assert log["version"] == "2.1.0"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"gap", "unknown-id"}
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith(".yaml")
        assert place["region"]["startLine"] >= 1


def test_github_annotations_are_escaped(broken: Path) -> None:
    lines = formatted(check(broken), "github").splitlines()

    assert len(lines) == 2
    assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)
    assert any(
        line.endswith("::unknown event or cause 'link_a_fautl' (did you mean 'link_a_fault'?)") for line in lines
    )
