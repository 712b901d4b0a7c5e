"""What is said to be in order shows no fault, and is the normal outcome of the check that looks there."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose, read
from diagnoser.evidence import evidence_from


def said(knowledge: PreparedKnowledge, report: str) -> dict[str, str]:
    observed = read(knowledge, evidence_from({"report": report})).observed
    return {o.id: o.state for o in observed.observations}


@pytest.mark.parametrize(
    ("report", "outcome", "denied"),
    [
        ("光功率正常", "ethernet:rx_power_ok", "ethernet:optical_power_abnormal"),
        ("两端光功率都正常", "ethernet:rx_power_ok", "ethernet:optical_power_abnormal"),
        ("Optical power is within range", "ethernet:rx_power_ok", "ethernet:optical_power_abnormal"),
        ("对端设备正常", "ethernet:peer_found_ok", None),
        ("The peer is fine", "ethernet:peer_found_ok", None),
        ("电源灯正常", "ethernet:power_light_ok", None),
        ("温度正常", "ethernet:temperature_ok", None),
        ("iDRAC is reachable", "server:bmc_fine", None),
    ],
)
def test_what_is_in_order_is_a_normal_outcome(
    shipped: PreparedKnowledge, report: str, outcome: str, denied: str | None
) -> None:
    found = said(shipped, report)

    assert found[outcome] == "present"
    if denied is not None:
        assert found.get(denied) == "absent"
    shown = shipped.base.findings
    assert [i for i, state in found.items() if state == "present" and i in shown and not shown[i].normal] == []


@pytest.mark.parametrize(
    "report", ["光功率不正常", "Optical power is not normal", "对端设备不正常", "端口恢复正常后又断"]
)
def test_what_is_not_in_order_is_no_normal_outcome(shipped: PreparedKnowledge, report: str) -> None:
    found = said(shipped, report)

    assert not {"ethernet:rx_power_ok", "ethernet:peer_found_ok"} & found.keys()


@pytest.mark.parametrize(
    "report", ["BMC能登录", "配置核对过没问题", "日志里没有异常", "温度正常，风扇也正常转", "All fans are fine"]
)
def test_nothing_is_guessed_from_what_is_in_order(shipped: PreparedKnowledge, report: str) -> None:
    findings = shipped.base.findings
    found = said(shipped, report)

    assert [i for i, s in found.items() if s == "present" and i in findings and findings[i].kind == "symptom"] == []


def test_that_others_work_says_nothing_of_the_thing_itself(shipped: PreparedKnowledge) -> None:
    findings = shipped.base.findings
    found = said(shipped, "All other ONTs on the same PON are fine")

    assert [i for i in found if i in findings and findings[i].kind == "outcome"] == []


def test_a_symptom_of_which_something_in_order_is_a_part_is_read_still(shipped: PreparedKnowledge) -> None:
    report = "Since the access switch was replaced no IP phone registers, PCs behind them work"

    assert said(shipped, report).get("ethernet:phone_no_voice_vlan") == "present"


def test_a_peer_that_is_fine_is_no_suspect(shipped: PreparedKnowledge) -> None:
    report = "GE1/0/1端口down，收光-35dBm"
    before, after = (
        {c.id: c.posterior for c in diagnose(shipped, evidence_from({"report": r}), top=None).causes}
        for r in (report, f"{report}，对端设备正常")
    )

    odds_before, odds_after = (p / (1.0 - p) for p in (before["peer_device_down"], after["peer_device_down"]))
    assert odds_after < 0.6 * odds_before


@pytest.mark.parametrize("report", ["Rebooted, did not help", "重启过没用", "power cycled, same"])
def test_a_restart_without_effect_needs_no_name(shipped: PreparedKnowledge, report: str) -> None:
    found = said(shipped, report)

    assert found.get("ethernet:power_cycle_no_change") == "present"
    assert not {"ethernet:device_restarted", "common:after_restart"} & found.keys()


@pytest.mark.parametrize("report", ["设备自动重启，业务没恢复", "It rebooted by itself and the link did not come back"])
def test_a_restart_that_nobody_asked_for_was_not_tried(shipped: PreparedKnowledge, report: str) -> None:
    found = said(shipped, report)

    assert "ethernet:power_cycle_no_change" not in found
    assert "ethernet:device_restarted" in found
