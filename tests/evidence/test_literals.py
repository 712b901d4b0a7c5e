"""What every match of a pattern is known to contain."""

from __future__ import annotations

import pytest
import re2

from diagnoser.evidence.literals import MAX_BYTES, required_literals


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"IFNET/\d+/LINK_DOWN.*?(?P<c>GE\d+)", (b"/link_down",)),
        (r"(?i)Error|fatal", (b"error", b"fatal")),
        (r"hw?[Ll]ink[Dd]own", (b"linkdown",)),
        (r"\d+", ()),
        (r"(?:abc)?x+", ()),
        (r"a(?:bcd|efg)h", (b"bcd", b"efg")),
        (r"[[:digit:]]abc", (b"abc",)),
        (r"电源", ("电源".encode(),)),
        (r"(?i)Größe", (b"gr",)[:0]),
        (r"a\nbcd", (b"bcd",)),
        (r"a(?=b)cde", (b"cde",)),
        ("x" * 40, (b"x" * MAX_BYTES,)),
    ],
)
def test_every_match_contains_a_required_literal(pattern: str, literals: tuple[bytes, ...]) -> None:
    assert required_literals(pattern) == literals


@pytest.mark.parametrize("line", ["3abc", "disK", "diſk", "DISK", "端口电源故障"])
def test_a_match_without_its_literal_holds_one_of_the_odd_letters(line: str) -> None:
    for pattern in (r"[[:digit:]]abc", r"(?i)disk", r"电源"):
        if re2.search(pattern, line):
            found = any(literal in line.encode().lower() for literal in required_literals(pattern))
            assert found or any(odd in line for odd in "ſK")
