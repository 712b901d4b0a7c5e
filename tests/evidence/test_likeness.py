"""Calls compared with what is said of causes."""

from __future__ import annotations

from functools import cache

import pytest

from diagnoser.evidence import evidence_from
from diagnoser.evidence.likeness import LEAST, TELLING, Descriptions
from diagnoser.evidence.words import Lexicon
from diagnoser.knowledge import load


@cache
def shipped() -> tuple[Descriptions, frozenset[str]]:
    base = load()
    return Descriptions(base, Lexicon(base.lexicon)), frozenset(base.bases)


@pytest.mark.parametrize(
    ("report", "cause"),
    [
        ("one of the optical modules may be a counterfeit, the port says not certified", "ethernet:module_uncertified"),
        ("机房空调停机，室内温度很高", "equipment:room_too_hot"),
    ],
)
def test_a_call_is_most_like_the_cause_that_it_describes(report: str, cause: str) -> None:
    descriptions, bases = shipped()

    likeness = descriptions.likeness(evidence_from({"report": report}), bases)

    assert max(likeness, key=lambda c: likeness[c]) == cause
    assert likeness[cause] > 10.0
    assert all(factor >= LEAST for factor in likeness.values())


def test_words_that_nobody_knows_are_like_nothing() -> None:
    descriptions, bases = shipped()

    assert descriptions.likeness(evidence_from({"report": "zxqv wqxz"}), bases) == {}


def test_with_few_causes_nothing_is_compared() -> None:
    descriptions, _ = shipped()

    assert descriptions.likeness(evidence_from({"report": "optical module"}), frozenset({"equipment"})) == {}


def test_few_words_say_less_than_many() -> None:
    descriptions, bases = shipped()
    few = descriptions.likeness(evidence_from({"report": "counterfeit module"}), bases)
    many = descriptions.likeness(
        evidence_from(
            {
                "report": "one of the optical modules may be a counterfeit, the switch says that it is not certified "
                "and its vendor information is missing or wrong since it was bought cheap"
            }
        ),
        bases,
    )

    spread = [max(x.values()) - min(x.values()) for x in (few, many)]

    assert spread[0] < spread[1]


def test_when_a_log_line_was_written_and_its_number_tell_nothing() -> None:
    descriptions, bases = shipped()
    line = "{} SW1 %%01IFNET/4/IF_STATE(l)[{}]:Interface GigabitEthernet0/0/8 has turned into DOWN state."

    first, second = (
        descriptions.likeness(evidence_from({"logs": [line.format(*said)]}), bases)
        for said in (("Jun 14 2023 15:10:01", 7), ("Nov 2 2021 09:16:08", 412))
    )

    assert first == second


def test_which_address_it_is_tells_nothing() -> None:
    descriptions, bases = shipped()
    told = [
        evidence_from({"report": f"no more answers from {ip} and {mac}, link errors on the optical module"})
        for ip, mac in (("10.2.3.4", "00:1b:2c:3d:4e:5f"), ("203.0.113.77", "0200-5e00-5301"))
    ]

    assert descriptions.likeness(told[0], bases) == descriptions.likeness(told[1], bases)


@pytest.mark.parametrize(
    ("report", "cause", "word"),
    [
        ("the optical module is a counterfeit, not certified", "ethernet:module_uncertified", "counterfeit"),
        ("机房空调停机，室内温度很高", "equipment:room_too_hot", "机房空调停机"),
    ],
)
def test_the_words_that_tell_are_named_as_they_stand(report: str, cause: str, word: str) -> None:
    descriptions, _ = shipped()

    words = descriptions.telling(evidence_from({"report": report}), [cause])[cause]

    assert word in words
    assert all(each in report for each in words)
    assert len(words) <= TELLING


def test_words_in_the_order_of_earlier_calls_say_more_than_the_same_words_in_another() -> None:
    descriptions, bases = shipped()
    said = "The far end breaker tripped and the power strip is dark after the vacuum cleaner was plugged in"
    shuffled = " ".join(sorted(said.split(), key=lambda word: word[::-1]))
    as_said, otherwise = (
        descriptions.likeness(evidence_from({"report": report}), bases) for report in (said, shuffled)
    )
    lead = max(as_said, key=lambda c: as_said[c])

    assert as_said[lead] > otherwise[lead]


@pytest.mark.parametrize(
    ("dated", "plain"),
    [
        ("客户说昨天下午三点左右开始网络时断时续，端口灯橙色", "客户说网络时断时续，端口灯橙色"),
        (
            "The link to the core flaps since yesterday at 3 pm, errors rise",
            "The link to the core flaps since, errors rise",
        ),
    ],
)
def test_the_day_on_which_it_began_tells_nothing(dated: str, plain: str) -> None:
    descriptions, bases = shipped()

    assert descriptions.likeness(evidence_from({"report": dated}), bases) == pytest.approx(
        descriptions.likeness(evidence_from({"report": plain}), bases)
    )


def test_the_hour_at_which_it_comes_every_day_may_tell_something() -> None:
    descriptions, bases = shipped()
    daily, always = (evidence_from({"report": f"{when}掉线，机柜很热"}) for when in ("每天下午三点", ""))

    assert descriptions.likeness(daily, bases) != descriptions.likeness(always, bases)
