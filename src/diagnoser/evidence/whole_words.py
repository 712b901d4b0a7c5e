"""The whole words that a piece of a row of Chinese characters was cut from, for people to read: *今天早上*, not *天早*."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 8
"""Characters that are shown at most."""

_ROW = re.compile(r"[\u3400-\u9fff]+")
_PARTICLE = re.compile(r"[的了着吗呢吧啊都也就还又很太是有被把给和与及或而但]")
"""Characters that are a word of their own nearly always: words end before them and begin after them."""


def whole_words(plain: str, start: int, end: int, known: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The shortest stretch around a piece of a text that begins and ends where a word does.

    Args:
        plain: a normalised text.
        start, end: the piece.
        known: where words of the knowledge stand in the text; they begin and end as a word does.

    Returns:
        The piece itself where it does not stand in Chinese; None where the stretch would be longer than `LONGEST`.
    """
    row = next((m for m in _ROW.finditer(plain) if m.start() <= start and end <= m.end()), None)
    if row is None:
        return start, end
    marks = [row.span(), *known, *(m.span() for m in _PARTICLE.finditer(plain, *row.span()))]
    bounds = {bound for mark in marks for bound in mark if row.start() <= bound <= row.end()}
    first = max(bound for bound in bounds if bound <= start)
    last = min(bound for bound in bounds if bound >= end)
    return (first, last) if last - first <= LONGEST else None
