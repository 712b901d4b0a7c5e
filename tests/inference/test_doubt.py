"""What is read without certainty weighs, but rules out and confirms nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnoser.diagnosis import PreparedKnowledge, read, reason_from
from diagnoser.evidence import evidence_from
from diagnoser.inference.authored_rules import BEYOND_DOUBT

LINES = ["user admin: shutdown command on GE0/0/1", "IFNET/4/LINK_DOWN: interface GE0/0/1 down"]


@pytest.mark.parametrize("certainty", [1.0, BEYOND_DOUBT, BEYOND_DOUBT - 0.01, 0.6])
def test_a_rule_concludes_only_what_is_beyond_doubt(small: PreparedKnowledge, certainty: float) -> None:
    reading = read(small, evidence_from({"logs": LINES}))
    doubtful = tuple(replace(o, certainty=certainty) for o in reading.observed.observations)
    observed = replace(reading.observed, observations=doubtful)

    inference = reason_from(small, replace(reading, observed=observed)).inference

    sure = certainty >= BEYOND_DOUBT
    assert {"rule small:shut_explains_down"} <= {firing.rule for firing in inference.trace}
    assert ("small:fibre_broken" in inference.ruled_out) is sure
    assert ("small:port_shut" in inference.confirmed) is sure
