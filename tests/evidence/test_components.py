"""Which components a text names, and which of them a statement is about."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence.components import components_in, lists_in
from diagnoser.evidence.text import read_report


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("接口 10GE1/0/1 down", ["10ge1/0/1"]),
        ("Ten-GigabitEthernet1/0/49 and g0/0/1", ["ten-gigabitethernet1/0/49", "ge0/0/1"]),
        ("PWR2, PSU 1 与第二块电源", ["psu 2", "psu 1", "psu 2"]),
        ("第十二块硬盘", ["disk 12"]),
        ("ports 5 and 6", ["port 5", "port 6"]),
        ("ports 1 and 5-7", ["port 1", "port 5", "port 6", "port 7"]),
        ("9到11口", ["port 9", "port 10", "port 11"]),
        ("端口9-11", ["port 9", "port 10", "port 11"]),
        ("GE0/0/9到GE0/0/11", ["ge0/0/9", "ge0/0/10", "ge0/0/11"]),
        ("XGE1/0/1-2", ["xge1/0/1", "xge1/0/2"]),
        ("from GE0/0/1 to GE0/0/5", ["ge0/0/1", "ge0/0/5"]),
        ("ports 1-4000", ["port 1", "port 4000"]),
        ("disk 3, 48 sectors", ["disk 3"]),
        ("24口交换机，3口不通", ["port 3"]),
        ("CPU 98 percent, PSU 53.5V", []),
    ],
)
def test_components_are_named_in_many_ways(text: str, names: list[str]) -> None:
    assert [name for name, _, _ in components_in(text)] == names


def test_components_in_one_breath_are_one_list() -> None:
    lists = lists_in("GE0/0/1、GE0/0/2 down and GE0/0/3 up")

    assert [sorted(names) for names, _, _ in lists] == [["ge0/0/1", "ge0/0/2"], ["ge0/0/3"]]


@pytest.mark.parametrize(
    ("text", "words", "components"),
    [
        ("GE0/0/1、GE0/0/2都down了", "GE0/0/2都down", {"ge0/0/1", "ge0/0/2"}),
        ("GE0/0/1 and GE0/0/2 are both down", "GE0/0/2 are both down", {"ge0/0/1", "ge0/0/2"}),
        ("GE0/0/1不通，GE0/0/2正常", "GE0/0/1不通", {"ge0/0/1"}),
        ("GE0/0/1 rx -31 dBm, GE0/0/2 rx -5 dBm", "GE0/0/1 rx -31 dBm", {"ge0/0/1"}),
        ("第二块电源灯灭了，收光 -31 dBm，CPU 98%", "收光 -31 dBm", {None}),
        ("第二块电源灯灭了，收光 -31 dBm，CPU 98%", "CPU 98%", {None}),
        ("第二块电源灯灭了，收光 -31 dBm，CPU 98%", "第二块电源灯灭了", {"psu 2"}),
        ("第十二块硬盘亮红灯", "硬盘亮红灯", {"disk 12"}),
    ],
)
def test_a_statement_is_about_the_components_that_its_words_name(
    shipped: PreparedKnowledge, text: str, words: str, components: set[str | None]
) -> None:
    read = read_report(text, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert {o.component for o in read.observations if o.text == words and o.subject != "circumstance"} == components


def test_crc_errors_of_a_port_are_not_those_of_a_disk(shipped: PreparedKnowledge) -> None:
    read = read_report(
        "25GE1/0/3 has interface CRC errors", shipped.observables, dict.fromkeys(shipped.base.bases, 1.0)
    )

    found = {o.id: o.certainty for o in read.observations}
    assert found["ethernet:link_errors"] > 0.8
    assert found.get("server:cable_crc_disk", 0.0) <= 0.8
