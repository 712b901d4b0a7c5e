"""Measured values: which quantity, how much, in which unit."""

from __future__ import annotations

import re
from collections.abc import Collection

from diagnoser.evidence.observation import Observation, Source
from diagnoser.evidence.phrases import Found, PhraseIndex
from diagnoser.evidence.words import Lexicon, normalised
from diagnoser.knowledge import KnowledgeBase

_VALUE = re.compile(
    r"(?P<value>[-+−]?\d+(?:\.\d+)?)\s*"
    r"(?P<unit>dbm|db|%|°c|℃|c\b|degrees? c\w*|摄氏度|度|kv|mv|v\b|伏|ma|a\b|安|kw|w\b|瓦|rpm|转|ms|毫秒|s\b|秒|"
    r"gb|mb|tb|kb|gbit/s|mbit/s|mbps|gbps|khz|mhz|ghz|hz|ppm|pps|km|m\b|米)?"
)
_NOT_MEASURED = re.compile(
    r"\b(?:expected|planned|plan|designed|design|nominal|rated|required|sensitivity|overload point|threshold)\b"
    r"|设计|规划|标称|额定|理论|预期|应有|灵敏度|过载点|门限"
)
"""A value of this name says what should be, not what was found."""

_UNITS: dict[str, tuple[str, float]] = {
    "℃": ("°c", 1), "c": ("°c", 1), "摄氏度": ("°c", 1), "度": ("°c", 1), "degree c": ("°c", 1), "degrees c": ("°c", 1),
    "伏": ("v", 1), "mv": ("v", 0.001), "kv": ("v", 1000), "安": ("a", 1), "瓦": ("w", 1), "kw": ("w", 1000),
    "转": ("rpm", 1), "毫秒": ("ms", 1), "秒": ("s", 1), "米": ("m", 1), "mbps": ("mbit/s", 1), "gbps": ("mbit/s", 1000),
    "gbit/s": ("mbit/s", 1000),
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
    for match in _VALUE.finditer(normalised(words)):
        said, factor = unit_and_factor(match["unit"] or unit)
        if said == want:
            return float(match["value"].replace("−", "-")) * factor / scale
    return None


def _part_of_a_name(text: str, match: re.Match[str]) -> bool:
    """Whether digits without a unit stand within a word, such as the name of a model."""
    before, after = text[max(0, match.start() - 2) : match.start()], text[match.end() : match.end() + 1]
    return bool(re.search(r"[a-z0-9_]$|[a-z]-$", before) or re.match(r"[a-z]", after))


_DBM = re.compile(r"(?i)(?<=\d)(?=dbm\b)")
"""The unit tells RX and TX of light from those of packets; it is a word of its own where it sticks to the value."""


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

    def _named(self, words: str, active: Collection[str]) -> Found | None:
        """The quantity that some words name best."""
        said = self._lexicon.words(_DBM.sub(" ", words))
        found = self._phrases.find(said, lambda name: not self._bases[name].isdisjoint(active))
        return max(found, key=lambda f: (f.weight * f.coverage, f.target)) if found else None

    def read(self, text: str, active: Collection[str], source: Source, name: str | None = None) -> Observation | None:
        """A measurement in a few words such as `rx power = -31 dBm`.

        Args:
            text: words with a value, and the quantity's name unless `name` is given.
            active: bases whose quantities count.
            source: where the words come from.
            name: words that name the quantity, where they stand elsewhere.
        """
        found = self._named(name if name is not None else text, active)
        if found is None:
            return None
        quantity = found.target
        if name is not None and _NOT_MEASURED.search(normalised(name)):
            return None
        want = self.units[quantity]
        plain = normalised(text)
        values = list(_VALUE.finditer(plain))
        if name is None:  # the value that follows the name, before others
            values.sort(key=lambda match: (match.start() < found.start, match.start()))
        for match in values:
            unit, factor = unit_and_factor(match["unit"] or "")
            if unit and want and unit != unit_and_factor(want)[0]:
                continue
            if name is None and _NOT_MEASURED.search(plain[: match.start()]):
                continue
            if not unit and _part_of_a_name(plain, match):
                continue  # the 4200 of an EX4200, the 1 of 1G
            if not unit and want and match["value"].isdigit() and name is None and "=" not in text:
                continue  # a bare number in running text may be anything
            value = float(match["value"].replace("−", "-")) * factor / unit_and_factor(want)[1]
            return Observation(
                "measurement", quantity, "present", 1.0, text.strip(), source, value=value, unit=want or None
            )
        return None
