"""Makers and models that some words name, and whether a part is of them."""

from __future__ import annotations

import re
from functools import lru_cache

from diagnoser.evidence.words import normalised

_FAMILIES = {
    "huawei": "huawei|quidway|cloudengine|oceanstor|echolife|华为", "cisco": "cisco|catalyst|nexus|思科", "juniper": "juniper",
    "h3c": "h3c|华三", "hpe": "hpe|aruba|procurve", "dell": "dell|poweredge|powerswitch", "avaya": "avaya", "netgear": "netgear",
    "tp-link": "tp-link", "mikrotik": "mikrotik", "ubiquiti": "ubiquiti|unifi", "zte": "zte|zxr10|中兴", "fiberhome": "fiberhome|烽火",
    "nokia": "nokia", "ericsson": "ericsson", "fortinet": "fortinet|fortigate", "arista": "arista", "supermicro": "supermicro",
    "lenovo": "lenovo|联想", "netapp": "netapp", "emc": "emc", "synology": "synology", "qnap": "qnap", "apc": "apc",
    "eaton": "eaton", "vertiv": "vertiv", "ruckus": "ruckus", "meraki": "meraki", "zyxel": "zyxel", "d-link": "d-link",
    "alcatel": "alcatel", "extreme": "extreme", "brocade": "brocade", "3com": "3com", "ruijie": "ruijie|锐捷",
    "moxa": "moxa", "mellanox": "mellanox|nvidia", "allied telesis": "allied telesis", "smc": r"\bsmc\b", "axis": r"\baxis\b",
    "asus": "asus|华硕", "avm": "avm|fritz!box", "linksys": "linksys", "xiaomi": "xiaomi|小米",
}  # fmt: skip
"""Maker -> its names and those of its families."""
_MAKER = re.compile("|".join(f"(?P<m{n}>{names})" for n, names in enumerate(_FAMILIES.values())))
_NAMES = tuple(_FAMILIES)
_MODEL = re.compile(r"(?<![a-z0-9])(?P<line>[a-z]{1,4})-?(?P<number>\d{1,5})(?=[a-z]{0,3}(?![a-z0-9]))")
_LINES = {"cloudengine": "ce"}
"""Lines of products -> how their models begin."""
_NO_LINE = frozenset({"rj", "sfp", "qsfp", "xg", "ge", "port", "slot"})


def makers_in(words: str) -> frozenset[str]:
    """The makers that some words name, by themselves or by a family of theirs."""
    found = (match.lastgroup or "" for match in _MAKER.finditer(normalised(words)))
    return frozenset(_NAMES[int(group[1:])] for group in found)


def foreign(of: frozenset[str], named: frozenset[str]) -> bool:
    """Whether what is of some makers is of other ones than the named."""
    return bool(of) and bool(named) and of.isdisjoint(named)


@lru_cache(maxsize=2048)
def models_in(words: str) -> frozenset[tuple[str, str]]:
    """The models and lines that some words name, as (how they begin, number); `CE6875EI` is (`ce`, `6875`)."""
    plain = normalised(words)
    named = {(m["line"], m["number"]) for m in _MODEL.finditer(plain) if m["line"] not in _NO_LINE}
    return frozenset(named | {(begins, "") for line, begins in _LINES.items() if line in plain})


def of_model(part: str, device: str) -> bool | None:
    """Whether a part is of the model of a device; None where one of them names no model.

    A number that ends with zeros means the whole line: `S3900` is any S39.
    """
    theirs, own = models_in(part), models_in(device)
    if not theirs or not own:
        return None
    return any(
        line == begins and number.startswith(series.rstrip("0") or series)
        for begins, series in theirs
        for line, number in own
    )
