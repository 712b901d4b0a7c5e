"""The first stage: an evidence document becomes observations, and a list of what had no place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from diagnoser.errors import EvidenceError, UnknownName
from diagnoser.evidence.alarms import read_alarms
from diagnoser.evidence.document import Evidence, LogFile
from diagnoser.evidence.logs import fold
from diagnoser.evidence.observables import Observables
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.text import read_report, read_test

MAX_UNPLACED_LINES = 50
"""Log lines without a place that are listed; the rest is counted."""

LogLines = Callable[[str], Iterable[str]]
"""Opens a log file by name and yields its lines."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything read out of the evidence, in an order of its own."""

    observations: tuple[Observation, ...]
    unplaced: tuple[Unplaced, ...]


def no_files(name: str) -> Iterable[str]:
    raise EvidenceError("/logs", f"log file '{name}' cannot be read here; send its lines")


def observe(
    evidence: Evidence,
    observables: Observables,
    bases: Relevance,
    open_log: LogLines = no_files,
) -> Observed:
    """Read the evidence.

    Args:
        evidence: a checked document.
        observables: what can be observed.
        bases: the bases that bear on the device, and how much; nothing of other bases is observed.
        open_log: yields the lines of a log file; by default files are refused.

    Raises:
        EvidenceError: an answer names no finding, or a log file cannot be read.
    """
    evidence = evidence.canonical()
    found: list[Observation] = []
    unplaced: list[Unplaced] = []
    if evidence.report and evidence.report.strip():
        said = read_report(evidence.report, observables, bases)
        found.extend(said.observations)
        unplaced.extend(said.unplaced)
    for seen in evidence.indicators:
        placed = observables.lights.place(seen, bases, Source("indicator"), evidence.device or "")
        if isinstance(placed, Unplaced):
            unplaced.append(placed)
        else:
            found.extend(placed)
    for test in evidence.tests:
        said = read_test(test, observables, bases)
        found.extend(said.observations)
        unplaced.extend(said.unplaced)
    _logs(evidence, observables, bases, open_log, found, unplaced)
    said = read_alarms(evidence.alarms, observables, bases)
    found.extend(said.observations)
    unplaced.extend(said.unplaced)
    for name in evidence.circumstances:
        _circumstance(name, observables, found, unplaced)
    for name, state in evidence.answers.items():
        found.append(_answer(name, state, observables))
    return Observed(
        tuple(sorted(_distinct(found), key=Observation.order)), tuple(sorted(set(unplaced), key=Unplaced.order))
    )


def _logs(
    evidence: Evidence,
    observables: Observables,
    bases: Relevance,
    open_log: LogLines,
    found: list[Observation],
    unplaced: list[Unplaced],
) -> None:
    pasted: Iterable[tuple[str, int | None]] = [
        (line, None) for entry in evidence.logs if isinstance(entry, str) for line in entry.splitlines()
    ]
    for file, numbered in [
        (None, pasted),
        *((e.file, _numbered(open_log(e.file))) for e in evidence.logs if isinstance(e, LogFile)),
    ]:
        unknown: dict[str, int] = {}
        silent = 0
        matched: set[str] = set()
        for hit, line, number, count in fold(numbered, observables.scanner):
            if hit is not None and hit.pattern.partition(":")[0] in bases:
                matched.add(hit.pattern)
                found.append(
                    Observation(
                        "log", hit.pattern, "present", 1.0, line.strip(), Source("log", file, number),
                        component=hit.component, count=count,
                    )
                )  # fmt: skip
            elif hit is None and len(unknown) < MAX_UNPLACED_LINES:
                unknown[line.strip()] = unknown.get(line.strip(), 0) + 1
            elif hit is None:
                silent += 1
        if file is None:
            for line, count in unknown.items():
                more = observables.statements.find(
                    observables.lexicon.words(line), lambda target: bases.get(target.partition(":")[0], 0.0)
                )
                for statement in more:
                    if not statement.negated and statement.target in observables.base.findings:
                        found.append(Observation("symptom", statement.target, "present", 0.85, line, Source("log")))
                if not more:
                    unplaced.append(Unplaced("log", line, count=count))
        else:
            if unknown or silent:
                total = sum(unknown.values()) + silent
                unplaced.append(Unplaced("log", f"{file}: lines that no pattern knows", count=total))
            found.extend(_not_in_log(file, matched, observables.base.patterns, bases))


def _numbered(lines: Iterable[str]) -> Iterable[tuple[str, int | None]]:
    for number, line in enumerate(lines, 1):
        yield line, number


def _not_in_log(
    file: str, matched: set[str], patterns: Mapping[str, object], bases: Relevance
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
            for hit in observables.statements.find(observables.lexicon.words(name))
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
        raise EvidenceError(f"/answers/{name}", str(unknown)) from unknown
    assert state in ("present", "absent")
    return Observation("answer", full, "present" if state == "present" else "absent", 1.0, name, Source("answer"))


def _distinct(found: Iterable[Observation]) -> list[Observation]:
    """Equal statements from the same place once."""
    kept: dict[tuple[object, ...], Observation] = {}
    for observation in found:
        kept.setdefault(observation.order(), observation)
    return list(kept.values())
