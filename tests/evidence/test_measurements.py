"""Which numbers are measured values."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence import evidence_from
from diagnoser.evidence.numerals import numeral
from diagnoser.evidence.observation import Source
from diagnoser.evidence.tested import read_test
from diagnoser.evidence.text import read_report


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


def values_and_rest(shipped: PreparedKnowledge, result: str) -> tuple[list[float | None], list[str]]:
    """The values of a test of the receive power, and what of it was not placed."""
    [test] = evidence_from({"tests": [{"check": "rx power", "result": result}]}).tests
    said = read_test(test, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))
    return [o.value for o in said.observations if o.subject == "measurement"], [u.text for u in said.unplaced]


@pytest.mark.parametrize(
    "result", ["1e400 dBm", "-1e999", "9" * 400 + " dBm", "-31 foo", "-31 xyz/s", "0.5 mW", "0.5 µW", "12 dBmV"]
)
def test_a_value_that_is_no_number_or_in_a_unit_that_is_not_known_is_not_placed(
    shipped: PreparedKnowledge, result: str
) -> None:
    assert values_and_rest(shipped, result) == ([], [f"rx power: {result}"])


@pytest.mark.parametrize(
    ("result", "value"),
    [
        ("-3.1e1 dBm", -31.0),
        ("-310E-1 dBm", -31.0),
        ("-31", -31.0),
        ("-31 now", -31.0),
        ("-31 low", -31.0),
        ("-31 at port 3", -31.0),
    ],
)
def test_a_value_with_a_word_behind_it_is_read(shipped: PreparedKnowledge, result: str, value: float) -> None:
    assert values_and_rest(shipped, result) == ([value], [])


def told(shipped: PreparedKnowledge, text: str) -> dict[str, float | None]:
    read_ = read_report(text, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))
    return {o.id: o.value for o in read_.observations if o.subject == "measurement"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("rx power is minus 31 dBm", {"rx_power": -31.0}),
        ("收光负31", {"rx_power": -31.0}),
        ("receive power: -31,5 dBm", {"rx_power": -31.5}),
        ("rx -31dBm tx -2dBm", {"rx_power": -31.0, "tx_power": -2.0}),
        ("rx power -31.5 dBm and tx power -2 dBm", {"rx_power": -31.5, "tx_power": -2.0}),
        ("收光-31dBm 发光-2dBm", {"rx_power": -31.0, "tx_power": -2.0}),
        ("-31dBm收光 -2dBm发光", {"rx_power": -31.0, "tx_power": -2.0}),
        ("CPU was at 98 percent", {"cpu_usage": 98.0}),
        ("CPU百分之九十八", {"cpu_usage": 98.0}),
        ("温度78度", {"device_temperature": 78.0}),
        ("temperature 78C", {"device_temperature": 78.0}),
        ("电池电压 43.2V", {"dc_voltage": 43.2}),
        ("battery voltage 43.2 V", {"dc_voltage": 43.2}),
        ("temperature between 70-78 C", {"device_temperature": 78.0}),
    ],
)
def test_a_value_is_read_however_it_is_written(shipped: PreparedKnowledge, text: str, values: dict[str, float]) -> None:
    assert told(shipped, text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("rx power -13.9, was -5.2", {"rx_power": -13.9}),
        ("rx power was -5.2 dBm, now -13.9 dBm", {"rx_power": -13.9}),
        ("rx dropped from -5.2 to -13.9 dBm", {"rx_power": -13.9}),
        ("收光原来-5.2，现在-13.9", {"rx_power": -13.9}),
        ("收光从-5.2dBm降到-13.9dBm", {"rx_power": -13.9}),
        ("rx power was -31 dBm", {"rx_power": -31.0}),
        ("rx -31.2 dBm, neighbour -20.8 dBm", {"rx_power": -31.2}),
        ("rx -31.2 dBm (neighbour -20.8)", {"rx_power": -31.2}),
        ("收光功率-31.2dBm，邻居-20.8dBm", {"rx_power": -31.2}),
        ("a neighbouring ONT has an rx power of -20.8 dBm", {}),
        ("sensitivity of rx power -28 to -8 dBm", {}),
    ],
)
def test_what_was_before_or_is_elsewhere_is_not_what_is_measured(
    shipped: PreparedKnowledge, text: str, values: dict[str, float]
) -> None:
    assert told(shipped, text) == values


@pytest.mark.parametrize(
    "text",
    [
        "25GE1/0/3 has udma crc errors",
        "number of clients on 2024-05-12",
        "接入用户 100Mb/s",
        "udma crc errors since 10:42, Speed: 100Mb/s",
        "number of clients behind 10.1.2.3",
    ],
)
def test_names_dates_addresses_and_speeds_are_no_counts(shipped: PreparedKnowledge, text: str) -> None:
    assert told(shipped, text) == {}


@pytest.mark.parametrize(
    ("said", "number"),
    [("十二", 12), ("九十八", 98), ("一百零五", 105), ("三十一点五", 31.5), ("98", 98), ("两三", None)],
)
def test_numbers_in_chinese_characters(said: str, number: float | None) -> None:
    assert numeral(said) == number
