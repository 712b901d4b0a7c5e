"""The lights of a device as its panel shows them, so that a light is picked and not spelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diagnoser.evidence.lights import NEAR
from diagnoser.evidence.models import foreign, makers_in, of_model
from diagnoser.knowledge import KnowledgeBase, Light


@dataclass(frozen=True, slots=True)
class Panel:
    """The lights of one part, such as a power module or a port."""

    base: str
    part: str
    lights: tuple[Light, ...]
    own: bool = True
    """Whether it is of the kind of device that was named, and not of another model or of what only may be beside it."""


def panels(base: KnowledgeBase, bases: Mapping[str, float], device: str = "") -> tuple[Panel, ...]:
    """The panels of the bases that bear most on a device, without those of other makers.

    Those of its model come first, then others of its base, of the bases beneath, and of other models.

    Args:
        base: all knowledge.
        bases: base -> how much it bears on the device, as `relevance` tells.
        device: maker and model, or what it is; empty for any.
    """
    makers = makers_in(" ".join((device, *_vendors(base, bases)))) if device else frozenset()
    by_part: dict[tuple[int, float, str, str], list[Light]] = {}
    for light in base.lights.values():
        name, part = light.id.partition(":")[0], light.document.part
        if bases.get(name, 0.0) >= NEAR and not foreign(makers_in(f"{name} {part}".replace("_", " ")), makers):
            by_part.setdefault((_distance(part, bases[name], device, makers), -bases[name], name, part), []).append(
                light
            )
    return tuple(
        Panel(name, part, tuple(sorted(lights, key=lambda light: light.id)), not device or distance <= SAME_KIND)
        for (distance, _, name, part), lights in sorted(by_part.items(), key=lambda item: item[0])
    )


def _vendors(base: KnowledgeBase, bases: Mapping[str, float]) -> tuple[str, ...]:
    """Whose the bases are that bear fully on the device; of none where all do alike."""
    named = sorted(name for name, bears in bases.items() if bears == 1.0)
    return tuple(base.bases[name].scope.vendor or "" for name in named) if len(named) < len(bases) else ()


SAME_KIND = 1
"""Distance up to which a part is of the kind of device that was named."""


def _distance(part: str, bears: float, device: str, makers: frozenset[str]) -> int:
    """How far a part is from a device: 0 of its model or maker, to 3 of another model."""
    fits = of_model(part, device)
    if fits is False:
        return 3
    if fits or not makers.isdisjoint(makers_in(part)):
        return 0
    return SAME_KIND if bears == 1.0 else 2


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
