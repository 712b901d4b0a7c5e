"""Whom to call, and what of the case to hand over is still missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from
from diagnoser.evidence.bundles import LogPart
from diagnoser.evidence.observe import OpenLog, no_files

CALLED = "the link is down since the road works"


def missing(knowledge: PreparedKnowledge, open_log: OpenLog = no_files, **evidence: Any) -> set[str]:
    document = {"report": CALLED, "repaired": ["small:fibre_broken"], **evidence}
    report = diagnose(knowledge, evidence_from(document), open_log=open_log)
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


@pytest.mark.parametrize(
    "told",
    [
        {"report": f"{CALLED} last night"},
        {"report": f"{CALLED}, down since ten minutes ago"},
        {"report": f"{CALLED}, it went down on Monday"},
        *(
            {"report": f"{when}端口down"}
            for when in ("昨晚", "刚才", "前天", "今早", "晚上", "3月5号", "半小时前", "周三")
        ),
        {"time": "2026-11-26T15:00:00"},
        {"logs": [{"file": "device.log"}]},
    ],
)
def test_when_it_began_may_be_told_in_words_in_its_field_or_by_a_log(
    small: PreparedKnowledge, told: dict[str, Any]
) -> None:
    def logs(name: str) -> Iterator[LogPart]:
        yield LogPart(name, iter([b"Jun 14 2023 15:16:01 sw IFNET/4/LINK_DOWN: interface GE0/0/1 down"]))

    assert "fault_time" in missing(small)
    assert "fault_time" not in missing(small, open_log=logs, **told)


@pytest.mark.parametrize(
    "said", ["link down, the stage 3 pump is fine", "端口down，目前日志正常，一周三次，3号口也看过"]
)
def test_what_is_no_time_tells_no_time(small: PreparedKnowledge, said: str) -> None:
    assert "fault_time" in missing(small, report=said)


@pytest.mark.parametrize("said", ["the LOS light of the ONT is red", "ONU los red blinking", "光猫LOS灯闪红"])
def test_the_state_of_a_light_may_be_told_in_words(shipped: PreparedKnowledge, said: str) -> None:
    report = diagnose(shipped, evidence_from({"report": said, "repaired": ["ethernet:fibre_bent"]}))

    assert report.escalation.collect
    assert "lights" not in {part.id for part in report.escalation.missing}


def test_a_light_that_was_picked_is_told(small: PreparedKnowledge) -> None:
    light = next(f.id for f in small.base.findings.values() if f.kind == "light")

    assert "lights" not in missing(small, answers={light: "present"})
