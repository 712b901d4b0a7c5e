"""The text of RE2 patterns: cut into tokens, so that it can be rewritten safely."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<\w+>|.", re.DOTALL)


def tokens(pattern: str) -> list[str]:
    """A pattern cut into escapes, classes, openings of named groups, and single characters."""
    return _TOKEN.findall(pattern)


def without_names(pattern: str) -> str:
    """The pattern with plain groups for named ones, so that alternatives may use one name."""
    return "".join("(?:" if t.startswith(("(?P<", "(?<")) else t for t in tokens(pattern))
