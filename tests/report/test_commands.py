"""Commands of the knowledge, ready to be typed."""

from __future__ import annotations

from typing import Any

import pytest

from diagnoser.diagnosis import PreparedKnowledge, diagnose, read
from diagnoser.evidence import evidence_from
from diagnoser.report.commands import Commands, commands_for

THREE = "display interface {component} / show interfaces {component} counters errors / ethtool -S {component}"


def commands(knowledge: PreparedKnowledge, **evidence: Any) -> Commands:
    observed = read(knowledge, evidence_from(evidence)).observed
    return commands_for(knowledge.base, evidence.get("device"), observed.observations)


@pytest.mark.parametrize(
    ("device", "said", "shown"),
    [
        ("Huawei S5700", "GE0/0/1 port down", "display interface ge0/0/1"),
        ("华为核心交换机", "GE0/0/1端口down", "display interface ge0/0/1"),
        ("Cisco Catalyst 2960", "Gi0/1 port down", "show interfaces gi0/1 counters errors"),
        ("Huawei S5700", "port down", "display interface {component}"),
        ("Huawei S5700", "GE0/0/1 and GE0/0/2 are down", "display interface {component}"),
        ("Huawei 2288H V5", "eth0 is down", THREE.replace("-S {component}", "-S eth0")),
        ("some box", "port down", THREE),
    ],
)
def test_a_command_is_for_the_maker_and_the_one_interface(
    shipped: PreparedKnowledge, device: str, said: str, shown: str
) -> None:
    assert commands(shipped, report=said, device=device).ready(THREE) == shown


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (None, None),
        ("display this", "display this"),
        ("reset slot {component}", "reset slot 3"),
        ("ping {component}", "ping {component}"),
        ("display eth-trunk {component}", "display eth-trunk {component}"),
        ("reset recycle-bin / delete /unreserved", "reset recycle-bin / delete /unreserved"),
        ("dir / dir flash:", "dir / dir flash:"),
        ("display stack / display stack port brief / show switch", "display stack / display stack port brief"),
        ("du -xh / | sort", "du -xh / | sort"),
        ("virtual-cable-test / test cable-diagnostics tdr interface {component}", "virtual-cable-test"),
    ],
)
def test_what_takes_another_thing_than_the_component_stays(command: str | None, shown: str | None) -> None:
    assert Commands("display", "ge0/0/1", None, "3").ready(command) == shown


def test_the_report_shows_commands_that_can_be_pasted(shipped: PreparedKnowledge) -> None:
    evidence = evidence_from({"report": "GE0/0/1 port down, port light off", "device": "Huawei S5700"})

    told = [check.command for check in diagnose(shipped, evidence).next_checks if check.command]

    assert "display interface ge0/0/1" in told
    assert [command for command in told if "show " in command or "ethtool" in command] == []
