"""Which light was meant, where many bear the same name."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON

from diagnoser.diagnosis import PreparedKnowledge, diagnose, prepare
from diagnoser.evidence import evidence_from
from diagnoser.evidence.document import IndicatorSeen
from diagnoser.evidence.observation import Source, Unplaced
from diagnoser.knowledge import load

MAKERS = ("Acme", "Bolt", "Corvo", "Delta", "Enzo", "Fermi", "Gauss")


@pytest.mark.parametrize("maker", MAKERS)
def test_the_part_decides_among_all_lights_of_one_name(maker: str, tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    path = folder / "indicators.yaml"
    lights = "".join(
        f"- part: {each} shelf\n  light: Zeta\n  states:\n"
        f"    - {{id: zeta_{each.lower()}, colour: red, behaviour: steady,"
        " meaning: {en: fault, zh: 故障}, shows: link_a_fault}\n"
        "  source: experience\n"
        for each in MAKERS
    )
    path.write_text(path.read_text(encoding="utf-8") + lights, encoding="utf-8")
    knowledge = prepare(load(COMMON, folder))
    seen = IndicatorSeen(part=f"{maker} shelf", light="Zeta", colour="red", behaviour="steady")

    placed = knowledge.observables.lights.place(seen, {"sound": 1.0, "common": 1.0}, Source("indicator"))

    assert not isinstance(placed, Unplaced)
    assert [o.id for o in placed] == [f"sound:{maker} shelf/Zeta"]


@pytest.mark.parametrize("device", ["S3900", "S3928P", "Quidway S3900"])
@pytest.mark.parametrize(
    ("light", "state"),
    [
        ("S3900 fabric SFP port green fast blink", "s39_fabric_fault"),
        ("Duplex mode yellow steady", "s39_half_duplex"),
        ("port light in PoE mode yellow steady", "s39_poe_fault"),
        ("双工模式端口灯 黄灯常亮", "s39_half_duplex"),
    ],
)
def test_the_mode_of_display_decides_among_the_lights_of_a_port(
    shipped: PreparedKnowledge, device: str, light: str, state: str
) -> None:
    report = diagnose(shipped, evidence_from({"device": device, "indicators": [{"part": light}]}))

    assert [o.finding for o in report.observations] == [f"huawei_switch:{state}"]
