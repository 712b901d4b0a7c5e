"""Evidence from the command line: options, files and stdin become one evidence document."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from diagnoser.cli.progress import progress
from diagnoser.errors import EvidenceError
from diagnoser.evidence import Evidence, evidence_from
from diagnoser.evidence.bundles import Limits, LogPart, parts
from diagnoser.evidence.encodings import decode_file
from diagnoser.evidence.strict_json import parse_json
from diagnoser.evidence.traps import with_headers

MAX_DOCUMENT = 32 * 1024 * 1024


def evidence_of(
    text: str | None,
    evidence: str | None,
    light: list[str],
    log: list[Path],
    measure: list[str],
    device: str | None,
    lang: str | None,
    alarm: Sequence[Path] = (),
) -> Evidence:
    """One evidence document out of everything that was given.

    Raises:
        EvidenceError: a file cannot be read, is no JSON, or nothing was given at all.
    """
    document = _document(evidence) if evidence is not None else {}
    if not isinstance(document, dict):
        raise EvidenceError("", "an evidence document is a JSON object")
    if text == "-":
        text = decode_file(sys.stdin.buffer.read(MAX_DOCUMENT))
    if text is not None:
        _add_report(document, text)
    _extend(document, "indicators", list(light))
    _extend(document, "logs", [{"file": _readable(path)} for path in log])
    _extend(document, "tests", [_measurement(words) for words in measure])
    _extend(document, "alarms", [item for path in alarm for item in _alarms(path)])
    if device is not None:
        document["device"] = device
    if lang is not None:
        document["lang"] = lang
    return evidence_from(document)


def open_log(name: str) -> Iterator[LogPart]:
    """A log file, or the logs in a bundle, in constant memory; with a progress bar on a terminal.

    `-` is stdin.

    Raises:
        EvidenceError: the file cannot be read.
    """
    if name == "-":
        yield from parts(sys.stdin.buffer, "stdin", Limits().total_bytes)
        return
    try:
        with open(name, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            with progress(file, Path(name).name, size) as watched:
                yield from parts(watched, name, size)
    except OSError as error:
        raise EvidenceError("/logs", f"log file '{name}': {error.strerror}") from error


def _document(name: str) -> Any:
    try:
        raw = sys.stdin.buffer.read(MAX_DOCUMENT + 1) if name == "-" else _limited(Path(name))
    except OSError as error:
        raise EvidenceError("", f"'{name}': {error.strerror}") from error
    if len(raw) > MAX_DOCUMENT:
        raise EvidenceError("", f"'{name}' is over {MAX_DOCUMENT >> 20} MiB; give logs as files")
    return parse_json(raw, "stdin" if name == "-" else name)


def _limited(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_DOCUMENT + 1)


def _alarms(path: Path) -> list[Any]:
    """The alarms of a file: a JSON document, one JSON object per line, or lines of syslog or snmptrapd."""
    try:
        raw = _limited(path)
    except OSError as error:
        raise EvidenceError("/alarms", f"alarm file '{path}': {error.strerror}") from error
    if len(raw) > MAX_DOCUMENT:
        raise EvidenceError(
            "/alarms", f"alarm file '{path}' is over {MAX_DOCUMENT >> 20} MiB; give the alarms that matter"
        )
    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return list(with_headers(line for line in decode_file(raw).splitlines() if line.strip()))
    try:
        whole = parse_json(raw, str(path))
        return whole if isinstance(whole, list) else [whole]
    except EvidenceError:
        rows = [line for line in raw.splitlines() if line.strip()]
        if len(rows) < 2 or not rows[0].rstrip().endswith((b"}", b"]")):
            raise
        return [parse_json(row, f"{path}:{number}") for number, row in enumerate(rows, 1)]


def _add_report(document: dict[str, Any], text: str) -> None:
    """Put a text after the document's own; a report that is no text stays, to be refused."""
    said = document.get("report")
    if said is None:
        document["report"] = text
    elif isinstance(said, str):
        document["report"] = f"{said}\n{text}" if said.strip() else text


def _extend(document: dict[str, Any], field: str, items: list[Any]) -> None:
    """Put items after the document's own; a field that is no list stays, to be refused."""
    given = document.get(field)
    if items and (given is None or isinstance(given, list)):
        document[field] = [*(given or ()), *items]


def _readable(path: Path) -> str:
    if path.is_dir():
        raise EvidenceError("/logs", f"log file '{path}': is a folder; give its files")
    if not path.is_file():
        raise EvidenceError("/logs", f"log file '{path}': no such file")
    return str(path)


def _measurement(words: str) -> dict[str, str]:
    name, equals, value = words.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise EvidenceError("/tests", f"'{words}': write a measurement as 'name=value unit', e.g. 'rx power=-31 dBm'")
    return {"check": name.strip(), "result": value.strip()}
