"""An excerpt of an output is made anew with its gaps where they were."""

from __future__ import annotations

import pytest

from tests.pages.gaps import json_again, lines_again

PRINTED = [
    "call",
    "",
    "1  Fibre broken ... 88 %",
    "   +10 dB",
    "2  Device off ... 5 %",
    "Then do  Splice it",
    "knowledge 5f7",
]


def test_without_a_gap_all_is_shown() -> None:
    assert lines_again(["old", "lines"], PRINTED) == PRINTED


def test_a_page_that_shows_nothing_goes_on_to_show_nothing() -> None:
    assert lines_again([], PRINTED) == []


@pytest.mark.parametrize(
    ("shown", "again"),
    [
        (["call", "", "..."], ["call", "", "..."]),
        (["call", "", "1  Fibre broken ... 90 %", "..."], ["call", "", "1  Fibre broken ... 88 %", "..."]),
        (["call", "...", "2  Device off ... 7 %"], ["call", "...", "2  Device off ... 5 %"]),
        (["call", "...", "2  Device off ... 7 %", "Then do  Splice"], ["call", "...", *PRINTED[4:6]]),
        (["...", "1  Fibre broken ... 81 %", "2  Device off ... 7 %", "..."], ["...", *PRINTED[2:5], "..."]),
    ],
)
def test_what_stands_between_gaps_is_found_again(shown: list[str], again: list[str]) -> None:
    assert lines_again(shown, PRINTED) == again


def test_a_run_for_which_no_line_is_left_is_told() -> None:
    with pytest.raises(LookupError, match="nothing is left of the output for 'more'"):
        lines_again(["call", "...", "knowledge 5f7", "...", "more"], PRINTED)


def test_an_excerpt_of_json_keeps_its_layout_and_takes_the_new_values() -> None:
    shown = '{\n  "id": "5f78...", "known": true,\n  "causes": [{"id": "fibre", "p": 0.5, "...": "..."}, "..."], "...": "..."\n}'
    answer = {
        "id": "c0ffee11", "known": False, "left_out": 1,
        "causes": [{"id": "device", "p": 0.9}, {"id": "fibre", "p": 0.25, "why": "光纤"}],
    }  # fmt: skip

    assert json_again(shown, answer) == (
        '{\n  "id": "c0ff...", "known": false,\n  "causes": [{"id": "fibre", "p": 0.25, "...": "..."}, "..."], "...": "..."\n}'
    )


@pytest.mark.parametrize(
    ("shown", "told"), [('{"gone": 1}', "there is no 'gone'"), ('{"causes": [{"gone": 1}]}', "there is no item like")]
)
def test_what_the_answer_does_not_have_is_told(shown: str, told: str) -> None:
    with pytest.raises(LookupError, match=told):
        json_again(shown, {"causes": [{"id": "fibre"}]})
