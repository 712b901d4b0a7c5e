"""Unknown lines become templates, and templates become patterns that the knowledge accepts."""

from __future__ import annotations

import importlib.util
import random
import shutil
from pathlib import Path

import pytest
import re2
from tests.conftest import COMMON, SMALL

from diagnoser.authoring.check import check
from diagnoser.evidence.templates import MAX_TEMPLATES, Templates, as_yaml, masked, pattern_of

DRAIN = importlib.util.find_spec("drain3") is not None
WAYS = [False, pytest.param(True, marks=pytest.mark.skipif(not DRAIN, reason="drain3 is not installed"))]

LINES = [
    *(f"Jun 14 15:16:{n:02} sw1 sshd[{n}]: Failed password for root from 10.0.0.{n} port {n * 7}" for n in range(30)),
    "Jun 14 15:17:00 sw1 kernel: GigabitEthernet0/0/1 changed its 'state' to \\down",
    *(f"Jun 14 15:18:0{n} sw1 fan[1]: speed 0x{n}f is out of range (50%)" for n in range(3)),
    "Jun 14 15:19:00 sw1 psu: \x01 odd\ttab 电源故障",
]


def collected(drain: bool) -> Templates:
    templates = Templates(drain)
    for number, line in enumerate(LINES, 1):
        templates.add(line, f"a.log:{number}")
    return templates


@pytest.mark.parametrize("drain", WAYS)
def test_the_rarest_come_first_and_of_these_the_newest(drain: bool) -> None:
    found = collected(drain).rarest()

    assert [(t.count, t.where) for t in found] == [(1, "a.log:35"), (1, "a.log:31"), (3, "a.log:32"), (30, "a.log:1")]
    assert found[3].last == "--06-14T15:16:29"


@pytest.mark.parametrize("drain", WAYS)
def test_a_pattern_matches_every_line_of_its_template_and_no_other(drain: bool) -> None:
    for template in collected(drain).rarest():
        assert sum(bool(re2.search(template.pattern, line)) for line in LINES) == template.count
        assert template.other in LINES
        assert not re2.search(template.pattern, template.other or "")


@pytest.mark.parametrize("drain", WAYS)
def test_what_is_printed_goes_into_logs_yaml_as_it_is(drain: bool, tmp_path: Path) -> None:
    base = tmp_path / "small"
    shutil.copytree(SMALL, base)
    with (base / "logs.yaml").open("a", encoding="utf-8") as file:
        file.writelines(as_yaml(collected(drain).rarest()))

    problems = check(COMMON, base).problems

    assert [p for p in problems if p.severity == "error"] == []
    assert sum(p.location.file.endswith("logs.yaml") and p.code == "explains-nothing" for p in problems) == 4


def test_values_are_blanked_and_a_port_is_the_component() -> None:
    assert masked("Jun 14 15:16:01 sw1 IFNET[12]: GE0/0/1 lost 00:11:22:33:44:55 at 10.1.2.3 0xdeadbeef 3.5 V") == (
        "IFNET[<num>]: <port> lost <mac> at <ip> <hex> <num> V"
    )
    found = re2.search(pattern_of("port <port> of <port> is <*>"), "port GE0/0/1 of XGE1/0/2 is down")
    assert found["component"] == "GE0/0/1"


def test_a_port_after_chinese_words_is_the_component() -> None:
    templates = Templates(drain=False)
    templates.add("接口GigabitEthernet0/0/2链路故障，对端10.1.2.3", "a:1")

    [template] = templates.rarest()

    assert template.text == "接口<port>链路故障，对端<ip>"
    assert "(?P<component>" in template.pattern


def test_lines_alike_are_looked_through_for_secrets_once() -> None:
    templates, asked = Templates(drain=False), []

    def shown(line: str) -> str:
        asked.append(line)
        return line.replace("root", "hidden-person-1")

    for n in range(100):
        templates.add(f"Jun 14 15:00:{n % 60:02} sw login {n} of root", f"a:{n}", shown)

    [template] = templates.rarest()
    assert (template.count, len(asked)) == (100, 1)
    assert "root" not in template.example + template.text + template.pattern
    assert template.last is not None


def test_the_number_of_templates_is_bounded() -> None:
    rnd = random.Random(1)
    templates = Templates(drain=False)

    for _ in range(MAX_TEMPLATES + 500):
        templates.add("".join(rnd.choice("abcdefgh") for _ in range(12)), "x")

    assert len(templates.rarest(5)) == 5
    assert templates.dropped > 0
    assert len(templates._groups) == MAX_TEMPLATES
