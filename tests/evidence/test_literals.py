"""What every match of a pattern is known to contain."""

from __future__ import annotations

import pytest

from diagnoser.evidence.literals import MAX_BYTES, chosen_literals, literal_sets


@pytest.mark.parametrize(
    ("pattern", "longest"),
    [
        (r"IFNET/\d+/LINK_DOWN.*?(?P<c>GE\d+)", (b"/link_down",)),
        (r"(?i)Error|fatal", (b"error", b"fatal")),
        (r"hw?[Ll]ink[Dd]own", (b"linkdown",)),
        (r"a(?:bcd|efg)h", (b"bcd", b"efg")),
        (r"[[:digit:]]abc", (b"abc",)),
        (r"(?:abcd){2,}x", (b"abcd",)),
        (r"电源", ("电源".encode(),)),
        (r"(?i)abcdé", (b"abcd",)),
        (r"a\nbcd", (b"bcd",)),
        ("x" * 40, (b"x" * MAX_BYTES,)),
    ],
)
def test_every_match_contains_a_literal_of_each_set(pattern: str, longest: tuple[bytes, ...]) -> None:
    assert literal_sets(pattern)[0] == longest


@pytest.mark.parametrize("pattern", [r"\d+", r"(?:abc)?x+", r"abc|\d", r"ab", r"(?i)éàü", r"\pLabc", r"(abc)*", r"[^a]bc"])
def test_a_pattern_without_long_literals_has_none(pattern: str) -> None:
    assert literal_sets(pattern) == ()


def test_a_literal_that_many_patterns_share_is_not_chosen() -> None:
    patterns = [rf"MOD{n} card .* common words here" for n in range(20)]

    chosen = chosen_literals(patterns)

    assert chosen == [(f"mod{n} card ".encode(),) for n in range(20)]


def test_among_literals_that_are_not_shared_one_that_is_no_plain_word_is_chosen() -> None:
    assert chosen_literals([r"authentication.*IF_DOWN\d"]) == [(b"authentication",)]
    assert chosen_literals([r"connected.*IF_DOWN\d"]) == [(b"if_down",)]
