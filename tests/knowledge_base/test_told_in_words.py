"""What callers say of redundant supplies and of a silent console leads to the causes that are known for it."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from


@pytest.mark.parametrize(
    "report",
    [
        "two power supplies but server died when we pulled one cord",
        "the server has two power supplies but went off when one cord was pulled",
        "双电源服务器，拔了一根电源线就死机了",
        "双电源的交换机，断了一路电就关机了",
    ],
)
def test_a_device_with_two_feeds_that_went_off_with_one_had_no_redundancy(
    shipped: PreparedKnowledge, report: str
) -> None:
    leading = {cause.id for cause in diagnose(shipped, evidence_from({"report": report})).causes[:2]}

    assert leading & {"second_supply_dead", "both_cords_one_feed"}


@pytest.mark.parametrize(
    "report",
    [
        "the console is completely blank",
        "there is no output on the console",
        "the console stays empty",
        "串口没有任何输出",
    ],
)
def test_a_silent_console_leads_to_its_cable_and_settings(shipped: PreparedKnowledge, report: str) -> None:
    told = diagnose(shipped, evidence_from({"report": report}))

    assert told.causes[0].id == "console_settings_wrong"
    assert told.severity == "minor"
