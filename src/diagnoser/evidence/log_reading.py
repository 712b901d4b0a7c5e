"""One log, or some pasted lines, as what they say: hits counted and dated, outputs of commands read.

A log goes by piece by piece; what is kept does not grow with it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from diagnoser.evidence.encodings import Decoding, pieces
from diagnoser.evidence.logs import Accelerated, MatchedLine, PatternSet
from diagnoser.evidence.observation import Observation, Source
from diagnoser.evidence.readings import HEAD, TYPED, OutputReader, Readings
from diagnoser.evidence.times import Moment, moment_in
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.documents import Rate, Text

MAX_SIGHTINGS = 20_000
"""Pairs of pattern and component that are told apart in one log; more are counted by pattern."""

MAX_SHOWN = 2000
"""Characters of a line that are kept."""

MIN_DATED = 2
"""Lines with a time from which on a log says what time it covers."""

_SAMPLE = 8
"""Lines at the start and at the end of a log that are asked for their time; between, one of a piece."""
_LOG, _REPEATS = "log ", "repeats"
_REPEATED = r"(?i)\b(?:last message|message|above message) repeated (?P<times>\d{1,7}) times?\b(?P<same>:\s*\[)?"

UnknownLine = Callable[[str, int], None]
"""Takes a line that nothing in the knowledge knows, and its number from 1."""


class LogIndex:
    """What is looked for in logs: the log patterns and the readings of a knowledge base."""

    def __init__(self, base: KnowledgeBase, readings: Readings) -> None:
        self.readings = readings
        self.rates = {p.id: p.rate for p in base.patterns.values() if p.rate is not None}
        self.patterns = PatternSet(
            {
                **{f"{_LOG}{p.id}": p.pattern for p in base.patterns.values()},
                **readings.starts(),
                _REPEATS: _REPEATED,
            }
        )


_LIKE_OUTPUT = re.compile(rb"\s+\S|[^\s:=|][^:=|]{0,60}\s*[:=|]|\S+(?:\s{2,}\S+)+\s*$|[-=*+ ]{4,}$")
"""What a line of an output is like: indented, a name with a value, columns, a rule."""
_LIKE_PROSE = re.compile("，|。|；|！|？|[a-z] ?[.!?]$".encode())


def outputs_in(index: LogIndex, text: str, active: frozenset[str]) -> list[range]:
    """The lines of a text, from 0, that are outputs of commands which some reading knows; in order.

    An output goes from the line that begins it to the last one that its reading reads, and over what is like an
    output behind that.
    """
    piece = text.encode(errors="replace")
    lines = piece.split(b"\n")
    at = dict(zip(accumulate((len(line) + 1 for line in lines), initial=0), range(len(lines)), strict=False))
    begun: dict[int, set[str]] = {}
    for matched in index.patterns.piece(piece):
        ids = {m.id.partition(" ")[2] for m in matched.matches if m.id.startswith((TYPED, HEAD))}
        if known := {id_ for id_ in ids if index.readings.compiled[id_].base in active}:
            begun[at[matched.start]] = known
    if not begun:
        return []
    read = {
        id_: {at[matched.start] for matched in index.readings.compiled[id_].lines.piece(piece)}
        for id_ in set().union(*begun.values())
    }
    found: list[tuple[range, set[str], bool]] = []
    for first, following in zip(begun, [*list(begun)[1:], len(lines)], strict=True):
        ids = begun[first]
        said = [n for id_ in ids for n in read[id_] if first <= n < following]
        stop = _end_of_output(lines, max(said, default=first) + 1, following)
        reads = bool(said)
        if (
            found
            and not found[-1][1].isdisjoint(ids)
            and not any(line.strip() for line in lines[found[-1][0].stop : first])
        ):
            before, more, read_before = found.pop()  # the command, then a heading; or one heading of several
            first, ids, reads = before.start, ids | more, reads or read_before
        found.append((range(first, stop), ids, reads))
    return [place for place, _, reads in found if reads]


def _end_of_output(lines: list[bytes], end: int, limit: int) -> int:
    """The first line, up to a limit, from which on nothing is like an output; a line or two between may be unlike."""
    for index in range(end, limit):
        line = lines[index].rstrip()
        if index - end > 2 or (line and _LIKE_PROSE.search(line)):
            break
        if line and _LIKE_OUTPUT.match(line):
            end = index + 1
    return end


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that matched a line, and the component that the line names."""

    pattern: str
    component: str | None


class LogScanner:
    """The log patterns, for texts of some lines."""

    def __init__(self, index: LogIndex) -> None:
        self._index = index

    def scan(self, text: str) -> list[Hit]:
        """The patterns that some line of a text shows by itself, ordered by id and component.

        A pattern that asks for a rate is never shown by one line.
        """
        found = {
            Hit(match.id.removeprefix(_LOG), match.groups().get("component"))
            for line in self._index.patterns.piece(text.encode(errors="replace"))
            for match in line.matches
            if match.id.startswith(_LOG) and match.id.removeprefix(_LOG) not in self._index.rates
        }
        return sorted(found, key=lambda hit: (hit.pattern, hit.component or ""))


@dataclass(slots=True)
class _Sighting:
    """A pattern at a component, as often as it was seen so far."""

    line: str
    number: int
    count: int = 0
    first: Moment | None = None
    last: Moment | None = None
    recent: deque[Moment] = field(default_factory=deque)
    shown: bool = True

    def add(self, moment: Moment | None, times: int, rate: Rate | None) -> None:
        self.count += times
        if moment is not None:
            if self.first is None or (moment.minus(self.first) or 0.0) < 0:
                self.first = moment
            if self.last is None or (moment.minus(self.last) or 0.0) > 0:
                self.last = moment
            if rate is not None and not self.shown:
                self.recent.extend([moment] * min(times, rate.count))
                while len(self.recent) > rate.count:
                    self.recent.popleft()
                if len(self.recent) == rate.count:
                    apart = self.recent[-1].minus(self.recent[0])
                    self.shown = apart is not None and abs(apart) <= rate.window_minutes * 60


@dataclass(frozen=True, slots=True)
class LogRead:
    """What one log says.

    Attributes:
        observations: hits and readings, each pair of finding and component once.
        matched: ids of the patterns that it shows.
        lines: lines that are not empty.
        unknown: lines of these that nothing in the knowledge knows.
        dated: whether enough lines carry a time; those of outputs of commands, which print times too, do not count.
        first, last: the time it covers.
        warnings: what could not be read as it should, for people.
    """

    observations: tuple[Observation, ...]
    matched: frozenset[str]
    lines: int
    unknown: int
    dated: bool
    first: Moment | None
    last: Moment | None
    warnings: tuple[Text, ...]

    def covers(self, start: Moment, end: Moment) -> bool:
        """Whether the log goes over some time between two moments."""
        if self.first is None or self.last is None:
            return False
        before, after = end.minus(self.first), self.last.minus(start)
        return before is not None and after is not None and before >= 0 and after >= 0


def _lines(count: int) -> str:
    return f"{count} {'line' if count == 1 else 'lines'}"


class LogReader:
    """Reads one log.

    Args:
        index: what to look for.
        active: bases that count.
        file: the log's name; None for pasted lines, which have no numbers.
        on_unknown: is told every line that nothing knows.
        accelerate_from: bytes from which on hyperscan is used where it is installed.
    """

    def __init__(
        self,
        index: LogIndex,
        active: frozenset[str],
        file: str | None,
        on_unknown: UnknownLine | None = None,
        accelerate_from: int | None = None,
    ) -> None:
        self._index = index
        self._active = active
        self._file = file
        self._on_unknown = on_unknown
        self._outputs = OutputReader(index.readings, active)
        self._accelerated = Accelerated() if accelerate_from is None else Accelerated(accelerate_from)
        self._decoding = Decoding()
        self._sightings: dict[tuple[str, str | None], _Sighting] = {}
        self._previous: tuple[int, list[tuple[_Sighting, Rate | None]]] = (0, [])
        """Where the line after the last one with hits starts, and its hits."""
        self._number = 1
        self._offset = 0
        self._lines = self._unknown = self._dated = 0
        self._tail: list[bytes] = []
        self._first: Moment | None = None
        self._last: Moment | None = None
        self._promising = False
        """Whether something was in it that only logs and outputs have."""

    def begin_entry(self) -> None:
        """What follows has nothing to do with the lines before: an output does not go on."""
        self._outputs.end()

    def read(self, chunks: Iterable[bytes]) -> LogReader:
        """Read the bytes of a log."""
        for piece in pieces(chunks, self._decoding):
            self.feed(piece, self._decoding.continues)
        return self

    def feed(self, piece: bytes, continues: bool = False) -> None:
        """Read some whole lines of valid UTF-8, joined by line feeds; or a part of a long line, which goes on with the one before."""
        if continues:
            self._number -= 1
        starts: dict[int, list[str]] = {}
        known: set[int] = set()
        for matched in self._index.patterns.piece(piece, self._accelerated.after(len(piece))):
            heads = [m.id for m in matched.matches if m.id.startswith((TYPED, HEAD))]
            if heads:
                starts[matched.start] = heads
            if self._matched(piece, matched):
                known.add(matched.start)
        lines = piece.split(b"\n")
        belonging = self._outputs.feed(piece, lines, self._number, starts)
        if not continues:
            self._count(lines, known, {index for span in belonging for index in span})
        self._promising = self._promising or bool(known or belonging)
        self._number += len(lines)
        self._offset += len(piece) + 1

    def _count(self, lines: list[bytes], known: set[int], of_outputs: set[int]) -> None:
        """Count the lines of a piece, and note the times of some."""
        self._sample(
            [line for i, line in enumerate(lines[: _SAMPLE if self._number == 1 else 1]) if i not in of_outputs]
        )
        self._tail = [lines[i] for i in range(max(0, len(lines) - _SAMPLE), len(lines)) if i not in of_outputs]
        if of_outputs or self._on_unknown is not None:
            self._count_each(lines, known, of_outputs)
        else:
            full = len(lines) - lines.count(b"")
            self._lines += full
            self._unknown += full - len(known)

    def finish(self) -> LogRead:
        """What was read."""
        self._sample(self._tail)
        found = [*self._hits(), *self._outputs.observations(self._file)]
        warnings = []
        if long := self._decoding.long_lines:
            warnings.append(
                Text(
                    en=f"{_lines(long)} longer than 64 KiB, read in parts: a hit across a cut is missed, and a pattern counts once for a part",
                    zh=f"{long}行超过64 KiB，已分段读取：跨段的内容可能漏读，同一模式每段只计一次",
                )
            )
        if odd := self._decoding.replaced_lines:
            warnings.append(Text(en=f"{_lines(odd)} in no known encoding", zh=f"{odd}行的编码无法识别"))
        return LogRead(
            tuple(found),
            frozenset(o.id for o in found if o.subject == "log"),
            self._lines,
            self._unknown,
            self._dated >= MIN_DATED,
            self._first,
            self._last,
            tuple(warnings),
        )

    def looks_like_a_log(self) -> bool:
        """Whether what was read is a log, or holds an output that the knowledge knows."""
        return self._promising or self._dated >= MIN_DATED

    def _matched(self, piece: bytes, matched: MatchedLine) -> bool:
        """Count the hits of a line; whether there are any that count."""
        start = self._offset + matched.start
        times = 1
        hits = []
        for match in matched.matches:
            if match.id == _REPEATS:
                groups = match.groups()
                times = int(groups["times"])
                if "same" not in groups and self._previous[0] == start:
                    return self._repeated(matched.line, times)
            elif match.id.startswith(_LOG) and self._base_of(match.id) in self._active:
                hits.append(match)
        if not hits:
            return False
        line = matched.line.decode()
        moment = moment_in(line)
        counted: list[tuple[_Sighting, Rate | None]] = []
        for match in hits:
            pattern, component = match.id.removeprefix(_LOG), match.groups().get("component")
            rate = self._index.rates.get(pattern)
            if (pattern, component) not in self._sightings and len(self._sightings) >= MAX_SIGHTINGS:
                component = None
            sighting = self._sightings.get((pattern, component))
            if sighting is None:
                number = self._number + piece.count(b"\n", 0, matched.start)
                sighting = _Sighting(line.strip()[:MAX_SHOWN], number, shown=rate is None)
                self._sightings[pattern, component] = sighting
            sighting.add(moment, times, rate)
            counted.append((sighting, rate))
        self._previous = (start + len(matched.line) + 1, counted)
        return True

    def _repeated(self, line: bytes, times: int) -> bool:
        """Count the hits of the line before once more, as often as this line says."""
        moment = moment_in(line.decode())
        for sighting, rate in self._previous[1]:
            sighting.add(moment, times, rate)
        return True

    @staticmethod
    def _base_of(id_: str) -> str:
        return id_.removeprefix(_LOG).partition(":")[0]

    def _hits(self) -> Iterable[Observation]:
        for (pattern, component), seen in self._sightings.items():
            if seen.shown:
                yield Observation(
                    "log", pattern, "present", 1.0, seen.line, Source("log", self._file, seen.number if self._file else None),
                    component=component, count=seen.count,
                    first=None if seen.first is None else seen.first.text(),
                    last=None if seen.last is None else seen.last.text(),
                )  # fmt: skip

    def _count_each(self, lines: list[bytes], known: set[int], belonging: set[int]) -> None:
        start = 0
        for index, line in enumerate(lines):
            if line.strip():
                self._lines += 1
                if start not in known and index not in belonging:
                    self._unknown += 1
                    if self._on_unknown is not None:
                        self._on_unknown(line.decode(), self._number + index)
            start += len(line) + 1

    def _sample(self, lines: list[bytes]) -> None:
        """Note the times of some lines."""
        for line in lines:
            moment = moment_in(line[:600].decode(errors="replace"))
            if moment is None:
                continue
            self._dated += 1
            if self._first is None or (moment.minus(self._first) or 0.0) < 0:
                self._first = moment
            if self._last is None or (moment.minus(self._last) or 0.0) > 0:
                self._last = moment
