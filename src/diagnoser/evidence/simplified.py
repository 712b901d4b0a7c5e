"""Traditional characters as simplified ones: the only door to OpenCC, opened when the first Chinese text is read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


_MEANT = {"埠": "口"}
"""A port is 埠 in Taiwan; the character has no other form."""


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplified(char: str) -> str:
    """A character as its one simplified form; any other as it is."""
    if not "\u3400" <= char <= "\U0003ffff":
        return char
    form = _MEANT.get(char) or str(_converter().convert(char))
    return form if len(form) == 1 else char


def in_simplified(text: str) -> str:
    """A text in simplified characters; each stays where it is."""
    return text if text.isascii() else "".join(map(simplified, text))
