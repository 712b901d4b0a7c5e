"""Which makers and models some words name."""

from __future__ import annotations

import pytest

from diagnoser.evidence.models import foreign, makers_in, of_model


@pytest.mark.parametrize("words", ["Huawei S5735", "华为S5735", "Quidway", "CloudEngine"])
def test_a_maker_has_one_name(words: str) -> None:
    assert makers_in(words) == {"huawei"}
    assert foreign(makers_in("Moxa EDS-4014"), makers_in(words))


@pytest.mark.parametrize(
    ("part", "device", "of"),
    [
        ("S3900 port", "S3928", True),
        ("S3900 port", "S5720-28P", False),
        ("S3900 port", "CE6875EI", False),
        ("CloudEngine data-centre switch port", "CE6875EI", True),
        ("power module of S7700, S9700", "S9706", True),
        ("ONT EchoLife HG8/EG8/HN8, PON", "HG8245", True),
        ("switch port, link light", "S3928", None),
        ("S3900 port", "Huawei switch", None),
    ],
)
def test_a_part_is_of_a_model_or_of_another_or_of_any(part: str, device: str, of: bool | None) -> None:
    assert of_model(part, device) is of
