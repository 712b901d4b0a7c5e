"""Log lines against all patterns at once, in time that grows with the lines and nothing else.

Each pattern yields literals of which every match contains one. One Aho-Corasick pass over a piece
of the log finds the lines worth trying; RE2 decides in linear time. Patterns that share a literal,
or have none, are tried together as an RE2 set. Hyperscan may take the place of the first pass; the
hits are the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import ahocorasick_rs
import re2

from diagnoser.evidence.accelerator import Accelerator, installed
from diagnoser.evidence.literals import FOLDS_TO_ASCII, chosen_literals
from diagnoser.evidence.pattern_text import compile_pattern, tokens
from diagnoser.knowledge.patterns import re2_options

ACCELERATE_FROM = 96 * 1024 * 1024
"""Bytes of a log from which on compiling for hyperscan pays."""

_SLICE = 64 * 1024
"""Bytes that are looked through for literals at once: their places are held in memory."""
_IN_SET = 64
"""Patterns in one RE2 set at most."""
_FEW_MEMBERS = 4
"""Patterns of a group at most for which a second literal is looked for before RE2 is asked."""
_LARGE = 5_000
"""Instructions from which on a pattern is tried by itself: a set of it may outgrow its memory."""
_SET_SIZE = 20_000
"""Instructions of one RE2 set at most."""
_ODD_LETTERS = tuple(letter.encode() for letter in FOLDS_TO_ASCII)


class Match(NamedTuple):
    """A pattern that matches a line."""

    id: str
    number: int
    regex: Pattern
    line: bytes

    def groups(self) -> dict[str, str]:
        """What the named groups hold, without blanks around it; a blank group is left out."""
        return self.regex.groups(self.line)


class MatchedLine(NamedTuple):
    """A line that some patterns match: where it starts in the piece, and its matches by id."""

    start: int
    line: bytes
    matches: Sequence[Match]


class Pattern:
    """One RE2 pattern, compiled when it is needed."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __getstate__(self) -> dict[str, Any]:
        """For storing: what it was compiled from."""
        return {"source": self.source}

    @cached_property
    def regex(self) -> Any:
        return compile_pattern(self.source)

    @cached_property
    def _named(self) -> tuple[tuple[str, int], ...]:
        return tuple(self.regex.groupindex.items())

    def groups(self, line: bytes) -> dict[str, str]:
        """The named groups of the first match in a line that it matches."""
        if "(?P<" not in self.source and "(?<" not in self.source:
            return {}
        found = self.regex.search(line)
        said = {name: (found[group] or b"").decode().strip() for name, group in self._named}
        return {name: text for name, text in said.items() if text}


class PatternSet:
    """Some RE2 patterns, compiled for scanning.

    Args:
        patterns: id -> pattern; the pattern is one that RE2 takes.
    """

    def __init__(self, patterns: dict[str, str]) -> None:
        self.ids = tuple(sorted(patterns))
        self._patterns = tuple(Pattern(patterns[id_]) for id_ in self.ids)
        by_literal: dict[bytes, list[int]] = defaultdict(list)
        always: list[int] = []
        alsos: dict[bytes, list[tuple[bytes, ...]]] = defaultdict(list)
        for index, alternatives in enumerate(chosen_literals([p.source for p in self._patterns])):
            if not alternatives:
                always.append(index)
            for key, also in alternatives:
                for literal in key:
                    by_literal[literal].append(index)
                    alsos[literal].append(also)
        literals = sorted(by_literal)
        self._groups = [_Together(self._patterns, sorted(set(by_literal[literal]))) for literal in literals]
        self._also = [
            tuple(sorted({x for also in alsos[literal] for x in also}))
            if len(alsos[literal]) <= _FEW_MEMBERS and all(alsos[literal])
            else ()
            for literal in literals
        ]
        """For groups of few alternatives, what else a line must contain one of; empty if nothing."""
        self._literals = literals
        self._always = _Together(self._patterns, always)
        self._all = _Together(self._patterns, list(range(len(self.ids))))

    def __getstate__(self) -> dict[str, Any]:
        """For storing: all but what is compiled when it is needed."""
        kept = ("ids", "_patterns", "_groups", "_also", "_literals", "_always", "_all")
        return {name: self.__dict__[name] for name in kept}

    @cached_property
    def _automaton(self) -> Any:
        return ahocorasick_rs.BytesAhoCorasick(self._literals) if self._literals else None

    def piece(self, piece: bytes, accelerated: bool = False) -> Iterator[MatchedLine]:
        """The lines of a piece that some patterns match, in order.

        Args:
            piece: valid UTF-8, lines joined by line feeds.
            accelerated: use hyperscan, which must be installed.
        """
        events = self._accelerator.events(piece) if accelerated else None
        if events is not None and not self._accelerator.refused:
            return self._by_events(piece, events)
        hits: dict[int, set[int]] = {}
        if events is None:
            self._by_literals(piece, hits)
            self._always.find(piece, hits)
        else:
            for found in self._by_events(piece, events):
                hits[found.start] = {match.number for match in found.matches}
            self._refused.find(piece, hits)
        return self._in_order(piece, hits)

    def _in_order(self, piece: bytes, hits: dict[int, set[int]]) -> Iterator[MatchedLine]:
        for start, found in sorted(hits.items()):
            if not found:
                continue
            line = _line_at(piece, start)
            yield MatchedLine(start, line, [self._match(index, line) for index in sorted(found)])

    def _match(self, index: int, line: bytes) -> Match:
        return Match(self.ids[index], index, self._patterns[index], line)

    @cached_property
    def _accelerator(self) -> Accelerator:
        return Accelerator([p.source for p in self._patterns])

    @cached_property
    def _refused(self) -> _Together:
        return _Together(self._patterns, list(self._accelerator.refused))

    @cached_property
    def _single(self) -> dict[int, _Together]:
        """Patterns for which hyperscan only proposes lines."""
        return {index: _Together(self._patterns, [index]) for index in self._accelerator.proposed}

    def _by_literals(self, piece: bytes, hits: dict[int, set[int]]) -> None:
        if self._automaton is None:
            return
        low = piece.lower()
        for begin, finish in _slices(low):
            start = end = -1
            here: set[int] = set()
            part = low[begin:finish]
            for literal, at, _ in self._automaton.find_matches_as_indexes(part, overlapping=True):
                if at >= end:
                    if here:
                        self._expand(piece, low, begin + start, begin + end, here, hits)
                    start = part.rfind(b"\n", 0, at) + 1
                    end = part.find(b"\n", at)
                    if end < 0:
                        end = len(part)
                    here = set()
                here.add(literal)
            if here:
                self._expand(piece, low, begin + start, begin + end, here, hits)
        if not piece.isascii() and any(letter in piece for letter in _ODD_LETTERS):
            for line_start in _starts(piece):
                line = _line_at(piece, line_start)
                if any(letter in line for letter in _ODD_LETTERS):
                    hits.setdefault(line_start, set()).update(self._all.matching(line))

    def _expand(
        self, piece: bytes, low: bytes, start: int, end: int, literals: set[int], hits: dict[int, set[int]]
    ) -> None:
        """The patterns behind the literals of a line that do match it."""
        lower = low[start:end]
        line = None
        for literal in literals:
            also = self._also[literal]
            if also:
                for other in also:
                    if other in lower:
                        break
                else:
                    continue
            line = piece[start:end] if line is None else line
            found = self._groups[literal].matching(line)
            if found:
                hits.setdefault(start, set()).update(found)

    def _by_events(self, piece: bytes, events: Iterable[tuple[int, int]]) -> Iterator[MatchedLine]:
        """Lines in which matches end, as far as hyperscan's word is enough or RE2 confirms it."""
        end = -1
        start = 0
        here: dict[int, None] = {}
        for at, index in events:
            if at <= end:
                here[index] = None
                continue
            if here:
                yield from self._believed(piece, start, end, here)
            start = piece.rfind(b"\n", 0, at) + 1
            end = piece.find(b"\n", at)
            if end < 0:
                end = len(piece)
            here = {index: None}
        if here:
            yield from self._believed(piece, start, end, here)

    def _believed(self, piece: bytes, start: int, end: int, proposed: Iterable[int]) -> Iterator[MatchedLine]:
        line = piece[start:end]
        single = self._single
        indices = [i for i in proposed if i not in single or single[i].matching(line)] if single else list(proposed)
        if len(indices) > 1:
            indices.sort()
        if indices:
            yield MatchedLine(start, line, [self._match(index, line) for index in indices])


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
    """Patterns that are tried together, as RE2 sets.

    A set tells in one pass which of its patterns match. RE2 gives up a set only if its memory does
    not hold even a few states, which is why large patterns are left out of sets.
    """

    def __init__(self, patterns: Sequence[Pattern], members: list[int]) -> None:
        self._patterns = patterns
        self.members = members

    def __getstate__(self) -> dict[str, Any]:
        """For storing: without the sets."""
        return {"_patterns": self._patterns, "members": self.members}

    def matching(self, line: bytes) -> list[int]:
        """Members that match a line."""
        found = [members[i] for set_, members in self._sets for i in set_.Match(line) or ()]
        found.extend(i for i in self._large if self._patterns[i].regex.search(line) is not None)
        return found

    def find(self, piece: bytes, hits: dict[int, set[int]]) -> None:
        """Add the lines that members match."""
        if not self.members:
            return
        for begin, end in _slices(piece):
            for start in self._narrowed(piece, begin, end):
                found = self.matching(_line_at(piece, start))
                if found:
                    hits.setdefault(start, set()).update(found)

    def _narrowed(self, piece: bytes, start: int, end: int) -> Iterator[int]:
        """Starts of lines in which a member may match, found by halving.

        Each level looks at every byte once at most, so that the work is the size of the piece
        times the logarithm of its number of lines, whatever matches.
        """
        part = piece[start:end]
        if not any(set_.Match(part) for set_ in self._piece_sets):
            return
        middle = piece.find(b"\n", (start + end) // 2, end)
        if middle < 0:
            middle = piece.rfind(b"\n", start, (start + end) // 2)
        if middle < 0:
            yield start
            return
        yield from self._narrowed(piece, start, middle)
        yield from self._narrowed(piece, middle + 1, end)

    @cached_property
    def _large(self) -> list[int]:
        return [i for i in self.members if self._patterns[i].regex.programsize > _LARGE]

    @cached_property
    def _parts(self) -> list[list[int]]:
        """The members that are not large, as many to a set as its memory bears."""
        parts: list[list[int]] = []
        size = 0
        for index in self.members:
            own = self._patterns[index].regex.programsize
            if own > _LARGE:
                continue
            size += own
            if not parts or len(parts[-1]) == _IN_SET or size > _SET_SIZE:
                parts.append([])
                size = own
            parts[-1].append(index)
        return parts

    @cached_property
    def _sets(self) -> list[tuple[Any, list[int]]]:
        return [(_set_of([self._patterns[i].source for i in part]), part) for part in self._parts]

    @cached_property
    def _piece_sets(self) -> list[Any]:
        """Sets of which one matches where a member matches some line of several."""
        if self._large:
            return [_set_of([""])]
        return [_set_of([_in_any_line(self._patterns[i].source) for i in part]) for part in self._parts]


_FLAG_OFF = re.compile(r"\(\?[a-zA-Z]*-")


def _in_any_line(pattern: str) -> str:
    """The pattern, anchored to lines instead of the text; one that always matches if that is not to be had."""
    if _FLAG_OFF.search(pattern):
        return ""
    anchors = {r"\A": "^", r"\z": "$"}
    return f"(?m:{''.join(anchors.get(t, t) for t in tokens(pattern))})"


def _set_of(sources: list[str]) -> Any:
    set_ = re2.Set.SearchSet(re2_options())
    for source in sources:
        set_.Add(source)
    set_.Compile()
    return set_


def _line_at(piece: bytes, start: int) -> bytes:
    end = piece.find(b"\n", start)
    return piece[start:] if end < 0 else piece[start:end]


def _starts(piece: bytes) -> Iterator[int]:
    """Where the lines of a piece start."""
    start = 0
    while start >= 0:
        yield start
        start = piece.find(b"\n", start) + 1 or -1


def _slices(piece: bytes) -> Iterator[tuple[int, int]]:
    """Bounds of some whole lines each, about `_SLICE` bytes."""
    start = 0
    while len(piece) - start > _SLICE:
        end = piece.rfind(b"\n", start, start + _SLICE)
        if end < 0:
            end = piece.find(b"\n", start)
        if end < 0:
            break
        yield start, end
        start = end + 1
    yield start, len(piece)
