"""What several outcomes of one check say, when the check was done at several places."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnoser.diagnosis import PreparedKnowledge, prepare, reason
from diagnoser.evidence import evidence_from
from diagnoser.knowledge import load
from tests.conftest import COMMON

FILES = {
    "base.yaml": "base: made\ntitle: {en: Made up, zh: 虚构}\nversion: 1.0.0\nimports: [common]\n",
    "checks.yaml": """\
- id: pull
  kind: inspection
  title: {en: pull at the rope, zh: 拉绳}
  how: {en: pull, zh: 拉}
  cost: {minutes: 5}
  outcomes:
    - {id: pull_slack, title: {en: slack, zh: 松}, shows: {rope: 0.9}}
    - {id: pull_frayed, title: {en: frayed, zh: 起毛}, shows: {rope: 0.9}}
    - {id: pull_tight, title: {en: tight, zh: 紧}, normal: true}
  source: experience
""",
    "causes/rope.yaml": """\
cause: rope
title: {en: rope, zh: 绳}
kind: hardware
item: rope
probable_cause: powerProblem
prior: 0.02
checks: [pull]
repair:
  - {do: {en: mend, zh: 修}, cost: {minutes: 5}, verify: {en: it works, zh: 正常}}
why: {en: for tests, zh: 测试用}
source: experience
""",
}


@pytest.fixture
def made(tmp_path: Path) -> PreparedKnowledge:
    for name, text in FILES.items():
        (tmp_path / "made" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "made" / name).write_text(text, encoding="utf-8")
    return prepare(load(COMMON, tmp_path / "made"))


def states(made: PreparedKnowledge, **answers: str) -> dict[str, set[str]]:
    answered = {"answers": {f"pull_{name}": state for name, state in answers.items()}}
    found: dict[str, set[str]] = {}
    for each in reason(made, evidence_from(answered), ("made",)).inference.findings:
        found.setdefault(each.finding.removeprefix("made:pull_"), set()).add(each.state)
    return found


def test_one_outcome_makes_the_others_absent(made: PreparedKnowledge) -> None:
    assert states(made, slack="present") == {"slack": {"present"}, "frayed": {"absent"}, "tight": {"absent"}}


def test_two_abnormal_outcomes_stand_beside_each_other(made: PreparedKnowledge) -> None:
    found = states(made, slack="present", frayed="present")

    assert found == {"slack": {"present"}, "frayed": {"present"}, "tight": {"absent"}}


def test_an_abnormal_outcome_stands_beside_a_normal_one(made: PreparedKnowledge) -> None:
    found = states(made, slack="present", tight="present")

    assert found["slack"] == {"present"}
    assert found["tight"] == {"present", "absent"}
