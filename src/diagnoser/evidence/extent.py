"""How many are affected, as people say it: *one customer only*, *31 of 32 ONTs*, *整栋楼*.

A symptom of one device is not what a text tells of many, and the reverse, however alike the words are.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum

from diagnoser.evidence.words import normalised
from diagnoser.knowledge.documents import Aliases, Text


class Extent(Enum):
    """How many of a kind show a symptom."""

    ONE = "one"
    MANY = "many"


_THINGS = (
    r"(?:customers?|users?|subscribers?|clients?|onts?|onus?|modems?|hosts?|servers?|nodes?|nes?|ports?|links?|aps?|access points?"
    r"|phones?|pcs?|computers?|machines?|devices?|cameras?|sites?|switches|stations?|homes?|houses?|flats?|apartments?|buildings?"
    r"|floors?|rooms?|offices?|people|everybody|everyone|services?|circuits?|channels?|wavelengths?|disks?|drives?|vms?)"
)
_NUMBER = r"(?:\d{1,5}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty)"
_MANY = re.compile(
    rf"\b(?:all|every|many|several|multiple|most|dozens of|hundreds of|lots of|a lot of|whole|entire|both|some|{_NUMBER} (?:out )?of (?:our |the )?{_NUMBER}"
    rf"|(?!0*1\b){_NUMBER})(?: of)?(?: the| our| these| those)? (?:[\w-]+ ){{0,2}}?{_THINGS}\b"
    r"|\b(?:everybody|everyone)\b(?! else)"
    r"|(?:(?<!\d)(?:[2-9]|[1-9]\d{1,4})|[两三四五六七八九十百几数多]|好几|上百|数十)(?:[十百多几余来])*(?:个|台|户|家|端|条|路|块|用户|网元|基站|终端)"
    r"|全部|所有|整个|整栋|整层|整片|全村|全楼|大量|批量|大面积|大批|一大?批|一片|各站|都(?:断|掉|离线|上不)"
)
_ONE = re.compile(
    rf"\b(?:(?:only |just )?(?:one|a single|single|this) (?:[\w-]+ ){{0,1}}?{_THINGS}\b(?! (?:after|by))|only (?:one|this|me|he|she)\b|nobody else|others? (?:are |is )?(?:fine|ok))"
    r"|(?:仅|只有|就|唯独|单独)(?:有)?(?:一|1|这|我|某)?(?:个|台|户|家|条|块)|单个|单户|单台|个别|别人(?:家)?(?:都)?(?:正常|没事)|其他(?:人|用户|户|设备)?(?:都)?正常"
)


def extent_of(text: str) -> Extent | None:
    """How many some words speak of; None if they do not tell, or tell of both."""
    plain = normalised(text)
    many, one = _MANY.search(plain) is not None, _ONE.search(plain) is not None
    if many == one:
        return None
    return Extent.MANY if many else Extent.ONE


def extent_of_symptom(title: Text, aliases: Aliases) -> Extent | None:
    """How many show a symptom: what its title says, or else most of the ways of saying it."""
    said = extent_of(title.en) or extent_of(title.zh)
    if said is not None:
        return said
    told = Counter(extent_of(phrase) for phrase in (*aliases.en, *aliases.zh))
    most, times = max(told.items(), key=lambda item: (item[1], str(item[0])), default=(None, 0))
    return most if 2 * times > told.total() else None
