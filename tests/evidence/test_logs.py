"""Scanning: the hits are those of RE2 line by line, however they are found, in bounded work."""

from __future__ import annotations

import random
import tracemalloc

import pytest
import re2

from diagnoser.evidence.accelerator import Accelerator, installed
from diagnoser.evidence.logs import MatchedLine, PatternSet
from diagnoser.evidence.pattern_text import tokens

WAYS = [False, pytest.param(True, marks=pytest.mark.skipif(not installed(), reason="hyperscan is not installed"))]

PATTERNS = [
    r"IFNET/\d+/LINK_DOWN.*?(?P<component>GE\d+(?:/\d+)*)", r"(?i)disk", r"(?i)über", r"电源", r"\berror\b", r"^start", r"end$",
    r"^only$", r"\Afirst", r"last\z", r"[^,]+,x", r"a\sb", r"a[\s,]b", r"a\Wb", r"\d+", r"x*", r"", r"(?s)a.c", r"[[:upper:]]{3}",
    r"\x41\x42C", r"(?m)^m", r"\pL\d", r"[^\s]z", r"[^]q]z", r"[^-a]z", r"(?i:KELVIN)\b", r"q\n?r", r"a.{3,5}b", r"\Qa.b\E", r"\Sy",
    r"[\t-z]k", r"[^[:alpha:]]k", r"(?:ab|cd){2}", r"\W", r"(?-s:q.r)", r"s{2,}", r"fan (?P<component>\d+) .*(?:fail|stop)", r"\vx",
    r"é+", r"[а-я]+", r"\x{4e2d}", r"a{,3}b", r"\D9", r"[^\D]8", r".",
]  # fmt: skip

ALPHABET = [
    "a", "b", "c", "x", "y", "z", "q", "r", "k", "s", "m", " ", "\t", ",", "-", "]", ".", "\v", "0", "9", "8", "ABC", "AB",
    "disk", "DISK", "dis\N{KELVIN SIGN}", "di\u017fk", "Über", "ÜBER", "电源", "中", "é", "ж", "error", "Error", "terror", "start", "end", "only",
    "first", "last", "IFNET/4/LINK_DOWN: GE0/0/1", "kelvin", "fan 3 will fail", "a.b", "abab", "cdab", "\x85", "\u2028",
]  # fmt: skip


def expected(patterns: list[str], piece: str) -> list[tuple[int, str, list[str]]]:
    """Start, line and ids of matching patterns, by RE2 on each line."""
    compiled = [re2.compile(p) for p in patterns]
    found = []
    start = 0
    for line in piece.split("\n"):
        ids = [f"p{i:03}" for i, regex in enumerate(compiled) if regex.search(line)]
        if ids:
            found.append((start, line, ids))
        start += len(line.encode()) + 1
    return found


def plain(found: list[MatchedLine]) -> list[tuple[int, str, list[str]]]:
    return [(line.start, line.line.decode(), [m.id for m in line.matches]) for line in found]


def pattern_set(patterns: list[str]) -> PatternSet:
    return PatternSet({f"p{i:03}": p for i, p in enumerate(patterns)})


def random_piece(rnd: random.Random) -> str:
    return "\n".join("".join(rnd.choice(ALPHABET) for _ in range(rnd.randint(0, 6))) for _ in range(rnd.randint(1, 12)))


@pytest.mark.parametrize("accelerated", WAYS)
def test_the_hits_are_those_of_re2_on_each_line(accelerated: bool) -> None:
    rnd = random.Random(1)
    compiled = pattern_set(PATTERNS)

    for _ in range(400):
        piece = random_piece(rnd)
        assert plain(list(compiled.piece(piece.encode(), accelerated))) == expected(PATTERNS, piece), piece


@pytest.mark.parametrize("accelerated", WAYS)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_pattern_by_itself_hits_as_re2_does(pattern: str, accelerated: bool) -> None:
    rnd = random.Random(2)
    compiled = pattern_set([pattern])

    for _ in range(60):
        piece = random_piece(rnd)
        assert plain(list(compiled.piece(piece.encode(), accelerated))) == expected([pattern], piece), piece


@pytest.mark.parametrize("accelerated", WAYS)
def test_generated_patterns_hit_as_re2_does(accelerated: bool) -> None:
    rnd = random.Random(3)
    atoms = [
        "a",
        "b",
        "x",
        "disk",
        "error",
        r"\d",
        r"\s",
        r"\W",
        r"\w",
        ".",
        "[ab]",
        "[^a]",
        "[^,x]",
        r"\b",
        "^",
        "$",
        "电源",
        "(?i:K)",
        "é",
    ]
    for _ in range(60):
        patterns = []
        for _ in range(rnd.randint(1, 12)):
            parts = [rnd.choice(atoms) for _ in range(rnd.randint(1, 5))]
            quantified = [
                a + rnd.choice(["", "", "", "+", "*", "?", "{2}"]) if a not in (r"\b", "^", "$") else a for a in parts
            ]
            patterns.append("".join(quantified) if rnd.random() < 0.7 else "(?:" + "|".join(quantified) + ")")
        compiled = pattern_set(patterns)
        for _ in range(8):
            piece = random_piece(rnd)
            assert plain(list(compiled.piece(piece.encode(), accelerated))) == expected(patterns, piece), patterns


def test_named_groups_are_read_from_the_line() -> None:
    [line] = pattern_set([r"fan (?P<component> *\d*) (?P<state>\w+)"]).piece(b"x\nfan  7 failed\ny")

    assert [m.groups() for m in line.matches] == [{"component": "7", "state": "failed"}]


def test_a_pattern_is_cut_into_tokens_that_make_it_up() -> None:
    for pattern in PATTERNS:
        assert "".join(tokens(pattern)) == pattern
    assert tokens(r"\(?P<a>(?P<b>x)[^](?P<c>]") == [r"\(", "?", "P", "<", "a", ">", "(?P<b>", "x", ")", "[^](?P<c>]"]


@pytest.mark.skipif(not installed(), reason="hyperscan is not installed")
def test_hyperscan_is_trusted_with_ordinary_patterns() -> None:
    ordinary = [
        r"IFNET/\d+/LINK_DOWN.*?(?P<component>GE\d+)",
        r"(?i)\bfan \d+ fail",
        r"ifName=(?P<component>[^,]+),",
        r"a\s+b",
    ]

    accelerator = Accelerator(ordinary)

    assert (accelerator.refused, accelerator.proposed) == ((), ())


# Bounded work

CATASTROPHIC = [
    r"(a+)+$", r"(a|a)*b", r"(a|aa)+$", r"(.*a){12}", r"(x+x+)+y", r"(?:.*,){11}P", r"a?a?a?a?a?a?a?a?aaaaaaaa", r"(\w+\s?)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$", r"a.{60}b", r"(?:a{1,30}){1,30}c", r".*.*.*.*=.*", r"(?i)(?:[ab]|a)*c", r"a*a*a*a*a*b",
]  # fmt: skip


class Counting:
    """A compiled set that counts the bytes it is given."""

    def __init__(self, inner: object) -> None:
        self.inner, self.bytes = inner, 0

    def Match(self, text: bytes) -> list[int]:
        self.bytes += len(text)
        return self.inner.Match(text) or []  # type: ignore[attr-defined,no-any-return]


def catastrophic_piece(length: int) -> bytes:
    line = b"a" * (length // 4)
    return b"\n".join((line, line.replace(b"a", b"ax"), b"a " * (length // 8), b"a,b" * (length // 12)))


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_no_pattern_looks_at_a_byte_more_than_a_few_times(pattern: str) -> None:
    for length in (2_000, 32_000):
        compiled = pattern_set([pattern])
        piece = catastrophic_piece(length)
        counters = []
        for group in (compiled._always, *compiled._groups):
            counted = [(Counting(inner), members) for inner, members in group._sets]
            whole = [Counting(inner) for inner in group._piece_sets]
            group.__dict__.update(_sets=counted, _piece_sets=whole)
            counters += [c for c, _ in counted] + whole

        list(compiled.piece(piece))

        assert 0 < sum(counter.bytes for counter in counters) <= 6 * len(piece)


def test_thousands_of_patterns_without_a_literal_are_tried_together() -> None:
    compiled = pattern_set(
        [rf"\d{{{n % 9 + 1}}}[a-z]{n:04}x?" for n in range(1000)] + [rf"[0-9]+[{c}]" for c in "qwz" * 100]
    )
    assert len(compiled._always.members) >= 300

    assert len(compiled._always._sets) <= len(compiled._always.members) // 30


def test_patterns_that_share_a_literal_are_tried_together() -> None:
    compiled = pattern_set([rf"linkdown.*x{n % 10}\d{n % 7}" for n in range(640)])
    [group] = compiled._groups

    assert (len(group.members), len(group._sets)) == (640, 10)


def test_literals_within_literals_stay_few_and_their_places_are_dropped() -> None:
    def peak(length: int) -> int:
        compiled = pattern_set(["a" * n + r"\d" for n in range(3, 400)])
        tracemalloc.start()
        list(compiled.piece(b"a" * length))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert len(pattern_set(["a" * n for n in range(3, 400)])._groups) <= 14
    assert peak(40_000) < 200 * 2**20


@pytest.mark.skipif(not installed(), reason="hyperscan is not installed")
def test_a_flood_of_matches_falls_back_and_gives_the_same_hits() -> None:
    patterns = [rf"e{'.' * n}.*" for n in range(40)]
    piece = "\n".join(["e" * 300] * 20)
    compiled = pattern_set(patterns)

    assert compiled._accelerator.events(piece.encode()) is None
    assert plain(list(compiled.piece(piece.encode(), True))) == expected(patterns, piece)
