"""What holds for every diagnosis: one answer for one evidence, in whatever order it comes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from
from tests.conftest import COMMON, SMALL

LIGHTS = [
    {"light": "PWR", "colour": "green"},
    {"light": "PWR", "colour": "red", "behaviour": "blinking"},
    {"light": "PWR", "behaviour": "off", "component": "psu 2"},
]
LOGS = ["IFNET/4/LINK_DOWN: interface GE0/0/1 down", "user admin: shutdown command on GE0/0/1", "nothing known"]
TESTS = [
    {"check": "rx power", "result": "-31 dBm"},
    {"check": "swap the transceiver", "result": "still down"},
    {"check": "mood", "result": "fine"},
]
REPORTS = ["the link is down since the road works", "端口down，设备断电", "not a single known word"]


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "indicators": draw(st.lists(st.sampled_from(LIGHTS), max_size=3)),
        "logs": draw(st.lists(st.sampled_from(LOGS), max_size=3)),
        "tests": draw(st.lists(st.sampled_from(TESTS), max_size=3)),
        "circumstances": draw(st.lists(st.sampled_from(["after_upgrade", "after_config_change"]), max_size=2)),
        "answers": draw(
            st.dictionaries(st.sampled_from(["rx_power_low", "pwr_red"]), st.sampled_from(["present", "absent"]))
        ),
    }
    if draw(st.booleans()):
        document["report"] = draw(st.sampled_from(REPORTS))
    return document


def said_something(document: dict[str, Any]) -> bool:
    return any(document.values())


PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PROPERTY
@given(documents().filter(said_something), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(
    small: PreparedKnowledge, document: dict[str, Any], rnd: random.Random
) -> None:
    shuffled: dict[str, Any] = {}
    for field in rnd.sample(sorted(document), len(document)):
        value = document[field]
        shuffled[field] = rnd.sample(value, len(value)) if isinstance(value, list) else value

    one = diagnose(small, evidence_from(document)).model_dump_json()
    other = diagnose(small, evidence_from(shuffled)).model_dump_json()

    assert one == other


@PROPERTY
@given(documents().filter(said_something))
def test_saying_it_twice_changes_nothing(small: PreparedKnowledge, document: dict[str, Any]) -> None:
    twice = {k: v * 2 if isinstance(v, list) else v for k, v in document.items()}

    assert (
        diagnose(small, evidence_from(document)).model_dump_json()
        == diagnose(small, evidence_from(twice)).model_dump_json()
    )


@PROPERTY
@given(documents().filter(said_something), st.sampled_from(LIGHTS), st.sampled_from(LOGS))
def test_removed_equals_never_given(small: PreparedKnowledge, document: dict[str, Any], light: Any, log: str) -> None:
    before = diagnose(small, evidence_from(document)).model_dump_json()

    diagnose(
        small,
        evidence_from({**document, "indicators": [*document["indicators"], light], "logs": [*document["logs"], log]}),
    )

    assert diagnose(small, evidence_from(document)).model_dump_json() == before


@PROPERTY
@given(documents().filter(said_something))
def test_probabilities_are_probabilities(small: PreparedKnowledge, document: dict[str, Any]) -> None:
    report = diagnose(small, evidence_from(document))

    assert all(0.0 <= c.posterior <= 1.0 for c in report.causes)
    assert 0.0 <= report.unexplained <= 1.0
    assert sum(e.posterior for e in report.explanations) <= 1.0 + 1e-9
    assert [c.posterior for c in report.causes] == sorted((c.posterior for c in report.causes), reverse=True)
    ruled_out = {r.id for r in report.ruled_out}
    assert not ruled_out & {f"{c.base}:{c.id}" for c in report.causes if c.state != "confirmed"}


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_seed_does_not_matter(small: PreparedKnowledge, seed: str) -> None:
    document: dict[str, Any] = {"report": REPORTS[0], "indicators": LIGHTS, "logs": LOGS, "tests": TESTS}
    document["circumstances"] = ["after_construction_work"]  # which the report tells too
    code = (
        "import json, sys; from diagnoser.knowledge import load; from diagnoser.diagnosis import prepare, diagnose; "
        "from diagnoser.evidence import evidence_from; "
        f"k = prepare(load({str(COMMON)!r}, {str(SMALL)!r})); "
        "sys.stdout.write(diagnose(k, evidence_from(json.load(sys.stdin))).model_dump_json())"
    )

    other = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
    ).stdout

    assert other == diagnose(small, evidence_from(document)).model_dump_json()
