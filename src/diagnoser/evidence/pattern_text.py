"""RE2 patterns: compiling them, and cutting their text into tokens so that it can be rewritten safely."""

from __future__ import annotations

import re
from typing import Any

import re2

_MEMORY = 32 << 20

_TOKEN = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<\w+>|.", re.DOTALL)


def tokens(pattern: str) -> list[str]:
    """A pattern cut into escapes, classes, openings of named groups, and single characters."""
    return _TOKEN.findall(pattern)


def compile_pattern(pattern: str) -> Any:
    """An RE2 pattern, silent where it is refused.

    Raises:
        re2.error: RE2 refuses it.
    """
    return re2.compile(pattern, options=re2_options())


def re2_options() -> Any:
    """How all patterns are compiled: silent, with memory for large ones."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return options
