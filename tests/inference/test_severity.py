"""Severity follows what was read for sure."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from


@pytest.mark.parametrize("report", ["the vending machine is broken", "咖啡机坏了"])
def test_what_is_read_with_doubt_is_not_grave(shipped: PreparedKnowledge, report: str) -> None:
    assert diagnose(shipped, evidence_from({"report": report})).severity not in {"critical", "major"}


def test_what_is_read_for_sure_is_as_grave_as_it_is(shipped: PreparedKnowledge) -> None:
    assert diagnose(shipped, evidence_from({"report": "machine check exception on CPU 1"})).severity == "critical"
