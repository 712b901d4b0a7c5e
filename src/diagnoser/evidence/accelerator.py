"""Hyperscan, where it is installed (extra `fast`): a quicker way to the lines worth a closer look.

It sees whole pieces at once, so patterns are rewritten not to reach over a line's end. Of those where
that is not to be had it only proposes lines, and RE2 decides; those that it might read more narrowly
than RE2 does are not given to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from diagnoser.evidence.pattern_text import compile_pattern, tokens

_NARROWER = re.compile(r"\\[AzZCvGKRQpP1-9]|\(\?[a-zA-Z]*[-U]|\{\d{3,}|\{\d+,\d{3,}")
"""Anchors to the block instead of the line, escapes that PCRE reads otherwise, flags taken back,
and repeats so large that compiling takes long. Refused too is what matches an empty line: for PCRE
nothing begins after the last line feed."""

_WIDE_IN_CLASS = re.compile(r"\\[sSWDnx0]|\[:|[^\\]-.")
"""What may bring a line feed into a class: escapes, named classes, ranges."""

_SAMPLE = b"x"
EVENTS_PER_BYTE = 2
"""More events than this, and a piece is left to the other way."""


def _within_lines(pattern: str) -> tuple[str, bool]:
    """The pattern rewritten not to match line feeds, and whether that was fully possible.

    Where it was, it matches a piece just where the pattern matches a line.
    """
    written = []
    exact = not re.search(r"\(\?[a-zA-Z]*s", pattern)
    for token in tokens(pattern):
        if token == r"\s":
            written.append(r"[ \t\f\r]")
        elif token in (r"\W", r"\D", r"\S"):
            written.append({r"\W": r"[^\w\n]", r"\D": r"[^\d\n]", r"\S": r"[^ \t\f\r\n]"}[token])
        elif token.startswith("[^"):
            first = "\\" if token[2] in "]-" else ""
            written.append(rf"[^\n{first}{token[2:]}")
        elif token.startswith("["):
            exact = exact and not _WIDE_IN_CLASS.search(_plain_ranges(token[1:-1]))
            written.append(token)
        else:
            exact = exact and token not in (r"\n", r"\x", r"\p", r"\P", r"\0", r"\v")
            written.append(token)
    return "".join(written), exact


def _plain_ranges(inner: str) -> str:
    """The inside of a class without ranges of letters and digits, which hold no line feed."""
    return re.sub(r"(?<!\\)[A-Za-z0-9]-[A-Za-z0-9]", "", inner)


def installed() -> bool:
    """Whether hyperscan can be imported."""
    try:
        import hyperscan  # noqa: F401
    except ImportError:
        return False
    return True


class Accelerator:
    """Patterns compiled by hyperscan for whole pieces of a log.

    Attributes:
        refused: indices of patterns that it does not take: the caller looks for these itself.
        proposed: indices of patterns for which a match is no more than a proposal.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        import hyperscan

        self._terminated = hyperscan.ScanTerminated
        self._flags = hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_UTF8
        taken = [i for i, p in enumerate(patterns) if not _NARROWER.search(p) and not compile_pattern(p).search(b"")]
        rewritten = [_within_lines(pattern) for pattern in patterns]
        self._databases: list[Any] = []
        accepted = set(self._compile([text for text, _ in rewritten], taken))
        self.refused = tuple(i for i in range(len(patterns)) if i not in accepted)
        self.proposed = tuple(i for i in sorted(accepted) if not rewritten[i][1])

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
        """(end of a match, index of its pattern) for a piece of valid UTF-8, ordered by end.

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
        return found  # hyperscan reports in the order of ends
