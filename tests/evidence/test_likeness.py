"""Calls compared with what is said of causes."""

from __future__ import annotations

from functools import cache

import pytest

from diagnoser.evidence import evidence_from
from diagnoser.evidence.likeness import Descriptions
from diagnoser.evidence.words import Lexicon
from diagnoser.knowledge import load


@cache
def shipped() -> tuple[Descriptions, frozenset[str]]:
    base = load()
    return Descriptions(base, Lexicon(base.lexicon)), frozenset(base.bases)


@pytest.mark.parametrize(
    ("report", "cause"),
    [
        ("one of the optical modules may be a counterfeit, the port says not certified", "ethernet:module_uncertified"),
        ("机房空调停机，室内温度很高", "equipment:room_too_hot"),
    ],
)
def test_a_call_is_most_like_the_cause_that_it_describes(report: str, cause: str) -> None:
    descriptions, bases = shipped()

    likeness = descriptions.likeness(evidence_from({"report": report}), bases)

    assert likeness[cause] >= 0.8
    assert max(likeness.values()) == 1.0
    assert all(0.0 <= value <= 1.0 for value in likeness.values())


def test_words_that_nobody_knows_are_like_nothing() -> None:
    descriptions, bases = shipped()

    assert descriptions.likeness(evidence_from({"report": "zxqv wqxz"}), bases) == {}


def test_with_few_causes_nothing_is_compared() -> None:
    descriptions, _ = shipped()

    assert descriptions.likeness(evidence_from({"report": "optical module"}), frozenset({"equipment"})) == {}
