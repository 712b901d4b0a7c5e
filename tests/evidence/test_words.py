"""Text as words: clauses, addresses, folding."""

from __future__ import annotations

import pytest

from diagnoser.evidence.words import Lexicon, normalised
from diagnoser.knowledge.documents import Concept

LEXICON = Lexicon([Concept(concept="replace", en=["replace"], zh=["更换"])])


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("the port is down, the light is off", 2),
        ("端口断了，灯不亮", 2),
        ("端口断了,灯不亮", 2),
        ("TX -5.62dBm，RX -40.00dBm", 2),
        ("1,200 errors on the port", 1),
        ("GE0/0/1,GE0/0/2 flap", 1),
    ],
)
def test_a_comma_ends_a_clause_unless_it_is_in_a_number_or_a_list_of_names(text: str, clauses: int) -> None:
    assert len({word.clause for word in LEXICON.words(text)}) == clauses


def test_which_address_it_is_is_not_kept_but_that_a_device_gave_itself_one() -> None:
    said = [[w.token for w in LEXICON.words(f"pings to {ip} fail")] for ip in ("10.1.2.3", "8.8.8.8", "169.254.7.9")]

    assert said[0] == said[1]
    assert "169.254" in said[2]


def test_folding_keeps_every_place() -> None:
    text = "ＰＷＲ灯　紅 ½ ﬁ İ"

    assert len(normalised(text)) == len(text)
    assert normalised(text).startswith("pwr灯 红")


def test_a_long_run_of_letters_is_one_word_and_is_not_remembered() -> None:
    assert [w.token for w in LEXICON.words("x" * 5000)] == ["x" * 5000]


@pytest.mark.parametrize("text", ["replaced the port 1,5 dB, no light", "更换，端口GE0/0/1不亮。TX -5.62dBm", ""])
def test_words_without_their_places_are_the_same_words(text: str) -> None:
    assert LEXICON.in_order(text) == [word.token for word in LEXICON.words(text)]


def test_words_that_were_given_out_may_be_changed() -> None:
    text = "replace the fan in slot 3"

    given = LEXICON.words(text)
    expected = list(given)
    given.clear()

    assert LEXICON.words(text) == expected


@pytest.mark.parametrize(
    ("traditional", "plain"),
    [
        ("路由器重啟後BGP鄰居起不來", "路由器重启后bgp邻居起不来"),
        ("陣列降級，電源模組損壞", "阵列降级，电源模组损坏"),
        ("光纖斷裂、訊號衰減過大", "光纤断裂、讯号衰减过大"),
        ("已经是简体", "已经是简体"),
    ],
)
def test_traditional_characters_are_compared_as_simplified_ones(traditional: str, plain: str) -> None:
    assert normalised(traditional) == plain
