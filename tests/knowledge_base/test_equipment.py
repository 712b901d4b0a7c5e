from __future__ import annotations

import pytest

from diagnoser.knowledge.documents import Aliases, Scope
from diagnoser.knowledge.equipment import EquipmentNames

NAMES = EquipmentNames(
    {
        "switch": Scope(models=("CE68*", "S57*"), words=Aliases(en=["switch"], zh=["交换机"])),
        "storage": Scope(words=Aliases(en=["disk array", "SAN"], zh=["阵列"])),
        "anything": Scope(),
    }
)


@pytest.mark.parametrize(
    ("words", "bases"),
    [
        ("the switch is dead", {"switch"}),
        ("two Switches", set()),
        ("two SWITCHS", {"switch"}),
        ("it was switched off", set()),
        ("Huawei CE6875EI", {"switch"}),
        ("an XS5700", set()),
        ("核心交换机和磁盘阵列", {"switch", "storage"}),
        ("disk array behind a switch", {"switch", "storage"}),
        ("a thousand disks", set()),
        ("", set()),
    ],
)
def test_equipment_is_named_by_whole_words_and_by_how_a_model_begins(words: str, bases: set[str]) -> None:
    assert NAMES.named_in(words) == bases


def test_a_model_settles_which_equipment_of_its_vendor_is_meant() -> None:
    parts = Aliases(en=["main board"], zh=["主控板"])
    names = EquipmentNames(
        {
            "switch": Scope(vendor="Huawei", models=("S12700*",), words=parts),
            "router": Scope(vendor="Huawei", models=("NE40E*",), words=parts),
            "other": Scope(vendor="Other", words=parts),
        }
    )

    assert names.named_in("主控板告警") == {"switch", "router", "other"}
    assert names.named_in("S12700主控板告警") == {"switch", "other"}
    assert names.named_in("S12700和NE40E，主控板告警") == {"switch", "router", "other"}
