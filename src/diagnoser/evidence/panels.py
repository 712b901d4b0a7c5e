"""The lights of a device as its panel shows them, so that a light is picked and not spelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diagnoser.evidence.lights import NEAR
from diagnoser.knowledge import KnowledgeBase, Light


@dataclass(frozen=True, slots=True)
class Panel:
    """The lights of one part, such as a power module or a port."""

    base: str
    part: str
    lights: tuple[Light, ...]


def panels(base: KnowledgeBase, bases: Mapping[str, float]) -> tuple[Panel, ...]:
    """The panels of the bases that bear most on a device, the nearest base first.

    Args:
        base: all knowledge.
        bases: base -> how much it bears on the device, as `relevance` tells.
    """
    by_part: dict[tuple[float, str, str], list[Light]] = {}
    for light in base.lights.values():
        name = light.id.partition(":")[0]
        if bases.get(name, 0.0) >= NEAR:
            by_part.setdefault((-bases[name], name, light.document.part), []).append(light)
    return tuple(
        Panel(name, part, tuple(sorted(lights, key=lambda light: light.id)))
        for (_, name, part), lights in sorted(by_part.items(), key=lambda item: item[0])
    )


def as_panel(panel: Panel) -> dict[str, Any]:
    """A panel as plain data, with the full ids of the states."""
    return {
        "base": panel.base,
        "part": panel.part,
        "lights": [
            {
                "id": light.id,
                "light": light.document.light,
                "states": [
                    {
                        "id": f"{panel.base}:{state.id}",
                        "colour": state.colour,
                        "behaviour": state.behaviour,
                        "meaning": {"en": state.meaning.en, "zh": state.meaning.zh},
                        "normal": state.normal,
                    }
                    for state in light.document.states
                ],
            }
            for light in panel.lights
        ],
    }
