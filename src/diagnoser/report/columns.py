"""Text in the columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from wcwidth import wcwidth

WIDTH = 80
LABEL = 13
"""Columns of the labels at the left."""


def section(title: str, lines: list[str]) -> Iterator[str]:
    """A titled block, followed by an empty line."""
    yield title
    for line in lines:
        yield from wrap(line, WIDTH) if width_of(line) > WIDTH else [line]
    yield ""


def printable(text: str) -> str:
    """The text with a blank for each character that moves the cursor, changes colours or reorders what is said."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " for c in text if c not in _SELECTORS)


_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""They choose between two looks of the character before them, which may differ in width."""


def width_of(text: str) -> int:
    """The columns that a text takes; a Chinese character takes two."""
    return len(text) if text.isascii() else sum(max(0, wcwidth(char)) for char in text)


def cut(text: str, width: int) -> str:
    """The text, or as much of it as fits into so many columns."""
    text = printable(text)
    return text if width_of(text) <= width else _beginning(text, width - 1) + "…"


def _beginning(text: str, width: int) -> str:
    """As many characters as fit into so many columns, at least one."""
    used = 0
    for place, char in enumerate(text):
        used += max(0, wcwidth(char))
        if used > width and place:
            return text[:place]
    return text


def spread(left: str, right: str, width: int = WIDTH) -> str:
    """Left and right on one line of some columns, the right one at the margin."""
    return left + " " * max(2, width - width_of(left) - width_of(right)) + right if right else left


def labelled(label: str, text: str, right: str = "") -> Iterator[str]:
    """A text beside a label, wrapped; what stands at the right goes on the first line if it fits."""
    room = WIDTH - max(LABEL, width_of(label) + 1)
    first = label + " " * max(1, LABEL - width_of(label))
    wrapped = wrap(text, room) or [""]
    if right:
        if len(wrapped) == 1 and width_of(wrapped[0]) + width_of(right) + 2 <= room:
            wrapped = [spread(wrapped[0], right, room)]
        else:
            wrapped += wrap(right, room)
    yield first + wrapped[0]
    for line in wrapped[1:]:
        yield " " * LABEL + line


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, where a Chinese character takes two.

    What does not fit into the line goes on under it; if the text is indented, two blanks further in.
    """
    text = printable(text)
    indent = "    " if text.startswith("  ") else ""
    if text.isascii():
        return textwrap.wrap(text, width, subsequent_indent=indent)
    lines, line = [], ""
    for piece in _pieces(text):
        if width_of(line) + width_of(piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = indent
            piece = piece.lstrip()
        line += piece
        while width_of(line.rstrip()) > width:  # one word is longer than a line
            begun = _beginning(line, width)
            lines.append(begun)
            line = indent + line[len(begun) :]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> Iterator[str]:
    """Places where a line may break: after a blank, and between wide characters."""
    piece = ""
    for char in text:
        wide = wcwidth(char) == 2
        closing = char in "，。；：、！？）》」%…"
        if wide and not closing:
            if piece:
                yield piece
            piece = char
            continue
        piece += char
        if char == " ":
            yield piece
            piece = ""
    if piece:
        yield piece
