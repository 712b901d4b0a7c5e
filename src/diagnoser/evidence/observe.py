"""The first stage: an evidence document becomes observations, and a list of what had no place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from diagnoser.errors import EvidenceError, UnknownName, quoted
from diagnoser.evidence.alarms import read_alarms
from diagnoser.evidence.bundles import LogPart
from diagnoser.evidence.document import Evidence, IndicatorSeen, LogFile, pointer_step
from diagnoser.evidence.log_reading import LogRead, LogReader, outputs_in
from diagnoser.evidence.looks import says_light
from diagnoser.evidence.not_read import NEITHER
from diagnoser.evidence.observables import Observables
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.statements import SURE, Said, statements
from diagnoser.evidence.tested import read_test
from diagnoser.evidence.text import read_report
from diagnoser.evidence.times import span_of
from diagnoser.knowledge.documents import Text

MAX_UNPLACED_LINES = 50
"""Pasted lines without a place that are listed."""

MAX_LINES_READ_AS_TEXT = 500
"""Different pasted lines without a hit in which symptoms are looked for."""

LONGEST_READ_AS_TEXT = 2_000
"""Characters of such a line; a longer one is no sentence."""

WHOLE = 0.9
"""Share of a symptom's words that must stand in a pasted line: devices write more words than they mean."""

UNKNOWN_LINES = Text(en="lines that no pattern knows", zh="没有模式能识别的日志行")

OpenLog = Callable[[str], Iterable[LogPart]]
"""Opens a log, or a bundle of logs, by its name."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything read out of the evidence, in an order of its own."""

    observations: tuple[Observation, ...]
    unplaced: tuple[Unplaced, ...]
    cleared: tuple[str, ...] = ()
    """Alarms that are over, each in a line; nothing else is made of them."""


def no_files(name: str) -> Iterable[LogPart]:
    raise EvidenceError("/logs", f"log file '{quoted(name)}' cannot be read here; send its lines")


def observe(
    evidence: Evidence,
    observables: Observables,
    bases: Relevance,
    open_log: OpenLog = no_files,
) -> Observed:
    """Read the evidence.

    Args:
        evidence: a checked document.
        observables: what can be observed.
        bases: the bases that bear on the device, and how much; nothing of other bases is observed.
        open_log: opens a log file or bundle; by default files are refused.

    Raises:
        EvidenceError: an answer names no finding, a repair no cause, or a log file cannot be read.
    """
    evidence = evidence.canonical()
    found: list[Observation] = []
    unplaced: list[Unplaced] = []
    if evidence.report and evidence.report.strip():
        said = read_told(evidence.report, observables, bases, evidence.device or "")
        found.extend(said.observations)
        unplaced.extend(said.unplaced)
    for seen in evidence.indicators:
        placed = observables.lights.place(seen, bases, Source("indicator"), evidence.device or "")
        if isinstance(placed, Unplaced):
            stated = _told_by_lights(seen, observables, bases)
            found.extend(stated)
            unplaced.extend(() if stated else (placed,))
        else:
            found.extend(placed)
    for test in evidence.tests:
        said = read_test(test, observables, bases)
        found.extend(said.observations)
        unplaced.extend(said.unplaced)
    _logs(evidence, observables, bases, open_log, found, unplaced)
    alarms = read_alarms(evidence.alarms, observables, bases)
    found.extend(alarms.observations)
    unplaced.extend(alarms.unplaced)
    for name in evidence.circumstances:
        _circumstance(name, observables, found, unplaced)
    for name, state in evidence.answers.items():
        found.append(_answer(name, state, observables))
    for index, name in enumerate(evidence.repaired):
        found.append(_failed_repair(index, name, observables))
    return Observed(
        tuple(sorted(_distinct(found), key=Observation.order)),
        tuple(sorted(set(unplaced), key=Unplaced.order)),
        tuple(sorted(set(alarms.cleared))),
    )


def read_told(report: str, observables: Observables, bases: Relevance, device: str = "") -> Said:
    """Read what a person told: running text, and the outputs of commands that were pasted into it.

    An output goes the way of logs; the places of what is read in the rest are those in the whole report.
    """
    outputs = outputs_in(observables.logs, report, frozenset(bases)) if "\n" in report else []
    if not outputs:
        return read_report(report, observables, bases, device)
    lines = report.split("\n")
    pasted = ["\n".join(lines[output.start : output.stop]) for output in outputs]
    said = read_report(_blanked(lines, outputs), observables, bases, device)
    found, unplaced = list(said.observations), list(said.unplaced)
    _pasted(pasted, observables, bases, found, unplaced)
    return Said(tuple(found), tuple(unplaced))


def _told_by_lights(seen: IndicatorSeen, observables: Observables, bases: Relevance) -> list[Observation]:
    """The symptoms that no single light shows but its words tell: *switch, all lights: off*."""
    named = f"{seen.part} {seen.light}"
    light = "" if says_light(named) else "灯" if not named.isascii() else "lights"
    text = " ".join(f"{named} {light} {seen.colour} {seen.behaviour}".split())
    source = Source("indicator")
    return [
        replace(o, text=seen.words(), source=source, component=seen.component)
        for o in statements(observables.lexicon.words(text), text, source, observables, bases)
        if o.certainty > SURE and o.subject == "symptom" and observables.base.findings[o.id].kind == "symptom"
    ]


def in_words(evidence: Evidence, observables: Observables, active: frozenset[str]) -> Evidence:
    """The evidence as far as people told it: without the outputs of commands, whose labels are the same whatever ails the device."""

    def told(text: str) -> str:
        outputs = outputs_in(observables.logs, text, active) if "\n" in text else []
        return _blanked(text.split("\n"), outputs) if outputs else text

    report = told(evidence.report or "")
    logs = tuple(told(entry) if isinstance(entry, str) else entry for entry in evidence.logs)
    if report == (evidence.report or "") and logs == evidence.logs:
        return evidence
    return evidence.model_copy(update={"report": report, "logs": logs})


def _blanked(lines: list[str], outputs: Iterable[range]) -> str:
    """A text with blanks in place of some of its lines; what is left keeps its place."""
    hidden = {index for output in outputs for index in output}
    return "\n".join(" " * len(line) if index in hidden else line for index, line in enumerate(lines))


def _logs(
    evidence: Evidence,
    observables: Observables,
    bases: Relevance,
    open_log: OpenLog,
    found: list[Observation],
    unplaced: list[Unplaced],
) -> None:
    _pasted([e for e in evidence.logs if isinstance(e, str)], observables, bases, found, unplaced)
    for name in (e.file for e in evidence.logs if isinstance(e, LogFile)):
        for part in open_log(name):
            if part.chunks is None:
                unplaced.append(_of_us(part.why_not()))
                continue
            reader = LogReader(observables.logs, frozenset(bases), part.name).read(part.chunks)
            if not part.sure and not reader.looks_like_a_log():
                unplaced.append(_of_us(replace(part, chunks=None, skipped=NEITHER).why_not()))
                continue
            read = reader.finish()
            found.extend(as_quoted(o, part) for o in read.observations)
            unplaced.extend(_of_us(warning, part.name) for warning in read.warnings)
            if read.unknown:
                unplaced.append(replace(_of_us(UNKNOWN_LINES, part.name), count=read.unknown))
            if _says_what_is_absent(read, evidence.time):
                found.extend(_not_in_log(part.name, read.matched, observables.base.patterns, bases))


def _of_us(said: Text, name: str = "") -> Unplaced:
    """What the program says of a log, by its name if that is not in it."""
    if name:
        said = Text(en=f"{name}: {said.en}", zh=f"{name}：{said.zh}")
    return Unplaced("log", said.en, said=said)


def as_quoted(observation: Observation, part: LogPart) -> Observation:
    """What was read in a log, as it may be quoted."""
    component = observation.component
    return replace(
        observation, text=part.quote(observation.text), component=part.quote(component) if component else component
    )


def _pasted(
    entries: list[str],
    observables: Observables,
    bases: Relevance,
    found: list[Observation],
    unplaced: list[Unplaced],
) -> None:
    """Lines in the evidence itself: all hits of one pattern at one component are one observation."""
    unknown: dict[str, int] = {}

    def note(line: str, _number: int) -> None:
        if line.strip():
            unknown[line.strip()] = unknown.get(line.strip(), 0) + 1

    reader = LogReader(observables.logs, frozenset(bases), None, note)
    for entry in entries:
        reader.begin_entry()
        reader.read([entry.encode(errors="replace")])
    found.extend(reader.finish().observations)
    listed = 0
    for line, count in islice(unknown.items(), MAX_LINES_READ_AS_TEXT):
        words = observables.lexicon.words(line) if len(line) <= LONGEST_READ_AS_TEXT else []
        more = observables.statements.find(words, lambda target: bases.get(target.partition(":")[0], 0.0))
        for statement in more:
            if statement.coverage >= WHOLE and not statement.negated and statement.target in observables.base.findings:
                found.append(Observation("symptom", statement.target, "present", 0.85, line, Source("log")))
        if not more and listed < MAX_UNPLACED_LINES:
            listed += 1
            unplaced.append(Unplaced("log", line, count=count))


def _says_what_is_absent(read: LogRead, time: str | None) -> bool:
    """Whether a pattern that the log does not show was not written when the fault was there, of which the time is told."""
    span = span_of(time) if time is not None and read.dated else None
    return span is not None and read.covers(*span)


def _not_in_log(
    file: str, matched: frozenset[str], patterns: Mapping[str, object], bases: Relevance
) -> Iterable[Observation]:
    """Patterns whose absence from a whole log says something."""
    for id_, pattern in sorted(patterns.items()):
        certainty = getattr(pattern, "absent_certainty", None)
        if certainty is not None and id_ not in matched and id_.partition(":")[0] in bases:
            yield Observation("log", id_, "absent", certainty, f"not in {file}", Source("log", file))


def _circumstance(
    name: str,
    observables: Observables,
    found: list[Observation],
    unplaced: list[Unplaced],
) -> None:
    source = Source("circumstance")
    try:
        full = observables.base.find("circumstance", name)
    except UnknownName as unknown:
        hits = [
            hit.target
            for hit in observables.circumstances.find(observables.lexicon.words(name))
            if hit.target in observables.base.circumstances and not hit.negated
        ]
        if not hits:
            nearest = [n for n in unknown.allowed if n.split("_")[0] in name][:3]
            unplaced.append(Unplaced("circumstance", name, tuple(nearest)))
            return
        full = hits[0]
    found.append(Observation("circumstance", full, "present", 1.0, name, source))


def _answer(name: str, state: str, observables: Observables) -> Observation:
    try:
        full = observables.base.find("finding", name)
    except UnknownName as unknown:
        raise EvidenceError(f"/answers{pointer_step(name)}", str(unknown)) from unknown
    assert state in ("present", "absent")
    return Observation("answer", full, "present" if state == "present" else "absent", 1.0, name, Source("answer"))


def _failed_repair(index: int, name: str, observables: Observables) -> Observation:
    try:
        full = observables.base.find("cause", name)
    except UnknownName as unknown:
        raise EvidenceError(f"/repaired/{index}", str(unknown)) from unknown
    return Observation("repair", full, "absent", 1.0, name, Source("repair"))


def _distinct(found: Iterable[Observation]) -> list[Observation]:
    """Equal statements from the same place once."""
    kept: dict[tuple[object, ...], Observation] = {}
    for observation in found:
        kept.setdefault(observation.order(), observation)
    return list(kept.values())
