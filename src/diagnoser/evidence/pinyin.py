"""Chinese phrases by the initials of their pinyin, as one types them into a search box: `gxd` for 光纤断.

This is the only door to pypinyin; it is opened while knowledge is compiled, never while a text is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, product

from diagnoser.evidence.words import normalised

MAX_READINGS = 16
"""Readings of one phrase that are kept; few phrases hold more than two characters that have several."""


def readings(phrase: str) -> tuple[str, ...]:
    """A phrase as its initials, in every reading of its characters; letters and digits stay as they are.

    A phrase without a Chinese character has none.
    """
    plain = normalised(phrase)
    letters = [_initials(char) for char in plain if char.isalnum()]
    if not any(char >= "\u3400" for char in plain):
        return ()
    return tuple("".join(each) for each in islice(product(*letters), MAX_READINGS))


@lru_cache(maxsize=8192)
def _initials(char: str) -> tuple[str, ...]:
    if char.isascii():
        return (char,)
    from pypinyin import Style, pinyin

    [found] = pinyin(char, style=Style.FIRST_LETTER, heteronym=True, errors="ignore") or [[""]]
    return tuple(dict.fromkeys(letter for letter in found if letter.isascii() and letter.isalpha())) or ("",)


class Initials:
    """Phrases found by initials."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Take (target, phrase) pairs."""
        rows = {f"{reading} {target}" for target, phrase in phrases for reading in readings(phrase)}
        self._rows = "\n".join(sorted(rows))

    def find(self, typed: str) -> list[str]:
        """Targets with a phrase that holds the letters typed, those that begin with them or are nothing else first."""
        best: dict[str, tuple[int, int]] = {}
        for row in re.finditer(rf"^(\S*?){re.escape(typed)}(\S*) (\S+)$", self._rows, re.MULTILINE):
            rank = (min(len(row[1]), 1), len(row[1]) + len(row[2]))
            best[row[3]] = min(best.get(row[3], rank), rank)
        return sorted(best, key=lambda target: (best[target], target))
