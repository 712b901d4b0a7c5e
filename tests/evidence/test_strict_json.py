"""Strict JSON: what is refused, and that refusing takes no longer than reading."""

from __future__ import annotations

import json
import time

import pytest

from diagnoser.errors import EvidenceError
from diagnoser.evidence.strict_json import parse_json


def test_a_key_that_stands_twice_is_found_in_the_time_of_reading() -> None:
    many = {f"k{number}": 0 for number in range(100_000)}
    text = json.dumps(many)[:-1] + ', "z": 0, "z": 1}'

    started = time.process_time()
    with pytest.raises(EvidenceError) as refused:
        parse_json(text.encode(), "body")

    assert refused.value.message == "body: key 'z' stands twice; keep one of them"
    assert time.process_time() - started < 3


def test_a_long_name_is_cut_in_the_message() -> None:
    name = "k" * 3_000

    with pytest.raises(EvidenceError) as refused:
        parse_json(f'{{"{name}": 1, "{name}": 2}}'.encode(), "body")

    assert refused.value.message == f"body: key '{'k' * 100}...' stands twice; keep one of them"


def test_a_number_of_thousands_of_digits_is_told_in_words() -> None:
    with pytest.raises(EvidenceError) as refused:
        parse_json(b'{"id": ' + b"7" * 5_000 + b"}", "body")

    assert refused.value.message == (
        "body: 77777777777777777777... is a number of 5000 characters; write at most 1000, or a string in quotes"
    )
