"""Ports, slots, disks and supplies that are named in running text."""

from __future__ import annotations

import re

from diagnoser.evidence.words import normalised

_NUMBERS = {"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8"}
_KINDS = {
    "slot": "slot", "槽位": "slot", "槽": "slot", "disk": "disk", "drive": "disk", "bay": "bay", "硬盘": "disk", "盘": "disk",
    "psu": "psu", "power supply": "psu", "power module": "psu", "电源模块": "psu", "电源": "psu", "fan": "fan", "风扇": "fan",
    "cpu": "cpu", "gpu": "gpu", "显卡": "gpu", "dimm": "dimm", "port": "port", "端口": "port", "网口": "port", "口": "port",
    "card": "card", "单板": "card", "ont": "ont", "onu": "ont",
}  # fmt: skip
_WORD = "|".join(sorted(_KINDS, key=len, reverse=True))
_COMPONENT = re.compile(
    r"(?P<interface>(?<![a-z0-9])(?:\d{1,3}ge|x?gigabitethernet|tengigabitethernet|fastethernet|eth-trunk|meth|xge|ge|gi|te|fe|eth|"
    r"enp|ens|eno|gpon|epon|vlanif|bond|po|lag)[ _-]?\d+(?:/\d+){0,3}(?:[sf]\d+)*)(?![a-z0-9/])"
    r"|第\s?(?P<nth>[一二两三四五六七八\d]+)\s?(?:个|块|根|台|条|张|路)?\s?(?P<nth_kind>" + _WORD + r")"
    r"|(?P<before>\d+)\s?号?\s?(?P<before_kind>槽位|槽|端口|网口|硬盘|盘|电源模块|电源|风扇|口)"
    r"|(?<![a-z])(?P<kind>" + _WORD + r")\s?(?:#|no\.?|number)?\s?(?P<number>[a-z]?\d+(?:/\d+){0,3})(?![\d.]*\s?(?:%|°|v\b|w\b|gb|mb|db))"
)  # fmt: skip


def components_in(text: str) -> list[tuple[str, int, int]]:
    """The components that a text names, as (name in one spelling, start, end), in order.

    `第二块电源` and `PSU 2` are both `psu 2`; interfaces keep their number as written.
    """
    found = []
    for match in _COMPONENT.finditer(normalised(text)):
        if match["interface"]:
            name = match["interface"].replace(" ", "")
        elif match["nth"]:
            name = f"{_KINDS[match['nth_kind']]} {_NUMBERS.get(match['nth'], match['nth'])}"
        elif match["before"]:
            name = f"{_KINDS[match['before_kind']]} {match['before']}"
        else:
            name = f"{_KINDS[match['kind']]} {match['number']}"
        found.append((name, match.start(), match.end()))
    return found
