"""Whom to call, and what of the case to hand over is still missing."""

from __future__ import annotations

from typing import Any

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from

CALLED = "the link is down since the road works"


def missing(knowledge: PreparedKnowledge, **evidence: Any) -> set[str]:
    report = diagnose(knowledge, evidence_from({"report": CALLED, "repaired": ["small:fibre_broken"], **evidence}))
    assert report.escalation.reasons
    return {part.id for part in report.escalation.missing}


def test_what_nobody_told_is_missing(small: PreparedKnowledge) -> None:
    assert missing(small) >= {"tests_done", "lights", "software_version"}


@pytest.mark.parametrize(
    "told",
    [
        {"answers": {"small:rx_power_low": "present"}},
        {"report": f"{CALLED}, rx power -31 dBm"},
        {"tests": [{"check": "rx power", "result": "-31 dBm"}]},
    ],
)
def test_a_check_with_an_outcome_is_a_test_done(small: PreparedKnowledge, told: dict[str, Any]) -> None:
    assert "tests_done" not in missing(small, **told)


@pytest.mark.parametrize("said", ["the LOS light of the ONT is red", "ONU los red blinking", "光猫LOS灯闪红"])
def test_the_state_of_a_light_may_be_told_in_words(shipped: PreparedKnowledge, said: str) -> None:
    report = diagnose(shipped, evidence_from({"report": said, "repaired": ["ethernet:fibre_bent"]}))

    assert report.escalation.collect
    assert "lights" not in {part.id for part in report.escalation.missing}


def test_a_light_that_was_picked_is_told(small: PreparedKnowledge) -> None:
    light = next(f.id for f in small.base.findings.values() if f.kind == "light")

    assert "lights" not in missing(small, answers={light: "present"})
