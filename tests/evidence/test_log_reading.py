"""What one log says: hits with their count and time, rates, repeats, outputs of commands."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import COMMON

from diagnoser.authoring.check import check
from diagnoser.cli.reading import open_log
from diagnoser.diagnosis import PreparedKnowledge, diagnose, prepare
from diagnoser.evidence import Observation, evidence_from
from diagnoser.evidence.accelerator import installed
from diagnoser.evidence.log_reading import LogRead, LogReader
from diagnoser.evidence.readings import QUIET
from diagnoser.knowledge import load

LOGS = Path(__file__).parents[1] / "knowledge" / "logs"
ACTIVE = frozenset({"common", "logs"})


@pytest.fixture(scope="module")
def knowledge() -> PreparedKnowledge:
    return prepare(load(COMMON, LOGS))


def read(knowledge: PreparedKnowledge, *lines: str, **options: Any) -> LogRead:
    reader = LogReader(knowledge.observables.logs, ACTIVE, "a.log", **options)
    return reader.read(["\n".join(lines).encode()]).finish()


def seen(log: LogRead) -> dict[tuple[str, str | None], Observation]:
    return {(o.id.removeprefix("logs:"), o.component): o for o in log.observations}


def down(time: str, port: str = "GE0/0/1") -> str:
    return f"Jun 14 2023 {time} sw LINK_DOWN: {port}"


def test_the_base_of_these_tests_is_sound() -> None:
    problems = [p for p in check(COMMON, LOGS).problems if p.severity == "error"]

    assert problems == []


def test_hits_carry_count_place_and_time(knowledge: PreparedKnowledge) -> None:
    found = seen(
        read(knowledge, "x", down("10:00:00"), down("09:00:00"), down("11:00:00"), down("12:00:00", "GE0/0/2"))
    )

    hit = found["log_down", "GE0/0/1"]
    assert (hit.count, hit.source.line, hit.first, hit.last) == (3, 2, "2023-06-14T09:00:00", "2023-06-14T11:00:00")
    assert found["log_down", "GE0/0/2"].count == 1


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        (["10:00:00", "10:02:00", "10:04:59"], True),
        (["10:00:00", "10:02:00", "10:05:01"], False),
        (["09:00:00", "10:00:00", "10:02:00", "10:04:59", "12:00:00"], True),
        (["10:00:00", "10:00:00"], False),
    ],
)
def test_a_pattern_with_a_rate_is_shown_only_at_that_rate(
    knowledge: PreparedKnowledge, times: list[str], shown: bool
) -> None:
    assert (("log_flapping", "GE0/0/1") in seen(read(knowledge, *map(down, times)))) == shown


def test_a_rate_needs_times(knowledge: PreparedKnowledge) -> None:
    assert set(seen(read(knowledge, *["LINK_DOWN: GE0/0/1"] * 9))) == {("log_down", "GE0/0/1")}


@pytest.mark.parametrize(
    ("repeats", "count"),
    [("last message repeated 5 times", 6), ("message repeated 5 times: [ LINK_DOWN: GE0/0/1]", 6), ("other", 1)],
)
def test_repeated_lines_count_as_often_as_the_log_says(knowledge: PreparedKnowledge, repeats: str, count: int) -> None:
    found = seen(read(knowledge, down("10:00:00"), f"Jun 14 2023 10:01:00 sw {repeats}"))

    assert found["log_down", "GE0/0/1"].count == count


def test_a_repeat_of_an_unknown_line_counts_for_nothing(knowledge: PreparedKnowledge) -> None:
    found = seen(read(knowledge, down("10:00:00"), "unknown", "last message repeated 5 times"))

    assert found["log_down", "GE0/0/1"].count == 1


def findings(knowledge: PreparedKnowledge, *lines: str) -> set[str]:
    report = diagnose(knowledge, evidence_from({"logs": ["\n".join(lines)]}))
    return {
        f.partition(" ")[2].split(" ")[0]
        for firing in report.trace
        for f in firing.concluded
        if f.startswith("Finding")
    }


@pytest.mark.parametrize(("power", "concluded"), [("09:59:59", True), ("10:00:01", False)])
def test_rules_ask_which_line_came_first(knowledge: PreparedKnowledge, power: str, concluded: bool) -> None:
    found = findings(knowledge, down("10:00:00"), f"Jun 14 2023 {power} sw POWER_LOST")

    assert ("logs:power_first" in found) == concluded


def test_without_times_no_order_is_known(knowledge: PreparedKnowledge) -> None:
    assert "logs:power_first" not in findings(knowledge, "POWER_LOST", "LINK_DOWN: GE0/0/1")


@pytest.mark.parametrize(("count", "concluded"), [(3, True), (2, False)])
def test_rules_ask_for_a_number_of_lines(knowledge: PreparedKnowledge, count: int, concluded: bool) -> None:
    found = findings(knowledge, *[down(f"10:{n:02}:00") for n in range(count)])

    assert ("logs:many_downs" in found) == concluded


# Outputs of commands

OPTICS = ["GE0/0/1 optics:", "  Rx: -31.5 dBm", "  Temp: 41", "GE0/0/2 optics:", "  Rx: -2 dBm"]
SUPPLY = ["Slot State Note", "1    OK    -", "2    Failed -", "Total 2", "3    Failed not in the table"]


def test_an_output_becomes_measurements_with_component_and_line(knowledge: PreparedKnowledge) -> None:
    found = seen(read(knowledge, "<SW> show optics", *OPTICS))

    assert {k: (o.value, o.unit, o.source.line) for k, o in found.items()} == {
        ("rx_power", "GE0/0/1"): (-31.5, "dbm", 3),
        ("heat", "GE0/0/1"): (41.0, "°c", 4),
        ("rx_power", "GE0/0/2"): (-2.0, "dbm", 6),
    }


def test_a_table_ends_where_the_reading_says(knowledge: PreparedKnowledge) -> None:
    assert set(seen(read(knowledge, *SUPPLY))) == {("supply_ok", "psu 1"), ("supply_failed", "psu 2")}


def test_an_output_ends_where_something_else_is_typed(knowledge: PreparedKnowledge) -> None:
    lines = ["<SW>sh opt", *OPTICS[:2], "<SW> display clock", "  Temp: 99", "<SW>show supply", *SUPPLY]

    assert set(seen(read(knowledge, *lines))) == {
        ("rx_power", "GE0/0/1"),
        ("supply_ok", "psu 1"),
        ("supply_failed", "psu 2"),
    }


def test_an_output_ends_when_nothing_was_read_for_long(knowledge: PreparedKnowledge) -> None:
    for between, count in ((QUIET - 2, 2), (QUIET + 1, 1)):
        found = seen(read(knowledge, *OPTICS[:2], *["x"] * between, "  Temp: 41"))
        assert len(found) == count


def test_of_several_readings_of_one_thing_the_last_counts(knowledge: PreparedKnowledge) -> None:
    found = seen(
        read(knowledge, *SUPPLY, *[line.replace("Failed", "OK") for line in SUPPLY], *OPTICS[:2], "  Rx: -3 dBm")
    )

    assert set(found) == {("supply_ok", "psu 1"), ("supply_ok", "psu 2"), ("rx_power", "GE0/0/1")}
    assert found["rx_power", "GE0/0/1"].value == -3.0


def test_of_the_lanes_of_one_output_the_lowest_counts_and_of_two_outputs_the_last(
    knowledge: PreparedKnowledge,
) -> None:
    dark = ["GE0/0/1 optics:", "  Lane 0: -1.5 dBm", "  Lane 1: -31 dBm", "  Lane 2: -1.2 dBm"]
    mended = ["GE0/0/1 optics:", "  Lane 0: -1.5 dBm", "  Lane 1: -2 dBm"]

    before, after = (seen(read(knowledge, *lines))["rx_power", "GE0/0/1"] for lines in (dark, [*dark, *mended]))

    assert (before.value, before.source.line, before.count) == (-31.0, 3, 3)
    assert (after.value, after.count) == (-2.0, 5)


def test_blanks_between_the_columns_of_a_component_are_one(knowledge: PreparedKnowledge) -> None:
    assert set(seen(read(knowledge, SUPPLY[0], "2   B   Failed -"))) == {("supply_failed", "psu 2 B")}


def test_a_value_of_another_unit_or_no_number_is_left_out(knowledge: PreparedKnowledge) -> None:
    assert seen(read(knowledge, OPTICS[0], "  Rx: 5 mW", "  Rx: 1.2.3 dBm")) == {}


def test_the_lines_of_an_output_are_not_unknown(knowledge: PreparedKnowledge) -> None:
    unknown: list[str] = []

    log = read(
        knowledge,
        "before",
        "<SW>show optics",
        *OPTICS,
        "<SW>exit",
        "after",
        on_unknown=lambda line, number: unknown.append(f"{number} {line}"),
    )

    assert unknown == ["1 before", "8 <SW>exit", "9 after"]
    assert (log.lines, log.unknown) == (9, 3)


def test_outputs_and_patterns_reach_the_diagnosis(knowledge: PreparedKnowledge, tmp_path: Path) -> None:
    path = tmp_path / "session.txt"
    path.write_text("\n".join(["<SW> show optics", *OPTICS]))

    report = diagnose(knowledge, evidence_from({"logs": [{"file": str(path)}]}), open_log=open_log)

    assert report.causes[0].id == "bad_fibre"
    assert ("GE0/0/1", 3) in {(o.component, o.source.line) for o in report.observations}


@pytest.mark.skipif(not installed(), reason="hyperscan is not installed")
def test_hyperscan_changes_nothing(knowledge: PreparedKnowledge) -> None:
    lines = [down(f"10:{n % 60:02}:00", f"GE0/0/{n % 7}") for n in range(300)] + ["<SW> show optics", *OPTICS, *SUPPLY]

    assert read(knowledge, *lines, accelerate_from=0) == read(knowledge, *lines)


def test_memory_does_not_grow_with_the_log(knowledge: PreparedKnowledge) -> None:
    def chunks(count: int) -> Iterator[bytes]:
        for number in range(count):
            yield (
                "\n".join([down(f"{number % 24:02}:00:{n % 60:02}") + f" unknown {n}" for n in range(200)]).encode()
                + b"\n"
            )

    def peak(count: int) -> int:
        tracemalloc.start()
        LogReader(knowledge.observables.logs, ACTIVE, "a.log").read(chunks(count)).finish()
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(24)  # every time stamp that occurs is known after this
    assert peak(40) < 1.5 * peak(4)


def test_a_line_of_megabytes_is_read_to_its_end_and_the_lines_after_it_keep_their_numbers(
    knowledge: PreparedKnowledge,
) -> None:
    long = "x " * 200_000 + down("10:00:00") + " y" * 200_000

    log = read(knowledge, "first", long, down("11:00:00", "GE0/0/2"))

    assert {component: o.source.line for (_, component), o in seen(log).items()} == {"GE0/0/1": 2, "GE0/0/2": 3}
    assert log.lines == 3
    assert [warning.zh.partition("，")[0] for warning in log.warnings] == ["1行超过64 KiB"]
