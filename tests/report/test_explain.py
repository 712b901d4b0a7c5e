"""Why a cause, and why not, of causes that were too many for all to be weighed."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence import evidence_from
from diagnoser.ranking import Method
from diagnoser.ranking.belief_network import BeliefNetwork, restricted
from diagnoser.ranking.posterior import Posterior, posterior
from diagnoser.report.explain import as_text
from diagnoser.what_would_change import explain_cause


def of_one_cause(network: BeliefNetwork, columns: tuple[str, ...]) -> tuple[Posterior, Method]:
    """As of a network so wide that a single cause could be weighed."""
    return posterior(restricted(network, frozenset({"ethernet:fibre_broken"})), columns), Method("bounded", False, 0.4)


def test_a_suspect_that_was_not_weighed_is_not_called_unsuspected(
    shipped: PreparedKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diagnoser.ranking.ranking.solved", of_one_cause)
    evidence = evidence_from({"report": "uplink down since the road works, rx power -36 dBm"})

    explained, report = explain_cause(shipped, evidence, "ethernet:transceiver_failed")

    said = as_text(explained, "en").splitlines()
    assert said[1:3] == ["suspected, but too many causes are for all to be weighed, and others are", "likelier"]
    assert "被怀疑，但可疑原因太多，只计算了更可能的，未计入该原因" in as_text(explained, "zh")
    assert report.causes[0].id == "fibre_broken"
    assert report.causes[0].state == "open"
    assert {c.state for c in report.causes[1:]} == {"not_weighed"}
