"""`kb find` finds what an entry may name, in either language."""

from __future__ import annotations

import pytest

from diagnoser.authoring.find import KINDS, find
from diagnoser.cli.kb_begin import Named
from diagnoser.diagnosis import PreparedKnowledge


@pytest.mark.parametrize(
    ("query", "kind", "first"),
    [
        ("fibre broken", "cause", "small:fibre_broken"),
        ("光纤断裂", "cause", "small:fibre_broken"),
        ("port is down", "event", "small:port_down"),
        ("rx_power_low", None, "small:rx_power_low"),
        ("after an upgrade", "circumstance", "common:after_upgrade"),
        ("升级之后", "circumstance", "common:after_upgrade"),
    ],
)
def test_what_is_called_so_comes_first(small: PreparedKnowledge, query: str, kind: str | None, first: str) -> None:
    assert find(small, query, kind)[0].id == first


def test_every_kind_can_be_listed_and_a_base_alone(small: PreparedKnowledge) -> None:
    everything = find(small, "")

    assert {item.kind for item in everything} >= set(KINDS) - {"light", "tool", "part"}
    assert {item.id.partition(":")[0] for item in find(small, "", "cause", "small")} == {"small"}
    assert find(small, "", "cause", "common") == []


def test_what_nothing_is_called_is_not_found(small: PreparedKnowledge) -> None:
    assert find(small, "zebra crossing") == []


def test_the_command_offers_every_kind() -> None:
    assert [kind.value for kind in Named] == list(KINDS)
