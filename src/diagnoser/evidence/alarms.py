"""Alarms as evidence: what still stands becomes observations; of what was cleared only is told that it was.

The latest state of each alarm counts, in whatever order the reports were given, so that an alarm
and its clear together say no more than if there had been none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from diagnoser.evidence.alarm_records import AlarmRecord, records_of, words_of_cause
from diagnoser.evidence.observables import Observables
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.statements import Said
from diagnoser.knowledge import Finding

Alarm = str | Mapping[str, Any]

NAMED_BY_CAUSE = 0.85
"""Certainty of a finding that only the alarm's probable cause names."""

_INTERFACE = re.compile(
    r"(?:\d{1,3}GE|(?:X|10|25|40|100|Ten)?GigabitEthernet|FastEthernet|Ethernet|Eth-Trunk|XGE|GE|FE|Te|Gi|Fa|Eth|PON|Serial|Slot|Port)"
    r"[ -]?\d{1,4}(?:/\d{1,4}){1,4}",
    re.I,
)
_NUMBERED = re.compile(r"(?:\A|[/=:\s])(\d{1,4}(?:/\d{1,4}){1,4})\Z")
"""A port that is only called by its numbers, at the end of a name: `ONT 0/1/5`."""
_LAST = re.compile(r"(?:.*(?:['\"]))?([^'\"]+)['\"]?\]?\s*$", re.S)


def standing(alarms: Iterable[Alarm]) -> tuple[tuple[AlarmRecord, ...], tuple[AlarmRecord, ...]]:
    """The alarms that still stand, and those that were cleared: of each, the record that decides.

    A clear that names the notifications which it ends, ends just these. Else the later record wins; a clear wins
    over a report of the same moment, and over any report if one of the records tells no time.
    """
    aimed: list[AlarmRecord] = []
    others: list[AlarmRecord] = []
    for record in (r for alarm in alarms for r in records_of(alarm)):
        (aimed if record.cleared and record.ends else others).append(record)
    raised: list[AlarmRecord] = []
    cleared = list(aimed)
    for _, records in sorted(_of_one_alarm(others).items()):
        left = [r for r in records if not any(_ends(clear, r) for clear in aimed)]
        if left:
            last = _told_in_full(_last(left), left)
            (cleared if last.cleared else raised).append(last)
    return tuple(raised), tuple(sorted(cleared, key=lambda r: (r.identity, r.content)))


def _of_one_alarm(records: Iterable[AlarmRecord]) -> dict[tuple[str, ...], list[AlarmRecord]]:
    """The records of each alarm, by the first of its identities: records that share one are of the same alarm."""
    found: dict[tuple[str, ...], list[AlarmRecord]] = {}
    key_of: dict[tuple[str, ...], tuple[str, ...]] = {}
    for record in records:
        names = {record.identity, *record.aliases}
        keys = {key_of[name] for name in names if name in key_of}
        key = min(keys | names)
        for other in keys - {key}:
            moved = found.pop(other)
            found.setdefault(key, []).extend(moved)
            key_of.update((name, key) for r in moved for name in (r.identity, *r.aliases))
        found.setdefault(key, []).append(record)
        key_of.update(dict.fromkeys(names, key))
    return found


def _told_in_full(last: AlarmRecord, records: Iterable[AlarmRecord]) -> AlarmRecord:
    """A record that tells only what has changed, with what the records before it said."""
    if last.resource and last.texts:
        return last
    fuller = [r for r in records if r.resource and r.texts]
    if not fuller:
        return last
    before = _last(fuller)
    return replace(
        last,
        resource=last.resource or before.resource,
        texts=last.texts or before.texts,
        probable_cause=last.probable_cause or before.probable_cause,
    )


def _ends(clear: AlarmRecord, record: AlarmRecord) -> bool:
    return not record.cleared and record.resource == clear.resource and record.notification in clear.ends


def _last(records: list[AlarmRecord]) -> AlarmRecord:
    timed = all(r.time is not None for r in records)
    return max(records, key=lambda r: ((r.time or 0.0) if timed else 0.0, r.cleared, r.content))


def severities(alarms: Iterable[Alarm]) -> tuple[str, ...]:
    """Perceived severities of the alarms that still stand."""
    return tuple(sorted({r.severity for r in standing(alarms)[0] if r.severity is not None}))


def read_alarms(alarms: Iterable[Alarm], observables: Observables, bases: Relevance) -> Said:
    """Read the alarms of the evidence.

    An alarm is matched by its texts against the log patterns, else against the phrases of symptoms,
    else by its probable cause: the findings for which the knowledge names it, or the phrases that
    are its words. What has no place is listed, and so, apart, is what was cleared.
    """
    found: list[Observation] = []
    unplaced: list[Unplaced] = []
    raised, cleared = standing(alarms)
    for record in raised:
        placed = list(_placed(record, observables, bases))
        found.extend(placed)
        if not placed:
            unplaced.append(Unplaced("alarm", _summary(record)))
    return Said(tuple(found), tuple(unplaced), tuple(map(_summary, cleared)))


def _placed(record: AlarmRecord, observables: Observables, bases: Relevance) -> Iterator[Observation]:
    component = component_of(record.resource)
    source = Source("alarm")
    text = _summary(record)
    seen = set()
    for line in (*record.texts, " ".join(record.texts)):
        for hit in observables.scanner.scan(line):
            if hit.pattern.partition(":")[0] in bases and hit.pattern not in seen:
                seen.add(hit.pattern)
                yield Observation(
                    "log", hit.pattern, "present", 1.0, text, source, component=hit.component or component
                )
    if seen:
        return
    for said in record.texts:
        for target, certainty in _statements(said, observables, bases):
            if target not in seen:
                seen.add(target)
                yield Observation("symptom", target, "present", certainty, text, source, component=component)
        if seen:
            return
    if record.probable_cause is not None:
        yield from _by_cause(record.probable_cause, component, text, source, observables, bases)


def _by_cause(
    cause: str, component: str | None, text: str, source: Source, observables: Observables, bases: Relevance
) -> Iterator[Observation]:
    named = [f for f in observables.base.findings.values() if f.probable_cause == cause and f.base in bases]
    for finding in sorted(named, key=lambda f: f.id):
        yield Observation(_subject(finding), finding.id, "present", NAMED_BY_CAUSE, text, source, component=component)
    if not named:
        for target, certainty in _statements(words_of_cause(cause), observables, bases):
            yield Observation(
                "symptom", target, "present", min(certainty, NAMED_BY_CAUSE), text, source, component=component
            )


def _subject(finding: Finding) -> Any:
    return "log" if finding.kind == "log" else "symptom"


def _statements(said: str, observables: Observables, bases: Relevance) -> Iterator[tuple[str, float]]:
    words = observables.lexicon.words(said)
    for statement in observables.statements.find(words, lambda target: bases.get(target.partition(":")[0], 0.0)):
        finding = observables.base.findings.get(statement.target)
        if finding is not None and finding.kind == "symptom" and not statement.negated:
            yield statement.target, statement.certainty


def _summary(record: AlarmRecord) -> str:
    """The alarm in one line: where, and what."""
    said = record.texts[0] if record.texts else record.probable_cause or " ".join(filter(None, record.identity[1:]))
    line = f"{record.resource}: {said}" if record.resource and record.resource not in said else said
    return " ".join(line.split())[:500]


def component_of(resource: str) -> str | None:
    """The part that an alarm's resource names: an interface, else the last step of its path."""
    interface = _INTERFACE.search(resource)
    if interface is not None:
        return interface[0]
    if resource.startswith("/redfish/"):
        return "/".join(resource.rstrip("/").split("/")[-2:])[:200]
    numbered = _NUMBERED.search(resource)
    if numbered is not None:
        return numbered[1]
    last = re.split(r"[/,;]", resource.rstrip("/"))[-1]
    match = _LAST.match(last)
    return (match[1] if match else last).strip()[:200] or None
