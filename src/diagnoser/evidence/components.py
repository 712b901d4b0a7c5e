"""Ports, slots, disks and supplies that are named in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnoser.evidence.numerals import NUMERAL, numeral
from diagnoser.evidence.words import normalised

_KINDS = {
    "slot": "slot", "槽位": "slot", "槽": "slot", "disk": "disk", "drive": "disk", "bay": "bay", "硬盘": "disk", "盘": "disk",
    "psu": "psu", "pwr": "psu", "power supply": "psu", "power module": "psu", "电源模块": "psu", "电源": "psu", "fan": "fan",
    "风扇": "fan", "cpu": "cpu", "gpu": "gpu", "显卡": "gpu", "dimm": "dimm", "port": "port", "端口": "port", "网口": "port",
    "口": "port", "card": "card", "单板": "card", "ont": "ont", "onu": "ont",
}  # fmt: skip
_WORD = "|".join(sorted(_KINDS, key=len, reverse=True))
_PLURAL = r"ports|slots|disks|drives|bays|psus|fans|cpus|gpus|dimms|cards|onts|onus"
_UP_TO = r"\s?(?:-|–|~|到|至)\s?"
_LISTED_KINDS = "槽位|槽|端口|网口|硬盘|盘|电源模块|电源|风扇|口"
MOST_OF_A_RANGE = 64
"""Components that a range may name one by one: as many as one device has on its front; of a longer one, its ends."""

_COMPONENT = re.compile(
    r"(?P<interface>(?<![a-z0-9])(?:\d{1,3}ge|(?:ten-?|x|hundred-?|forty-?|twenty-?five-?)?gig(?:abit)?e?(?:thernet)?|"
    r"fastethernet|ethernet|eth-trunk|meth|xge|ge|gi|te|fe|eth|"
    r"enp|ens|eno|gpon|epon|vlanif|bond|po|lag|g(?=\d+/))[ _-]?\d+(?:/\d+){0,3}(?:[sf]\d+)*)(?![a-z0-9/])"
    r"(?:" + _UP_TO + r"(?P<last>[a-z-]*(?:\d+/)*\d+)(?![a-z\d/.:-]))?"
    r"|第\s?(?P<nth>" + NUMERAL + r"|\d+)\s?(?:个|块|根|台|条|张|路)?\s?(?P<nth_kind>" + _WORD + r")"
    r"|(?<![a-z\d./:-])(?P<from>\d{1,4})\s?号?" + _UP_TO + r"(?P<to>\d{1,4})\s?号?\s?(?P<range_kind>" + _LISTED_KINDS + r")(?!\s?(?:交换|poe|千兆|万兆))"
    r"|(?<![a-z\d./-])(?P<before>\d+)\s?号?\s?(?P<before_kind>" + _LISTED_KINDS + r")(?!\s?(?:交换|poe|千兆|万兆))"
    r"|(?<![a-z])(?P<kinds>" + _PLURAL + r")\s?(?P<numbers>\d+(?:\s?(?:,|and|&|to|-)\s?\d+)+)(?![\d/.])"
    r"|(?<![a-z])(?P<one_kind>" + _WORD + r")\s?(?P<one_from>\d{1,4})" + _UP_TO + r"(?P<one_to>\d{1,4})(?![a-z\d/.:-]|\s?(?:%|percent|°|℃|度|伏|号?\s?口|c\b|v\b|w\b|gb|mb|dbm?\b))"
    r"|(?<![a-z])(?P<kind>" + _WORD + r")\s?(?:#|no\.?|number)?\s?(?P<number>[a-z]?\d+(?:/\d+){0,3})"
    r"(?![a-z\d]|[\d.]*\s?(?:%|percent|per cent|°|℃|度|伏|c\b|v\b|w\b|gb|mb|dbm?\b))"
)  # fmt: skip


def components_in(text: str) -> list[tuple[str, int, int]]:
    """The components that a text names, as (name in one spelling, start, end), in order.

    `第二块电源` and `PSU 2` are both `psu 2`; interfaces keep their number as written. Of `ports 5 and 6`, each is one.
    """
    found: list[tuple[str, int, int]] = []
    for match in _COMPONENT.finditer(normalised(text)):
        found.extend((name, match.start(), match.end()) for name in _names(match))
    return found


_TOGETHER = re.compile(r"(?:\s|[,，、&/]|and\b|or\b|以及|和|与|及|跟|或)*\Z")


def lists_in(text: str) -> list[tuple[frozenset[str], int, int]]:
    """The components of a text, where those that are named in one breath (`GE0/0/1、GE0/0/2`) are one list.

    One that follows another kind without a word between is a part of it, and the one that is meant: *slot 4 port 2*.
    """
    plain = normalised(text)
    found: list[tuple[frozenset[str], int, int]] = []
    for name, start, end in components_in(text):
        between = plain[found[-1][2] : start] if found else ""
        if found and found[-1][1] < start and not between.strip() and _kind(name) not in map(_kind, found[-1][0]):
            found[-1] = (frozenset({name}), found[-1][1], end)  # *slot 4 port 2* is one port
        elif found and (found[-1][1] == start or _TOGETHER.match(between)):
            found[-1] = (found[-1][0] | {name}, found[-1][1], end)
        else:
            found.append((frozenset({name}), start, end))
    return found


def _kind(name: str) -> str:
    return name.partition(" ")[0] if " " in name else "interface"


_OF_A_PART = {
    "psu": re.compile(r"psu|supply|voltage|feed|(?<!rx_)(?<!tx_)(?<!optical_)power(?!_level)"),
    "fan": re.compile(r"fan|cool|temperature|heat"),
    "disk": re.compile(r"disk|drive|raid|smart|rebuild|bay"),
    "bay": re.compile(r"disk|drive|raid|smart|rebuild|bay"),
    "cpu": re.compile(r"cpu|processor|temperature"),
    "gpu": re.compile(r"gpu|temperature"),
    "dimm": re.compile(r"dimm|memory|ecc"),
}
"""Kind of a part -> what is in the names of findings that may be of it."""


def may_be_of(finding: str, component: str) -> bool:
    """Whether a finding may be of a component that is only named nearby: light is not received by a power supply."""
    of_it = _OF_A_PART.get(component.partition(" ")[0])
    return of_it is None or of_it.search(finding.partition(":")[2] or finding) is not None


def _names(match: re.Match[str]) -> Iterator[str]:
    if match["interface"]:
        first = re.sub(r"\Ag(?=\d)", "ge", match["interface"].replace(" ", ""))
        yield from _interfaces(first, match["last"]) if match["last"] else (first,)
    elif match["range_kind"]:
        yield from _numbered(_KINDS[match["range_kind"]], match["from"], match["to"])
    elif match["one_kind"]:
        yield from _numbered(_KINDS[match["one_kind"]], match["one_from"], match["one_to"])
    elif match["nth"]:
        number = numeral(match["nth"])
        yield f"{_KINDS[match['nth_kind']]} {match['nth'] if number is None else f'{number:g}'}"
    elif match["before"]:
        yield f"{_KINDS[match['before_kind']]} {match['before']}"
    elif match["kinds"]:
        for first, last in re.findall(r"(\d+)(?:\s?(?:to|-)\s?(\d+))?", match["numbers"]):
            yield from _numbered(_KINDS[match["kinds"].removesuffix("s")], first, last or first)
    else:
        yield f"{_KINDS[match['kind']]} {match['number']}"


def _numbered(kind: str, first: str, last: str) -> Iterator[str]:
    """The components of a kind from one number to another, both as written; of *12-9*, the two."""
    if 0 < int(last) - int(first) < MOST_OF_A_RANGE:
        yield from (f"{kind} {number}" for number in range(int(first), int(last) + 1))
    else:
        yield from dict.fromkeys((f"{kind} {first}", f"{kind} {last}"))


def _interfaces(first: str, last: str) -> Iterator[str]:
    """The interfaces from one to another that is named whole, or by its number alone: *GE0/0/9-12*, *GE0/0/9到GE0/0/12*."""
    card, number = first[: len(first) - len(_number_of(first))], _number_of(first)
    named = last[: len(last) - len(_number_of(last))]
    if named and not re.sub(r"\Ag(?=\d)", "ge", card).endswith(re.sub(r"\Ag(?=\d)", "ge", named)):
        yield from (first, last)
    elif 0 < int(_number_of(last)) - int(number) < MOST_OF_A_RANGE:
        yield from (f"{card}{each}" for each in range(int(number), int(_number_of(last)) + 1))
    else:
        yield from dict.fromkeys((first, f"{card}{_number_of(last)}"))


def _number_of(name: str) -> str:
    """The digits at the end of a name."""
    return name[len(name.rstrip("0123456789")) :]
