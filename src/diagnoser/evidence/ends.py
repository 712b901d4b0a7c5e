"""Which end of a link some words speak of: *our side*, *the far end*, *B端*.

What is not there at one end may well be there at the other, so that of a report that tells of both ends nothing is
absent as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from diagnoser.evidence.words import normalised

_ENDS = re.compile(
    r"\b(?P<letter>[a-d]|site [a-z]|west|east|north|south)[ -](?:side|end)\b"
    r"|\b(?P<near>(?:our|local|near|this|my)[ -](?:side|end))\b"
    r"|\b(?P<far>(?:their|remote|far|other|opposite|peer)[ -](?:side|end)|(?:the )?peer(?! review))\b"
    r"|(?P<letter_zh>[a-d])(?:端|侧|站)|(?P<near_zh>本端|本侧|近端|我们这边|我们这端|本地侧)|(?P<far_zh>对端|对侧|远端|对方)"
)


def end_of(clause: str) -> str | None:
    """The end that a clause speaks of, in one spelling; None where it names none, or more than one."""
    named = {
        (kind.removesuffix("_zh"), words if kind.startswith("letter") else "")
        for match in _ENDS.finditer(normalised(clause))
        for kind, words in match.groupdict().items()
        if words
    }
    return " ".join(named.pop()) if len(named) == 1 else None


def tells_of_both_ends(clauses: Iterable[str]) -> bool:
    """Whether some clauses speak of one end, and others of another."""
    return len({end for clause in clauses if (end := end_of(clause)) is not None}) > 1
