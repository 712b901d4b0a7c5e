"""Which numbers are measured values."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence import evidence_from
from diagnoser.evidence.observation import Source
from diagnoser.evidence.tested import read_test


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


@pytest.mark.parametrize(
    ("result", "values"),
    [
        ("收光-31dBm，发光-2.3dBm", {"rx_power": -31.0, "tx_power": -2.3}),
        ("Wavelength 1310nm，TX -5.62dBm，RX -40.00dBm", {"rx_power": -40.0, "tx_power": -5.62}),
        ("RX -31.2 dBm, TX -2.1 dBm", {"rx_power": -31.2, "tx_power": -2.1}),
        ("-22.4 dBm, steady", {"rx_power": -22.4}),
    ],
)
def test_each_part_of_a_result_names_its_own_value(
    shipped: PreparedKnowledge, result: str, values: dict[str, float]
) -> None:
    check = "rx power of the port" if "steady" in result else "display transceiver verbose"
    [test] = evidence_from({"tests": [{"check": check, "result": result}]}).tests
    read_ = read_test(test, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert {o.id: o.value for o in read_.observations if o.subject == "measurement"} == values
