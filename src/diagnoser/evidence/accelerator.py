"""Hyperscan, where it is installed (extra `fast`): a quicker way to the lines worth a closer look.

It only proposes lines for patterns; RE2 decides. So what hyperscan reads more widely than RE2 does
no harm, and what it may read more narrowly is not given to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_NARROWER = re.compile(r"\\[AzZCvGKRQ]|\(\?[a-zA-Z]*[-U]|\{\d{3,}|\{\d+,\d{3,}")
"""Anchors to the block instead of the line, escapes that PCRE reads otherwise, flags taken back,
and repeats so large that compiling takes long."""

_SAMPLE = b"x"
EVENTS_PER_BYTE = 2
"""More events than this, and a piece is left to the other way."""


def installed() -> bool:
    """Whether hyperscan can be imported."""
    try:
        import hyperscan  # noqa: F401
    except ImportError:
        return False
    return True


class Accelerator:
    """Patterns compiled by hyperscan for whole pieces of a log.

    `refused` holds the indices of patterns that it does not take: the caller looks for these
    itself.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        import hyperscan

        self._terminated = hyperscan.ScanTerminated
        self._flags = hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_UTF8
        taken = [i for i, p in enumerate(patterns) if not _NARROWER.search(p)]
        self._databases: list[Any] = []
        accepted = set(self._compile(patterns, taken))
        self.refused = tuple(i for i in range(len(patterns)) if i not in accepted)

    def _compile(self, patterns: Sequence[str], indices: list[int]) -> list[int]:
        """Compile all patterns into one database, leaving out those that hyperscan does not take."""
        import hyperscan

        accepted = indices
        while accepted:
            database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
            try:
                database.compile(
                    expressions=[patterns[i].encode() for i in accepted],
                    ids=accepted,
                    elements=len(accepted),
                    flags=[self._flags] * len(accepted),
                )
            except hyperscan.error:
                fine = [i for i in accepted if self._takes(patterns[i])]
                if len(fine) == len(accepted):
                    return []  # each by itself, but not all together
                accepted = fine
                continue
            self._databases = [database]
            return accepted
        return []

    def _takes(self, pattern: str) -> bool:
        import hyperscan

        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        try:
            database.compile(expressions=[pattern.encode()], ids=[0], elements=1, flags=[self._flags])
            database.scan(_SAMPLE, match_event_handler=lambda *_: None)
        except hyperscan.error:
            return False
        return True

    def events(self, piece: bytes) -> list[tuple[int, int]] | None:
        """(end of a match, index of its pattern) for a piece of valid UTF-8, ordered by place.

        None where hyperscan is not the right tool: too many events, or a vertical tab, which is
        white space for it and not for RE2.
        """
        if b"\x0b" in piece:
            return None
        found: list[tuple[int, int]] = []
        add = found.append
        most = len(piece) * EVENTS_PER_BYTE + 1000

        def on_match(index: int, _start: int, end: int, _flags: int, _context: object) -> bool:
            add((end, index))
            return len(found) > most

        try:
            for database in self._databases:
                database.scan(piece, match_event_handler=on_match)
        except self._terminated:
            return None
        return found
