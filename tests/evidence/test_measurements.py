"""Which numbers are measured values."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence.observation import Source


def read(shipped: PreparedKnowledge, text: str, name: str | None = None) -> float | None:
    bases = dict.fromkeys(shipped.base.bases, 1.0)
    found = shipped.observables.quantities.read(text, bases, Source("test"), name=name)
    return None if found is None else found.value


@pytest.mark.parametrize("name", ["ONT rx power", "光猫收光", "receive level", "接收电平"])
def test_a_value_that_was_measured(shipped: PreparedKnowledge, name: str) -> None:
    assert read(shipped, "-38 dBm", name) == -38


@pytest.mark.parametrize("name", ["expected ONT rx power", "planned receive level", "设计接收电平", "收光灵敏度"])
def test_what_should_be_is_no_measurement(shipped: PreparedKnowledge, name: str) -> None:
    assert read(shipped, "-38 dBm", name) is None
    assert read(shipped, f"{name}: -38 dBm") is None


def test_digits_within_a_name_are_no_value(shipped: PreparedKnowledge) -> None:
    assert read(shipped, "remaining 1G uplink at 99%", "uplink utilisation") == 99
    assert read(shipped, "EX4200 says nothing", "uplink utilisation") is None
