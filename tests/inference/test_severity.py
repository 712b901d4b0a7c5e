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


@pytest.mark.parametrize(
    ("report", "severity"),
    [
        ("one tablet has no internet, all others in the office are fine", "minor"),
        ("办公室里只有一台平板上不了网，其他都正常", "minor"),
        ("whole office has no internet", "critical"),
        ("全公司断网", "critical"),
    ],
)
def test_a_service_that_one_user_lacks_is_less_grave(shipped: PreparedKnowledge, report: str, severity: str) -> None:
    told = diagnose(shipped, evidence_from({"report": report}))

    assert told.severity == severity
    assert told.escalation.hierarchic is (severity == "critical")


def test_what_a_log_says_is_as_grave_whoever_is_affected(shipped: PreparedKnowledge) -> None:
    report = "only this one is affected, others are fine"
    line = "Nov 24 08:12:44 host kernel: mce: [Hardware Error]: Machine check events logged"
    alone = diagnose(shipped, evidence_from({"logs": [line]}))

    assert diagnose(shipped, evidence_from({"report": report, "logs": [line]})).severity == alone.severity
