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
"""Bytes of a line that are held at once; a longer one goes on as parts of that size."""

_HEAD = 4096
_NEAR = 2048
"""Bytes before the end of a part in which a place for the cut is looked for; the marks are no part of a character of GB18030."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(rb"[\x01-\x06\x0e-\x1a]")
_CHINESE = re.compile(r"[\t\n\r -~\u00a0-\u00ff\u2010-\u2044\u2460-\u2473\u3000-\u303f\u4e00-\u9fff\uff01-\uffee]")
_MARK = re.compile(r"[\n ，。：、；]")
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
        long_lines: lines longer than `MAX_LINE`, which come in parts, each a piece of its own.
        replaced_lines: lines in no known encoding, read with replacement characters.
        continues: whether the piece that came last goes on with the line before it.
    """

    long_lines: int = 0
    replaced_lines: int = 0
    continues: bool = False


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
    lone CR (progress bars); terminal escapes and NUL bytes are removed; a line over 64 KiB comes in parts.

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
    at the places between. Chinese has few zeros; there, some control characters that no text of
    single bytes has, and as UTF-16 hardly anything but Chinese and Latin characters, with a line end or mark among them.
    """
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * 0.2 and even <= odd // 20:
        return "utf-16-le"
    if even > half * 0.2 and odd <= even // 20:
        return "utf-16-be"
    if _CONTROL.search(head) is None:
        return None
    return next((name for name in ("utf-16-le", "utf-16-be") if _is_chinese(head, name)), None)


def _is_chinese(head: bytes, encoding: str) -> bool:
    text = head.decode(encoding, errors="replace")
    return len(text) <= 1.05 * len(_CHINESE.findall(text)) and _MARK.search(text) is not None


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
    """Whole lines, a chunk at a time; long ones in parts."""
    rest = b""
    inside = False
    for chunk in chunks:
        end = chunk.rfind(b"\n")
        if end >= 0:
            body = b"".join((rest, memoryview(chunk)[:end]))
            rest = chunk[end + 1 :]
            line, more, after = body.partition(b"\n") if inside else (b"", b"\n", body)
            if inside:
                yield from _parts(line, met, inside)
                inside = False
            if more:
                yield from _short_lines(after, met)
        else:
            rest += chunk
        while len(rest) > MAX_LINE:
            part, rest = _first_part(rest)
            yield from _parts(part, met, inside)
            met.long_lines += not inside
            inside = True
    if rest:
        yield from _parts(rest, met, inside)


def _short_lines(body: bytes, met: Decoding) -> Iterator[bytes]:
    """Lines as they are, in one piece unless some are long."""
    start = looked = 0
    while len(body) - looked > MAX_LINE:
        end = body.rfind(b"\n", looked, looked + MAX_LINE + 1)
        if end >= 0:
            looked = end + 1
            continue
        met.continues = False
        if looked > start:
            yield body[start : looked - 1]
        end = body.find(b"\n", looked)
        met.long_lines += 1
        yield from _parts(body[looked : end if end >= 0 else len(body)], met, inside=False)
        if end < 0:
            return
        start = looked = end + 1
    met.continues = False
    yield body[start:] if start else body


def _parts(line: bytes, met: Decoding, inside: bool) -> Iterator[bytes]:
    """A line in parts of `MAX_LINE` bytes at most; `inside` where it goes on with a part before."""
    while len(line) > MAX_LINE:
        part, line = _first_part(line)
        met.continues, inside = inside, True
        yield part
    met.continues = inside
    yield line


def _first_part(line: bytes) -> tuple[bytes, bytes]:
    """The head of a long line and the rest of it: cut at a blank or comma if one is near, else not inside a character of UTF-8."""
    for mark in b" ,;":
        if end := line.rfind(mark, MAX_LINE - _NEAR, MAX_LINE) + 1:
            return line[:end], line[end:]
    end = MAX_LINE
    while end > MAX_LINE - 4 and line[end] & 0xC0 == 0x80:
        end -= 1
    return line[:end], line[end:]


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
