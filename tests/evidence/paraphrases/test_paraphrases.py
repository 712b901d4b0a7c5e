"""How well free text is read, with all knowledge loaded: what has been reached must not be lost.

The aim is a recall of 0.95 and a precision of 0.9 on sentences that nobody looked at, in both languages alike.
"""

from __future__ import annotations

import pytest
from tests.evidence.paraphrases.scoring import Scoring, paraphrases

from diagnoser.diagnosis import PreparedKnowledge


@pytest.fixture(scope="module")
def scoring(shipped: PreparedKnowledge) -> Scoring:
    return Scoring(shipped)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_are_at_least_300_different_sentences(language: str) -> None:
    assert len({p.say for p in paraphrases(language)}) >= 300


@pytest.mark.parametrize(
    ("language", "kept_back", "recall", "precision"),
    [
        ("en", False, 0.95, 0.95),
        ("zh", False, 0.95, 0.95),
        ("en", True, 0.91, 0.87),
        ("zh", True, 0.89, 0.92),
    ],
)
def test_what_is_said_is_read(
    scoring: Scoring, language: str, kept_back: bool, recall: float, precision: float
) -> None:
    score = scoring.score([p for p in paraphrases(language) if p.kept_back is kept_back])

    assert score.recall >= recall
    assert score.precision >= precision


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reading_knows_its_place(scoring: Scoring, language: str) -> None:
    for sentence in (p.say for p in paraphrases(language)):
        for read in scoring.read(sentence):
            start, end = read.source.start, read.source.end
            if start is not None and end is not None:
                assert read.text == sentence[start:end].strip(), (sentence, read)
