"""Literals that every match of a pattern contains: what the prefilter of the log scanner looks for."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _parser as _regex_parser  # type: ignore[attr-defined]

MIN_BYTES = 3
"""Shorter literals are found on too many lines to be of use."""

MAX_BYTES = 16
"""Of a longer literal the end is enough. The bound also limits how many literals end at one place."""

FEW = 8
"""Patterns that may share a literal before another literal is worth looking for."""

MAX_VARIANTS = 64
"""Spellings of one stretch of a pattern, as of `OUT[-_ ]?OF[-_ ]?BAND`, that are told apart."""

MAX_ALSO = 12
"""Literals of a second set at most: they are looked for one after the other."""

NO_PLAIN_WORD = 4
"""Bytes that digits and punctuation in a literal are worth: plain words stand on many lines."""

FOLDS_TO_ASCII = ("ſ", "\N{KELVIN SIGN}")
"""Letters outside ASCII that RE2 takes for `s` and `k` where case does not count."""

_POSIX = re.compile(r"\[:\^?\w+:\]")


class Chosen(NamedTuple):
    """What to look for on behalf of an alternative: every match contains one of `key`, and one of `also`.

    `also` is empty where there is only one set.
    """

    key: tuple[bytes, ...]
    also: tuple[bytes, ...]


def chosen_literals(patterns: Sequence[str]) -> list[list[Chosen]]:
    """For each pattern what to look for, by alternatives: sets that few others share, of long literals.

    Empty for a pattern of which an alternative has no literals.
    """
    choices = [literal_sets(pattern) for pattern in patterns]
    shared = Counter(x for alternatives in choices for x in {x for sets in alternatives for one in sets for x in one})

    def merit(literals: tuple[bytes, ...]) -> tuple[int, int, int]:
        crowd = max(shared[literal] for literal in literals)
        return (-crowd.bit_length() if crowd > FEW else 0, min(map(_rarity, literals)), -len(literals))

    def chosen(sets: Sequence[tuple[bytes, ...]]) -> Chosen:
        best = max(sets, key=merit)
        others = [literals for literals in sets if literals != best and len(literals) <= MAX_ALSO]
        return Chosen(best, max(others, key=merit, default=()))

    return [[chosen(sets) for sets in alternatives] if all(alternatives) else [] for alternatives in choices]


def _rarity(literal: bytes) -> int:
    """How rare a literal is thought to be: its length, and more for what is no plain word."""
    return len(literal) + (0 if literal.replace(b" ", b"").isalpha() else NO_PLAIN_WORD)


@lru_cache(maxsize=20_000)
def literal_sets(pattern: str) -> tuple[tuple[tuple[bytes, ...], ...], ...]:
    """For each alternative of a pattern sets of UTF-8 literals, ASCII letters in lower case.

    Every match of the pattern is one of some alternative, and contains one literal of each of its
    sets. "Contains" is after the ASCII letters of the line are put in lower case, and but for
    `FOLDS_TO_ASCII`. Sets with a short literal are left out. Longest first, then fewest.

    The pattern is read with the parser of Python's `re`, whose syntax covers what RE2 accepts in
    practice; what it cannot read has no literals and is always tried.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _regex_parser.parse(_POSIX.sub(r"\\w", pattern).replace(r"\z", r"\Z"))
    except (re.error, RecursionError, OverflowError):
        return ((),)
    return tuple(_usable(_sets(row)) for row in _alternatives(list(parsed)))


def _usable(found: list[frozenset[str]]) -> tuple[tuple[bytes, ...], ...]:
    sets = {
        tuple(sorted({literal.encode()[-MAX_BYTES:] for literal in literals}))
        for literals in found
        if all(len(literal.encode()) >= MIN_BYTES for literal in literals)
    }
    return tuple(sorted(sets, key=lambda one: (-min(map(len, one)), len(one), one)))


def _alternatives(nodes: list[Any]) -> list[list[Any]]:
    """A row of nodes as the alternatives at its top: `a|b` as `a` and `b`."""
    while len(nodes) == 1 and str(nodes[0][0]) == "SUBPATTERN":
        nodes = list(nodes[0][1][-1])
    for index, (operation, argument) in enumerate(nodes):
        if str(operation) == "BRANCH" and len(argument[1]) <= MAX_VARIANTS:
            return [[*nodes[:index], *branch, *nodes[index + 1 :]] for branch in argument[1]]
    return [nodes]


def _sets(nodes: list[Any]) -> list[frozenset[str]]:
    """Sets of literals of each of which one is needed to match a row of nodes."""
    found: list[frozenset[str]] = []
    run = frozenset(("",))
    for node in nodes:
        exact = _exact(node)
        if exact is not None and len(run) * len(exact) <= MAX_VARIANTS:
            run = _joined(run, exact)
            continue
        found.append(run)
        run = exact if exact is not None else frozenset(("",))
        if exact is None:
            found.extend(_inside(node))
    found.append(run)
    return [_shortest(literals) for literals in found if "" not in literals]


def _inside(node: Any) -> list[frozenset[str]]:
    """Sets of literals that one node asks for, which has too many strings to list them."""
    name, argument = str(node[0]), node[1]
    if name == "SUBPATTERN":
        return _sets(list(argument[-1]))
    if name in ("MAX_REPEAT", "MIN_REPEAT") and argument[0] >= 1:
        return _sets(list(argument[2]))
    if name == "BRANCH":
        branches = [max(_sets(list(branch)), key=_selective, default=None) for branch in argument[1]]
        if all(b is not None for b in branches):
            return [frozenset().union(*(b for b in branches if b is not None))]
    return []


def _exact(node: Any) -> frozenset[str] | None:
    """All strings that a node matches, if they are few; places match the empty string."""
    name, argument = str(node[0]), node[1]
    if name == "AT":
        return frozenset(("",))
    if name == "LITERAL":
        char = _folded(argument)
        return None if char is None else frozenset((char,))
    if name == "IN":
        chars = {_folded(value) if str(operation) == "LITERAL" else None for operation, value in argument}
        return frozenset(c for c in chars if c is not None) if None not in chars and len(chars) <= 4 else None
    if name == "SUBPATTERN":
        return _exact_row(argument[-1])
    if name == "BRANCH":
        branches = [_exact_row(branch) for branch in argument[1]]
        if any(b is None for b in branches):
            return None
        every = frozenset().union(*(b for b in branches if b is not None))
        return every if len(every) <= MAX_VARIANTS else None
    if name in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] == 1:
        once = _exact_row(argument[2])
        return None if once is None else once if argument[0] else once | {""}
    return None


def _exact_row(nodes: Iterable[Any]) -> frozenset[str] | None:
    every = frozenset(("",))
    for node in nodes:
        exact = _exact(node)
        if exact is None or len(every) * len(exact) > MAX_VARIANTS:
            return None
        every = _joined(every, exact)
    return every


def _joined(heads: frozenset[str], tails: frozenset[str]) -> frozenset[str]:
    return frozenset(head + tail for head in heads for tail in tails)


def _shortest(literals: frozenset[str]) -> frozenset[str]:
    """Without those that contain another one."""
    return frozenset(x for x in literals if not any(y != x and y in x for y in literals))


def _selective(literals: frozenset[str]) -> tuple[int, int, list[str]]:
    return min(map(len, literals)), -len(literals), sorted(literals)


def _folded(code: int) -> str | None:
    """The character, ASCII in lower case; None for other letters that have a case, and line feeds."""
    char = chr(code)
    if char.isascii():
        return None if char == "\n" else char.lower()
    return char if char.lower() == char.upper() and not 0xD800 <= code < 0xE000 else None
