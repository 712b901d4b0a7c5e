"""What is not read of files and bundles: how it is known, what is said of it, and what would be right."""

from __future__ import annotations

import itertools

from diagnoser.evidence.encodings import sniff_utf16
from diagnoser.knowledge.documents import Text

OFFICE = Text(en="an Office file is not read; save its text as a file", zh="不支持Office文档，请把文字另存为文本文件")
_KINDS: tuple[tuple[tuple[bytes, ...], Text], ...] = (
    ((b"7z\xbc\xaf",), Text(en="7z is not read; unpack it, or pack it as zip or tar.gz", zh="不支持7z，请解压，或改用zip、tar.gz")),
    ((b"Rar!",), Text(en="rar is not read; unpack it, or pack it as zip or tar.gz", zh="不支持rar，请解压，或改用zip、tar.gz")),
    ((b"\x28\xb5\x2f\xfd",), Text(en="zst is not read; unpack it with 'zstd -d', or pack it as gz", zh="不支持zst，请用“zstd -d”解压，或改用gz")),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), Text(en="a picture is not read; type in what it shows", zh="不支持图片，请把内容写成文字")),
    ((b"%PDF",), Text(en="pdf is not read; save its text as a file", zh="不支持pdf，请把文字另存为文本文件")),
    ((b"\x04\x22\x4d\x18",), Text(en="lz4 is not read; unpack it with 'lz4 -d', or pack it as gz", zh="不支持lz4，请用“lz4 -d”解压，或改用gz")),
    ((b"\x1f\x9d",), Text(en="Z is not read; unpack it with 'uncompress', or pack it as gz", zh="不支持Z，请用uncompress解压，或改用gz")),
    ((b"\x5d\0\0",), Text(en="lzma is not read; unpack it with 'unlzma', or pack it as xz", zh="不支持lzma，请用unlzma解压，或改用xz")),
    ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), OFFICE),
    ((b"ElfFile\0",), Text(en="evtx is not read; save the events as text, with 'wevtutil qe FILE /lf:true /f:text'", zh="不支持evtx，请用“wevtutil qe 文件 /lf:true /f:text”导出为文本")),
    ((b"LPKSHHRH",), Text(en="a journal file is not read; save it as text, with 'journalctl --file FILE'", zh="不支持journal文件，请用“journalctl --file 文件”导出为文本")),
    ((b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x0a\x0d\x0d\x0a"), Text(en="a packet capture is not read; type in what it shows", zh="不支持抓包文件，请把现象写成文字")),
)  # fmt: skip
"""How files of a kind begin -> what is said of them."""

_BINARY_HEADS = (b"\x7fELF", b"MZ", b"SQLite format", b"\xed\xab\xee\xdb")
"""How other files begin that are no text."""

NEITHER = Text(en="neither a log nor a known command's output", zh="既不是日志，也不是已知命令的输出")
CUT_ZIP = Text(
    en="damaged: the end of the zip is missing; copy or download it again", zh="zip不完整（缺少结尾），请重新拷贝或下载"
)
NO_TEXT = Text(en="not text", zh="不是文本")
ENCRYPTED = Text(en="encrypted", zh="已加密")
NO_FILE = Text(en="not a regular file", zh="不是普通文件")
TWICE = Text(en="compressed twice", zh="压缩了两次")
NESTED = Text(en="a bundle in a bundle in a bundle", zh="压缩包嵌套超过两层")
DIRECTORY = Text(en="the zip's table of contents is too large", zh="zip的目录过大")
TOO_LARGE = Text(en="the bundle becomes too large; the rest is not read", zh="解压后过大，其余部分未读")


def too_many(entries: int) -> Text:
    """More files than the limit."""
    return Text(en=f"more than {entries} entries; the rest is not read", zh="文件过多，其余部分未读")


def too_large_inside(mebibytes: int) -> Text:
    """A zip that would have to be held in memory."""
    return Text(en=f"a zip inside a bundle, over {mebibytes} MiB", zh="压缩包内的zip过大")


def damaged(error: BaseException) -> Text:
    """What a library could not read."""
    return Text(en=f"damaged: {_reason(error)}", zh="文件损坏")


def damaged_later(error: BaseException) -> Text:
    """The same of a file that was read up to there."""
    return Text(en=f"damaged, not read to its end: {_reason(error)}", zh="文件损坏，只读到损坏处")


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def why_not_read(head: bytes) -> Text | None:
    """What is said of a file that begins like one of a known kind that is not read; None for others."""
    return next((said for begins, said in _KINDS if head.startswith(begins)), None)


def is_binary(head: bytes) -> bool:
    """Whether the first bytes are of a known binary format, or one in twenty is a control character that no log has.

    Consoles write backspaces, escapes and tabs; of bytes that mean nothing, one in ten is another control character.
    """
    if why_not_read(head) is not None or head.startswith(_BINARY_HEADS):
        return True
    if not head or head.startswith((b"\xff\xfe", b"\xfe\xff")) or sniff_utf16(head) is not None:
        return False
    odd = sum(head.count(byte) for byte in itertools.chain(range(8), range(14, 27), range(28, 32)))
    return odd > len(head) // 20
