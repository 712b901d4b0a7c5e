"""Observations as typed facts: components in one spelling, values in one unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from diagnoser.evidence import Observation

_INTERFACE = re.compile(
    r"(?P<kind>10gigabitethernet|xgigabitethernet|gigabitethernet|100ge|40ge|25ge|10ge|xge|ge|fastethernet|"
    r"tengigabitethernet|ethernet|eth-trunk|fe|gi|te|fa|eth)\s*(?P<number>\d+(?:/\d+)+)\Z"
)
_SHORT = {
    "gigabitethernet": "ge", "gi": "ge", "xgigabitethernet": "xge", "10gigabitethernet": "10ge", "tengigabitethernet": "te",
    "fastethernet": "fe", "fa": "fe", "ethernet": "eth",
}  # fmt: skip

FactKind = Literal[
    "symptom", "light", "log", "outcome", "measurement", "circumstance", "answer", "repair", "device", "scope"
]


@dataclass(frozen=True, slots=True)
class TypedFact:
    """A fact for the rule engine: its kind and its slots, which hold only strings, numbers and None."""

    kind: FactKind
    slots: Mapping[str, str | float | None]
    observation: Observation | None = None


def component_name(said: str | None) -> str:
    """A component in one spelling (`GigabitEthernet0/0/1` is `ge0/0/1`); empty if none was named."""
    if not said:
        return ""
    plain = " ".join(said.casefold().split())
    match = _INTERFACE.match(plain)
    if match is None:
        return plain
    kind = match["kind"]
    return f"{_SHORT.get(kind, kind)}{match['number']}"


def facts_from(
    observations: Iterable[Observation], device: str | None, active: frozenset[str]
) -> tuple[TypedFact, ...]:
    """Facts in a fixed order: the scope and the device first, then the observations in theirs."""
    facts = [TypedFact("scope", {"base": base}) for base in sorted(active)]
    if device:
        facts.append(TypedFact("device", {"name": device.casefold()}))
    for o in observations:
        # What a person says names a component loosely: shown, but not what rules join on.
        component = "" if o.source.kind == "report" and o.subject != "log" else component_name(o.component)
        slots: dict[str, str | float | None]
        if o.subject == "light":
            slots = {"light": o.id, "colour": o.colour, "behaviour": o.behaviour, "component": component}
        elif o.subject == "measurement":
            slots = {"quantity": o.id, "value": o.value, "unit": o.unit, "component": component}
        elif o.subject in ("circumstance", "repair"):
            slots = {"id": o.id}
        elif o.subject == "log":
            slots = {"id": o.id, "state": o.state, "component": component}
            slots |= {"count": o.count, "first": o.first, "last": o.last}
        else:
            slots = {"id": o.id, "state": o.state, "component": component}
        facts.append(TypedFact(o.subject, slots, o))
    return tuple(facts)
