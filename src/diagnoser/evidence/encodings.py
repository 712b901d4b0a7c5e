"""Bytes of a log as clean lines of text, whatever wrote them.

Logs are handled as pieces: some whole lines of valid UTF-8, joined by line feeds, without the last
one. Most logs are plain ASCII already, and a piece of them is passed on as it came.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_LINE = 64 * 1024
"""Bytes of a line that are read; the rest of it is dropped."""

_HEAD = 4096
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # colours, cursor movements
    rb"|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # window titles, links
    rb"|[()*+][0-9A-Za-z]"  # character sets
    rb"|[@-Z\\^_=>78])"
)


@dataclass(slots=True)
class Decoding:
    """What was met while a log was decoded; it is filled in as the pieces go by.

    Attributes:
        cut_lines: lines longer than `MAX_LINE`, of which the end was dropped.
        replaced_lines: lines in no known encoding, read with replacement characters.
    """

    cut_lines: int = 0
    replaced_lines: int = 0


def decode_line(raw: bytes) -> str:
    """One line: strict UTF-8, else strict GB18030, else UTF-8 with replacement characters."""
    return _decoded(raw, Decoding())


def decode_file(raw: bytes) -> str:
    """A whole file: a byte order mark or the zeros of UTF-16 decide on the encoding, else it is read as one line is."""
    return decode_line(b"".join(_eight_bit((raw,))))


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines of a file given as chunks of bytes, in constant memory; see `pieces`."""
    for piece in pieces(chunks):
        yield from piece.decode().split("\n")


def pieces(chunks: Iterable[bytes], met: Decoding | None = None) -> Iterator[bytes]:
    """A log as pieces of clean UTF-8, in constant memory.

    A byte order mark decides on the encoding, then the zeros of UTF-16; otherwise each line is
    decoded by itself, so that one bad line does not spoil the others. Line ends are LF, CRLF or a
    lone CR (progress bars); terminal escapes and NUL bytes are removed; a line is cut after 64 KiB.

    Args:
        chunks: the bytes, cut anywhere.
        met: counts what was met on the way.
    """
    met = Decoding() if met is None else met
    for raw in _whole_lines(_one_line_end(_eight_bit(chunks)), met):
        yield _clean(raw, met)


def sniff_utf16(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` if the first bytes of a file are UTF-16 without a mark.

    Latin letters have a zero for one of their two bytes: zeros at every other place, nearly none
    at the places between.
    """
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * 0.2 and even <= odd // 20:
        return "utf-16-le"
    if even > half * 0.2 and odd <= even // 20:
        return "utf-16-be"
    return None


def _eight_bit(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks without a byte order mark, UTF-16 as UTF-8."""
    source = iter(chunks)
    head = b""
    for chunk in source:
        head += chunk
        if len(head) >= _HEAD:
            break
    encoding = None
    for mark, name in _BOMS:
        if head.startswith(mark):
            encoding, head = name, head[len(mark) :]
            break
    else:
        encoding = sniff_utf16(head[:_HEAD])
    whole = itertools.chain((head,), source)
    if encoding is None or encoding == "utf-8":
        yield from whole
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in whole:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", True).encode()


def _one_line_end(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        if held or b"\r" in chunk:
            chunk, held = held + chunk, b""
            if chunk.endswith(b"\r"):
                chunk, held = chunk[:-1], b"\r"
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield chunk
    if held:
        yield b"\n"


def _whole_lines(chunks: Iterable[bytes], met: Decoding) -> Iterator[bytes]:
    """Whole lines, a chunk at a time."""
    rest = b""
    dropping = False
    for chunk in chunks:
        if dropping:
            end = chunk.find(b"\n")
            if end < 0:
                continue
            chunk, dropping = chunk[end + 1 :], False
        end = chunk.rfind(b"\n")
        if end >= 0:
            yield from _short_lines(b"".join((rest, memoryview(chunk)[:end])), met)
            rest = chunk[end + 1 :]
        else:
            rest += chunk
        if len(rest) > MAX_LINE:
            yield _cut(rest, met)
            rest, dropping = b"", True
    if rest:
        yield rest


def _short_lines(body: bytes, met: Decoding) -> Iterator[bytes]:
    """Lines as they are, in one piece unless some have to be cut."""
    start = looked = 0
    while len(body) - looked > MAX_LINE:
        end = body.rfind(b"\n", looked, looked + MAX_LINE + 1)
        if end >= 0:
            looked = end + 1
            continue
        if looked > start:
            yield body[start : looked - 1]
        yield _cut(body[looked : looked + MAX_LINE + 4], met)
        end = body.find(b"\n", looked)
        if end < 0:
            return
        start = looked = end + 1
    yield body[start:] if start else body


def _cut(line: bytes, met: Decoding) -> bytes:
    """The first `MAX_LINE` bytes of a line, not ending inside a character of UTF-8."""
    met.cut_lines += 1
    end = MAX_LINE
    while end > MAX_LINE - 4 and end < len(line) and line[end] & 0xC0 == 0x80:
        end -= 1
    return line[:end]


def _clean(raw: bytes, met: Decoding) -> bytes:
    if not raw.isascii() and not _is_utf8(raw):
        raw = b"\n".join(line if line.isascii() else _decoded(line, met).encode() for line in raw.split(b"\n"))
    if b"\0" in raw:
        raw = raw.replace(b"\0", b"")
    return _ESCAPES.sub(b"", raw) if b"\x1b" in raw else raw


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(raw: bytes, met: Decoding) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    met.replaced_lines += 1
    return raw.decode("utf-8", errors="replace")
