"""Bundles of logs and command outputs, read as streams: zip, tar, gz, bz2, xz, nested once.

Nothing is unpacked to disk, and no name in a bundle is ever used as a path. Whoever made a bundle
may mean harm: there are limits for bytes, entries and for how much a little may become, and what is
not read is said.
"""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Protocol

from diagnoser.evidence.encodings import decode_line, sniff_utf16
from diagnoser.evidence.observation import Told

CHUNK = 1 << 17
"""Bytes that are read at once: small enough to stay in the processor's cache from one step to the next."""
_SNIFF = 512
_NESTING = 2
"""A bundle, and a bundle in it."""

_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, OSError, EOFError, NotImplementedError,
    RuntimeError, ValueError, UnicodeError,
)  # fmt: skip
_LOG_NAME = re.compile(
    r"(?i)(?:\.(?:log|out|err|dmesg|trc)(?:[.\-_]?\d+)*|(?:^|/)(?:messages|syslog|kern|dmesg|secure|boot|cron|maillog|"
    r"logfile|logbuffer|sel|eventlog|events?|alarms?|trapbuffer)(?:[.\-_][\w.\-]*)?)\Z"
)
_BINARY_HEADS = (
    b"\x7fELF", b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"GIF8", b"MZ", b"SQLite format", b"\xd4\xc3\xb2\xa1",
    b"\xa1\xb2\xc3\xd4", b"\x0a\x0d\x0d\x0a", b"LPKSHHRH", b"\xed\xab\xee\xdb", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd",
)  # fmt: skip

_KINDS = (
    (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"), (b"\x28\xb5\x2f\xfd", "zst"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"), (b"%PDF", "pdf"), (b"\x04\x22\x4d\x18", "lz4"), (b"\x1f\x9d", "Z"), (b"\x5d\0\0", "lzma"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"), (b"ElfFile\0", "evtx"), (b"LPKSHHRH", "journal"),
    (b"\xd4\xc3\xb2\xa1", "capture"), (b"\xa1\xb2\xc3\xd4", "capture"), (b"\x0a\x0d\x0d\x0a", "capture"),
)  # fmt: skip
NOT_READ = {
    "7z": "7z is not read; unpack it, or pack it as zip or tar.gz",
    "rar": "rar is not read; unpack it, or pack it as zip or tar.gz",
    "zst": "zst is not read; unpack it with 'zstd -d', or pack it as gz",
    "image": "a picture is not read; type in what it shows",
    "pdf": "pdf is not read; save its text as a file",
    "lz4": "lz4 is not read; unpack it with 'lz4 -d', or pack it as gz",
    "Z": "Z is not read; unpack it with 'uncompress', or pack it as gz",
    "lzma": "lzma is not read; unpack it with 'unlzma', or pack it as xz",
    "office": "an Office file is not read; save its text as a file",
    "evtx": "evtx is not read; save the events as text, with 'wevtutil qe FILE /lf:true /f:text'",
    "journal": "a journal file is not read; save it as text, with 'journalctl --file FILE'",
    "capture": "a packet capture is not read; type in what it shows",
}
"""What is said of a file of a kind that is not read, and what would be right."""

NEITHER = "neither a log nor a known command's output"
NOT_TO_ITS_END = "damaged, not read to its end"
CUT_ZIP = "damaged: the end of the zip is missing; copy or download it again"

_IN_CHINESE = (
    (NOT_READ["7z"], "不支持7z，请解压，或改用zip、tar.gz"),
    (NOT_READ["rar"], "不支持rar，请解压，或改用zip、tar.gz"),
    (NOT_READ["zst"], "不支持zst，请用“zstd -d”解压，或改用gz"),
    (NOT_READ["image"], "不支持图片，请把内容写成文字"),
    (NOT_READ["pdf"], "不支持pdf，请把文字另存为文本文件"),
    (NOT_READ["lz4"], "不支持lz4，请用“lz4 -d”解压，或改用gz"),
    (NOT_READ["Z"], "不支持Z，请用uncompress解压，或改用gz"),
    (NOT_READ["lzma"], "不支持lzma，请用unlzma解压，或改用xz"),
    (NOT_READ["office"], "不支持Office文档，请把文字另存为文本文件"),
    (NOT_READ["evtx"], "不支持evtx，请用“wevtutil qe 文件 /lf:true /f:text”导出为文本"),
    (NOT_READ["journal"], "不支持journal文件，请用“journalctl --file 文件”导出为文本"),
    (NOT_READ["capture"], "不支持抓包文件，请把现象写成文字"),
    (CUT_ZIP, "zip不完整（缺少结尾），请重新拷贝或下载"),
    (NEITHER, "既不是日志，也不是已知命令的输出"),
    (NOT_TO_ITS_END, "文件损坏，只读到损坏处"),
    ("damaged", "文件损坏"),
    ("not text", "不是文本"),
    ("encrypted", "已加密"),
    ("not a regular file", "不是普通文件"),
    ("compressed twice", "压缩了两次"),
    ("a bundle in a bundle in a bundle", "压缩包嵌套超过两层"),
    ("a zip inside a bundle, over", "压缩包内的zip过大"),
    ("the zip's table of contents is too large", "zip的目录过大"),
    ("the bundle becomes too large", "解压后过大，其余部分未读"),
    ("more than", "文件过多，其余部分未读"),
)
"""How reasons begin, and what they are in Chinese."""


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
        skipped: why it is not read, or not to its end: English, for people.
        sure: it was given as a log or is called like one; otherwise its content must show it.
        quote: a text of it as it may be quoted; by default as it is.
    """

    name: str
    chunks: Iterator[bytes] | None
    skipped: str = ""
    sure: bool = True
    quote: Callable[[str], str] = str

    def why_not(self) -> Told:
        """What is said of a part that is not read, or not to its end."""
        chinese = next((zh for begins, zh in _IN_CHINESE if self.skipped.startswith(begins)), self.skipped)
        if self.skipped.startswith(NOT_TO_ITS_END):
            return Told(f"{self.name}: {self.skipped}", f"{self.name}：{chinese}")
        return Told(f"{self.name}: skipped: {self.skipped}", f"{self.name}：未读取：{chinese}")


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Exhausted(Exception):
    """A limit was reached."""


@dataclass(slots=True)
class _Budget:
    """What is left of the limits, for a bundle and all that is nested in it."""

    limits: Limits
    bytes_left: int
    entries_left: int

    def take(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise _Exhausted("the bundle becomes too large; the rest is not read")

    def entry(self) -> None:
        self.entries_left -= 1
        if self.entries_left < 0:
            raise _Exhausted(f"more than {self.limits.entries} entries; the rest is not read")


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
        yield LogPart(name, None, str(reached))


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
            yield LogPart(name, None, "compressed twice")
            return
        inner = re.sub(r"(?i)\.(?:gz|bz2|xz|tgz|tbz2?|txz)\Z", "", name)
        if inner == name or inner.endswith("!"):
            inner = name
        try:
            yield from _opened(_Unpacked(unpack(stream), budget), inner, budget, depth, packed=True)
        except _BROKEN as error:
            yield LogPart(name, None, f"damaged: {_reason(error)}")
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
        yield LogPart(name, None, "a bundle in a bundle in a bundle")
        return
    try:
        yield from open_bundle(stream, name, budget, depth)
    except _BROKEN as error:
        yield LogPart(name, None, f"damaged: {_reason(error)}")


def _plain(stream: _Readable, head: bytes, name: str, depth: int) -> Iterator[LogPart]:
    kind = binary_kind(head)
    if kind is not None:
        yield LogPart(name, None, NOT_READ[kind])
        return
    if is_binary(head if depth else head.replace(b"\0", b"")):  # a log that was given may have holes of NUL
        yield LogPart(name, None, "not text")
        return
    troubles: list[Exception] = []
    yield LogPart(name, _chunks(stream, troubles), sure=depth == 0 or _LOG_NAME.search(name) is not None)
    for trouble in troubles:
        if isinstance(trouble, _Exhausted):
            raise trouble
        yield LogPart(name, None, f"{NOT_TO_ITS_END}: {_reason(trouble)}")


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
            yield LogPart(name, None, f"a zip inside a bundle, over {limits.nested_zip_bytes >> 20} MiB")
            return
        stream = io.BytesIO(content)
    if _zip_directory_bytes(stream) > limits.zip_directory_bytes:
        yield LogPart(name, None, "the zip's table of contents is too large")
        return
    if not _has_end(stream):
        yield LogPart(name, None, CUT_ZIP)
        return
    with zipfile.ZipFile(stream) as archive:
        if "[Content_Types].xml" in archive.namelist():
            yield LogPart(name, None, NOT_READ["office"])
            return
        for info in archive.infolist():
            inside = f"{name}!/{_shown(_zip_name(info))}"
            if info.is_dir():
                continue
            budget.entry()
            if info.flag_bits & 0x1:
                yield LogPart(inside, None, "encrypted")
                continue
            if info.external_attr >> 16 & 0o170000 not in (0, 0o100000):
                yield LogPart(inside, None, "not a regular file")
                continue
            try:
                with archive.open(info) as member:
                    yield from _opened(_Unpacked(member, budget), inside, budget, depth + 1, packed=False)
            except _BROKEN as error:
                yield LogPart(inside, None, f"damaged: {_reason(error)}")


def _zip_name(info: zipfile.ZipInfo) -> str:
    """An entry's name: where it is not marked as UTF-8, packers in China write it in the system's own encoding."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return decode_line(info.filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.filename


def _has_end(stream: IO[bytes]) -> bool:
    stream.seek(0, io.SEEK_END)
    stream.seek(max(0, stream.tell() - 65_557))
    found = b"PK\x05\x06" in stream.read()
    stream.seek(0)
    return found


def _zip_directory_bytes(stream: IO[bytes]) -> int:
    """What the end of a zip says about its table of contents; 0 if there is no end record."""
    stream.seek(0, io.SEEK_END)
    stream.seek(max(0, stream.tell() - 65_557))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


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
                yield LogPart(inside, None, "not a regular file")
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


def binary_kind(head: bytes) -> str | None:
    """Which known kind of file that is not read begins like this, a key of `NOT_READ`; None for others."""
    return next((kind for begins, kind in _KINDS if head.startswith(begins)), None)


def is_bundle(head: bytes, name: str = "") -> bool:
    """Whether the first 512 bytes are those of a zip, tar, gz, bz2 or xz."""
    return _is_zip(head) or _is_tar(head, name) or _unpacker(head) is not None


def is_binary(head: bytes) -> bool:
    """Whether the first bytes are of a known binary format, or one in twenty is a control character that no log has.

    Consoles write backspaces, escapes and tabs; of bytes that mean nothing, one in ten is another control character.
    """
    if head.startswith(_BINARY_HEADS):
        return True
    if not head or head.startswith((b"\xff\xfe", b"\xfe\xff")) or sniff_utf16(head) is not None:
        return False
    odd = sum(head.count(byte) for byte in itertools.chain(range(8), range(14, 27), range(28, 32)))
    return odd > len(head) // 20


def _shown(name: str) -> str:
    """A name in a bundle as a label: no control characters, no way up, not endless."""
    steps = [step for step in re.split(r"[/\\]+", name) if step not in ("", ".", "..")]
    shown = "".join(char if char.isprintable() else "�" for char in "/".join(steps))
    return (shown or "?")[-200:].encode(errors="replace").decode()


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
