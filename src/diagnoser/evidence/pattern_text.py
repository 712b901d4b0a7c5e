"""RE2 patterns: compiling them, and cutting their text into tokens so that it can be rewritten safely."""

from __future__ import annotations

import re
from typing import Any

from diagnoser.knowledge.patterns import compiled

_TOKEN = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<\w+>|.", re.DOTALL)


def tokens(pattern: str) -> list[str]:
    """A pattern cut into escapes, classes, openings of named groups, and single characters."""
    return _TOKEN.findall(pattern)


def compile_pattern(pattern: str) -> Any:
    """An RE2 pattern, silent where it is refused.

    Raises:
        PatternError: RE2 refuses it.
    """
    return compiled(pattern)
