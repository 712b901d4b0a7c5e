"""What was tried and what came of it, as people say it."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence import document
from diagnoser.evidence.acts import names_an_action
from diagnoser.evidence.results import Result, after_exchange, result_of, tells_of_the_fault
from diagnoser.evidence.tested import read_test
from diagnoser.evidence.text import read_report
from diagnoser.evidence.trials import outcomes_by_result
from diagnoser.knowledge.documents import Aliases, Text


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
        ("就能起来", Result.HELPED),
        ("还是不能起来", Result.NO_CHANGE),
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
        ("reachable again", Result.HELPED),
        ("the controller is running again", Result.HELPED),
        ("all detected", Result.HELPED),
        ("not detected", Result.NO_CHANGE),
        ("survives the night", Result.HELPED),
        ("no event in 6 weeks", Result.HELPED),
        ("fans back to about 18 %", Result.HELPED),
        ("errors keep counting", Result.NO_CHANGE),
        ("keeps working", Result.HELPED),
        ("-57 as well", Result.NO_CHANGE),
        ("到现在没问题", Result.HELPED),
        ("无告警", Result.HELPED),
        ("能进 BIOS", Result.HELPED),
        ("不能进 BIOS", Result.NO_CHANGE),
        ("换了还报", Result.NO_CHANGE),
    ],
)
def test_a_result_is_read_from_how_it_is_said(said: str, result: Result | None) -> None:
    assert result_of(said) is result


def test_outcomes_are_known_by_their_own_titles() -> None:
    outcomes = [
        ("a", Text(en="the new disk fails too", zh="新盘也失败"), Aliases()),
        ("b", Text(en="works with another disk", zh="换盘后正常"), Aliases()),
        ("c", Text(en="the fault follows the disk", zh="故障跟盘走"), Aliases()),
        ("d", Text(en="no change", zh="无变化"), Aliases()),
    ]

    assert outcomes_by_result(outcomes) == {Result.NO_CHANGE: "d", Result.HELPED: "b", Result.FOLLOWS: "c"}


def test_a_result_that_no_title_tells_is_known_by_another_way_of_saying_it() -> None:
    outcomes = [
        ("slot", Text(en="works in another slot", zh="换槽正常"), Aliases(en=("slot is bad",))),
        ("board", Text(en="the fault follows the board", zh="故障跟板走"), Aliases()),
        ("neither", Text(en="both are to blame", zh="都有问题"), Aliases(en=("did not help",))),
    ]

    assert outcomes_by_result(outcomes)[Result.NO_CHANGE] == "neither"


@pytest.mark.parametrize(
    ("tried", "result", "where"),
    [
        ("Swapped DIMM B3 with A3", "after four days: error rate exceeded for DIMM_A3", Result.FOLLOWS),
        ("Swapped DIMM B3 with A3", "DIMM_B3 again", Result.STAYS),
        ("CPU 1 and CPU 2 swapped", "SEL now: CPU 1 has an internal error", Result.FOLLOWS),
        ("Swap CPU1 and CPU2", "still CPU1", Result.STAYS),
        ("CPU1、CPU2 对调", "告警仍在 DIMM020", Result.STAYS),
        ("IOM A and IOM B exchanged", "warning now on module A position", Result.FOLLOWS),
        ("和5槽内存对调后", "告警变成5槽", Result.FOLLOWS),
        ("cables A and B exchanged", "a fault is seen", None),
        ("DIMM B3 replaced", "error on B3", None),
    ],
)
def test_where_the_fault_is_after_an_exchange_tells_which_part_it_is(
    tried: str, result: str, where: Result | None
) -> None:
    assert after_exchange(tried, result) is where


@pytest.mark.parametrize(
    ("check", "result", "outcome"),
    [
        ("Swapped DIMM B3 with A3, cleared the SEL", "error rate exceeded for DIMM_A3", "server:swap_dimm_follows"),
        ("拔掉阵列卡", "能进 BIOS", "server:swap_raid_controller_helped"),
        ("fan tray exchange", "alarm again after an hour", "equipment:swap_fan_no_change"),
        ("dns set to 9.9.9.9 on the router", "works", "customer_premises:change_dns_helped"),
    ],
)
def test_trials_of_real_calls_are_read(shipped: PreparedKnowledge, check: str, result: str, outcome: str) -> None:
    done = document.TestDone(check=check, result=result)

    read = read_test(done, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert outcome in {o.id for o in read.observations}


def test_a_word_for_replacing_alone_names_nothing_that_was_replaced(shipped: PreparedKnowledge) -> None:
    done = document.TestDone(check="exchange", result="no change")

    read = read_test(done, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert not [o for o in read.observations if o.subject == "outcome"]


def test_pulling_a_wire_out_says_nothing_of_the_wire(shipped: PreparedKnowledge) -> None:
    done = document.TestDone(check="unplugged the uplink cable", result="all fine at once")

    read = read_test(done, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert "ethernet:swap_cable_helped" not in {o.id for o in read.observations}


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
    assert "equipment:reset_bmc_helped" in outcomes
    assert "server:reset_alarm_helped" not in outcomes


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        ("Correctable ECC on DIMM A3. Swapped DIMM A3 with B3, after two days error on B3.", "swap_dimm_follows"),
        ("Swapped CPU1 and CPU2, the error is now on CPU1.", "swap_cpu_follows"),
        ("Exchanged PSU 1 and PSU 2, still PSU 2 failed", "swap_psu_stays"),
        ("3槽内存报错，和5槽内存对调后，告警变成5槽", "swap_dimm_follows"),
    ],
)
def test_an_exchange_is_read_out_of_running_text(shipped: PreparedKnowledge, report: str, outcome: str) -> None:
    read = read_report(report, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert f"server:{outcome}" in {o.id for o in read.observations}


@pytest.mark.parametrize(
    ("report", "tried"),
    [
        ("the server does not power on after the UPS battery was replaced", False),
        ("the UPS alarm is still there after the UPS battery was replaced", True),
    ],
)
def test_what_is_wrong_since_a_part_was_changed_is_no_trial_that_failed(
    shipped: PreparedKnowledge, report: str, tried: bool
) -> None:
    read = read_report(report, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert any(o.subject == "outcome" and "batter" in o.id for o in read.observations) == tried


@pytest.mark.parametrize(
    ("report", "tried"), [("link dark on a new switch", False), ("link dark. Another switch, new cable.", True)]
)
def test_what_is_new_was_not_put_in_place_of_another_unless_somebody_did(
    shipped: PreparedKnowledge, report: str, tried: bool
) -> None:
    read = read_report(report, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert any(o.subject == "outcome" and o.id.endswith("_no_change") for o in read.observations) == tried
