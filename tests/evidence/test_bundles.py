"""Bundles: what is in them is read as streams, and whoever means harm gets nowhere."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from diagnoser.evidence.bundles import Limits, parts

LINE = b"IFNET/4/LINK_DOWN: interface GE0/0/1 down\n"
SMALL = Limits(total_bytes=1 << 20, free_bytes=1 << 20, nested_zip_bytes=1 << 18, entries=20)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w", format_: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=format_) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def read(content: bytes, name: str = "b", limits: Limits | None = None) -> dict[str, Any]:
    """Name -> content, or why it was skipped."""
    found: dict[str, Any] = {}
    for part in parts(io.BytesIO(content), name, len(content), limits):
        if part.chunks is None:
            assert part.skipped is not None
            found[f"{part.name} !"] = part.skipped.en
        else:
            found[part.name] = b"".join(part.chunks)
    return found


@pytest.mark.parametrize(
    "pack",
    [
        zipped,
        lambda files: zipped(files, zipfile.ZIP_STORED),
        tarred,
        lambda files: tarred(files, "w:gz"),
        lambda files: tarred(files, "w:bz2"),
        lambda files: tarred(files, "w:xz"),
        lambda files: tarred(files, "w", tarfile.GNU_FORMAT),
    ],
)
def test_the_files_of_a_bundle_are_read(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    files = {"var/log/messages": LINE * 1000, "a.log": b"", "long/" + "n" * 150 + ".log": LINE}

    found = read(pack(files))

    assert found == {f"b!/{name}": content for name, content in files.items()}


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_log_is_read(compress: Callable[[bytes], bytes]) -> None:
    assert read(compress(LINE * 50_000), "a.log.gz") == {"a.log": LINE * 50_000}


def test_a_plain_log_is_itself() -> None:
    assert read(LINE) == {"b": LINE}
    assert read(b"") == {"b": b""}


@pytest.mark.parametrize("outer", [zipped, tarred, lambda files: tarred(files, "w:gz")])
@pytest.mark.parametrize("inner", [zipped, tarred, lambda files: tarred(files, "w:xz")])
def test_a_bundle_in_a_bundle_is_read_and_one_deeper_is_not(
    outer: Callable[[dict[str, bytes]], bytes], inner: Callable[[dict[str, bytes]], bytes]
) -> None:
    nested = inner({"a.log": LINE, "deep.zip": zipped({"b.log": LINE}), "c.log.gz": gzip.compress(LINE)})

    found = read(outer({"in": nested, "last.log": LINE}))

    assert found == {
        "b!/in!/a.log": LINE,
        "b!/in!/deep.zip !": "a bundle in a bundle in a bundle",
        "b!/in!/c.log": LINE,
        "b!/last.log": LINE,
    }


def test_what_is_no_text_is_skipped_and_said() -> None:
    found = read(zipped({"core": b"\x7fELF" + bytes(100), "x.bin": bytes(range(32)) * 20, "a.log": LINE}))

    assert found == {"b!/core !": "not text", "b!/x.bin !": "not text", "b!/a.log": LINE}


@pytest.mark.parametrize("seed", range(20))
def test_bytes_that_mean_nothing_are_no_log(seed: int) -> None:
    assert read(random.Random(seed).randbytes(4096)) == {"b !": "not text"}


@pytest.mark.parametrize(
    "odd", [bytes(4096), b"\b\b\b\b\b", b"\x1b[42D", "接口Down".encode("gbk"), "интерфейс".encode("koi8-r")]
)
def test_a_log_with_holes_and_the_leavings_of_a_console_is_read(odd: bytes) -> None:
    content = odd + LINE + odd

    assert read(content) == {"b": content}


@pytest.mark.parametrize("bomb", [zipped, lambda files: tarred(files, "w:gz"), lambda files: tarred(files, "w:xz")])
def test_a_bomb_stops_at_the_limit(bomb: Callable[[dict[str, bytes]], bytes]) -> None:
    content = bomb({"a.log": LINE, "bomb.log": bytes(b"a" * 50_000_000), "after.log": LINE})

    found = read(content, limits=SMALL)

    assert sum(len(v) for v in found.values() if isinstance(v, bytes)) <= SMALL.total_bytes + len(LINE)
    assert found["b !"] == "the bundle becomes too large; the rest is not read"
    assert "b!/after.log" not in found


def test_the_ratio_limits_a_bundle_beyond_the_free_bytes() -> None:
    content = gzip.compress(b"a" * 20_000_000)
    limits = Limits(free_bytes=1 << 20, ratio=100)

    [log, stopped] = parts_of(content, limits)

    assert len(log) <= max(1 << 20, 100 * len(content))
    assert stopped == "the bundle becomes too large; the rest is not read"


def parts_of(content: bytes, limits: Limits) -> list[Any]:
    return list(read(content, limits=limits).values())


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_the_number_of_entries_is_limited(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    found = read(pack({f"{n}.log": LINE for n in range(50)}), limits=SMALL)

    assert (len(found), found["b !"]) == (21, "more than 20 entries; the rest is not read")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_are_labels_and_never_lead_out(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    found = read(
        pack({"../../etc/passwd": LINE, "/etc/shadow.log": LINE, "a/./b\x1b[31m.log": LINE, "..\\win.log": LINE})
    )

    assert list(found) == ["b!/etc/passwd", "b!/etc/shadow.log", "b!/a/b�[31m.log", "b!/win.log"]


def test_links_and_devices_are_skipped() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind, name in (
            (tarfile.SYMTYPE, "link"),
            (tarfile.LNKTYPE, "hard"),
            (tarfile.CHRTYPE, "dev"),
            (tarfile.FIFOTYPE, "pipe"),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)

    assert read(buffer.getvalue()) == {f"b!/{n} !": "not a regular file" for n in ("link", "hard", "dev", "pipe")}


def test_encrypted_entries_are_skipped() -> None:
    content = bytearray(zipped({"a.log": LINE}, zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1

    assert read(bytes(content)) == {"b!/a.log !": "encrypted"}


def test_a_tar_header_cannot_ask_for_memory() -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 8 << 30
    content = info.tobuf(tarfile.GNU_FORMAT) + bytes(4096)

    found = read(content)

    assert found == {"b !": "damaged: an extended header of more than 64 KiB"}


def test_a_zip_with_an_endless_table_of_contents_is_not_opened() -> None:
    content = zipped({f"{n}": b"" for n in range(300)})

    assert read(content, limits=Limits(zip_directory_bytes=1000)) == {"b !": "the zip's table of contents is too large"}


@pytest.mark.parametrize(
    "pack", [zipped, tarred, lambda files: tarred(files, "w:gz"), lambda files: tarred(files, "w:xz")]
)
def test_a_damaged_bundle_gives_what_it_can_and_never_raises(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    whole = pack({f"{n}.log": LINE * 50 for n in range(5)})

    for cut in range(0, len(whole), max(1, len(whole) // 60)):
        for broken in (whole[:cut], whole[:cut] + b"\xff\x00" + whole[cut + 2 :]):
            read(broken)
    half = read(whole[: len(whole) // 2])
    assert any(str(why).startswith("damaged: ") for why in half.values()) or any(
        isinstance(v, bytes) for v in half.values()
    )


def test_a_name_or_the_content_tells_a_log() -> None:
    files = {
        "messages": LINE,
        "sel.txt": LINE,
        "notes.txt": LINE,
        "x/device.log.1": LINE,
        "dmesg": LINE,
        "config.cfg": LINE,
    }

    sure = {p.name: p.sure for p in parts(io.BytesIO(tarred(files)), "b", 100)}

    assert sure == {
        "b!/messages": True, "b!/sel.txt": True, "b!/notes.txt": False, "b!/x/device.log.1": True, "b!/dmesg": True,
        "b!/config.cfg": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"7z\xbc\xaf\x27\x1c", ("x: skipped: 7z is not read; unpack it, or pack it as zip or tar.gz", "x：未读取：不支持7z，请解压，或改用zip、tar.gz")),
        (b"\x89PNG\r\n\x1a\n", ("x: skipped: a picture is not read; type in what it shows", "x：未读取：不支持图片，请把内容写成文字")),
        (b"\x04\x22\x4d\x18", ("x: skipped: lz4 is not read; unpack it with 'lz4 -d', or pack it as gz", "x：未读取：不支持lz4，请用“lz4 -d”解压，或改用gz")),
        (b"ElfFile\0", ("x: skipped: evtx is not read; save the events as text, with 'wevtutil qe FILE /lf:true /f:text'", "x：未读取：不支持evtx，请用“wevtutil qe 文件 /lf:true /f:text”导出为文本")),
        (b"%PDF-1.7", ("x: skipped: pdf is not read; save its text as a file", "x：未读取：不支持pdf，请把文字另存为文本文件")),
    ],
)  # fmt: skip
def test_a_kind_that_is_not_read_is_told_with_what_would_be_right(head: bytes, said: tuple[str, str]) -> None:
    [part] = parts(io.BytesIO(head + bytes(100)), "x", 100)

    assert part.chunks is None
    assert (part.why_not().en, part.why_not().zh) == said


def test_a_gz_that_is_cut_is_read_up_to_there() -> None:
    whole = gzip.compress(b"".join(b"line %d of the log\n" % n for n in range(40_000)))
    lines, told = 0, []
    for part in parts(io.BytesIO(whole[: len(whole) // 2]), "half.log.gz", len(whole) // 2):
        if part.chunks is None:
            told.append(part.why_not())
        else:
            lines += sum(chunk.count(b"\n") for chunk in part.chunks)

    assert lines > 1_000
    assert len(told) == 1
    assert told[0].en.startswith("half.log: damaged, not read to its end: ")
    assert told[0].zh == "half.log：文件损坏，只读到损坏处"


def test_a_zip_packed_in_china_keeps_its_names() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("AAAA.log", LINE)
    content = packed.getvalue().replace(b"AAAA.log", "日志.log".encode("gbk"))

    assert [part.name for part in parts(io.BytesIO(content), "b.zip", len(content))] == ["b.zip!/日志.log"]


def test_a_tar_packed_in_china_keeps_its_names() -> None:
    content = tarred({"AAAA.log": LINE}).replace(b"AAAA.log", "日志.log".encode("gbk"))
    header = bytearray(content[:512])
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)

    [part] = parts(io.BytesIO(bytes(header) + content[512:]), "b.tar", len(content))

    assert part.name == "b.tar!/日志.log"


def test_an_office_file_and_a_zip_without_its_end_are_told_as_such() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    whole = packed.getvalue()

    said = [
        part.skipped and part.skipped.en for c in (whole, whole[:-30]) for part in parts(io.BytesIO(c), "x", len(c))
    ]

    assert said == [
        "an Office file is not read; save its text as a file",
        "damaged: the end of the zip is missing; copy or download it again",
    ]
