"""`diagnoser redact`: a log, a text or an evidence document without its secrets."""

from __future__ import annotations

import itertools
import json
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from diagnoser.errors import EvidenceError

if TYPE_CHECKING:
    from diagnoser.evidence.redaction import Redacted, RedactionSettings, Replacement

MAX_DOCUMENT = 32 * 1024 * 1024
"""Bytes of a JSON document, or of a text that is to become one; plain text may have any size."""

MAX_LINE = 1 << 20
"""Bytes of a line that are held at once."""


def redact(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A text, a log or an evidence document; - reads stdin.")],
    as_json: Annotated[bool, typer.Option("--json", help="The result with its counts, as JSON.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be replaced, and nothing else.")] = False,
    serials: Annotated[
        bool, typer.Option("--serials", help="Replace serial numbers too; escalations need them.")
    ] = False,
) -> None:
    """Replace passwords, keys, addresses, phones, names ... by tokens: the same value, the same token.

    Plain text of any size goes through line by line; a JSON document keeps its structure. The
    result goes to stdout, what was replaced to stderr.
    """
    from diagnoser.evidence.redaction import RedactionSettings

    settings = RedactionSettings(serials=serials)
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            head = stream.read(4096)
            _check_text(head, file)
            if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
                head += stream.read(MAX_DOCUMENT - len(head) + 1)
                document = _document(head)
                if document is not None:
                    _whole(document, settings, as_json, preview)
                    return
            lines = _lines(head, stream)
            if as_json and not preview:
                _whole(_limited(lines, file), settings, as_json, preview)
            else:
                _stream(lines, settings, as_json, preview)
    except OSError as error:
        raise EvidenceError("", f"'{file}': {error.strerror}") from error


def _check_text(head: bytes, name: str) -> None:
    """
    Raises:
        EvidenceError: it is a bundle or no text; its secrets would stay in it.
    """
    from diagnoser.evidence.bundles import is_bundle
    from diagnoser.evidence.not_read import is_binary

    if is_bundle(head[:512], name):
        raise EvidenceError(
            "", f"'{name}' is a bundle; unpack it and redact its files one by one / 是压缩包，请解压后逐个文件脱敏"
        )
    if is_binary(head[:512]):
        raise EvidenceError(
            "", f"'{name}' is no text; its secrets cannot be replaced / 不是文本，无法替换其中的敏感信息"
        )


def _document(raw: bytes) -> Any:
    """The bytes as a JSON object or array; None if they are something else."""
    from diagnoser.evidence.strict_json import parse_json

    if len(raw) > MAX_DOCUMENT:
        return None
    try:
        return parse_json(raw, "document")
    except EvidenceError:
        return None


def _limited(lines: Iterator[tuple[str, str]], name: str) -> str:
    text, size = [], 0
    for line, end in lines:
        size += len(line)
        if size > MAX_DOCUMENT:
            raise EvidenceError(
                "", f"'{name}' is over {MAX_DOCUMENT >> 20} MiB; leave --json out for a text of any size"
            )
        text.append(line + end)
    return "".join(text)


def _whole(document: Any, settings: RedactionSettings, as_json: bool, preview: bool) -> None:
    from diagnoser.evidence.redaction import Redactor, redact_text
    from diagnoser.evidence.redaction import redact as redacted
    from diagnoser.evidence.redaction.documents import Redacted

    if isinstance(document, str):
        redactor = Redactor(settings)
        content = redact_text(document, redactor)
        result = Redacted(content, redactor.tokens.counts(), redactor.tokens.replacements())
    else:
        result = redacted(document, settings)
    if as_json:
        _print_json(result, preview)
    elif preview:
        _print_rows(result.replacements)
    else:
        sys.stdout.write(json.dumps(result.content, indent=2, ensure_ascii=False) + "\n")
    _say(result.counts)


def _stream(lines: Iterator[tuple[str, str]], settings: RedactionSettings, as_json: bool, preview: bool) -> None:
    from diagnoser.evidence.redaction import Redactor
    from diagnoser.evidence.redaction.documents import Redacted
    from diagnoser.evidence.redaction.lines import without_repeats

    redactor = Redactor(settings)
    ends: deque[str] = deque()

    def texts() -> Iterator[str]:
        for line, end in lines:
            ends.append(end)
            yield line

    for line in without_repeats(line + ends.popleft() for line in redactor.lines(texts())):
        if not preview:
            sys.stdout.write(line)
    if as_json:
        _print_json(Redacted(None, redactor.tokens.counts(), redactor.tokens.replacements()), preview)
    elif preview:
        _print_rows(redactor.tokens.replacements())
    _say(redactor.tokens.counts())


def _print_json(result: Redacted, preview: bool) -> None:
    rows = [
        {"token": r.token, "kind": r.kind, "count": r.count, "shown": r.shown, "place": r.place}
        for r in result.replacements
    ]
    content = {} if preview else {"redacted": result.content}
    sys.stdout.write(
        json.dumps({**content, "counts": result.counts, "replacements": rows}, indent=2, ensure_ascii=False) + "\n"
    )


def _print_rows(rows: tuple[Replacement, ...]) -> None:
    for row in rows:
        sys.stdout.write(f"{row.token:18} {row.count:>6} x  {row.place:24} {row.shown}\n")


def _say(counts: dict[str, int]) -> None:
    print(replaced(counts) or "nothing to replace", file=sys.stderr)


def replaced(counts: Mapping[str, int], lang: str = "en") -> str:
    """How many secrets of which kinds became tokens, in a sentence; empty if none did."""
    total = sum(counts.values())
    if not total:
        return ""
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return f"已替换{total}处：{kinds}" if lang == "zh" else f"{total} replaced: {kinds}"


def tell_replaced(counts: Mapping[str, int], lang: str = "en") -> None:
    """The same on stderr, with how to have them left; nothing if none were replaced."""
    said = replaced(counts, lang)
    if said:
        print(
            f"{said}{'；如需保留原值，请加' if lang == 'zh' else '; to leave them, add'} --keep-secrets",
            file=sys.stderr,
        )


def _lines(head: bytes, stream: BinaryIO) -> Iterator[tuple[str, str]]:
    """Lines with their ends, in constant memory. A line over 1 MiB comes in parts, cut at a blank."""
    chunks: Iterator[bytes] = itertools.chain((head,), iter(lambda: stream.read(1 << 16), b""))
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(head[:2])
    if encoding is not None:
        chunks = _as_utf8(chunks, encoding)
    from diagnoser.evidence.encodings import decode_line

    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for raw in whole:
            end = "\r\n" if raw.endswith(b"\r") else "\n"
            yield decode_line(raw[:-1] if end == "\r\n" else raw), end
        while len(rest) > MAX_LINE:
            cut = max(rest.rfind(b" ", MAX_LINE // 2, MAX_LINE) + 1, 0) or MAX_LINE
            yield decode_line(rest[:cut]), ""
            rest = rest[cut:]
    if rest:
        yield decode_line(rest), ""


def _as_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    import codecs

    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).removeprefix("\ufeff").encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")
