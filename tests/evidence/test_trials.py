"""What was tried and what came of it, as people say it."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence.text import read_report
from diagnoser.evidence.trials import _ACTION, Result, outcomes_by_result, result_of
from diagnoser.knowledge.documents import Text


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("did nothing", Result.NO_CHANGE),
        ("counters go on rising", Result.NO_CHANGE),
        ("link down again after two hours", Result.NO_CHANGE),
        ("does not help", Result.NO_CHANGE),
        ("eno2 still flaps, eno1 with the other cable steady", Result.NO_CHANGE),
        ("故障依旧", Result.NO_CHANGE),
        ("还是不行", Result.NO_CHANGE),
        ("works since then", Result.HELPED),
        ("no errors since", Result.HELPED),
        ("换后恢复", Result.HELPED),
        ("the alarm moved with the module", Result.FOLLOWS),
        ("告警随模块走", Result.FOLLOWS),
        ("stays in slot 3", Result.STAYS),
        ("故障跟槽位走", Result.STAYS),
        ("-19.4 dBm", None),
        ("UPS", None),
        ("shows up in autofind", None),
        ("with the other cord the device starts", Result.HELPED),
        ("恢复出厂设置", None),
        ("the same cable", None),
    ],
)
def test_a_result_is_read_from_how_it_is_said(said: str, result: Result | None) -> None:
    assert result_of(said) is result


def test_outcomes_are_known_by_their_own_titles() -> None:
    outcomes = [
        ("a", Text(en="no change with another cable", zh="换线无变化")),
        ("b", Text(en="works with another cable", zh="换线后正常")),
        ("c", Text(en="the fault follows the cable", zh="故障跟线走")),
    ]

    assert outcomes_by_result(outcomes) == {Result.NO_CHANGE: "a", Result.HELPED: "b", Result.FOLLOWS: "c"}


def test_the_word_for_a_switch_is_not_the_word_for_swapping() -> None:
    assert _ACTION.search("核心交换机上联口") is None
    assert _ACTION.search("测试端口") is None
    assert _ACTION.search("换过尾纤") is not None


@pytest.mark.parametrize(
    "said",
    [
        "UPS battery needs replacing",
        "UPS电池该换了",
        "IPMI cannot be reached since the machine was without power for a board swap. The server itself is fine.",
        "New ONT shows up in autofind but will not register.",
    ],
)
def test_what_was_not_tried_has_no_result(shipped: PreparedKnowledge, said: str) -> None:
    read = read_report(said, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert not [o for o in read.observations if o.subject == "outcome" and o.id.endswith("_helped")]
