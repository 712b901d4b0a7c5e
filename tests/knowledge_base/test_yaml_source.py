"""YAML is read safely, as version 1.2, and with places."""

from __future__ import annotations

import pytest

from diagnoser.errors import Location
from diagnoser.knowledge.yaml_source import MAX_DEPTH, read_yaml


def test_scalars_are_read_as_yaml_1_2() -> None:
    source = read_yaml("[on, off, yes, 0123, 12:30, 1_000, 0x1f, 0o17, 1.5e3, .5, true, null, '7', 2024-01-01]", "f")

    assert source.data == [
        "on",
        "off",
        "yes",
        123,
        "12:30",
        "1_000",
        31,
        15,
        1500.0,
        0.5,
        True,
        None,
        "7",
        "2024-01-01",
    ]


def test_every_key_and_item_has_its_place() -> None:
    source = read_yaml("a:\n  - x: 1\n    y: [p, {q: r}]\n", "f.yaml")

    assert source.locate(("a", 0, "y", 1, "q")) == Location("f.yaml", 3, 13)
    assert source.locate(("a", 0, "y", "q")) == Location("f.yaml", 3, 12)
    assert source.locate(("a", 0, "nothing")) == Location("f.yaml", 2, 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x 1\nb: *x\n", "alias"),
        ("a: !!python/object/apply:os.system [ls]\n", "tag"),
        ("<<: {a: 1}\n", "merge"),
        ("? [a, b]\n: 1\n", "key"),
        ("a: 1\n---\nb: 2\n", "documents"),
        ("a: [1, 2\n", "syntax"),
        ("\ta: 1\n", "syntax"),
        (b"a: \xff\xfe\n", "encoding"),
        ("a: '\x00'", "syntax"),
        ("a: " + "9" * 400, "number"),
        ("[" * 100_000, "too-deep"),
        ("{a: " * 100_000, "too-deep"),
        ("[" + "1," * 600_000 + "1]", "too-large"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "alias"),
    ],
)
def test_what_is_refused_is_one_problem_with_a_place(text: str | bytes, code: str) -> None:
    source = read_yaml(text, "bad.yaml")

    assert source.data is None
    assert [p.code for p in source.problems] == [code]
    assert source.problems[0].location.file == "bad.yaml"


def test_nesting_within_the_limit_is_read() -> None:
    depth = MAX_DEPTH - 1

    assert read_yaml("[" * depth + "]" * depth, "f").problems == []


def test_a_key_that_stands_twice_is_a_problem_and_the_rest_is_read() -> None:
    source = read_yaml("a: 1\nb: {c: 2, c: [3]}\na: 4\n", "f.yaml")

    assert source.data == {"a": 1, "b": {"c": 2}}
    assert [str(p) for p in source.problems] == [
        "f.yaml:2:11: duplicate-key: 'c' stands twice (keep one of them)",
        "f.yaml:3:1: duplicate-key: 'a' stands twice (keep one of them)",
    ]
