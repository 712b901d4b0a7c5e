"""Phrases in running text: what is said of a thing counts, not that the thing is mentioned."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnoser.evidence.phrases import PhraseIndex, _Text
from diagnoser.evidence.words import NEGATION, Lexicon
from diagnoser.knowledge.documents import Concept

LEXICON = Lexicon(
    [
        Concept(concept="fail", en=["fail", "bad", "defective"], zh=["坏", "故障"]),
        Concept(concept="port", thing=True, en=["port"], zh=["端口"]),
        Concept(concept="switch", thing=True, en=["switch"], zh=["交换机"]),
    ]
)
INDEX = PhraseIndex(
    LEXICON,
    [("port_failed", "defective switch port"), ("port_failed", "交换机端口坏")]
    + [(f"other_{n}", f"{word} bad") for n, word in enumerate(("fan", "disk", "cable", "light", "door"))],
    running_text=True,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("one switch port is bad", True),
        ("交换机端口故障", True),
        ("it hangs on a switch port in the hall", False),
        ("接在交换机端口上", False),
    ],
)
def test_a_phrase_without_its_state_is_not_found(text: str, found: bool) -> None:
    targets = {hit.target for hit in INDEX.find(LEXICON.words(text))}
    assert ("port_failed" in targets) is found


def test_only_the_asked_for_targets_compete() -> None:
    words = LEXICON.words("the fan is bad and so is the disk, but the door is not bad")

    everything = INDEX.find(words)
    some = INDEX.find(words, among=("other_1", "other_4"))

    assert [hit.target for hit in everything] == ["other_0", "other_1", "other_4"]
    assert some == [hit for hit in everything if hit.target in ("other_1", "other_4")]
    assert [hit.negated for hit in some] == [False, True]
    assert INDEX.find(words, among=()) == []


SAID = st.lists(st.sampled_from(["fan", "disk", "door", "no", ". ", ", ", " but "]), max_size=40).map(" ".join)


@given(SAID)
def test_the_nearest_word_is_in_the_clause_if_it_can_be_then_near_then_before(text: str) -> None:
    words = LEXICON.words(text)
    read = _Text(words, [word.token for word in words])

    for token, places in read.places.items():
        for anchor, word in enumerate(words):
            if word.token not in (token, NEGATION):
                plainly = min(places, key=lambda i: (words[i].clause != words[anchor].clause, abs(i - anchor), i))
                assert read._nearest(token, anchor) == plainly


def test_a_text_of_repeated_words_is_read_in_the_time_of_its_length() -> None:
    index = PhraseIndex(LEXICON, [("port_failed", "defective switch port"), ("fan_failed", "fan bad")])
    words = LEXICON.words("switch port bad, fan " * 5_000)

    started = time.process_time()

    assert {hit.target for hit in index.find(words)} == {"port_failed", "fan_failed"}
    assert time.process_time() - started < 5
