"""What can be observed: patterns against their own lines, lights that clash, thresholds, what nothing explains."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

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
                    "mend the pattern or the example",
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


def _thresholds_of(entry: Entry) -> Iterator[Problem]:
    check: doc.Check = entry.document
    spans = [
        (*_span(outcome.when), index, outcome.id)
        for index, outcome in enumerate(check.outcomes)
        if outcome.when is not None and outcome.when.equals is None
    ]
    spans.sort()
    for (low, high, high_in, *_, first), (low2, high2, _, low2_in, index, second) in zip(
        map(_ordered, spans), map(_ordered, spans[1:]), strict=False
    ):
        if low2 < high or (low2 == high and high_in and low2_in):
            if high2 <= high or low2 <= low or low2 < high:
                yield Problem(
                    entry.locate("outcomes", index, "when"),
                    "overlap",
                    f"'{second}' and '{first}' both hold from {low2:g} to {min(high, high2):g}",
                    "let one begin where the other ends",
                    "warning",
                )
        elif low2 > high:
            yield Problem(
                entry.locate("outcomes", index, "when"),
                "gap",
                f"a value from {high:g} to {low2:g} is neither '{first}' nor '{second}'",
                "let one begin where the other ends",
                "warning",
            )
    for outcome_index, outcome in enumerate(check.outcomes):
        value = outcome.when.equals if outcome.when is not None else None
        if value is None:
            continue
        for low, high, high_in, low_in, _, other in map(_ordered, spans):
            if low < value < high or (value == low and low_in) or (value == high and high_in):
                yield Problem(
                    entry.locate("outcomes", outcome_index, "when"),
                    "overlap",
                    f"'{outcome.id}' and '{other}' both hold at {value:g}",
                    "leave the value out of one of them",
                    "warning",
                )


def _span(when: doc.When) -> tuple[float, float, bool, bool]:
    """(low, high, whether high is in, whether low is in)."""
    if when.below is not None:
        return -math.inf, when.below, False, False
    if when.above is not None:
        return when.above, math.inf, False, False
    assert when.between is not None
    return (*when.between, True, True)


def _ordered(
    span: tuple[float, float, bool, bool, int, str],
) -> tuple[float, float, bool, bool, int, str]:
    return span


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
