"""Values that two outcomes of a check take, or none."""

from __future__ import annotations

import pytest

from diagnoser.authoring.checking.catalogue import thresholds
from diagnoser.knowledge.documents import Check
from diagnoser.knowledge.loading import Draft, Entry
from diagnoser.knowledge.yaml_source import read_yaml


def gaps(unit: str, *whens: str) -> list[str]:
    """What is said of the values of a check's outcomes; `-` is an outcome without values."""
    outcomes = ", ".join(
        f"{{id: o{n}, title: {{en: x, zh: 某}}{'' if when == '-' else f', when: {{{when}}}'}}}"
        for n, when in enumerate(whens)
    )
    source = read_yaml(
        f"- {{id: c, kind: port_test, title: {{en: x, zh: 某}}, how: {{en: x, zh: 某}}, source: x,"
        f" quantity: {{name: q, unit: '{unit}'}}, cost: {{minutes: 1, risk: none}}, outcomes: [{outcomes}]}}".encode(),
        "checks.yaml",
    )
    entry = Entry("b", "checks", Check.model_validate(source.data[0]), source, (0,))
    return [p.message for p in thresholds(Draft((entry,), (), ""))]


@pytest.mark.parametrize(
    ("unit", "whens", "messages"),
    [
        ("V", ["below: 10", "above: 10"], ["the value 10 is neither 'o0' nor 'o1'"]),
        ("V", ["below: 10", "above: 10", "equals: 10"], []),
        ("V", ["below: 10", "between: [10, 20]", "above: 20"], []),
        ("V", ["between: [0, 20]", "between: [5, 6]", "above: 20"], ["'o1' and 'o0' both hold from 5 to 6"]),
        ("V", ["below: 1", "above: 2"], ["a value from 1 to 2 is neither 'o0' nor 'o1'"]),
        ("°C", ["between: [0, 70]", "above: 70"], []),
        ("%", ["between: [10, 85]", "above: 85"], ["a value from 0 to 10 is no outcome of the check"]),
        ("%", ["below: 80", "between: [80, 90]"], ["a value from 90 to 100 is no outcome of the check"]),
        ("%", ["below: 80", "between: [80, 90]", "-"], []),
        ("%", ["above: 0", "equals: 0"], []),
        ("", ["above: 20", "between: [1, 20]", "equals: 0"], []),
        ("", ["above: 20", "between: [1, 20]"], ["a value from 0 to 1 is no outcome of the check"]),
        ("", ["above: 0"], ["the value 0 is no outcome of the check"]),
        ("", ["between: [0, 5]", "between: [6, 9]"], ["a value above 9 is no outcome of the check"]),
        ("", ["between: [0, 5]", "above: 6"], ["a value from 5 to 6 is neither 'o0' nor 'o1'"]),
    ],
)
def test_values_that_no_outcome_takes_are_found(unit: str, whens: list[str], messages: list[str]) -> None:
    assert gaps(unit, *whens) == messages
