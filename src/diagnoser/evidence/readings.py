"""Outputs of commands, read as the knowledge says: lines become measurements and states.

How a line is read stands in `readings.yaml`. This module knows no command: it notices where an
output begins (the command was typed, or a line that only this output has), which block or table a
line belongs to, and where the output ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate

from diagnoser.evidence.logs import MatchedLine, PatternSet
from diagnoser.evidence.measurements import unit_and_factor
from diagnoser.evidence.observation import Observation, Source, Subject
from diagnoser.evidence.pattern_text import compile_pattern
from diagnoser.evidence.times import moment_in
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.base import Reading
from diagnoser.knowledge.reading_documents import ReadingField

QUIET = 400
"""Lines without anything to read after which an output is taken to be over."""

MAX_READ = 20_000
"""Different things that are read out of one log at most."""

TYPED, HEAD = "typed ", "head "
"""What the ids of the patterns begin with that show where an output starts."""

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,2})?\Z")
_SUBJECTS: dict[str, Subject] = {"symptom": "symptom", "log": "log", "outcome": "outcome"}


@dataclass(frozen=True, slots=True)
class _Field:
    document: ReadingField
    section: int | None
    states: tuple[tuple[str, str], ...]
    """RE2 for the whole state, and the full id of the finding."""
    finding: str | None


class CompiledReading:
    """One reading, its patterns compiled."""

    def __init__(self, reading: Reading) -> None:
        self.id = reading.id
        self.base = reading.base
        document = reading.document
        self.starts = {f"{TYPED}{reading.id}": _typed(document.command), f"{HEAD}{reading.id}": document.recognise}
        patterns: dict[str, str] = {}
        self.fields: dict[str, _Field] = {}
        groups: list[tuple[int | None, tuple[ReadingField, ...]]] = [(None, document.fields)]
        for number, section in enumerate(document.sections):
            patterns[f"begin {number:04}"] = section.begin
            if section.end is not None:
                patterns[f"end {number:04}"] = section.end
            groups.append((number, section.fields))
        for where, fields in groups:
            for index, field in enumerate(fields):
                id_ = f"field {-1 if where is None else where:04} {index:04}"
                patterns[id_] = field.pattern
                self.fields[id_] = _Field(
                    field,
                    where,
                    tuple((s, reading.references[f]) for s, f in field.states.items()),
                    None if field.finding is None else reading.references[field.finding],
                )
        self.lines = PatternSet(patterns)


def _typed(commands: Iterable[str]) -> str:
    """RE2 for a line on which one of some commands was typed after a prompt, or announced."""
    words = "|".join(" ".join(re.escape(word) for word in command.split()) for command in commands)
    return rf"(?i)^(?P<prompt>(?:[^\s>#$%\]]{{0,80}}[>#$%\]]|\[[^\]]{{1,80}}\][#$]?|[=*#+-]{{2,40}}(?:\[|>)?))?\s*(?:sudo\s+)?(?:{words})(?:\s.*)?$"


class Readings:
    """All readings of a knowledge base."""

    def __init__(self, base: KnowledgeBase, units: Mapping[str, str]) -> None:
        """`units`: quantity -> the unit in which it is compared."""
        self.kinds = {finding.id: finding.kind for finding in base.findings.values()}
        self.units = units
        self.compiled = {reading.id: CompiledReading(reading) for reading in base.readings.values()}

    def starts(self) -> dict[str, str]:
        """Patterns that show where an output begins; ids are `TYPED` or `HEAD` and the reading's id."""
        return {id_: pattern for reading in self.compiled.values() for id_, pattern in reading.starts.items()}


@dataclass(slots=True)
class _Output:
    """An output that is being read: where in it we are."""

    reading: CompiledReading
    last: int
    """Number of the last line that said something."""
    began: int
    """Number of the line that began it, or its last table or block."""
    section: int | None = None
    component: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class _Measured:
    """A value that was read, how often, and where the output or table began in which it stands."""

    value: float
    unit: str | None
    line: _Line
    count: int
    began: int


class OutputReader:
    """Reads the outputs in one log, piece by piece."""

    def __init__(self, readings: Readings, active: frozenset[str]) -> None:
        self._readings = readings
        self._active = active
        self._outputs: dict[str, _Output] = {}
        self._prompt: bytes | None = None
        self._measured: dict[tuple[str, str], _Measured] = {}
        self._states: dict[tuple[str, str, str], tuple[str, _Line, int]] = {}
        self._found: dict[tuple[str, str, str], tuple[_Line, int]] = {}
        """By finding, component and event."""

    def feed(self, piece: bytes, lines: list[bytes], first: int, starts: Mapping[int, list[str]]) -> list[range]:
        """Read a piece.

        Args:
            piece: whole lines.
            lines: the same, one by one.
            first: the number of its first line in the log, from 1.
            starts: where a line starts in the piece -> ids of start patterns that match it.

        Returns:
            The lines of the piece, from 0, that belong to outputs.
        """
        wanted = {
            start: [id_ for id_ in ids if self._readings.compiled[id_.partition(" ")[2]].base in self._active]
            for start, ids in starts.items()
        }
        if not self._outputs and not any(wanted.values()):
            return []
        index_of = dict(zip(accumulate((len(line) + 1 for line in lines), initial=0), range(len(lines)), strict=False))
        starting = {index_of[start]: ids for start, ids in wanted.items() if ids}
        involved = {id_.partition(" ")[2] for ids in starting.values() for id_ in ids} | set(self._outputs)
        events: dict[int, dict[str, MatchedLine]] = {line: {} for line in starting}
        for id_ in sorted(involved):
            for matched in self._readings.compiled[id_].lines.piece(piece):
                events.setdefault(index_of[matched.start], {})[id_] = matched
        prompts = self._prompts(lines, starting)
        belonging: list[range] = []
        since = 0 if self._outputs else None
        for index in sorted({*events, *prompts}):
            if since is not None and self._tire(first + index):
                belonging.append(range(since, index))
                since = None
            if index in starting:
                self._start(starting[index], lines[index], first + index)
                since = index if since is None else since
            elif index in prompts and self._outputs:
                self._outputs.clear()
                if since is not None:
                    belonging.append(range(since, index))
                since = None
            for id_, matched in events.get(index, {}).items():
                if id_ in self._outputs:
                    self._line(self._outputs[id_], matched, first + index)
        if since is not None:
            self._tire(first + len(lines))
            belonging.append(range(since, len(lines)))
        return belonging

    def end(self) -> None:
        """The outputs are over."""
        self._outputs.clear()
        self._prompt = None

    def _prompts(self, lines: list[bytes], starting: Mapping[int, list[str]]) -> set[int]:
        """Lines on which something else is typed."""
        known = {p for p in (self._prompt, *(self._prompt_of(ids, lines[i]) for i, ids in starting.items())) if p}
        if not known:
            return set()
        return {
            index
            for index, line in enumerate(lines)
            if index not in starting and any(line.startswith(p) and line[len(p) :].strip() for p in known)
        }

    def _prompt_of(self, ids: list[str], line: bytes) -> bytes | None:
        for id_ in ids:
            if id_.startswith(TYPED):
                match = compile_pattern(self._readings.compiled[id_.partition(" ")[2]].starts[id_]).search(line)
                if match is not None and match["prompt"] and match["prompt"].rstrip()[-1:] in b">#$%]":
                    prompt: bytes = match["prompt"]
                    return prompt
        return None

    def _start(self, ids: list[str], line: bytes, number: int) -> None:
        typed = [id_ for id_ in ids if id_.startswith(TYPED)]
        wanted = {id_.partition(" ")[2] for id_ in ids}
        if not typed and wanted <= set(self._outputs):
            return  # a heading that the output repeats
        self._outputs = {id_: out for id_, out in self._outputs.items() if not typed and id_ in wanted}
        for id_ in sorted(wanted):
            self._outputs.setdefault(id_, _Output(self._readings.compiled[id_], number, number))
        if typed:
            self._prompt = self._prompt_of(typed, line)

    def _tire(self, number: int) -> bool:
        """Whether all outputs are over because nothing was read for long."""
        before = bool(self._outputs)
        self._outputs = {id_: out for id_, out in self._outputs.items() if number - out.last <= QUIET}
        return before and not self._outputs

    def _line(self, output: _Output, matched: MatchedLine, number: int) -> None:
        output.last = number
        line = _Line(number, matched.line.decode(errors="replace").strip())
        begun = False
        for match in matched.matches:
            kind, _, rest = match.id.partition(" ")
            if kind == "begin" and not begun:
                begun, output.section, output.began = True, int(rest), number
                output.component = match.groups().get("component") or output.component
            elif kind == "end" and not begun and output.section == int(rest):
                output.section = None
            elif kind == "field":
                field = output.reading.fields[match.id]
                if field.section is None or field.section == output.section:
                    self._field(output, match.id, field, match.groups(), line)

    def _field(self, output: _Output, id_: str, field: _Field, groups: Mapping[str, str], line: _Line) -> None:
        component = " ".join((groups.get("component") or output.component or "").split())
        if component and field.document.part:
            component = f"{field.document.part} {component}"
        if len(self._measured) + len(self._states) + len(self._found) >= MAX_READ:
            return
        if field.document.quantity is not None and "value" in groups:
            measured = self._value(field.document, groups)
            if measured is not None:
                self._measure((field.document.quantity, component), *measured, field.document.keep, output.began, line)
        if "state" in groups:
            for pattern, finding in field.states:
                if compile_pattern(pattern).fullmatch(groups["state"]) is not None:
                    state_key = (output.reading.id, id_, component)
                    before = self._states.get(state_key)
                    count = before[2] + 1 if before is not None and before[0] == finding else 1
                    self._states[state_key] = (finding, line, count)
                    break
        if field.finding is not None:
            event = (field.finding, component, groups.get("event", "").strip())
            if "over" in groups:
                self._found.pop(event, None)
            else:
                seen = self._found.get(event)
                self._found[event] = (seen[0], seen[1] + 1) if seen else (line, 1)

    def _measure(
        self, key: tuple[str, str], value: float, unit: str | None, keep: str, began: int, line: _Line
    ) -> None:
        """Note a value: the last one counts, unless the lowest or highest of one output is asked for."""
        before = self._measured.get(key)
        count = 1 if before is None else before.count + 1
        if before is not None and before.began == began and keep != "last":
            better = value < before.value if keep == "lowest" else value > before.value
            if not better:
                self._measured[key] = replace(before, count=count)
                return
        self._measured[key] = _Measured(value, unit, line, count, began)

    def _value(self, field: ReadingField, groups: Mapping[str, str]) -> tuple[float, str | None] | None:
        """The value in the unit of its quantity; None where it is no number, or of another unit."""
        said = groups["value"].replace(",", "").replace("−", "-")
        if not _NUMBER.match(said):
            return None
        assert field.quantity is not None
        want = self._readings.units.get(field.quantity, "")
        unit, factor = unit_and_factor(groups.get("unit") or field.unit or want)
        wanted, wanted_factor = unit_and_factor(want)
        if unit and wanted and unit != wanted:
            return None
        return float(said) * factor / wanted_factor, want or None

    def observations(self, file: str | None) -> Iterator[Observation]:
        """What was read. Of several readings of one value or state, the last one counts."""
        for (quantity, component), m in self._measured.items():
            yield self._observation("measurement", quantity, component, m.line, file, m.count, m.value, m.unit)
        stated = {(finding, key[2]): (line, count) for key, (finding, line, count) in self._states.items()}
        shown: dict[tuple[str, str], tuple[_Line, int]] = {}
        for (finding, component, _), (line, count) in self._found.items():
            before = shown.get((finding, component))
            shown[finding, component] = (line, count) if before is None else (before[0], before[1] + count)
        for (finding, component), (line, count) in {**stated, **shown}.items():
            subject = _SUBJECTS.get(self._readings.kinds[finding], "answer")
            yield self._observation(subject, finding, component, line, file, count)

    @staticmethod
    def _observation(
        subject: Subject, id_: str, component: str, line: _Line, file: str | None, count: int,
        value: float | None = None, unit: str | None = None,
    ) -> Observation:  # fmt: skip
        moment = moment_in(line.text)
        when = None if moment is None else moment.text()
        return Observation(
            subject, id_, "present", 1.0, line.text[:2000], Source("log", file, line.number if file else None),
            component=component or None, value=value, unit=unit, count=count, first=when, last=when,
        )  # fmt: skip


def read_example(readings: Readings, reading: str, text: str) -> list[Observation] | None:
    """What one reading gets out of an output by itself; None if it does not recognise it."""
    compiled = readings.compiled[reading]
    lines = text.encode(errors="replace").split(b"\n")
    heads = PatternSet({id_: p for id_, p in compiled.starts.items() if id_.startswith(HEAD)})
    starts = {line.start: [m.id for m in line.matches] for line in heads.piece(b"\n".join(lines))}
    if not starts:
        return None
    reader = OutputReader(readings, frozenset((compiled.base,)))
    reader.feed(b"\n".join(lines), lines, 1, {0: [f"{HEAD}{reading}"], **starts})
    return list(reader.observations(None))


def in_unit_of(readings: Readings, quantity: str, value: float, unit: str | None) -> float:
    """A value as the checks compare it: converted to the quantity's own unit, if it is given in another."""
    want, factor = unit_and_factor(readings.units.get(quantity, ""))
    said, said_factor = unit_and_factor(unit or want)
    return value * said_factor / factor if said == want else value
