"""Literals that every match of a pattern contains: what the prefilter of the log scanner looks for."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _parser as _regex_parser  # type: ignore[attr-defined]

MIN_BYTES = 3
"""Shorter literals are found on too many lines to be of use."""

MAX_BYTES = 16
"""Of a longer literal the end is enough. The bound also limits how many literals end at one place."""

FOLDS_TO_ASCII = ("ſ", "\N{KELVIN SIGN}")
"""Letters outside ASCII that RE2 takes for `s` and `k` where case does not count."""

_POSIX = re.compile(r"\[:\^?\w+:\]")


@lru_cache(maxsize=20_000)
def required_literals(pattern: str) -> tuple[bytes, ...]:
    """UTF-8 literals, ASCII letters in lower case, of which at least one is in every match.

    Empty if there is no such set, or one of the set is short. "In every match" is after the ASCII
    letters of the line are put in lower case, and but for `FOLDS_TO_ASCII`.

    The pattern is read with the parser of Python's `re`, whose syntax covers what RE2 accepts in
    practice; what it cannot read has no literal and is always tried.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _regex_parser.parse(_POSIX.sub(r"\\w", pattern).replace(r"\z", r"\Z"))
    except (re.error, RecursionError, OverflowError):
        return ()
    best = _best(list(parsed))
    if not best or any(len(literal.encode()) < MIN_BYTES for literal in best):
        return ()
    return tuple(sorted({literal.encode()[-MAX_BYTES:] for literal in best}))


def _best(nodes: list[Any]) -> set[str] | None:
    """The most selective set of literals of which one is needed to match a row of nodes."""
    candidates: list[set[str]] = []
    run = ""
    for operation, argument in nodes:
        name = str(operation)
        char = None
        if name == "LITERAL":
            char = _folded(argument)
        elif name == "IN":
            char = _one_letter(argument)
        if char is not None:
            run += char
            continue
        if run:
            candidates.append({run})
            run = ""
        inner: set[str] | None = None
        if name == "SUBPATTERN":
            inner = _best(list(argument[-1]))
        elif name == "BRANCH":
            branches = [_best(list(branch)) for branch in argument[1]]
            if all(b is not None for b in branches):
                inner = set().union(*(b for b in branches if b is not None))
        elif name in ("MAX_REPEAT", "MIN_REPEAT") and argument[0] >= 1:
            inner = _best(list(argument[2]))
        if inner:
            candidates.append(inner)
    if run:
        candidates.append({run})
    return max(candidates, key=lambda c: (min(map(len, c)), -len(c), sorted(c)), default=None)


def _folded(code: int) -> str | None:
    """The character, ASCII in lower case; None for other letters that have a case, and line feeds."""
    char = chr(code)
    if char.isascii():
        return None if char == "\n" else char.lower()
    return char if char.lower() == char.upper() and not 0xD800 <= code < 0xE000 else None


def _one_letter(items: list[Any]) -> str | None:
    """The letter of a class such as [Ll]; None for any other class."""
    letters = {_folded(value) if str(operation) == "LITERAL" else None for operation, value in items}
    return letters.pop() if len(letters) == 1 else None
