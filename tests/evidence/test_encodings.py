"""Bytes of a log become clean lines, however they were written and wherever they are cut."""

from __future__ import annotations

import random

import pytest

from diagnoser.evidence.encodings import MAX_LINE, Decoding, lines, pieces, sniff_utf16
from diagnoser.evidence.not_read import is_binary


def cut(content: bytes, size: int) -> list[bytes]:
    return [content[i : i + size] for i in range(0, len(content), size)]


TEXT = "Jun 14 15:16:01 端口 GE0/0/1 DOWN\n电源故障\nplain ascii line with some length to it\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 4096])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_gives_the_same_lines(encoding: str, size: int) -> None:
    assert list(lines(cut(TEXT.encode(encoding), size)))[:3] == TEXT.split("\n")[:3]


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"10%\r50%\r100%\ndone\n", ["10%", "50%", "100%", "done"]),
        (b"one\rtwo\r", ["one", "two"]),
        (b"a\n\n\nb", ["a", "", "", "b"]),
        (b"\x1b[31;1mred\x1b[0m \x1b]0;title\x07x\x1b(B\n", ["red x"]),
        (b"\0a\0b\0\n", ["ab"]),
        (b"\xfd\xff\x80 junk \x00\x01\n", None),
        (b"", []),
    ],
)
def test_line_ends_escapes_and_junk(content: bytes, expected: list[str] | None, size: int) -> None:
    found = list(lines(cut(content, size)))

    if expected is None:
        assert len(found) == 1
        assert " junk " in found[0]
    else:
        assert found == expected


def test_one_bad_line_does_not_spoil_the_others() -> None:
    content = "端口\n".encode() + "电源\n".encode("gb18030") + b"\xff\xff\xff\n" + "风扇\n".encode()

    met = Decoding()
    found = b"\n".join(pieces([content], met)).decode().split("\n")

    assert [found[0], found[1], found[3]] == ["端口", "电源", "风扇"]
    assert met.replaced_lines == 1


@pytest.mark.parametrize("size", [1000, 1 << 20, 1 << 24])
@pytest.mark.parametrize("last", [b"\nafter\n", b"\n\nafter", b"\n", b""])
def test_a_line_of_ten_megabytes_comes_in_parts_and_its_neighbours_are_whole(size: int, last: bytes) -> None:
    long = b"".join(b"%07d " % n for n in range(1_250_000))

    met = Decoding()
    joined, parts = b"", []
    for piece in pieces(cut(b"before\n" + long + last, size), met):
        joined += piece if met.continues or not joined else b"\n" + piece
        parts.append(max(map(len, piece.split(b"\n"))))

    assert joined == (b"before\n" + long + last).removesuffix(b"\n")
    assert max(parts) <= MAX_LINE
    assert met.long_lines == 1


def test_a_cut_splits_neither_a_character_nor_a_word() -> None:
    for shift in range(3):
        for text in ("电" * MAX_LINE, "电压 " * MAX_LINE):
            for encoding in ("utf-8", "gb18030") if " " in text else ("utf-8",):
                met = Decoding()
                content = b"a" * shift + text.encode(encoding) + b"\n"

                found = [piece.decode() for piece in pieces([content], met)]

                assert "".join(found) == "a" * shift + text
                assert len(found) > 2
                assert met.replaced_lines == 0
                assert " " not in text or all(part.endswith(" ") for part in found)


def test_memory_does_not_grow_with_the_log() -> None:
    import tracemalloc

    def log(count: int) -> int:
        chunk = b"Jun 14 15:16:01 host daemon: something happened\n" * 20_000
        tracemalloc.start()
        for _ in pieces(chunk for _ in range(count)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert log(20) < log(2) * 1.5


def test_pieces_are_whole_lines_of_utf8_whatever_the_bytes() -> None:
    rnd = random.Random(11)
    for _ in range(200):
        content = bytes(
            rnd.choice(b"\x00\x1b[m\r\n\n ab\xe7\x94\xb5\xff\x80\xc4\xe3") for _ in range(rnd.randint(0, 300))
        )

        whole = list(lines([content]))
        apart = list(lines(cut(content, rnd.randint(1, 9))))

        assert whole == apart


CHINESE = "一号机房汇聚交换机第三槽位单板运行状态异常，端口指示灯不亮，收发光功率过低，更换光模块以后仍然没有恢复。\n"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("size", [7, 4096, 1_000_000])
def test_utf16_without_a_mark_is_known_where_it_begins_with_chinese_only(encoding: str, size: int) -> None:
    text = CHINESE * 120 + "2023-06-14 15:16:01 GE0/0/1 down\n"
    raw = text.encode(encoding)
    assert raw[:4096].count(0) < 200

    got = "\n".join(lines(cut(raw, size)))

    assert got.rstrip("\n") == text.rstrip("\n")
    assert not is_binary(raw[:4096])


@pytest.mark.parametrize(
    "raw",
    [
        CHINESE.encode("gb18030") * 20,
        CHINESE.encode() * 20,
        CHINESE.encode("gb18030") + b"\x01\x02junk\n",
        "thestateofthecardwentdown\x01\x02\nportgone é\n".encode() * 9,
        random.Random(7).randbytes(4096),
    ],
)
def test_other_bytes_are_not_taken_for_utf16(raw: bytes) -> None:
    assert sniff_utf16(raw) is None
