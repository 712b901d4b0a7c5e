"""Log lines against all patterns at once, in time that grows with the lines and nothing else.

Each pattern yields literals of which every match contains one. One Aho-Corasick pass over a piece
of the log finds the lines worth trying; RE2 confirms them in linear time. Patterns that share a
literal, or have none, are tried together: first their alternation, and only where that matches its
halves. Hyperscan may take the place of the first pass; the hits are the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ahocorasick_rs
import re2

from diagnoser.evidence.accelerator import Accelerator, installed
from diagnoser.evidence.literals import FOLDS_TO_ASCII, required_literals
from diagnoser.knowledge import KnowledgeBase

ACCELERATE_FROM = 96 * 1024 * 1024
"""Bytes of a log from which on compiling for hyperscan pays."""

_TOGETHER = 64
"""Patterns in one alternation at most; a larger one may outgrow RE2's memory and become slow."""
_SEPARATE = 4
"""Patterns that are tried one by one rather than together."""
_ODD_LETTERS = tuple(letter.encode() for letter in FOLDS_TO_ASCII)


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that matched a line, and the component that the line names."""

    pattern: str
    component: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern that matched, and what its named groups hold; a blank group is None."""

    id: str
    groups: dict[str, str]

    @property
    def component(self) -> str | None:
        return self.groups.get("component")


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A line that some patterns match: its place in the piece (from 0), its matches by id."""

    index: int
    line: bytes
    matches: tuple[Match, ...]


class PatternSet:
    """Some RE2 patterns, compiled for scanning.

    Args:
        patterns: id -> pattern; the pattern is one that RE2 takes.
    """

    def __init__(self, patterns: dict[str, str]) -> None:
        self.ids = tuple(sorted(patterns))
        self._sources = tuple(patterns[id_] for id_ in self.ids)
        self._compiled: list[tuple[Any, tuple[tuple[str, int], ...]] | None] = [None] * len(self.ids)
        by_literal: dict[bytes, list[int]] = defaultdict(list)
        always: list[int] = []
        for index, pattern in enumerate(self._sources):
            literals = required_literals(pattern)
            for literal in literals:
                by_literal[literal].append(index)
            if not literals:
                always.append(index)
        literals_ = sorted(by_literal)
        self._groups = [_Together(self, by_literal[literal]) for literal in literals_]
        self._automaton = ahocorasick_rs.BytesAhoCorasick(literals_) if literals_ else None
        self._always = _Together(self, always)
        self._all = _Together(self, list(range(len(self.ids))))

    def piece(self, piece: bytes, accelerated: bool = False) -> Iterator[MatchedLine]:
        """The lines of a piece that some patterns match, in order.

        Args:
            piece: valid UTF-8, lines joined by line feeds.
            accelerated: use hyperscan, which must be installed.
        """
        worth: dict[int, set[int]] = {}
        events = self._accelerator.events(piece) if accelerated else None
        if events is None:
            self._by_literal(piece, worth)
        else:
            _by_events(piece, events, worth)
            for start in self._refused.lines(piece):
                worth.setdefault(start, set()).update(self._refused.matching(_line_at(piece, start)))
        if not accelerated or events is None:
            for start in self._always.lines(piece):
                worth.setdefault(start, set()).update(self._always.matching(_line_at(piece, start)))
        return self._confirmed(piece, worth)

    @cached_property
    def _accelerator(self) -> Accelerator:
        return Accelerator(self._sources)

    @cached_property
    def _refused(self) -> _Together:
        return _Together(self, list(self._accelerator.refused))

    def _by_literal(self, piece: bytes, worth: dict[int, set[int]]) -> None:
        if self._automaton is None:
            return
        start = end = -1
        here: set[int] = set()
        for literal, at, _ in self._automaton.find_matches_as_indexes(piece.lower(), overlapping=True):
            if at >= end:
                if here:
                    self._expand(piece[start:end], start, here, worth)
                start = piece.rfind(b"\n", 0, at) + 1
                end = piece.find(b"\n", at)
                if end < 0:
                    end = len(piece)
                here = set()
            here.add(literal)
        if here:
            self._expand(piece[start:end], start, here, worth)
        if not piece.isascii() and any(letter in piece for letter in _ODD_LETTERS):
            for start in self._all.lines(piece):
                line = _line_at(piece, start)
                if any(letter in line for letter in _ODD_LETTERS):
                    worth.setdefault(start, set()).update(self._all.matching(line))

    def _expand(self, line: bytes, start: int, literals: set[int], worth: dict[int, set[int]]) -> None:
        """The patterns behind the literals of a line."""
        patterns = worth.setdefault(start, set())
        for literal in literals:
            patterns.update(self._groups[literal].matching(line))

    def _confirmed(self, piece: bytes, worth: dict[int, set[int]]) -> Iterator[MatchedLine]:
        number = counted = 0
        for start in sorted(worth):
            line = _line_at(piece, start)
            matches = []
            for index in sorted(worth[start]):
                regex, named = self._regex(index)
                found = regex.search(line)
                if found is not None:
                    groups = {name: found[group] for name, group in named}
                    said = {name: text.decode().strip() for name, text in groups.items() if text}
                    matches.append(Match(self.ids[index], {name: text for name, text in said.items() if text}))
            if matches:
                number += piece.count(b"\n", counted, start)
                counted = start
                yield MatchedLine(number, line, tuple(matches))

    def _regex(self, index: int) -> tuple[Any, tuple[tuple[str, int], ...]]:
        compiled = self._compiled[index]
        if compiled is None:
            regex = compile_pattern(self._sources[index])
            compiled = self._compiled[index] = (regex, tuple(regex.groupindex.items()))
        return compiled

    def source(self, index: int) -> str:
        """The pattern with an index, as written."""
        return self._sources[index]


class LogScanner:
    """The log patterns of a knowledge base, compiled for single lines."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._patterns = PatternSet({p.id: p.pattern for p in base.patterns.values() if p.rate is None})

    def scan(self, text: str) -> list[Hit]:
        """The patterns that some line of a text shows by itself, ordered by id and component.

        A pattern that asks for a rate is never shown by one line.
        """
        found = {
            Hit(match.id, match.component)
            for line in self._patterns.piece(text.encode(errors="replace"))
            for match in line.matches
        }
        return sorted(found, key=lambda hit: (hit.pattern, hit.component or ""))


class Accelerated:
    """Decides when hyperscan takes over: from a log of some size on, where it is installed."""

    def __init__(self, threshold: int = ACCELERATE_FROM) -> None:
        self._left = threshold
        self._installed = installed()

    def after(self, read: int) -> bool:
        """Whether to accelerate, `read` more bytes having gone by."""
        self._left -= read
        return self._installed and self._left <= 0


class _Together:
    """Patterns of a set that are tried together."""

    def __init__(self, patterns: PatternSet, members: list[int]) -> None:
        self._set = patterns
        self.members = members
        self._parts: list[_Together] | None = None
        self._alternation: Any = None

    def matching(self, line: bytes) -> Sequence[int]:
        """Members that may match a line: all of a few, those that do of many."""
        if len(self.members) <= _SEPARATE:
            return self.members
        return [
            index
            for part in self._halves()
            if len(part.members) <= _SEPARATE or part._any().search(line) is not None
            for index in part.matching(line)
        ]

    def lines(self, piece: bytes) -> Iterator[int]:
        """Where the lines start that some member may match."""
        if not self.members:
            return
        parts = [self] if len(self.members) <= _TOGETHER else self._halves()
        starts: set[int] = set()
        for part in parts:
            if len(part.members) > _TOGETHER:
                starts.update(part.lines(piece))
            else:
                starts.update(_narrowed(part._any(), piece, 0, len(piece)))
        yield from sorted(starts)

    def _halves(self) -> list[_Together]:
        if self._parts is None:
            middle = (len(self.members) + 1) // 2
            self._parts = [_Together(self._set, m) for m in (self.members[:middle], self.members[middle:]) if m]
        return self._parts

    def _any(self) -> Any:
        """One pattern that matches where any member does, at line ends too."""
        if self._alternation is None:
            if len(self.members) > _TOGETHER or any(_FLAG_OFF.search(self._set.source(i)) for i in self.members):
                self._alternation = _Anything()
            else:
                sources = "|".join(f"(?:{without_names(self._set.source(i))})" for i in self.members)
                try:
                    self._alternation = compile_pattern(f"(?m:{_lines_for_text(sources)})")
                except re2.error:
                    self._alternation = _Anything()
        return self._alternation


class _Anything:
    """Stands for an alternation that is too large: the halves decide."""

    def search(self, _text: bytes) -> bool:
        return True


_FLAG_OFF = re.compile(r"\(\?[a-zA-Z]*-")
_TOKEN = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<\w+>|.", re.DOTALL)


def without_names(pattern: str) -> str:
    """The pattern with plain groups for named ones, so that alternatives may use one name."""
    return "".join("(?:" if t.startswith(("(?P<", "(?<")) else t for t in _TOKEN.findall(pattern))


def _lines_for_text(pattern: str) -> str:
    """The pattern with anchors to the line for those to the text."""
    anchors = {r"\A": "^", r"\z": "$"}
    return "".join(anchors.get(t, t) for t in _TOKEN.findall(pattern))


def compile_pattern(pattern: str) -> Any:
    """An RE2 pattern, silent where it is refused.

    Raises:
        re2.error: RE2 refuses it.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 32 << 20
    return re2.compile(pattern, options=options)


def _line_at(piece: bytes, start: int) -> bytes:
    end = piece.find(b"\n", start)
    return piece[start:] if end < 0 else piece[start:end]


def _by_events(piece: bytes, events: Iterable[tuple[int, int]], worth: dict[int, set[int]]) -> None:
    """Lines in which matches end. A match that ends at a line feed also belongs to the line before."""
    start, end = 0, -1
    here: set[int] = set()
    for at, index in events:
        if at > end or at < start:
            start = piece.rfind(b"\n", 0, at) + 1
            end = piece.find(b"\n", at)
            if end < 0:
                end = len(piece)
            here = worth.setdefault(start, set())
        here.add(index)


def _narrowed(anything: Any, piece: bytes, start: int, end: int) -> Iterator[int]:
    """Starts of lines in which a pattern may match, found by halving.

    Each level looks at every byte once at most, so that the work is the size of the piece times
    the logarithm of its number of lines, whatever matches.
    """
    if anything.search(piece[start:end]) is None:
        return
    middle = piece.find(b"\n", (start + end) // 2, end)
    if middle < 0:
        middle = piece.rfind(b"\n", start, (start + end) // 2)
    if middle < 0:
        yield start
        return
    yield from _narrowed(anything, piece, start, middle)
    yield from _narrowed(anything, piece, middle + 1, end)
