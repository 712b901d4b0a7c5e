"""Which light was meant, where many bear the same name."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON

from diagnoser.diagnosis import prepare
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
