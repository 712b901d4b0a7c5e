"""What every match of a pattern is known to contain."""

from __future__ import annotations

import pytest

from diagnoser.evidence.literals import MAX_BYTES, chosen_literals, literal_sets


@pytest.mark.parametrize(
    ("pattern", "longest"),
    [
        (r"IFNET/\d+/LINK_DOWN.*?(?P<c>GE\d+)", (b"/link_down",)),
        (r"(?i)x(?:Error|fatal)", (b"xerror", b"xfatal")),
        (r"hw?[Ll]ink[Dd]own", (b"hlinkdown", b"hwlinkdown")),
        (r"a(?:bcd|efg)h", (b"abcdh", b"aefgh")),
        (
            r"OUT[-_ ]?OF[-_]BAND\b.*",
            (
                b"out of-band",
                b"out of_band",
                b"out-of-band",
                b"out-of_band",
                b"out_of-band",
                b"out_of_band",
                b"outof-band",
                b"outof_band",
            ),
        ),
        (r"(?:hw)?linkdown", (b"linkdown",)),
        (r"\b(?:ab|cd)\b-(?:ef|gh)\d", (b"ab-ef", b"ab-gh", b"cd-ef", b"cd-gh")),
        (r"[[:digit:]]abc", (b"abc",)),
        (r"(?:abcd){2,}x", (b"abcd",)),
        (r"[ab]{2}cdef[^g]", (b"cdef",)),
        (r"电源", ("电源".encode(),)),
        (r"(?i)abcdé", (b"abcd",)),
        (r"a\nbcd", (b"bcd",)),
        ("x" * 40, (b"x" * MAX_BYTES,)),
    ],
)
def test_every_match_contains_a_literal_of_each_set(pattern: str, longest: tuple[bytes, ...]) -> None:
    assert tuple(sorted(x for sets in literal_sets(pattern) for x in sets[0])) == longest


@pytest.mark.parametrize(
    "pattern", [r"\d+", r"(?:abc)?x+", r"abc|\d", r"ab", r"(?i)éàü", r"\pLabc", r"(abc)*", r"[^a]bc"]
)
def test_a_pattern_without_long_literals_has_none(pattern: str) -> None:
    assert () in literal_sets(pattern)


def test_a_literal_that_many_patterns_share_is_not_chosen() -> None:
    patterns = [rf"MOD{n} card .* common words here" for n in range(20)]

    chosen = chosen_literals(patterns)

    assert [one.key for [one] in chosen] == [(f"mod{n} card ".encode(),) for n in range(20)]
    assert {one.also for [one] in chosen} == {(b"ommon words here",)}


def test_among_literals_that_are_not_shared_one_that_is_no_plain_word_is_chosen() -> None:
    assert chosen_literals([r"authentication.*IF_DOWN\d"]) == [[((b"authentication",), (b"if_down",))]]
    assert chosen_literals([r"connected.*IF_DOWN\d"]) == [[((b"if_down",), (b"connected",))]]


def test_each_alternative_has_literals_of_its_own() -> None:
    [alternatives] = chosen_literals([r"rectifier\d+ failed|PSU \S+ lost"])

    assert alternatives == [((b"rectifier",), (b" failed",)), ((b" lost",), (b"psu ",))]
