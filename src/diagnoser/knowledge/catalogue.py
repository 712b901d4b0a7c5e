"""What can be observed, its names resolved: symptoms, log patterns, states of lights, outcomes of checks, readings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from diagnoser.knowledge import base as kb
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.loading import Draft, Entry
from diagnoser.knowledge.names import Names
from diagnoser.knowledge.overlays import Laid, Overlays
from diagnoser.knowledge.patterns import PatternError, compiled
from diagnoser.knowledge.reading_documents import Reading, ReadingField


class Catalogue(Names):
    """What can be observed, as far as it resolves.

    Attributes:
        overlays: what teams say otherwise about it; laid before it is catalogued.
        findings: full id -> the finding, still without its parents.
        parents: full id of a finding -> events and causes that it shows, with their strengths.
        lights, patterns, checks: by full id.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.overlays = Overlays()
        self.findings: dict[str, kb.Finding] = {}
        self.parents: dict[str, dict[str, float]] = {}
        self.lights: dict[str, kb.Light] = {}
        self.patterns: dict[str, kb.LogPattern] = {}
        self.checks: dict[str, kb.Check] = {}

    def catalogue(self) -> None:
        """Resolve all findings."""
        for entry in self.entries["symptoms"]:
            self._add(entry, entry.document, "symptom", entry.document.title, None)
        for entry in self.entries["logs"]:
            self._log(entry)
        for entry in self.entries["indicators"]:
            self._light(entry)
        for entry in self.entries["checks"]:
            self._check(entry)

    def _add(
        self,
        entry: Entry,
        item: Any,
        kind: Literal["symptom", "light", "log", "outcome"],
        title: doc.Text,
        group: str | None,
        *path: Any,
    ) -> str:
        """Add a finding; of two with one id the first stays. Its full id."""
        full = f"{entry.base}:{item.id}"
        laid = self.overlays.findings.get(full, Laid())
        background = self._degree(entry, "background", item.background, *path, "background")
        shown = self._strengths(entry, item.shows, ("event", "cause"), *path, "shows")
        if full in self.findings:
            return full
        self.parents[full] = dict(shown)
        self.findings[full] = kb.Finding(
            id=full,
            kind=kind,
            title=title,
            aliases=laid.words(getattr(item, "aliases", doc.Aliases())),
            normal=getattr(item, "normal", False),
            severity=getattr(item, "severity", None),
            severity_of_one=getattr(item, "severity_of_one", None),
            one_only=getattr(item, "one_only", False),
            probable_cause=getattr(item, "probable_cause", None),
            background=background if laid.background is None else laid.background,
            parents=(),
            group=group,
        )
        return full

    def _log(self, entry: Entry) -> None:
        pattern: doc.LogPattern = entry.document
        full = self._add(entry, pattern, "log", pattern.meaning, None)
        certainty = None
        if pattern.absent_means is not None:
            certainty = self._degree(entry, "certainty", pattern.absent_means, "absent_means")
        self._compiles(entry, pattern.pattern, "pattern")
        self.patterns[full] = kb.LogPattern(full, pattern.pattern, certainty, pattern.rate, pattern.examples)

    def _light(self, entry: Entry) -> None:
        light: doc.Indicator = entry.document
        group = f"{entry.base}:{light.part}/{light.light}"
        if group in self.lights:
            self._problem(entry.locate("light"), "duplicate-light", f"light '{light.light}' of '{light.part}' stands twice",
                          "put all states of a light into one entry")  # fmt: skip
        states = [
            self._add(entry, state, "light", state.meaning, group, "states", index)
            for index, state in enumerate(light.states)
        ]
        self.lights[group] = kb.Light(group, light, tuple(states))

    def _check(self, entry: Entry) -> None:
        check: doc.Check = entry.document
        full = f"{entry.base}:{check.id}"
        outcomes = [
            self._add(entry, outcome, "outcome", outcome.title, full, "outcomes", index)
            for index, outcome in enumerate(check.outcomes)
        ]
        for index, outcome in enumerate(check.outcomes):
            if outcome.when is not None and check.quantity is None:
                self._problem(entry.locate("outcomes", index, "when"), "no-quantity",
                              f"'{outcome.id}' has a threshold, but the check measures nothing", "give the check a quantity")  # fmt: skip
        self._refs(entry, check.cost.tools, ("tool",), "cost", "tools")
        self.checks[full] = kb.Check(full, check, tuple(outcomes))

    def reading(self, entry: Entry) -> kb.Reading | None:
        """The reading with its names resolved; None where one is unknown or a pattern is refused."""
        reading: Reading = entry.document
        before = len(self.problems)
        measured = {
            e.document.quantity.name
            for e in self.entries["checks"]
            if e.document.quantity is not None and e.base in self.reach.get(entry.base, ())
        }
        names: dict[str, str] = {}

        def note(name: str, *path: Any) -> None:
            full = self._ref(entry, name, ("finding",), *path)
            if full is not None:
                names[name] = full

        self._compiles(entry, reading.recognise, "recognise")
        groups: list[tuple[tuple[ReadingField, ...], tuple[Any, ...]]] = [(reading.fields, ("fields",))]
        for index, section in enumerate(reading.sections):
            groups.append((section.fields, ("sections", index, "fields")))
            self._compiles(entry, section.begin, "sections", index, "begin")
            if section.end is not None:
                self._compiles(entry, section.end, "sections", index, "end")
        for fields, path in groups:
            for index, field in enumerate(fields):
                self._compiles(entry, field.pattern, *path, index, "pattern")
                if field.quantity is not None and field.quantity not in measured:
                    self._problem(entry.locate(*path, index, "quantity"), "unknown-id",
                                  f"no check measures '{field.quantity}'", self._near(field.quantity, measured))  # fmt: skip
                if field.finding is not None:
                    note(field.finding, *path, index, "finding")
                for state, name in field.states.items():
                    self._compiles(entry, state, *path, index, "states", state)
                    note(name, *path, index, "states", state)
        for index, example in enumerate(reading.examples):
            for place, expected in enumerate(example.expect):
                if expected.finding is not None:
                    note(expected.finding, "examples", index, "expect", place)
        if len(self.problems) > before or any(name not in names for name in _findings_of(reading)):
            return None
        return kb.Reading(f"{entry.base}:{reading.id}", reading, names)

    def _compiles(self, entry: Entry, pattern: str, *path: Any) -> None:
        try:
            compiled(pattern)
        except PatternError as error:
            self._problem(entry.locate(*path), "pattern", f"RE2 refuses the pattern: {error}",
                          "RE2 has no look-around and no back-references")  # fmt: skip


def _findings_of(reading: Reading) -> Iterator[str]:
    """The findings that a reading names."""
    for field in (*reading.fields, *(f for section in reading.sections for f in section.fields)):
        if field.finding is not None:
            yield field.finding
        yield from field.states.values()
    yield from (e.finding for example in reading.examples for e in example.expect if e.finding is not None)
