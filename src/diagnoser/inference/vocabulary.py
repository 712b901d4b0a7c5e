"""The facts that rules speak of. Slots hold strings and numbers; a component is '' if none was named."""

from __future__ import annotations

from diagnoser.inference.engine import Fact


class Symptom(Fact):
    """id, state, component: a symptom that was reported."""


class Light(Fact):
    """light, colour, behaviour, component: a light that was seen."""


class LogMatch(Fact):
    """id, state, component, count, first, last: a log pattern that was found, or was looked for and not found.

    `count` is how many lines, `first` and `last` when they were written (ISO 8601, or None).
    """


class Outcome(Fact):
    """id, state, component: what a check came out with."""


class Measurement(Fact):
    """quantity, value, unit, component: a measured value."""


class Answer(Fact):
    """id, state, component: a finding that was said to be there or not."""


class Circumstance(Fact):
    """id: when, where, after what."""


class FailedRepair(Fact):
    """id: a cause whose repair was done and did not help."""


class Device(Fact):
    """name: what the device was called, in lower case."""


class Scope(Fact):
    """base: a base that bears on the device."""


class Finding(Fact):
    """id, state, component: what the rules concluded."""


class Open(Fact):
    """id: an event that may have happened; the walk goes on from it."""


class Suspect(Fact):
    """id: a cause that the walk reached."""


class RuledOut(Fact):
    """id: a cause or event that cannot be."""


class Confirmed(Fact):
    """id: a cause that is certain."""


class RequiredCheck(Fact):
    """id: a check to be done before anything else."""


class RaisedSeverity(Fact):
    """level: a perceived severity that a rule raised."""


class RaisedEscalation(Fact):
    """to, when: an escalation that a rule called for."""


BY_KIND: dict[str, type[Fact]] = {
    "symptom": Symptom,
    "light": Light,
    "log": LogMatch,
    "outcome": Outcome,
    "measurement": Measurement,
    "answer": Answer,
    "circumstance": Circumstance,
    "repair": FailedRepair,
    "device": Device,
    "scope": Scope,
}
