"""How people say what a light does: its colour, how it blinks, when it changed; and whether some words speak of a light."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from diagnoser.evidence.light_runs import JOINED, LOOK
from diagnoser.evidence.words import normalised


class _Words:
    """Names, each with the words that mean it; the first that stands in a text counts."""

    def __init__(self, *patterns: tuple[str, str]) -> None:
        self._patterns = tuple((name, re.compile(pattern)) for name, pattern in patterns)

    def first(self, plain: str) -> str | None:
        for name, pattern in self._patterns:
            if pattern.search(plain) is not None:
                return name
        return None

    def all(self, plain: str) -> frozenset[str]:
        return frozenset(name for name, pattern in self._patterns if pattern.search(plain) is not None)

    def cut_from(self, plain: str) -> str:
        for _, pattern in self._patterns:
            plain = pattern.sub(" ", plain)
        return plain


_COLOURS = _Words(
    ("red", r"\bred\b|红"),
    ("amber", r"\bamber\b|\byellow\b|\borange\b|琥珀|黄|橙"),
    ("green", r"\bgreen\b|绿"),
    ("blue", r"\bblue\b|蓝"),
    ("white", r"\bwhite\b|白"),
    ("purple", r"\bpurple\b|\bviolet\b|紫"),
)
_BEHAVIOURS = _Words(
    (
        "alternating",
        r"\balternat\w*|\bin turns?\b|\b(?:red|green|amber|blue)[ -](?:and|/)[ -]?(?:red|green|amber|blue) (?:blink|flash)\w*|交替|轮流|红绿闪",
    ),
    (
        "fast_blink",
        r"(?:\b(?:fast|quick|rapid)\w*[ -]*(?:blink|flash)\w*)|(?:blink|flash)\w*(?: \w+){0,2} (?:fast|quick|rapid)\w*|快闪|快速闪|\b(?:fast|quick|rapid)(?:ly)? (?=red|amber|yellow|orange|green|blue|white)|"
        r"(?<![\d.])(?:[2-9]|1\d)(?:\.\d+)? ?hz",
    ),
    (
        "slow_blink",
        r"(?:\bslow\w*[ -]*(?:blink|flash)\w*)|(?:blink|flash)\w*(?: \w+){0,2} slow\w*|慢闪|缓慢闪|\bslow(?:ly)? (?=red|amber|yellow|orange|green|blue|white)|(?<![\d.])(?:0\.\d+|1(?:\.\d+)?) ?hz",
    ),
    ("blink", r"\bblink\w*|\bflash\w*|闪"),
    (
        "off",
        r"\boff\b|\bdark\b|\b(?:went|gone|goes|going) out\b|\bnot? (?:lit|light\w*|on)\b|\bunlit\b|\bno light\b|\bextinguish\w*|不亮|[常长]?灭|没亮|未亮|没有亮|不再亮|无灯",
    ),
    ("steady", r"\bsteady\b|\bsolid\b|\bconstant\w*|\bcontinuous\w*|[常长]亮|[常长](?=[红绿黄橙蓝白紫])"),
    (
        "on",
        r"\bon\b|\blit\b|\bglow\w*|\bshow(?:s|ing)? (?:solid )?(?=red\b|amber\b|yellow\b|orange\b|green\b|blue\b|white\b)|\blights? up\b|亮",
    ),
)
_COUNTS = {
    "once": 1, "twice": 2, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10,
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "八": 8, "十": 10,
}  # fmt: skip
_HERTZ = re.compile(
    r"(?P<hertz>\d+(?:\.\d+)?) ?(?:hz(?![a-z])|赫兹)"
    r"|(?:(?P<times>\d+(?:\.\d+)?|\b(?:one|two|three|four|five|six|eight|ten)) times?|\b(?P<adverb>once|twice)) (?:a|per|each|every) second"
    r"|(?:每|一)秒钟?(?:[快慢]?闪烁?)?(?P<per_second>\d+(?:\.\d+)?|[一二两三四五六八十])[次下]"
)
_FAST = 2.0
"""Hertz from which blinking is fast."""
_DENIED = re.compile(
    r"(?:(?:\bnot|n't|\bnever|\bno longer|\bno more|\bno|\bneither|\bnor|\bwithout|\bstop(?:s|ped)?)"
    r"(?: (?:any|longer|more|a|the|being|in|show(?:s|ing)?|turn(?:s|ed|ing)?|go(?:es|ing)?|went|gets?|becom(?:es?|ing)|stay(?:s|ing)?|lit))* |(?:没有|没|未|不再|不是|并非|不|无|停止)[在再变是呈显示]*)"
    rf"(?P<look>(?:{LOOK})(?:[ ,]?(?:and |or |in |也|或)?(?:{LOOK}))*)"
)
"""A look that a light is said not to have: *not blinking red*, *没有闪*."""
_CHANGED = re.compile(
    r"\b(?:after|since|when|once(?! (?:a|per|each|every) )|while|during|as soon as)\b[^.,;]+|[^，。；,;灯]{1,20}?(?:之后|以后|以来|后|时)(?=[^，。；,;]*(?:灯|亮|闪|灭|变|[红橙黄绿蓝白]))"
)
_UNTIL = re.compile(r"\b(?:until|till)\b|直到|才(?=[变亮闪灭红橙黄绿])")
"""A look that a light had, or had not, until something happened is not the look that it has."""
_BECAME = re.compile(
    r"\b(?:now|then|turn(?:s|ed)?|went|goes|gone|became|becomes|chang(?:es|ed)|from .{1,24}? to)\b|现在|[变转]成?为?"
)
"""What follows the last of these is how a light looks now, if it tells a look."""
SPEEDS = frozenset({"slow", "fast", "quick", "rapid"})
"""How a light blinks, in words that of other things tell a fault."""
_ALWAYS = re.compile(r"\b(?:still|keeps?|always|constantly|all the time)\b|一直|老是|总是|始终|仍然?|还在?")
_ALL_OF_IT = re.compile(r"(?:全部|全都|全|都|均)[是为变]?(?=[红黄橙绿蓝白紫]|琥珀|[常长快慢]?[亮闪灭]|不亮)")
"""What says that all of a light looks so, and is no part of its name: *ACT灯全红*."""
_ENDS = (
    r"(?:(?:on |at )?(?:our|their|my|the (?:other|far|near|local|remote)) (?:side|end) (?:it )?(?:is |are |was )?"
    r"|(?:[本对远近]端|[本对]侧|我?们?这边|那边)(?:的)?(?:是|就|却)?)?"
)
_BEGINS_WITH_LOOK = re.compile(rf"\W*(?:(?:and|but|it|is|are|was|then|now|而|但|又|是)\s*)*{_ENDS}(?:{LOOK}|[不没]?亮)")
_ALL_DARK = re.compile(
    r"\b(?:all|every)(?: of)?(?: the| its| our)? (?:light|led|lamp|indicator)s?(?: is| are| went| gone)? (?:off|dark|out)\b"
    r"|\b(?:light|led|lamp|indicator)s (?:are|were|went) all (?:off|dark|out)\b|\bno (?:light|led|lamp|indicator)s?(?: is| are)?(?: lit| on)? at all\b"
    r"|灯(?:都|全|全部|全都)(?:不亮|没亮|灭|熄)|一个灯(?:都|也)(?:不|没)亮|所有的?(?:指示)?灯(?:都|全)?(?:不亮|没亮|灭)"
)
_OF_ONE_PART = re.compile(
    r"\b(?:one|another|the (?:first|second|third|other|left|right|upper|lower)|(?:psu|power supply|power module|fan|slot|card|board|blade|drive|disk) ?#?\d+)\b"
    r"|[一另]个(?!灯[都也])|[一另][块只张台路]|其中|第[一二两三四五六七八九十\d]+[个块张台路]|\d+号|[主备]控板|业务板|单板|[左右上下]边?的?[那个]个?"
)
"""A part of a device, the lights of which are not all of the device's."""
_WARNING = ("red", "amber")
_COLOUR = r"(?:red|amber|yellow|orange|green|blue|white|purple)\b|[红橙黄绿蓝白紫]"
_LABELLED = re.compile(
    r"(?<![A-Za-z0-9/-])(?:(?i:pwr\d?|syst?|stat|alm|los|pon|lnk|rps|uid|hly|run/alm)|RUN|ACT|ERR|POWER|STATUS|ALARM|FAULT|LINK)"
    rf"(?![A-Za-z0-9/-])(?i:{JOINED}(?:(?:steady|solid|(?:fast|slow|quick|rapid)(?:ly)?)[ -](?:blink\w*[ -]|flash\w*[ -])?)?"
    rf"(?:{_COLOUR}|blink(?:s|ing|ed)?\b|flash(?:es|ing|ed)\b|alternat\w+|[\d.]+ ?hz\b"
    r"|[常长快慢]?闪(?![断退存])|[常长全]?灭|[常长不]?亮|[常长](?=[红橙黄绿蓝白紫])))"
    r"|^\W*(?:(?i:pwr\d?|syst?|stat|alm|los|pon|lnk|rps|hly|uid)|RUN|ACT|ERR)(?: (?i:is|was|stays|still|now|not))* "
    r"(?i:off|on|dark|lit|unlit|steady|solid)\W*$"
)
"""A light told by the name printed beside it: *STAT 4Hz green*, *PON off*. Letters that are also words count in capitals only."""
_SHOWN_BY = r"(?:hard )?(?:disk|drive)|hdd|ssd|psu|power (?:supply|module|unit)|fan(?: tray| module)?|(?:line |control )?(?:board|card)|blade|dimm"
_PART_SHOWS = re.compile(
    rf"\b(?:{_SHOWN_BY})(?: ?#?[a-z]?\d+(?:/\d+)*| (?:in|at|of) (?:the )?(?:slot|bay|shelf|position) ?#?\d+)*"
    r"(?: (?:is|are|was|shows?|showing|went|gone|turn(?:s|ed)|has|glows?|glowing|keeps?|now|still|just|all|a|solid|steady|slowly|rapidly|fast|slow|blink\w*|flash\w*|in|to))+"
    r" (?:red|amber|yellow|orange)\b(?! (?!(?:after|since|when|while|now|again|and|but|with|only|then|light|led)\b)\w)"
    r"|(?:硬盘|电源(?:模块)?|风扇(?:框|模块)?|单板|主控板?|业务板|板卡|刀片)(?:\d{1,2}号?)?(?:[也还都全是一直又]*)"
    r"(?:[变发显常长快慢]?[亮闪示]?(?:起|为|着|出)?)(?:[红黄橙]色?|琥珀色?)(?:灯?亮?闪?烁?)(?:了|的)?\W*$"
)
"""A part that has a light, and the colour of a warning that it shows: *PSU 2 is amber*, *风扇红了*."""
_LIGHT_WORD = re.compile(r"\b(?:light|led|lamp|indicator)s?\b|灯")
_OPTICAL = re.compile(
    r"\b(?:no|any|little|weak|low|see(?:ing)?|get(?:s|ting)?|receiv\w+|optical|laser) (?:any )?light\b(?! (?:is|on the (?:switch|server|router|front|panel|box|port)))"
    r".*\b(?:fib(?:re|er)s?|far end|other end|odf|otdr|splitter|core|strand|connector|receiv\w+|glass|patch ?panel)\b"
)
"""Light in a fibre, which is no indicator."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a light did, in the words of the knowledge format; None where it was not said.

    `not_colour` and `not_behaviour` are what it was said not to do, together where both are there.
    """

    colour: str | None
    behaviour: str | None
    hertz: float | None = None
    changed: str | None = None
    not_colour: str | None = None
    not_behaviour: str | None = None
    in_turns: bool = False
    """Whether it showed several colours in turns, so that the state of one of them is not meant."""

    @property
    def look(self) -> tuple[str, str]:
        """Colour and behaviour, `any` where it was not said."""
        return self.colour or "any", self.behaviour or "any"

    @property
    def tells_look(self) -> bool:
        """Whether colour or behaviour was said."""
        return self.colour is not None or self.behaviour is not None

    @property
    def warning_gone_out(self) -> bool:
        """Whether a light of the colour of a warning was said to be off; what it does now is open."""
        return self.behaviour == "off" and self.colour in _WARNING

    @property
    def denies(self) -> bool:
        """Whether it was said what the light does not do."""
        return self.not_colour is not None or self.not_behaviour is not None


def read_light(words: str) -> Reading:
    """Colour and behaviour in a few words of either language."""
    plain = normalised(words)
    denied = " ".join(found["look"] for found in _DENIED.finditer(plain))
    told = _DENIED.sub(" ", plain) if denied else plain
    hertz = _hertz(plain)
    told = _at_last(told)
    behaviour = _BEHAVIOURS.first(told)
    if hertz is not None and behaviour in (None, "blink"):
        behaviour = "fast_blink" if hertz >= _FAST else "slow_blink"
    if denied and behaviour == "on":
        behaviour = None  # *no red light is on*
    return Reading(
        _COLOURS.first(told),
        behaviour,
        hertz,
        _changed(plain),
        _COLOURS.first(denied),
        _BEHAVIOURS.first(denied),
        in_turns=behaviour == "alternating" and len(_COLOURS.all(told)) > 1,
    )


def _at_last(told: str) -> str:
    """Of words that tell how a light changed, those that tell how it looks now: *was amber, now green*."""
    for became in reversed(list(_BECAME.finditer(told))):
        rest = told[became.end() :]
        if _COLOURS.first(rest) is not None or _BEHAVIOURS.first(rest) is not None:
            return rest
    return told


def tells_what_was_until(clause: str) -> bool:
    """Whether a clause tells how a light looked until something happened."""
    return _UNTIL.search(normalised(clause)) is not None


def tells_all_dark(clause: str) -> bool:
    """Whether a clause says that no light at all of a device is lit, which is not of one light, nor of one of several parts."""
    plain = normalised(clause)
    dark = _ALL_DARK.search(plain)
    return dark is not None and _OF_ONE_PART.search(plain, 0, dark.start()) is None


def goes_on_about_light(clause: str) -> bool:
    """Whether a clause begins with a look, as one does that goes on about a light: *green here, dark at the other end*."""
    return _BEGINS_WITH_LOOK.match(normalised(clause)) is not None


def _hertz(plain: str) -> float | None:
    told = _HERTZ.search(plain)
    if told is None:
        return None
    said = next(filter(None, told.groups()))
    return float(_COUNTS.get(said, said))


def colours_in(words: str) -> frozenset[str]:
    """All colours that some words name, whether or not they deny them; of a light that changed, those that it has now."""
    return _COLOURS.all(_at_last(normalised(words)))


def colours_before(words: str) -> frozenset[str]:
    """The colours that a light had, and has no longer, of a light that changed in a way that some words tell."""
    plain = normalised(words)
    return _COLOURS.all(plain) - _COLOURS.all(_at_last(plain))


def denies_look(words: str) -> bool:
    """Whether some words say what a light does not do, or that a warning has gone out."""
    reading = read_light(words)
    return reading.denies or reading.warning_gone_out


MOSTLY = 0.6
"""Share of the phrases of a symptom that must name a colour for it to be one of a light of that colour."""


def colours_told(phrases: Iterable[str]) -> frozenset[str]:
    """The colours that most of some phrases name; empty where most name none."""
    told = [colours_in(phrase) for phrase in phrases]
    coloured = [colours for colours in told if colours]
    return frozenset().union(*coloured) if len(coloured) > MOSTLY * len(told) else frozenset()


def name_in(words: str) -> str:
    """The words that name a light, without those that tell how it looks, or when it changed if others are left."""
    return without_reading(_CHANGED.sub(" ", normalised(words))) or without_reading(words)


def all_but_look(words: str) -> str:
    """Words without those that tell how a light looks, and whether it still does."""
    return _ALWAYS.sub(" ", without_reading(words))


def changed_when(words: str) -> str | None:
    """When a light changed, in the reporter's words."""
    return _changed(normalised(words))


def _changed(plain: str) -> str | None:
    since = _CHANGED.search(plain)
    return since.group().strip(" ,，") if since else None


def without_reading(words: str) -> str:
    """The words without those that tell colour and behaviour: the name of the light."""
    plain = _ALL_OF_IT.sub(" ", _HERTZ.sub(" ", normalised(words)))
    plain = _BEHAVIOURS.cut_from(_COLOURS.cut_from(plain))
    return " ".join(_LIGHT_WORD.sub(" ", plain).split())


def says_light(words: str) -> bool:
    """Whether the word *light* is among some words, in whatever way it is said."""
    return _LIGHT_WORD.search(normalised(words)) is not None


def mentions_light(clause: str) -> bool:
    """Whether a clause speaks of a light and of what it does; the word *light* need not be in it."""
    if _LABELLED.search(clause) is not None:
        return True
    plain = normalised(clause)
    if _PART_SHOWS.search(plain) is not None:
        return True
    if _LIGHT_WORD.search(plain) is None or _OPTICAL.search(plain) is not None:
        return False
    return _COLOURS.first(plain) is not None or _BEHAVIOURS.first(plain) is not None or _hertz(plain) is not None


def only_tells_behaviour(clause: str) -> bool:
    """Whether a clause says how a light looks and no more: `blinking at 2 Hz`, `it is green`."""
    reading = read_light(clause)
    on_or_off = (None,) if _BECAME.search(normalised(clause)) else (None, "on", "off")
    said = reading.hertz is not None or reading.colour is not None or reading.behaviour not in on_or_off
    if not said:
        return False
    rest = re.sub(
        r"\b(?:at|about|and|it|is|now|then|just|only|but|turn(?:s|ed)|went|goes|became|times?|a|per|second)\b|每秒|约|次|大约|在|现在|[变转]成?为?|是|了",
        " ",
        without_reading(_CHANGED.sub(" ", normalised(clause))),
    )
    return not re.search(r"[a-z\u3400-\u9fff]{2,}", _HERTZ.sub(" ", rest))
