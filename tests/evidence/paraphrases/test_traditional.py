"""Traditional characters are read as simplified ones are."""

from __future__ import annotations

import opencc
import pytest
from tests.evidence.paraphrases.scoring import Scoring, paraphrases

from diagnoser.diagnosis import PreparedKnowledge


def test_a_sentence_in_traditional_characters_says_the_same(shipped: PreparedKnowledge) -> None:
    scoring, traditional = Scoring(shipped), opencc.OpenCC("s2t")
    differing = []
    for each in paraphrases("zh")[::2]:
        written = traditional.convert(each.say)
        if len(written) == len(each.say):
            plain, other = ({(o.id, o.state) for o in scoring.read(say)} for say in (each.say, written))
            differing += [written] if plain != other else []

    assert len(differing) <= 1, differing  # 反復 may be written 反覆, which is another word, too


@pytest.mark.parametrize(
    ("say", "finding"),
    [
        ("換了光模組還是一樣", "ethernet:swap_transceiver_no_change"),
        ("網路線換過沒用", "ethernet:swap_cable_no_change"),
        ("重啟過沒用", "ethernet:power_cycle_no_change"),
        ("對端設備正常", "ethernet:peer_found_ok"),
    ],
)
def test_words_of_taiwan_are_known(shipped: PreparedKnowledge, say: str, finding: str) -> None:
    assert finding in {o.id for o in Scoring(shipped).read(say)}
