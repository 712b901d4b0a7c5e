"""Bundles of logs and command outputs, read as streams: zip, tar, gz, bz2, xz, nested once.

Nothing is unpacked to disk, and no name in a bundle is ever used as a path. Whoever made a bundle
may mean harm: there are limits for bytes, entries and for how much a little may become, and what is
not read is said.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Protocol

from diagnoser.evidence.encodings import decode_line
from diagnoser.evidence.not_read import (
    CUT_ZIP,
    DIRECTORY,
    ENCRYPTED,
    NESTED,
    NO_FILE,
    NO_TEXT,
    OFFICE,
    TOO_LARGE,
    TWICE,
    damaged,
    damaged_later,
    is_binary,
    too_large_inside,
    too_many,
    why_not_read,
)
from diagnoser.knowledge.documents import Text

CHUNK = 1 << 17
"""Bytes that are read at once: small enough to stay in the processor's cache from one step to the next."""
_SNIFF = 512
_NESTING = 2
"""A bundle, and a bundle in it."""
_ZIP_END = 22 + (1 << 16) - 1
"""Bytes that the end of a zip takes at most: its record, and a comment."""

_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, OSError, EOFError, NotImplementedError,
    RuntimeError, ValueError, UnicodeError,
)  # fmt: skip
_LOG_NAME = re.compile(
    r"(?i)(?:\.(?:log|out|err|dmesg|trc)(?:[.\-_]?\d+)*|(?:^|/)(?:messages|syslog|kern|dmesg|secure|boot|cron|maillog|"
    r"logfile|logbuffer|sel|eventlog|events?|alarms?|trapbuffer)(?:[.\-_][\w.\-]*)?)\Z"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a bundle may cost.

    Attributes:
        total_bytes: bytes read out of the whole bundle.
        entries: files in it, those in nested bundles included.
        ratio: bytes that one byte of the bundle may become, beyond the first `free_bytes`.
        free_bytes: bytes for which the ratio does not count.
        nested_zip_bytes: size of a zip inside another bundle, which is held in memory.
        zip_directory_bytes: size of a zip's table of contents, which is held in memory.
    """

    total_bytes: int = 8 << 30
    entries: int = 10_000
    ratio: int = 200
    free_bytes: int = 64 << 20
    nested_zip_bytes: int = 64 << 20
    zip_directory_bytes: int = 4 << 20


@dataclass(frozen=True, slots=True)
class LogPart:
    """A log, or one file of a bundle.

    The chunks must be read, or given up, before the next part is asked for.

    Attributes:
        name: the file's name; in a bundle `bundle.zip!/folder/file`.
        chunks: its bytes; None if it is not read.
        skipped: why it is not read, or not to its end.
        begun: whether it was read as far as it could be.
        sure: it was given as a log or is called like one; otherwise its content must show it.
        quote: a text of it as it may be quoted; by default as it is.
    """

    name: str
    chunks: Iterator[bytes] | None
    skipped: Text | None = None
    begun: bool = False
    sure: bool = True
    quote: Callable[[str], str] = str

    def why_not(self) -> Text:
        """What is said of a part that is not read, or not to its end; only of such a part."""
        assert self.skipped is not None
        en, zh = ("", "") if self.begun else ("skipped: ", "未读取：")
        return Text(en=f"{self.name}: {en}{self.skipped.en}", zh=f"{self.name}：{zh}{self.skipped.zh}")


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Exhausted(Exception):
    """A limit was reached."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


@dataclass(slots=True)
class _Budget:
    """What is left of the limits, for a bundle and all that is nested in it."""

    limits: Limits
    bytes_left: int
    entries_left: int

    def take(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise _Exhausted(TOO_LARGE)

    def entry(self) -> None:
        self.entries_left -= 1
        if self.entries_left < 0:
            raise _Exhausted(too_many(self.limits.entries))


def parts(file: IO[bytes], name: str, size: int, limits: Limits | None = None) -> Iterator[LogPart]:
    """A file as the logs in it: itself if it is no bundle.

    Args:
        file: open for reading, seekable, at its start.
        name: what to call it.
        size: its size in bytes.
        limits: what a bundle may cost.
    """
    limits = limits or Limits()
    budget = _Budget(limits, min(limits.total_bytes, max(limits.free_bytes, limits.ratio * size)), limits.entries)
    try:
        yield from _opened(file, name, budget, depth=0, packed=False)
    except _Exhausted as reached:
        yield LogPart(name, None, reached.said)


def _opened(file: Any, name: str, budget: _Budget, depth: int, packed: bool) -> Iterator[LogPart]:
    """A stream as its parts. `file` is seekable at depth 0; deeper it can only be read on."""
    head = file.read(_SNIFF)
    if file.seekable() if hasattr(file, "seekable") else False:
        file.seek(0)
        stream: Any = file
    else:
        stream = _Rejoined(head, file)
    if _is_zip(head):
        yield from _nested(stream, name, budget, depth, _zip)
    elif _is_tar(head, name):
        yield from _nested(stream, name, budget, depth, _tar)
    elif (unpack := _unpacker(head)) is not None:
        if packed:
            yield LogPart(name, None, TWICE)
            return
        inner = re.sub(r"(?i)\.(?:gz|bz2|xz|tgz|tbz2?|txz)\Z", "", name)
        if inner == name or inner.endswith("!"):
            inner = name
        try:
            yield from _opened(_Unpacked(unpack(stream), budget), inner, budget, depth, packed=True)
        except _BROKEN as error:
            yield LogPart(name, None, damaged(error))
    else:
        yield from _plain(stream, head, name, depth)


def _nested(
    stream: Any,
    name: str,
    budget: _Budget,
    depth: int,
    open_bundle: Callable[[Any, str, _Budget, int], Iterator[LogPart]],
) -> Iterator[LogPart]:
    if depth >= _NESTING:
        yield LogPart(name, None, NESTED)
        return
    try:
        yield from open_bundle(stream, name, budget, depth)
    except _BROKEN as error:
        yield LogPart(name, None, damaged(error))


def _plain(stream: _Readable, head: bytes, name: str, depth: int) -> Iterator[LogPart]:
    said = why_not_read(head)
    if said is not None:
        yield LogPart(name, None, said)
        return
    if is_binary(head if depth else head.replace(b"\0", b"")):  # a log that was given may have holes of NUL
        yield LogPart(name, None, NO_TEXT)
        return
    troubles: list[Exception] = []
    yield LogPart(name, _chunks(stream, troubles), sure=depth == 0 or _LOG_NAME.search(name) is not None)
    for trouble in troubles:
        if isinstance(trouble, _Exhausted):
            raise trouble
        yield LogPart(name, None, damaged_later(trouble), begun=True)


def _chunks(stream: _Readable, troubles: list[Exception]) -> Iterator[bytes]:
    """The rest of a stream; damage or a limit ends it and is noted."""
    while True:
        try:
            chunk = stream.read(CHUNK)
        except (_Exhausted, *_BROKEN) as error:
            troubles.append(error)
            return
        if not chunk:
            return
        yield chunk


def _zip(stream: Any, name: str, budget: _Budget, depth: int) -> Iterator[LogPart]:
    limits = budget.limits
    if isinstance(stream, _Rejoined):
        content = stream.read(limits.nested_zip_bytes + 1)
        if len(content) > limits.nested_zip_bytes:
            yield LogPart(name, None, too_large_inside(limits.nested_zip_bytes >> 20))
            return
        stream = io.BytesIO(content)
    listing = _directory_bytes(stream)
    if listing is None or listing > limits.zip_directory_bytes:
        yield LogPart(name, None, CUT_ZIP if listing is None else DIRECTORY)
        return
    with zipfile.ZipFile(stream) as archive:
        if "[Content_Types].xml" in archive.namelist():
            yield LogPart(name, None, OFFICE)
            return
        for info in archive.infolist():
            inside = f"{name}!/{_shown(_zip_name(info))}"
            if info.is_dir():
                continue
            budget.entry()
            if info.flag_bits & 0x1:
                yield LogPart(inside, None, ENCRYPTED)
                continue
            if info.external_attr >> 16 & 0o170000 not in (0, 0o100000):
                yield LogPart(inside, None, NO_FILE)
                continue
            try:
                with archive.open(info) as member:
                    yield from _opened(_Unpacked(member, budget), inside, budget, depth + 1, packed=False)
            except _BROKEN as error:
                yield LogPart(inside, None, damaged(error))


def _zip_name(info: zipfile.ZipInfo) -> str:
    """An entry's name: where it is not marked as UTF-8, packers in China write it in the system's own encoding."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return decode_line(info.filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.filename


def _directory_bytes(stream: IO[bytes]) -> int | None:
    """What the end of a zip says about the size of its table of contents; None if it has no end."""
    stream.seek(0, io.SEEK_END)
    stream.seek(max(0, stream.tell() - _ZIP_END))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else None


class _Header(tarfile.TarInfo):
    """A tar header that does not read a name of a gigabyte into memory."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        extended = (
            tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
        )  # fmt: skip
        if self.type in extended and self.size > 64 * 1024:
            raise tarfile.ReadError("an extended header of more than 64 KiB")
        process: Callable[[tarfile.TarFile], tarfile.TarInfo] = super()._proc_member  # type: ignore[misc]
        return process(tar)


def _tar(stream: Any, name: str, budget: _Budget, depth: int) -> Iterator[LogPart]:
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header, bufsize=64 * 1024) as archive:
        for info in archive:
            archive.members = []  # type: ignore[attr-defined]  # it would remember every entry
            inside = f"{name}!/{_shown(decode_line(info.name.encode(errors='surrogateescape')))}"
            if info.isdir():
                continue
            budget.entry()
            member = archive.extractfile(info) if info.isreg() and not info.issparse() else None
            if member is None:
                yield LogPart(inside, None, NO_FILE)
                continue
            yield from _opened(_Unpacked(member, budget), inside, budget, depth + 1, packed=False)


class _Unpacked:
    """A stream whose bytes count against the budget."""

    def __init__(self, stream: _Readable, budget: _Budget) -> None:
        self._stream, self._budget = stream, budget

    def read(self, size: int = CHUNK) -> bytes:
        content = self._stream.read(size)
        self._budget.take(len(content))
        return content


class _Rejoined:
    """A stream of which the head was read already."""

    def __init__(self, head: bytes, stream: _Readable) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int = CHUNK) -> bytes:
        found = [self._head[:size]]
        self._head = self._head[size:]
        left = size - len(found[0])
        while left > 0:
            more = self._stream.read(min(left, CHUNK))
            if not more:
                break
            found.append(more)
            left -= len(more)
        return b"".join(found)

    def seekable(self) -> bool:
        return False


def _is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_tar(head: bytes, name: str) -> bool:
    return head[257:262] == b"ustar" or (name.lower().endswith(".tar") and len(head) == _SNIFF)


def _unpacker(head: bytes) -> Callable[[Any], _Readable] | None:
    if head.startswith(b"\x1f\x8b"):
        return lambda stream: gzip.GzipFile(fileobj=stream)
    if re.match(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", head):
        return lambda stream: bz2.BZ2File(stream)
    if head.startswith(b"\xfd7zXZ\0"):
        return lambda stream: lzma.LZMAFile(stream)
    return None


def is_bundle(head: bytes, name: str = "") -> bool:
    """Whether the first 512 bytes are those of a zip, tar, gz, bz2 or xz."""
    return _is_zip(head) or _is_tar(head, name) or _unpacker(head) is not None


def _shown(name: str) -> str:
    """A name in a bundle as a label: no control characters, no way up, not endless."""
    steps = [step for step in re.split(r"[/\\]+", name) if step not in ("", ".", "..")]
    shown = "".join(char if char.isprintable() else "�" for char in "/".join(steps))
    return (shown or "?")[-200:].encode(errors="replace").decode()
