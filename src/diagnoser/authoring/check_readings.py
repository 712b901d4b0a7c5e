"""Whether `readings.yaml` reads out of its own examples what it promises: no less, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from diagnoser.errors import Problem
from diagnoser.evidence import Observation
from diagnoser.evidence.measurements import Quantities
from diagnoser.evidence.readings import Readings, in_unit_of, read_example
from diagnoser.evidence.words import Lexicon
from diagnoser.facts import component_name
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.base import Reading
from diagnoser.knowledge.loading import Draft, Entry
from diagnoser.knowledge.reading_documents import ReadingExpectation


def check_readings(base: KnowledgeBase, draft: Draft) -> Iterator[Problem]:
    """Problems of the readings' examples."""
    entries = [entry for entry in draft.entries if entry.kind == "readings"]
    if not entries:
        return
    readings = Readings(base, Quantities(base, Lexicon(base.lexicon)).units)
    for entry in entries:
        reading = base.readings.get(f"{entry.base}:{entry.document.id}")
        if reading is not None:
            yield from _check(entry, reading, readings)


def _check(entry: Entry, reading: Reading, readings: Readings) -> Iterator[Problem]:
    for index, example in enumerate(reading.document.examples):
        where = ("examples", index)
        found = read_example(readings, reading.id, example.text)
        if found is None:
            yield Problem(
                entry.locate(*where),
                "reading-unrecognised",
                f"'{reading.document.id}' does not recognise its own example",
                "recognise: must match a line of every example",
            )
            continue
        left = list(found)
        for place, expected in enumerate(example.expect):
            match = next((o for o in left if _is(o, expected, reading, readings)), None)
            if match is not None:
                left.remove(match)
                continue
            yield Problem(
                entry.locate(*where, "expect", place),
                "reading-misses",
                f"'{reading.document.id}' does not read {_expectation(expected)} out of its example",
                _instead(expected, left, reading),
            )
        for observation in left:
            yield Problem(
                entry.locate(*where),
                "reading-reads-more",
                f"'{reading.document.id}' also reads {_in_words(observation)} out of its example",
                "add it to expect:, or make the pattern narrower",
            )


def _is(observation: Observation, expected: ReadingExpectation, reading: Reading, readings: Readings) -> bool:
    if component_name(observation.component) != component_name(expected.component):
        return False
    if expected.finding is not None:
        return observation.subject != "measurement" and observation.id == reading.references[expected.finding]
    assert expected.quantity is not None
    assert expected.value is not None
    wanted = in_unit_of(readings, expected.quantity, expected.value, expected.unit)
    return (
        observation.subject == "measurement"
        and observation.id == expected.quantity
        and observation.value is not None
        and isclose(observation.value, wanted, rel_tol=1e-9, abs_tol=1e-9)
    )


def _instead(expected: ReadingExpectation, left: list[Observation], reading: Reading) -> str:
    """What was read of the same kind, as a hint."""
    wanted = expected.quantity or reading.references.get(expected.finding or "")
    near = [_in_words(o) for o in left if o.id == wanted]
    return f"it reads {', '.join(near)}" if near else "mend the pattern or the example"


def _expectation(expected: ReadingExpectation) -> str:
    what = expected.finding or f"{expected.quantity} = {expected.value:g}"
    return f"{what}{f' at {expected.component}' if expected.component else ''}"


def _in_words(observation: Observation) -> str:
    what = observation.id
    if observation.value is not None:
        what = f"{observation.id} = {observation.value:g}"
    return f"{what}{f' at {observation.component}' if observation.component else ''}"
