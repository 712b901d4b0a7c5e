"""One statement read out of the evidence, and where it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnoser.knowledge.documents import Text

State = Literal["present", "absent"]
Subject = Literal["symptom", "light", "log", "outcome", "measurement", "circumstance", "answer", "repair"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from.

    `start` and `end` are character offsets in the report; `line` counts from 1 in `file`.
    """

    kind: Literal["report", "indicator", "log", "test", "alarm", "circumstance", "answer", "repair"]
    file: str | None = None
    line: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One statement.

    Attributes:
        subject: what kind of thing it speaks about.
        id: the full id of the finding, circumstance or light that it names; for a measurement, the
            name of the quantity.
        state: whether the thing was said to be there.
        certainty: from 0.5 (says nothing) to 1.
        text: the words or the line that it was read from.
        component: port, slot or disk, in one spelling.
        colour, behaviour: of a light, normalised.
        hertz: how often a light blinks in a second, where it was said.
        changed: when a light turned so, in the words of the reporter: `after the reseat`.
        value, unit: of a measurement.
        count: how many equal lines it stands for.
        first, last: when the first and the last of these lines were written, as far as they say:
            ISO 8601 as `times.Moment.text` writes it.
    """

    subject: Subject
    id: str
    state: State
    certainty: float
    text: str
    source: Source
    component: str | None = None
    colour: str | None = None
    behaviour: str | None = None
    hertz: float | None = None
    changed: str | None = None
    value: float | None = None
    unit: str | None = None
    count: int = 1
    first: str | None = None
    last: str | None = None

    def order(self) -> tuple[object, ...]:
        """A total order that does not depend on how the evidence was given."""
        source = self.source
        return (
            self.subject, self.id, self.component or "", self.state, self.colour or "", self.behaviour or "",
            self.hertz or 0.0, self.changed or "",
            self.value or 0.0, self.text, source.kind, source.file or "", source.line or 0, source.start or 0,
            self.certainty, self.count, self.first or "", self.last or "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something reported that the knowledge has no place for, and what it may have meant."""

    kind: Literal["report", "indicator", "log", "test", "alarm", "circumstance", "answer"]
    text: str
    nearest: tuple[str, ...] = ()
    """Ids of the nearest things known."""
    count: int = 1
    first: str | None = None
    last: str | None = None
    said: Text | None = None
    """The text in both languages, where it is of the program and not of the reporter."""

    def order(self) -> tuple[object, ...]:
        return (self.kind, self.text)
