"""What can be observed: patterns against their own lines, lights that clash, thresholds, what nothing explains."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diagnoser.errors import Problem
from diagnoser.evidence.lights import states_seen
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.base import Finding, Light
from diagnoser.knowledge.loading import Draft, Entry
from diagnoser.knowledge.patterns import PatternError, compiled


def patterns(draft: Draft) -> Iterator[Problem]:
    """A pattern that misses its own example, or hits what it must not."""
    for entry in draft.entries:
        if entry.kind != "logs":
            continue
        try:
            pattern = compiled(entry.document.pattern)
        except PatternError:
            continue
        for index, line in enumerate(entry.document.examples):
            if not pattern.search(line):
                yield Problem(
                    entry.locate("examples", index),
                    "pattern-misses",
                    f"'{entry.document.id}' misses its own example",
                    _why_missed(entry.document.pattern, line),
                )
        for index, line in enumerate(entry.document.not_):
            if pattern.search(line):
                yield Problem(
                    entry.locate("not", index),
                    "pattern-hits",
                    f"'{entry.document.id}' matches what it must not",
                    "make the pattern narrower",
                )
        if pattern.search(""):
            yield Problem(
                entry.locate("pattern"),
                "pattern-hits",
                f"'{entry.document.id}' matches an empty line",
                "a pattern wants some text that is always there",
            )


def _why_missed(pattern: str, line: str) -> str:
    """What would be right where a pattern misses a line."""
    if pattern[:1] in "‘’“”" or pattern[-1:] in "‘’“”":
        return f"{pattern[0]} belongs to the pattern; write it in plain quotation marks: '...'"
    whole = pattern.replace("^", "").replace("$", "")
    if whole != pattern and compiled(whole).search(line):
        return "the line holds it, but not at its beginning or end: take ^ or $ away"
    if compiled(f"(?i){pattern}").search(line):
        return "the line has capitals where the pattern has not: begin it with (?i), or write it as the line does"
    return "mend the pattern or the example"


def lights(draft: Draft) -> Iterator[Problem]:
    """States of one light that look alike, or that no look can tell."""
    for entry in draft.entries:
        if entry.kind != "indicators":
            continue
        light: doc.Indicator = entry.document
        looks: dict[tuple[str, str], str] = {}
        full = Light(f"{entry.base}:light", light, ())
        told = set(states_seen(full).values())
        for index, state in enumerate(light.states):
            colour = {"yellow": "amber", "orange": "amber"}.get(state.colour, state.colour)
            look = ("none" if state.behaviour == "off" else colour, state.behaviour)
            if look in looks:
                yield Problem(
                    entry.locate("states", index),
                    "light-clash",
                    f"'{state.id}' looks like '{looks[look]}': {state.colour} {state.behaviour}",
                    "give each state its own colour and behaviour, or make them one",
                )
            elif f"{entry.base}:{state.id}" not in told and state.id not in looks.values():
                yield Problem(
                    entry.locate("states", index),
                    "light-clash",
                    f"no look of the light tells '{state.id}' from its other states",
                    "give each state its own colour and behaviour, or make them one",
                )
            looks.setdefault(look, state.id)


def thresholds(draft: Draft) -> Iterator[Problem]:
    """Outcomes of one check that overlap, and values between them that mean nothing."""
    for entry in draft.entries:
        if entry.kind == "checks":
            yield from _thresholds_of(entry)


@dataclass(frozen=True, slots=True, order=True)
class _Span:
    """The values from `low` to `high` for which an outcome holds, and whether the ends are among them."""

    low: float
    high: float
    high_in: bool
    low_in: bool
    index: int
    outcome: str

    def holds(self, value: float) -> bool:
        return (
            self.low < value < self.high or (value == self.low and self.low_in) or (value == self.high and self.high_in)
        )


def _thresholds_of(entry: Entry) -> Iterator[Problem]:
    check: doc.Check = entry.document
    spans = sorted(
        _span(outcome.when, index, outcome.id)
        for index, outcome in enumerate(check.outcomes)
        if outcome.when is not None and outcome.when.equals is None
    )
    yield from _overlaps(entry, spans)
    yield from _gaps(entry, spans)


def _overlaps(entry: Entry, spans: list[_Span]) -> Iterator[Problem]:
    """Values that two outcomes take."""
    hint = "let one begin where the other ends"
    for one, other in itertools.pairwise(spans):
        touching = other.low == one.high and one.high_in and other.low_in
        if other.low < one.high or (touching and (other.high <= one.high or other.low <= one.low)):
            both = f"'{other.outcome}' and '{one.outcome}' both hold"
            yield _warning(
                entry, other.index, "overlap", f"{both} from {other.low:g} to {min(one.high, other.high):g}", hint
            )
    check: doc.Check = entry.document
    for index, outcome in enumerate(check.outcomes):
        value = outcome.when.equals if outcome.when is not None else None
        if value is None:
            continue
        for span in spans:
            if span.holds(value):
                both = f"'{outcome.id}' and '{span.outcome}' both hold"
                yield _warning(entry, index, "overlap", f"{both} at {value:g}", "leave the value out of one of them")


_ALL_THERE_IS = {"%": (0.0, 100.0), "": (0.0, math.inf)}
"""By unit, the least and the greatest value of what is measured; others know no such limits."""


def _gaps(entry: Entry, spans: list[_Span]) -> Iterator[Problem]:
    """Values that no outcome takes.

    Told are those between two outcomes. What lies beyond all of them is left open on purpose (no
    module is at 300 degrees), unless a share or a count could well be there and every outcome has
    its values: where one has none, the rest may be its own.
    """
    check: doc.Check = entry.document
    unit = check.quantity.unit if check.quantity is not None else None
    points = frozenset(o.when.equals for o in check.outcomes if o.when is not None and o.when.equals is not None)
    reached: _Span | None = None
    for span in spans:
        if reached is not None and _missing(reached.high, reached.high_in, span.low, span.low_in, points, unit == ""):
            neither = f"is neither '{reached.outcome}' nor '{span.outcome}'"
            yield _gap(entry, span, reached.high, span.low, neither)
        if reached is None or (span.high, span.high_in) > (reached.high, reached.high_in):
            reached = span
    if reached is not None and unit in _ALL_THERE_IS and all(o.when is not None for o in check.outcomes):
        least, most = _ALL_THERE_IS[unit]
        first = spans[0]
        if _missing(least, False, first.low, first.low_in, points, unit == ""):
            yield _gap(entry, first, least, first.low, "is no outcome of the check")
        if _missing(reached.high, reached.high_in, most, False, points, unit == ""):
            yield _gap(entry, reached, reached.high, most, "is no outcome of the check")


def _missing(low: float, low_taken: bool, high: float, high_taken: bool, points: frozenset[float], whole: bool) -> bool:
    """Whether some value from `low` to `high`, both included where they are not taken, is none of the points.

    Args:
        whole: only whole numbers are values.
    """
    if low > high or (low == high and (low_taken or high_taken)):
        return False
    if low == high:
        return math.isfinite(low) and low not in points
    if not whole or math.isinf(low) or math.isinf(high):
        return True
    first = math.floor(low) + 1 if low_taken or low % 1 else int(low)
    last = math.ceil(high) - 1 if high_taken or high % 1 else int(high)
    return any(value not in points for value in range(first, min(last, first + len(points)) + 1))


def _gap(entry: Entry, span: _Span, low: float, high: float, what: str) -> Problem:
    if low == high:
        return _warning(entry, span.index, "gap", f"the value {low:g} {what}", "let one include it, with between")
    value = f"a value above {low:g}" if math.isinf(high) else f"a value from {low:g} to {high:g}"
    return _warning(entry, span.index, "gap", f"{value} {what}", "let one begin where the other ends")


def _warning(entry: Entry, index: int, code: str, message: str, hint: str) -> Problem:
    return Problem(entry.locate("outcomes", index, "when"), code, message, hint, "warning")


def _span(when: doc.When, index: int, outcome: str) -> _Span:
    if when.below is not None:
        return _Span(-math.inf, when.below, False, False, index, outcome)
    if when.above is not None:
        return _Span(when.above, math.inf, False, False, index, outcome)
    assert when.between is not None
    return _Span(*when.between, True, True, index, outcome)


SPEAKS = 2.5
"""A finding speaks for what it shows if its strength is at least so many times its background: 4 decibans."""


def unexplained(base: KnowledgeBase, findings: Iterable[Finding] | None = None) -> Iterator[Problem]:
    """Findings that speak for nothing; of all findings, or of some."""
    used = {full for rule in base.rules.values() for full in rule.references.values()}
    for finding in base.findings.values() if findings is None else findings:
        strongest = max((strength for _, strength in finding.parents), default=0.0)
        if finding.parents and strongest < SPEAKS * finding.background:
            yield Problem(
                base.locations[f"finding {finding.id}"],
                "says-nothing",
                f"'{finding.id}' shows anyway ({finding.background:.1%}) nearly as often as for any cause ({strongest:.1%})",
                "give it a rarer background, or a cause that shows it more often",
                "warning",
            )
        if not finding.parents and not finding.normal and finding.id not in used:
            yield Problem(
                base.locations[f"finding {finding.id}"],
                "explains-nothing",
                f"no event or cause shows '{finding.id}'",
                "add shows: to it, explains: to a cause, or normal: true",
                "warning",
            )
