"""Measured values: which quantity, how much, in which unit."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from diagnoser.evidence.components import components_in
from diagnoser.evidence.numerals import NUMERAL, numeral
from diagnoser.evidence.observation import Observation, Source
from diagnoser.evidence.phrases import Found, PhraseIndex
from diagnoser.evidence.words import Lexicon, clause_spans, normalised, overlapping
from diagnoser.knowledge import KnowledgeBase

_VALUE = re.compile(
    r"(?P<share>百分之)?(?P<minus>(?:\b(?:minus|negative)|负|零下)\s*|(?<!\d)[-−–])?\+?"
    r"(?P<value>\d{1,3}(?:,\d{3})+(?![\d,.])|\d+(?:\.\d+)?e[+-]?\d+(?![a-z\d])|\d+(?:\.\d+|,\d{1,2}(?![\d,]))?|"
    + NUMERAL
    + r")\s*"
    r"(?P<unit>(?:dbmv|dbuv|dbw|dbm|db|[mun]w|μw|nm|°f|percent|per cent|pct|°c|c|degrees?(?: c\w*)?|kv|mv|v|ma|a|kw|w|rpm|ms|s|"
    r"[kmg]bit/s|[kmg]b/s|[kmg]bps|gb|mb|tb|kb|khz|mhz|ghz|hz|ppm|pps|km|m|ohms?|days?)(?![a-z0-9])"
    r"|%|℃|°|摄氏度|度|伏|安|瓦|转|毫秒|秒|米|ω|欧姆?|天)?"
)
_NO_VALUE = re.compile(
    r"(?:19|20)\d\d(?:[-/.]\d{1,2}(?:[-/.]\d{1,2})?|年)|\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?"
    r"|\d{1,3}(?:\.\d{1,3}){2,}(?:/\d+)?|0x[0-9a-f]+|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:[-.][0-9a-f]{4}){2}"
)
"""Dates, times and addresses have numbers in them, and are none."""

_VALUE_AND_WORD = re.compile(r"[^\w]*\d+(?:[.,]\d+)?\s*(?P<word>[a-zμ]+(?:/[a-z]+)?)\W*")
"""A number with one word behind it, which then is its unit or tells what to think of it."""

_NOT_MEASURED = re.compile(
    r"\b(?:expected|planned|plan|designed|design|nominal|rated|required|sensitivity|overload point|threshold)\b"
    r"|设计|规划|标称|额定|理论|预期|应有|灵敏度|过载点|门限"
)
"""A value of this name says what should be, not what was found."""

_EARLIER = re.compile(
    r"\b(?:was|were|used to be|from|previous\w*|before|earlier|originally|yesterday|last (?:week|month|year|night|time)|"
    r"baseline|at (?:acceptance|commissioning|turn-?up))\b|原来|原先|原本|之前|以前|此前|昨天|上周|上次|上个?月|去年|从|由|验收时|开通时"
)
"""What was measured before counts only where nothing was measured since."""

_NOT_THIS = re.compile(
    r"\bneighbou?r\w*|\b(?:the )?(?:other|another)\s+(?:ports?|onts?|onus?|modules?|links?|customers?|ones?)\b|\bothers\b"
    r"|\b(?:normal|usual|typical)ly\b|邻居|相邻|旁边|隔壁|(?:其他|其它|别的)(?:端口|口|用户|光猫|模块|链路|的)|平时|正常时|正常(?:值|应|是|为)"
)
"""A value beside these words is another one's, or what is usual."""

_AFTERWARDS = re.compile(
    r"\s*\(?(?:(?:on|at|for|of|in)\s+)?(?P<words>(?:the |a |its )?neighbou?r\w*|(?:the )?(?:other|another) \w+|others\b|"
    r"before\b|previously\b|earlier\b|yesterday\b|last (?:week|month|year|night|time)\b|normally\b|usually\b)"
)
"""Such words right behind a value are of it, if no other value follows them."""

_RANGE = re.compile(r"\s*(?:to|and|~|-|–|至|到|/)\s*\Z")
_NOW = re.compile(r"\b(?:now|currently|today|at present)\b|现在|目前|当前|如今")
_SINCE = re.compile(_NOW.pattern + r"|\A\W*\Z|\bafter|\bonly\b|后|变|降|升|只有|只剩")
"""Words before a value that go on about the quantity named before."""


_UNITS: dict[str, tuple[str, float]] = {
    "percent": ("%", 1), "per cent": ("%", 1), "pct": ("%", 1), "°": ("°c", 1), "degree": ("°c", 1), "degrees": ("°c", 1),
    "℃": ("°c", 1), "c": ("°c", 1), "摄氏度": ("°c", 1), "度": ("°c", 1), "degree c": ("°c", 1), "degrees c": ("°c", 1),
    "伏": ("v", 1), "mv": ("v", 0.001), "kv": ("v", 1000), "安": ("a", 1), "瓦": ("w", 1), "kw": ("w", 1000),
    "转": ("rpm", 1), "毫秒": ("ms", 1), "秒": ("s", 1), "米": ("m", 1), "mbps": ("mbit/s", 1), "gbps": ("mbit/s", 1000),
    "gbit/s": ("mbit/s", 1000), "kbit/s": ("mbit/s", 0.001), "kbps": ("mbit/s", 0.001),
    "ohm": ("ω", 1), "ohms": ("ω", 1), "欧": ("ω", 1), "欧姆": ("ω", 1), "day": ("d", 1), "days": ("d", 1), "天": ("d", 1),
}  # fmt: skip


def unit_and_factor(unit: str) -> tuple[str, float]:
    """A unit in its one spelling, and what to multiply by to get there."""
    plain = normalised(unit).strip()
    if re.fullmatch(r"degrees? c\w*", plain):
        return "°c", 1.0
    return _UNITS.get(plain, (plain, 1.0))


def value_in(words: str, unit: str) -> float | None:
    """The first value in some words, in a unit; one without a unit is taken as it is, one in another unit is not.

    Args:
        words: such as `-31 dBm` or `-31`.
        unit: the unit wanted, as the knowledge prints it; empty for a count.
    """
    want, scale = unit_and_factor(unit)
    for amount in _amounts(normalised(words)):
        said, factor = unit_and_factor(amount.unit or unit)
        if said == want:
            return amount.value * factor / scale
    return None


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number in a text, and the unit behind it.

    `plain` is a whole number without sign and unit, which in running text may be anything; `lead` begins where what
    is said before the number does: at the number before, or at the start of its clause.
    """

    value: float
    unit: str
    plain: bool
    lead: int
    start: int
    end: int


def _amounts(text: str) -> list[_Amount]:
    """The amounts in a normalised text, without what is of a date, an address or the name of a component."""
    parts = [(start, end) for _, start, end in components_in(text)]
    other = [m.span() for m in _NO_VALUE.finditer(text)]
    clauses = [start for start, _ in clause_spans(text)]
    found: list[_Amount] = []
    for match in _VALUE.finditer(text):
        if any(overlapping(taken, *match.span("value")) for taken in (parts, other)):
            continue
        digits, unit = match["value"], match["unit"] or ("%" if match["share"] else "")
        if not unit and _part_of_a_name(text, match):
            continue  # the 4200 of an EX4200, the 1 of 1G
        if not digits[0].isdigit() or not digits[0].isascii():
            if not (match["share"] or (unit and (match["minus"] or len(digits) > 1))):
                continue  # 一度 is *once*
            value = numeral(digits)
        else:
            value = numeral(re.sub(r",(?=\d{3})", "", digits).replace(",", "."))
        if value is None or not math.isfinite(value):
            continue
        clause = bisect.bisect_right(clauses, match.start())
        lead = clauses[clause - 1] if clause else 0
        if found:
            lead = max(lead, found[-1].end)
        plain = not unit and not match["minus"] and (digits.isdigit() or "e" in digits)
        end = match.end("unit" if match["unit"] else "value")
        found.append(_Amount(-value if match["minus"] else value, unit, plain, lead, match.start(), end))
    return found


def _part_of_a_name(text: str, match: re.Match[str]) -> bool:
    """Whether digits without a unit stand within a word, such as the name of a model."""
    before, after = text[max(0, match.start() - 2) : match.start()], text[match.end("value") : match.end("value") + 1]
    return bool(re.search(r"[a-z0-9_]$|[a-z]-$", before) or re.match(r"[a-z]", after))


def _standing(text: str, amounts: list[_Amount]) -> list[int]:
    """Of each amount of a text: 2 if it is what is measured now, 1 if it was before, 0 if it is something else."""
    found: list[int] = []
    for index, amount in enumerate(amounts):
        lead = text[amount.lead : amount.start]
        following = amounts[index + 1].start if index + 1 < len(amounts) else len(text)
        behind = _AFTERWARDS.match(text[amount.end : following])
        if behind and not text[amount.end + behind.end() : following].strip() and following < len(text):
            behind = None
        if found and not found[-1] and _RANGE.match(lead):
            found.append(0)  # -8 of *sensitivity -28 to -8*
        elif _NOT_MEASURED.search(lead) or _NOT_THIS.search(lead) or (behind and _NOT_THIS.search(behind["words"])):
            found.append(0)
        elif behind or (_EARLIER.search(lead) and not _NOW.search(lead)):
            found.append(1)
        else:
            found.append(2)
    return found


_DBM = re.compile(r"(?i)(?<=\d)(?=dbm\b)")
"""The unit tells RX and TX of light from those of packets; it is a word of its own where it sticks to the value."""


_OF_LIGHT = re.compile(r"(?i)\b([rt]x)\b(?! *(?:power|level|light))([^\d\n]{0,24}?[-−–]\d)(?!\d*(?:\.\d+)? ?dbm)")
"""A negative number is not of packets: *rx went from -29.5 to -18.2*."""


class Quantities:
    """The quantities that checks of a knowledge base measure, found by name."""

    def __init__(self, base: KnowledgeBase, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.units: dict[str, str] = {}
        self._bases: dict[str, set[str]] = {}
        phrases: list[tuple[str, str]] = []
        for check in base.checks.values():
            quantity = check.document.quantity
            if quantity is None:
                continue
            self.units.setdefault(quantity.name, unit_and_factor(quantity.unit)[0])
            self._bases.setdefault(quantity.name, set()).add(check.base)
            names = (quantity.name.replace("_", " "), *quantity.aliases.en, *quantity.aliases.zh)
            phrases.extend((quantity.name, name) for name in names)
        self._phrases = PhraseIndex(lexicon, phrases)

    def in_unknown_unit(self, text: str) -> bool:
        """Whether a text is a number with a word behind it that is no unit, and that the knowledge does not have: `-31 foo`."""
        plain = normalised(text).strip()
        match = _VALUE_AND_WORD.fullmatch(plain)
        if match is None or any(amount.unit for amount in _amounts(plain)):
            return False
        return not self._lexicon.knows(match["word"])

    def _named(self, words: str, active: Collection[str]) -> Found | None:
        """The quantity that some words name best."""
        said = self._lexicon.words(_OF_LIGHT.sub(r"\1 dbm \2", _DBM.sub(" ", words)))
        found = self._phrases.find(said, lambda name: not self._bases[name].isdisjoint(active))
        return max(found, key=lambda f: (f.weight * f.coverage, f.target)) if found else None

    def _in_its_unit(self, quantity: str, amount: _Amount, plain: bool) -> float | None:
        """An amount in the unit of a quantity; None where it is none of it.

        `plain` tells whether a whole number without a unit is taken to be in the unit.
        """
        want, scale = unit_and_factor(self.units[quantity])
        unit, factor = unit_and_factor(amount.unit)
        if (unit and unit != want) or (amount.plain and want and not plain):
            return None
        return amount.value * factor / scale

    def read(self, text: str, active: Collection[str], source: Source, name: str | None = None) -> Observation | None:
        """A measurement in a few words such as `rx power = -31 dBm`.

        Args:
            text: words with a value, and the quantity's name unless `name` is given.
            active: bases whose quantities count.
            source: where the words come from.
            name: words that name the quantity, where they stand elsewhere.
        """
        if name is None:
            return next(iter(self.read_all(text, active, source)), None)
        found = self._named(name, active)
        if found is None or _NOT_MEASURED.search(normalised(name)):
            return None
        plain = normalised(text)
        amounts = _amounts(plain)
        ranked = sorted(zip(_standing(plain, amounts), amounts, strict=True), key=lambda each: -each[0])
        for standing, amount in ranked:
            value = self._in_its_unit(found.target, amount, plain=True)
            if standing and value is not None:
                return self._measured(found.target, value, text, (0, len(text)), source)
        return None

    def read_all(self, text: str, active: Collection[str], source: Source) -> list[Observation]:
        """What is measured in a sentence, in order: each quantity of each component once, as it is now.

        Where the source has a place in a report, each measurement has the place of the words that it is read from.
        """
        plain = normalised(text)
        amounts = _amounts(plain)
        standings = dict(zip(amounts, _standing(plain, amounts), strict=True))
        components = components_in(plain) if amounts else []
        named_at = [at for _, at, _ in components]
        best: dict[tuple[str, str], tuple[int, Observation]] = {}
        last: tuple[str, str] | None = None
        for start, end in clause_spans(text) if amounts else ():
            first_here = bisect.bisect_left(amounts, start, key=lambda a: a.start)
            here = amounts[first_here : bisect.bisect_left(amounts, end, lo=first_here, key=lambda a: a.start)]
            named = dict(self._pairs(plain, (start, end), here, active))
            component = ""
            for amount in here:
                before = bisect.bisect_left(named_at, amount.start) - 1
                if before >= 0 and named_at[before] >= amount.lead:
                    component = components[before][0]
                if amount in named:
                    key = (named[amount], component)
                elif last is not None and not named and _SINCE.search(plain[amount.lead : amount.start]):
                    key = last
                else:
                    continue
                last = key
                standing = standings[amount]
                value = self._in_its_unit(key[0], amount, plain="=" in plain[amount.lead : amount.start])
                if value is not None and standing > best.get(key, (0,))[0]:
                    first, final = (start, end) if len(here) == 1 else (amount.lead, amount.end)
                    best[key] = (standing, self._measured(key[0], value, text, (first, final), source))
        return [measured for _, measured in best.values()]

    def _pairs(
        self, text: str, clause: tuple[int, int], amounts: list[_Amount], active: Collection[str]
    ) -> Iterator[tuple[_Amount, str]]:
        """The amounts of a clause, each with the quantity named before it, else after it, else anywhere in the clause."""
        if not amounts:
            return
        whole = self._named(text[clause[0] : clause[1]], active)
        if whole is None:
            return
        if len(amounts) == 1:
            yield amounts[0], whole.target
            return
        before = [self._named(text[a.lead : a.end], active) for a in amounts]
        ends = [*(a.start for a in amounts[1:]), clause[1]]
        after = [self._named(text[a.start : e], active) for a, e in zip(amounts, ends, strict=True)]
        names = after if before[0] is None and after[0] is not None and after[-1] is not None else before
        target = whole.target if names[0] is None else names[0].target
        for name, amount in zip(names, amounts, strict=True):
            target = target if name is None else name.target
            yield amount, target

    def _measured(self, quantity: str, value: float, text: str, place: tuple[int, int], source: Source) -> Observation:
        start, end = place
        if source.start is not None:
            source = replace(source, start=source.start + start, end=source.start + end)
        words = text[start:end].strip()
        unit = self.units[quantity] or None
        return Observation("measurement", quantity, "present", 1.0, words, source, value=value, unit=unit)
