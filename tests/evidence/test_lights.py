"""Which light is meant, what it does, how fast, and since when."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence import Observed, evidence_from, observe, relevance
from diagnoser.evidence.lights import only_tells_behaviour, read_light
from diagnoser.evidence.panels import panels


def read(knowledge: PreparedKnowledge, report: str, device: str) -> Observed:
    evidence = evidence_from({"report": report, "device": device})
    bases = relevance(knowledge.base, evidence, knowledge.base.active_bases(device))
    return observe(evidence, knowledge.observables, bases)


@pytest.mark.parametrize(
    ("words", "colour", "behaviour", "hertz", "changed"),
    [
        ("blinks red quickly", "red", "fast_blink", None, None),
        ("green flashing slowly", "green", "slow_blink", None, None),
        ("blinking at 2 Hz", None, "fast_blink", 2.0, None),
        ("amber, 0.5 Hz", "amber", "slow_blink", 0.5, None),
        ("红绿交替闪", "red", "alternating", None, None),
        ("red and green blinking in turn", "red", "alternating", None, None),
        ("每秒闪4次", None, "blink", 4.0, None),
        ("turned amber after the reseat", "amber", None, None, "after the reseat"),
        ("重新插拔后变红灯", "red", None, None, "重新插拔后"),
    ],
)
def test_colour_behaviour_frequency_and_time_are_read(
    words: str, colour: str | None, behaviour: str | None, hertz: float | None, changed: str | None
) -> None:
    reading = read_light(words)

    assert (reading.colour, reading.behaviour, reading.hertz, reading.changed) == (colour, behaviour, hertz, changed)


@pytest.mark.parametrize(
    ("clause", "only"),
    [(" blinking at 2 Hz", True), ("每秒闪2次", True), ("the fan stopped", False), ("the disk blinks", False)],
)
def test_a_clause_may_say_no_more_than_how_a_light_behaves(clause: str, only: bool) -> None:
    assert only_tells_behaviour(clause) is only


@pytest.mark.parametrize("report", ["port light off", "端口灯不亮"])
@pytest.mark.parametrize(("device", "other"), [("Huawei S5735", "cisco"), ("Cisco Catalyst 2960", "avaya")])
def test_lights_of_other_makers_are_not_meant(shipped: PreparedKnowledge, report: str, device: str, other: str) -> None:
    ids = [o.id for o in read(shipped, report, device).observations]

    assert ids
    assert not any(other in id_.casefold() for id_ in ids)


@pytest.mark.parametrize("report", ["the XYZ lamp is purple", "XYZ灯紫色"])
def test_an_unknown_light_is_told_with_the_nearest_of_the_device(shipped: PreparedKnowledge, report: str) -> None:
    [unplaced] = read(shipped, report, "Huawei S5735").unplaced

    assert len(unplaced.nearest) == 3


def test_a_panel_holds_the_lights_of_the_device_and_ids_that_can_be_answered(shipped: PreparedKnowledge) -> None:
    evidence = evidence_from({"report": "-", "device": "Huawei S5735"})
    bases = relevance(shipped.base, evidence, shipped.base.active_bases("Huawei S5735"))

    found = panels(shipped.base, bases)

    assert found[0].base == "huawei_switch"
    assert "storage" not in {panel.base for panel in found}
    assert all(s in shipped.base.findings for panel in found for light in panel.lights for s in light.states)
