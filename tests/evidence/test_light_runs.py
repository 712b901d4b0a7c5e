"""Several lights that are told in one breath are read one by one."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence import evidence_from, observe, relevance
from diagnoser.evidence.words import clause_spans


@pytest.mark.parametrize(
    ("told", "clauses"),
    [
        ("光猫PON灯闪烁LOS灯灭", ["光猫PON灯闪烁", "LOS灯灭"]),
        ("PON blinking LOS off", ["PON blinking", "LOS off"]),
        ("RUN绿闪ALM红常亮", ["RUN绿闪", "ALM红常亮"]),
        ("电源灯亮PON灯闪LOS灭", ["电源灯亮", "PON灯闪", "LOS灭"]),
        ("power light on PON light blinking LOS light red", ["power light on", "PON light blinking", "LOS light red"]),
        ("告警灯闪烁运行灯灭", ["告警灯闪烁", "运行灯灭"]),
        ("PWR1 green and PWR2 off", ["PWR1 green", "PWR2 off"]),
    ],
)
def test_one_light_ends_where_the_next_begins(told: str, clauses: list[str]) -> None:
    assert [told[start:end].strip() for start, end in clause_spans(told)] == clauses


@pytest.mark.parametrize(
    "told",
    [
        "指示灯红灯绿灯交替闪",
        "the LED shows red light green light in turns",
        "PON灯闪烁的时候光猫很热",
        "the fault light on the power supply is red",
        "link light off on the run to the office",
    ],
)
def test_one_light_is_not_parted(told: str) -> None:
    assert len(clause_spans(told)) == 1


@pytest.mark.parametrize(
    ("together", "apart"),
    [
        ("光猫PON灯闪烁LOS灯灭", "光猫PON灯闪烁，LOS灯灭"),
        ("PON blinking LOS off", "PON blinking, LOS off"),
        ("RUN绿闪ALM红常亮", "RUN绿闪，ALM红常亮"),
    ],
)
def test_a_run_of_lights_says_the_same_with_and_without_a_comma(
    shipped: PreparedKnowledge, together: str, apart: str
) -> None:
    assert _read(shipped, together) == _read(shipped, apart)


def _read(knowledge: PreparedKnowledge, report: str) -> set[tuple[str, str, str | None, str | None]]:
    evidence = evidence_from({"report": report})
    bases = relevance(knowledge.base, evidence, knowledge.base.active_bases(None))
    found = observe(evidence, knowledge.observables, bases).observations
    return {(o.id, o.state, o.colour, o.behaviour) for o in found}
