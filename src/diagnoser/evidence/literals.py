"""Literals that every match of a pattern contains: what the prefilter of the log scanner looks for."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _parser as _regex_parser  # type: ignore[attr-defined]

MIN_BYTES = 3
"""Shorter literals are found on too many lines to be of use."""

MAX_BYTES = 16
"""Of a longer literal the end is enough. The bound also limits how many literals end at one place."""

FEW = 8
"""Patterns that may share a literal before another literal is worth looking for."""

NO_PLAIN_WORD = 4
"""Bytes that digits and punctuation in a literal are worth: plain words stand on many lines."""

FOLDS_TO_ASCII = ("ſ", "\N{KELVIN SIGN}")
"""Letters outside ASCII that RE2 takes for `s` and `k` where case does not count."""

_POSIX = re.compile(r"\[:\^?\w+:\]")


def chosen_literals(patterns: Sequence[str]) -> list[tuple[bytes, ...]]:
    """For each pattern the set of literals to look for: one that few of the others share, and a long one."""
    choices = [literal_sets(pattern) for pattern in patterns]
    shared = Counter(literal for sets in choices for literal in {x for one in sets for x in one})

    def merit(literals: tuple[bytes, ...]) -> tuple[int, int, int]:
        crowd = max(shared[literal] for literal in literals)
        return (-crowd.bit_length() if crowd > FEW else 0, min(map(_rarity, literals)), -len(literals))

    return [max(sets, key=merit) if sets else () for sets in choices]


def _rarity(literal: bytes) -> int:
    """How rare a literal is thought to be: its length, and more for what is no plain word."""
    return len(literal) + (0 if literal.replace(b" ", b"").isalpha() else NO_PLAIN_WORD)


@lru_cache(maxsize=20_000)
def literal_sets(pattern: str) -> tuple[tuple[bytes, ...], ...]:
    """Sets of UTF-8 literals, ASCII letters in lower case; every match contains one of each set.

    "Contains" is after the ASCII letters of the line are put in lower case, and but for
    `FOLDS_TO_ASCII`. Sets with a short literal are left out. Longest first, then fewest.

    The pattern is read with the parser of Python's `re`, whose syntax covers what RE2 accepts in
    practice; what it cannot read has no literals and is always tried.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _regex_parser.parse(_POSIX.sub(r"\\w", pattern).replace(r"\z", r"\Z"))
    except (re.error, RecursionError, OverflowError):
        return ()
    sets = {
        tuple(sorted({literal.encode()[-MAX_BYTES:] for literal in found}))
        for found in _sets(list(parsed))
        if all(len(literal.encode()) >= MIN_BYTES for literal in found)
    }
    return tuple(sorted(sets, key=lambda one: (-min(map(len, one)), len(one), one)))


def _sets(nodes: list[Any]) -> list[frozenset[str]]:
    """Sets of literals of each of which one is needed to match a row of nodes."""
    found: list[frozenset[str]] = []
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
            found.append(frozenset((run,)))
            run = ""
        if name == "SUBPATTERN":
            found.extend(_sets(list(argument[-1])))
        elif name == "BRANCH":
            branches = [max(_sets(list(branch)), key=_selective, default=None) for branch in argument[1]]
            if all(b is not None for b in branches):
                found.append(frozenset().union(*(b for b in branches if b is not None)))
        elif name in ("MAX_REPEAT", "MIN_REPEAT") and argument[0] >= 1:
            found.extend(_sets(list(argument[2])))
    if run:
        found.append(frozenset((run,)))
    return found


def _selective(literals: frozenset[str]) -> tuple[int, int, list[str]]:
    return min(map(len, literals)), -len(literals), sorted(literals)


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
