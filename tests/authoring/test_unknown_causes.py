"""A cause taken out of the knowledge, as if it had never been there."""

from __future__ import annotations

import dataclasses

import pytest

from diagnoser.authoring.unknown_causes import says_unknown, share_of, unknown_causes, without_cause
from diagnoser.diagnosis import PreparedKnowledge, conclude, diagnose, prepare, reason
from diagnoser.evidence import evidence_from
from diagnoser.knowledge import load
from tests.conftest import COMMON, SMALL


@pytest.fixture(scope="module")
def with_cases() -> PreparedKnowledge:
    return prepare(load(COMMON, SMALL, with_cases=True))


def test_it_is_as_if_the_cause_could_not_be(small: PreparedKnowledge) -> None:
    evidence = evidence_from({"report": "the link is down", "tests": [{"check": "rx power", "result": "-31 dBm"}]})

    report = conclude(small, evidence, without_cause(small, reason(small, evidence), "small:fibre_broken"))

    base = small.base
    never = dataclasses.replace(base.causes["small:fibre_broken"], prior=1e-12)
    other = diagnose(
        dataclasses.replace(small, base=dataclasses.replace(base, causes={**base.causes, never.id: never})), evidence
    )
    told = {c.id: c.posterior for c in report.causes}
    assert "fibre_broken" not in told
    for cause in other.causes:
        if cause.id in told:
            assert told[cause.id] == pytest.approx(cause.posterior, abs=1e-6)


def test_each_case_is_run_in_both_languages(with_cases: PreparedKnowledge) -> None:
    results = list(unknown_causes(with_cases, with_cases.base.cases.values()))

    assert [(r.case, r.lang) for r in results] == [("small:fibre_cut", "en"), ("small:fibre_cut", "zh")]
    assert all(r.instead is None or r.instead[0] != r.cause for r in results)
    share = share_of(results)
    assert share.admitted == sum(r.admitted for r in results) / 2
    assert share.false_alarms == sum(r.false_alarm for r in results) / 2


def test_what_says_that_it_does_not_know(small: PreparedKnowledge) -> None:
    nothing = diagnose(small, evidence_from({"report": "not a single known word"}))
    sure = diagnose(
        small,
        evidence_from({"report": "road works, link down", "tests": [{"check": "rx power", "result": "-31 dBm"}]}),
    )

    assert says_unknown(nothing)
    assert not says_unknown(sure)
