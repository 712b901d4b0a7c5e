"""How many are affected."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.evidence.extent import Extent, extent_of
from diagnoser.evidence.text import read_report


@pytest.mark.parametrize(
    ("said", "extent"),
    [
        ("17 customers on the same PON are offline", Extent.MANY),
        ("31 of 32 ONTs of one PON went down", Extent.MANY),
        ("all hosts in the rack", Extent.MANY),
        ("two of the six new hosts do not boot", Extent.MANY),
        ("同一PON口下30多个用户同时掉线", Extent.MANY),
        ("整栋楼断网", Extent.MANY),
        ("only one customer has no internet", Extent.ONE),
        ("a single server reboots", Extent.ONE),
        ("就一户用户断网，其他都正常", Extent.ONE),
        ("单个端口坏", Extent.ONE),
        ("port 3 is down", None),
        ("the link is slow since 3 days", None),
        ("收光 -31 dBm", None),
    ],
)
def test_how_many_are_affected_is_read(said: str, extent: Extent | None) -> None:
    assert extent_of(said) is extent


@pytest.mark.parametrize(
    ("said", "not_meant"),
    [
        ("17 customers on the same PON are offline since noon", "pon_access:one_customer_down"),
        ("31 of 32 ONTs of one PON went down within the same second", "pon_access:ont_offline"),
        ("就一户用户掉线，其他都正常", "pon_access:many_onts_offline"),
    ],
)
def test_a_symptom_of_one_is_not_read_of_many(shipped: PreparedKnowledge, said: str, not_meant: str) -> None:
    read = read_report(said, shipped.observables, dict.fromkeys(shipped.base.bases, 1.0))

    assert not_meant not in {o.id for o in read.observations if o.state == "present"}
