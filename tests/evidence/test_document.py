"""The evidence document at the door: what is refused, and how that is told."""

from __future__ import annotations

import time
from typing import Any

import pytest

from diagnoser.errors import EvidenceError
from diagnoser.evidence import evidence_from


def faults(document: Any) -> tuple[tuple[str, str], ...]:
    with pytest.raises(EvidenceError) as refused:
        evidence_from(document)
    return refused.value.faults


@pytest.mark.parametrize(
    "document",
    [
        {"indicators": [{}]},
        {"indicators": [{"part": " ", "component": "GE0/0/1"}]},
        {"logs": [""]},
        {"logs": [{"file": ""}]},
        {"tests": [{}]},
        {"tests": [{"check": " ", "result": ""}]},
        {"alarms": [{}, " "]},
        {"circumstances": [""]},
        {"answers": {"": "present"}},
        {"repaired": [" "]},
        {"report": " ", "device": "Huawei CE6875EI"},
    ],
)
def test_empty_words_are_no_evidence(document: dict[str, Any]) -> None:
    assert faults(document) == (
        (
            "",
            "nothing was reported; give report, indicators, logs, tests, alarms, circumstances, answers or repaired",
        ),
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"indicators": "PWR red"}, ("/indicators", "must be an array, in [ ]; this is a string")),
        ({"tests": ["PWR red"]}, ("/tests/0", "must be an object, in { }; this is a string")),
        ({"indicators": [5]}, ("/indicators/0", "must be an object, in { }; this is a number")),
        ({"report": 5}, ("/report", "must be a string; this is a number")),
        ({"report": None, "tests": None}, ("/tests", "must be an array, in [ ]; this is null")),
        ({"logs": [{"path": "x"}]}, ("/logs/0/file", "is missing")),
        ({"answers": []}, ("/answers", "must be an object, in { }; this is an array")),
        ({"answers": {"a/b": "maybe"}}, ("/answers/a~1b", "must be 'present' or 'absent'")),
        ({"lang": "fr"}, ("/lang", "must be 'en' or 'zh'")),
        ({"tests": [{}] * 2_001}, ("/tests", "has too many items; send the 2,000 that matter")),
        ({"alarms": ["x"] * 5_001}, ("/alarms", "has too many items; send the 5,000 that matter")),
        ({"report": "x" * 100_001}, ("/report", "is too long; at most 100,000 characters are read")),
        ({"device": "x" * 2_001}, ("/device", "is too long; at most 2,000 characters are read")),
        ({"report": "x", "indicators": [{}]}, ("/indicators/0", "says nothing; give part, light, colour or behaviour")),
        ({"report": "x", "tests": [{"check": "a"}, {}]}, ("/tests/1", "says nothing; give check and result")),
        ({"report": "x", "logs": [{"file": " "}]}, ("/logs/0/file", "is empty; give the path of the file")),
        ({"report": "x", "alarms": [{}]}, ("/alarms/0", "says nothing; give the fields of the alarm, or leave it out")),
        ({"k" * 3_000: 1}, (f"/{'k' * 100}...", f"unknown field '{'k' * 100}...'")),
    ],
)
def test_a_fault_is_told_in_plain_words(document: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(document)[0] == expected


def test_every_wrong_field_is_told_once() -> None:
    assert faults({"report": 5, "logs": [7], "reprot": "x", "indicators": [{"colour": 1}]}) == (
        ("/report", "must be a string; this is a number"),
        ("/indicators/0/colour", "must be a string; this is a number"),
        ("/logs/0", "must be a string; this is a number"),
        ("/reprot", "unknown field 'reprot'; did you mean 'report'?"),
    )


def test_of_very_many_wrong_fields_the_first_are_told() -> None:
    started = time.process_time()

    assert len(faults({f"field {number}": 1 for number in range(100_000)})) == 20
    assert time.process_time() - started < 5


def test_a_name_of_megabytes_is_refused_at_once() -> None:
    started = time.process_time()

    faults({"report": "x", "kt" * 1_500_000: 1})

    assert time.process_time() - started < 2


def test_blank_lines_of_a_log_are_passed_over() -> None:
    assert evidence_from({"report": "x", "logs": ["", "a line", "  "]}).logs == ("", "a line", "  ")


def test_a_light_may_be_told_in_words() -> None:
    told = evidence_from({"indicators": ["PWR red blinking", {"part": "ALM", "colour": "red"}]})

    assert [light.words() for light in told.indicators] == ["PWR red blinking", "ALM red"]
    assert (
        told.canonical()
        == evidence_from({"indicators": [{"part": "ALM", "colour": "red"}, {"part": "PWR red blinking"}]}).canonical()
    )
    with pytest.raises(EvidenceError, match="says nothing"):
        evidence_from({"report": "x", "indicators": [" "]})
