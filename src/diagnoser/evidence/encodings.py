"""Bytes of a log file as lines of text, whatever wrote them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
MAX_LINE = 64 * 1024


def decode_line(raw: bytes) -> str:
    """One line: strict UTF-8, else strict GB18030, else UTF-8 with replacement characters."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines of a file given as chunks of bytes, in constant memory.

    A byte order mark decides; otherwise each line is decoded by itself, so that one bad line does
    not spoil the others. Terminal escapes, NUL bytes and line ends are removed; a line is cut after
    64 KiB.
    """
    encoding: str | None = None
    first = True
    rest = b""
    for chunk in chunks:
        if first:
            first = False
            for bom, name in _BOMS:
                if chunk.startswith(bom):
                    encoding, chunk = name, chunk[len(bom) :]
                    break
        rest += chunk
        end = b"\n" if encoding in (None, "utf-8") else "\n".encode(encoding)
        *whole, rest = _split(rest, end)
        for raw in whole:
            yield _clean(raw, encoding)
        if len(rest) > MAX_LINE * 4:
            rest = rest[: MAX_LINE * 4]
    if rest:
        yield _clean(rest, encoding)


def _split(data: bytes, end: bytes) -> list[bytes]:
    if len(end) == 1:
        return data.split(end)
    parts, start = [], 0
    position = data.find(end)
    while position >= 0:
        if position % 2 == 0:
            parts.append(data[start:position])
            start = position + 2
        position = data.find(end, position + (2 if position % 2 == 0 else 1))
    return [*parts, data[start:]]


def _clean(raw: bytes, encoding: str | None) -> str:
    text = raw[:MAX_LINE].decode(encoding, errors="replace") if encoding else decode_line(raw[:MAX_LINE])
    text = text.replace("\0", "").rstrip("\r\n")
    return _ESCAPES.sub("", text) if "\x1b" in text else text
