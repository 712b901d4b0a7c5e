"""Numbers in Chinese characters: 十二, 九十八, 三十一点五."""

from __future__ import annotations

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100}

NUMERAL = "[零〇一二两三四五六七八九十百]+(?:点[零〇一二三四五六七八九]+)?"
"""A pattern for what may be such a number."""


def numeral(said: str) -> float | None:
    """What a number in figures or in Chinese characters is, from 0 to 999; None for 两三 and others that are none."""
    if said.isascii():
        return float(said)
    whole, _, part = said.partition("点")
    total = 0
    digit: int | None = None
    for char in whole:
        if char in _TENS:
            total += (1 if digit is None else digit) * _TENS[char]
            digit = None
        elif digit:
            return None
        else:
            digit = _DIGITS[char]
    fraction = sum(_DIGITS[char] * 0.1**place for place, char in enumerate(part, 1))
    return float(total + (digit or 0) + round(fraction, 9))
