"""What was tried and what came of it, as people say it."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence import document
from diagnoser.evidence.results import Result, result_of, tells_of_the_fault
from diagnoser.evidence.text import read_report, read_test
from diagnoser.evidence.trials import names_an_action, outcomes_by_result
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
        ("rommon again", Result.NO_CHANGE),
        ("works again", Result.HELPED),
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
    assert not names_an_action("核心交换机上联口")
    assert not names_an_action("测试端口")
    assert names_an_action("换过尾纤")


@pytest.mark.parametrize(
    "said",
    [
        "UPS battery needs replacing",
        "UPS电池该换了",
        "IPMI cannot be reached since the machine was without power for a board swap. The server itself is fine.",
        "New ONT shows up in autofind but will not register.",
        "Bays 4-7 vanished after the riser was swapped under warranty.",
        "Freezes every night. Ran memtest 24 h clean, new SSD, new PSU from a friend.",
        "上联光口起不来,模块换过三对,尾纤换过,光缆 OTDR 正常。",
    ],
)
def test_what_was_not_tried_has_no_result(shipped: PreparedKnowledge, said: str) -> None:
    read = read_report(said, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert not [o for o in read.observations if o.subject == "outcome" and o.id.endswith("_helped")]


@pytest.mark.parametrize(
    "said", ["alarm is gone", "and it works", "业务恢复", "告警随即消失", "the link came right up"]
)
def test_good_news_of_the_fault(said: str) -> None:
    assert tells_of_the_fault(said)


@pytest.mark.parametrize("said", ["memtest 24 h clean", "光缆 OTDR 正常", "other ports are fine", "levels normal"])
def test_good_news_of_something_else(said: str) -> None:
    assert not tells_of_the_fault(said)


@pytest.mark.parametrize(("check", "result"), [("Cable at DDF", "ok"), ("GE port to eNodeB", "1000 full, no CRC")])
def test_what_was_only_looked_at_is_no_trial(shipped: PreparedKnowledge, check: str, result: str) -> None:
    read = read_test(
        document.TestDone(check=check, result=result), shipped.observables, dict.fromkeys(shipped.base.bases, 1.0)
    )

    assert not [o for o in read.observations if o.id.endswith("_helped")]


def test_what_was_done_is_told_by_the_name_of_a_test_and_not_by_its_result(shipped: PreparedKnowledge) -> None:
    done = document.TestDone(check="reset management controller", result="alarm cleared after reset")

    read = read_test(done, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    outcomes = {o.id for o in read.observations if o.subject == "outcome"}
    assert "server:reset_bmc_helped" in outcomes
    assert "server:reset_alarm_helped" not in outcomes
