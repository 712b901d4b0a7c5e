"""Initials of pinyin, as they are typed into a search box."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence.pinyin import Initials, readings


def test_a_character_with_several_readings_may_be_typed_in_any() -> None:
    assert {"cq", "zq"} <= set(readings("重启"))


def test_letters_and_digits_stay_as_they_are() -> None:
    assert "dkdown" in readings("端口DOWN")


def test_a_phrase_without_chinese_has_no_initials() -> None:
    assert readings("port down") == ()


def test_what_begins_with_the_letters_comes_first() -> None:
    initials = Initials([("cut", "光纤断"), ("bent", "疑似光纤断"), ("other", "风扇停转")])

    assert initials.find("gxd") == ["cut", "bent"]


@pytest.mark.parametrize(("typed", "id_"), [("dkd", "ethernet:port_down"), ("fsgj", "ethernet:fan_fault")])
def test_the_shipped_findings_are_found_by_initials(shipped: PreparedKnowledge, typed: str, id_: str) -> None:
    assert id_ in shipped.observables.search(typed)[:20]
