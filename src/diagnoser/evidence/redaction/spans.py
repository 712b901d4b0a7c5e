"""A stretch of a line that must not leave the house, and which of several that overlap counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "private-key", "login", "cipher", "password", "community", "key", "psk", "token", "cloud-key", "cookie",
    "customer", "person", "email", "mac", "ipv6", "ip", "host", "identity", "card", "subscriber", "phone", "serial",
]  # fmt: skip
"""What is replaced; the word of its tokens, as in `<ip-1>`."""

KINDS: tuple[Kind, ...] = get_args(Kind)

TOKEN = re.compile(rf"<({'|'.join(sorted(KINDS, key=len, reverse=True))})-([1-9]\d{{0,8}})>")
"""A token that redaction left."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line.

    Attributes:
        start, end: character offsets in the line.
        kind: what it is; None for what looks like a secret and is none (a version, a mask).
        value: the value in one spelling: equal values get equal tokens.
    """

    start: int
    end: int
    kind: Kind | None
    value: str


def apart(spans: Iterable[Span]) -> list[Span]:
    """Spans without overlaps, by place; of two that overlap the one that was found first stays."""
    taken: list[Span] = []
    for span in spans:
        if span.start < span.end and not any(span.start < t.end and t.start < span.end for t in taken):
            taken.append(span)
    return sorted((s for s in taken if s.kind is not None), key=lambda s: s.start)
