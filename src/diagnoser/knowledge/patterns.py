"""Log patterns as RE2 compiles them: linear time, no look-around, no back-references."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

_MEMORY = 32 << 20


def re2_options() -> Any:
    """How all patterns are compiled: silent, with memory for large ones."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


class PatternError(ValueError):
    """RE2 refuses a pattern; the message says why."""


@lru_cache(maxsize=8192)
def compiled(pattern: str) -> Any:
    """The compiled pattern, shared by all who ask for it.

    Raises:
        PatternError: it is not RE2.
    """
    try:
        return re2.compile(pattern, options=re2_options())
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        raise PatternError(reason) from error
