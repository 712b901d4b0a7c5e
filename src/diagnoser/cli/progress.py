"""What takes long is told on stderr: a bar for large files and a line for compiling where a person looks at it, and a count."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Literal

SHOWN_FROM = 16 * 1024 * 1024
"""Bytes of a file below which a bar would only flash."""

COMPILING = {
    "en": "the knowledge is new or has changed: compiling it, some 20 s ...",
    "zh": "知识库是新的或有改动，正在编译，约20秒……",
}


def tell_compiling(lang: Literal["en", "zh"] = "en") -> None:
    """Say that the knowledge is compiled before the answer comes."""
    if sys.stderr.isatty():
        print(COMPILING[lang], file=sys.stderr, flush=True)


@contextmanager
def progress(file: BinaryIO, title: str, size: int) -> Iterator[BinaryIO]:
    """The file, showing how far it was read while the context lasts.

    Args:
        file: open for reading.
        title: what to write beside the bar.
        size: bytes of the file.
    """
    if size < SHOWN_FROM or not sys.stderr.isatty():
        yield file
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with (
        Progress(*columns, console=Console(stderr=True), transient=True) as shown,
        shown.wrap_file(file, size, description=title[-40:]) as watched,
    ):
        yield watched


def counting(what: str) -> Callable[[int, int], None]:
    """Tells how many of how many are done, on stderr: one line that is rewritten on a terminal, else every tenth."""
    terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    told = [-1]

    def tell(done: int, total: int) -> None:
        step = done * 10 // total if total else 10
        if terminal:
            sys.stderr.write(f"\r{done}/{total} {what}" + ("\n" if done == total else ""))
            sys.stderr.flush()
        elif step != told[0] and total > 20:
            print(f"{done}/{total} {what}", file=sys.stderr)
        told[0] = step

    return tell
