"""When two faults at once are told."""

from __future__ import annotations

from diagnoser.ranking.explanations import Explanation
from diagnoser.report.at_once import at_once


def test_a_pair_that_is_likely_by_itself_is_told() -> None:
    told = at_once([Explanation(("a",), 0.6), Explanation(("a", "b"), 0.2), Explanation((), 0.1)])

    assert told is not None
    assert (told.causes, told.posterior, told.in_all) == (["a", "b"], 0.2, 0.2)


def test_two_faults_are_told_where_no_pair_stands_out() -> None:
    disks = [Explanation(("fan", f"disk{n}"), 0.08 - n / 100) for n in range(4)]

    told = at_once([*disks, Explanation(("fan",), 0.02)])

    assert told is not None
    assert (told.causes, told.posterior, told.in_all) == (["fan", "disk0"], 0.08, 0.26)


def test_one_fault_that_is_likelier_than_two_is_told_alone() -> None:
    pairs = [Explanation(("fan", f"disk{n}"), 0.05) for n in range(4)]

    assert at_once([Explanation(("fan",), 0.3), *pairs]) is None
    assert at_once([Explanation((), 0.3), *pairs]) is None


def test_two_faults_that_are_improbable_are_not_told_however_many_pairs_there_are() -> None:
    assert at_once([Explanation(("fan", f"disk{n}"), 0.01) for n in range(4)]) is None
    assert at_once([]) is None
