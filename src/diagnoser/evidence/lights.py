"""Lights: which light was meant, and what it did."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from diagnoser.evidence.document import IndicatorSeen
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.phrases import PhraseIndex
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.words import Lexicon, normalised
from diagnoser.knowledge import KnowledgeBase, Light


class _Words:
    """Names, each with the words that mean it; the first that stands in a text counts."""

    def __init__(self, *patterns: tuple[str, str]) -> None:
        self._patterns = tuple((name, re.compile(pattern)) for name, pattern in patterns)

    def first(self, plain: str) -> str | None:
        for name, pattern in self._patterns:
            if pattern.search(plain) is not None:
                return name
        return None

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
        r"(?:\b(?:fast|quick|rapid)\w*[ -]*(?:blink|flash)\w*)|(?:blink|flash)\w*(?: \w+){0,2} (?:fast|quick|rapid)\w*|快闪|快速闪|"
        r"(?<![\d.])(?:[2-9]|1\d)(?:\.\d+)? ?hz",
    ),
    (
        "slow_blink",
        r"(?:\bslow\w*[ -]*(?:blink|flash)\w*)|(?:blink|flash)\w*(?: \w+){0,2} slow\w*|慢闪|缓慢闪|(?<![\d.])(?:0\.\d+|1(?:\.\d+)?) ?hz",
    ),
    ("blink", r"\bblink\w*|\bflash\w*|闪"),
    (
        "off",
        r"\boff\b|\bdark\b|\bnot? (?:lit|light\w*|on)\b|\bunlit\b|\bno light\b|\bextinguish\w*|不亮|灭|没亮|未亮|无灯",
    ),
    ("steady", r"\bsteady\b|\bsolid\b|\bconstant\w*|\bcontinuous\w*|常亮|长亮"),
    ("on", r"\bon\b|\blit\b|\blights? up\b|亮"),
)
_HERTZ = re.compile(
    r"(?P<hertz>\d+(?:\.\d+)?) ?hz\b|(?P<times>\d+(?:\.\d+)?) ?(?:赫兹|times (?:a|per) second)|每秒闪?(?P<per_second>\d+(?:\.\d+)?)次"
)
_CHANGED = re.compile(
    r"\b(?:after|since|when|once|while|during|as soon as)\b[^.,;]+|[^，。；,;]{1,20}?(?:之后|以后|以来|后|时)(?=[^，。；,;]*(?:灯|亮|闪|灭|变))"
)
_MAKER = re.compile(
    r"huawei|cisco|catalyst|nexus|juniper|h3c|hpe|aruba|procurve|dell|poweredge|avaya|netgear|tp-link|mikrotik|ubiquiti|unifi|"
    r"zte|fiberhome|nokia|ericsson|fortinet|fortigate|arista|supermicro|lenovo|netapp|emc|synology|qnap|apc|eaton|vertiv|"
    r"ruckus|meraki|zyxel|d-link|alcatel|extreme|brocade|3com|华为|思科|锐捷|中兴|烽火"
)
"""Makers and their families; a light of another maker than the named one is not meant."""
NEAR = 0.5
"""How much a base must bear on a device that is named, from 0 to 1, for its lights to be meant."""

_SAME_COLOUR = {"yellow": "amber", "orange": "amber"}
_LIGHT_WORD = re.compile(r"\b(?:light|led|lamp|indicator)s?\b|灯")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a light did, in the words of the knowledge format; None where it was not said."""

    colour: str | None
    behaviour: str | None
    hertz: float | None = None
    changed: str | None = None


def read_light(words: str) -> Reading:
    """Colour and behaviour in a few words of either language."""
    plain = normalised(words)
    hertz = _HERTZ.search(plain)
    return Reading(
        _COLOURS.first(plain),
        _BEHAVIOURS.first(plain),
        float(next(filter(None, hertz.groups()))) if hertz else None,
        _changed(plain),
    )


def _changed(plain: str) -> str | None:
    since = _CHANGED.search(plain)
    return since.group().strip(" ,，") if since else None


def without_reading(words: str) -> str:
    """The words without those that tell colour and behaviour: the name of the light."""
    plain = _BEHAVIOURS.cut_from(_COLOURS.cut_from(normalised(words)))
    return " ".join(_LIGHT_WORD.sub(" ", plain).split())


class Lights:
    """All lights of a knowledge base, found by name."""

    def __init__(self, base: KnowledgeBase, lexicon: Lexicon) -> None:
        self._base = base
        self._lexicon = lexicon
        self._makers = {
            light.id: makers_in(f"{light.id} {light.document.part}".replace("_", " ")) for light in base.lights.values()
        }
        self._names: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self.states: dict[str, dict[tuple[str, str], str]] = {}
        phrases: list[tuple[str, str]] = []
        for light in base.lights.values():
            document = light.document
            names = [document.light, *document.aliases.en, *document.aliases.zh]
            parts = [document.part, *document.part_aliases.en, *document.part_aliases.zh]
            self._names[light.id] = (
                frozenset(t for name in names for t in lexicon.tokens(name)) - {"light"},
                frozenset(t for part in parts for t in lexicon.tokens(part)),
            )
            self.states[light.id] = states_seen(light)
            for name in names:
                phrases.append((light.id, name))
                stripped = without_reading(name)
                if stripped:
                    phrases.append((light.id, stripped))
        self._phrases = PhraseIndex(lexicon, phrases)

    def place(
        self, seen: IndicatorSeen, active: Relevance, source: Source, device_words: str = ""
    ) -> list[Observation] | Unplaced:
        """The light that was meant, in the state that it was in.

        Where several lights answer to the name, all of the best are returned, each the less certain.
        """
        words = seen.words()
        reading = read_light(f"{seen.colour} {seen.behaviour}" if seen.colour or seen.behaviour else words)
        reading = replace(reading, changed=_changed(normalised(words)))
        candidates = self._candidates(seen, active, device_words)
        kind: Literal["indicator", "report"] = "indicator" if source.kind == "indicator" else "report"
        if not candidates:
            return Unplaced(kind, words, self._nearest(words, active, device_words))
        placed = [
            light_id
            for light_id in candidates
            if (reading.colour or "any", reading.behaviour or "any") in self.states[light_id]
        ]
        if not placed:
            states = [s for light_id in candidates[:2] for s in self._base.lights[light_id].states]
            return Unplaced(kind, words, tuple(states[:4]))
        certainty = {1: 1.0, 2: 0.85}.get(len(placed), 0.7)
        return [
            Observation(
                subject="light",
                id=light_id,
                state="present",
                certainty=certainty if source.kind == "indicator" else min(certainty, 0.95),
                text=words,
                source=source,
                component=seen.component,
                colour=reading.colour or "any",
                behaviour=reading.behaviour or "any",
                hertz=reading.hertz,
                changed=reading.changed,
            )
            for light_id in placed[:4]
        ]

    def _candidates(self, seen: IndicatorSeen, active: Relevance, device_words: str) -> list[str]:
        name = seen.light or without_reading(seen.words())
        said = self._lexicon.words(f"{name} . {seen.part}" if seen.light else name)
        makers = makers_in(f"{device_words} {seen.words()}")
        least = NEAR if device_words else 0.0

        def expected(light_id: str) -> float:
            bears = float(active.get(light_id.partition(":")[0], 0.0))
            return 0.0 if bears < least or _foreign(self._makers[light_id], makers) else bears

        found = self._phrases.find(said, expected, len(self._names))
        if not found:
            return []
        context = set(self._lexicon.tokens(f"{seen.words()} {device_words}"))
        scores: dict[str, float] = {}
        for hit in found:
            _, parts = self._names[hit.target]
            near = len(parts & context) / (len(parts) + 1) if parts else 0.0
            scores[hit.target] = max(scores.get(hit.target, 0.0), hit.weight * hit.coverage + 6.0 * near)
        best = max(scores.values())
        return sorted((light for light, score in scores.items() if score > best - 0.5), key=lambda x: (-scores[x], x))

    def _nearest(self, words: str, active: Relevance, device_words: str) -> tuple[str, ...]:
        """The lights of the device that share most words with what was said; any of the device where none does."""
        tokens = set(self._lexicon.tokens(words))
        makers = makers_in(f"{device_words} {words}")
        ranked = []
        for light_id, (names, parts) in self._names.items():
            bears = float(active.get(light_id.partition(":")[0], 0.0))
            if bears == 0.0 or _foreign(self._makers[light_id], makers):
                continue
            shared = len(tokens & names | tokens & parts)
            if shared or (device_words and bears == 1.0):
                ranked.append((-bears * shared, -bears, light_id))
        return tuple(light_id for _, _, light_id in sorted(ranked)[:3])


def makers_in(words: str) -> frozenset[str]:
    """The makers and their families that some words name."""
    return frozenset(_MAKER.findall(normalised(words)))


def _foreign(of: frozenset[str], named: frozenset[str]) -> bool:
    """Whether a light is of other makers than the named ones."""
    return bool(of) and bool(named) and of.isdisjoint(named)


def states_seen(light: Light) -> dict[tuple[str, str], str]:
    """What can be seen of a light -> the state that it means.

    Keys are (colour, behaviour), each possibly `any` (not said). The most specific state wins; what
    would fit two states equally well is not in the result.
    """
    documents = {f"{light.id.partition(':')[0]}:{s.id}": s for s in light.document.states}
    result: dict[tuple[str, str], str] = {}
    for colour in ("red", "amber", "green", "blue", "white", "purple", "any"):
        for behaviour in ("steady", "off", "blink", "slow_blink", "fast_blink", "alternating", "on", "any"):
            scores: dict[str, int] = {}
            for state_id, state in documents.items():
                score = _fit(_SAME_COLOUR.get(state.colour, state.colour), state.behaviour, colour, behaviour)
                if score is not None:
                    scores[state_id] = score
            if scores:
                best = max(scores.values())
                winners = [s for s, score in scores.items() if score == best]
                if len(winners) == 1:
                    result[colour, behaviour] = winners[0]
    return result


_KINDS_OF_BLINK = ("blink", "slow_blink", "fast_blink", "alternating")


def _fit(state_colour: str, state_behaviour: str, colour: str, behaviour: str) -> int | None:
    """How specifically a state fits what was seen; None if it does not."""
    if state_behaviour == "off" or behaviour == "off":
        return (
            4 if state_behaviour == behaviour else (1 if state_behaviour == "any" and state_colour == "none" else None)
        )
    if state_colour in ("any", "none") or colour == "any":
        colour_fit = 1
    elif state_colour == colour:
        colour_fit = 4
    else:
        return None
    if state_behaviour == behaviour:
        return colour_fit + 3
    if state_behaviour == "any" or behaviour == "any":
        return colour_fit + 1
    if behaviour == "on" and state_behaviour == "steady":
        return colour_fit + 2
    if state_behaviour == "on" and behaviour == "steady":
        return colour_fit + 2
    if state_behaviour == "on" or behaviour == "on":
        return colour_fit
    if behaviour == "blink" and state_behaviour in _KINDS_OF_BLINK:
        return colour_fit + 2
    if state_behaviour == "blink" and behaviour in _KINDS_OF_BLINK:
        return colour_fit + 2
    return None


def mentions_light(clause: str) -> bool:
    """Whether a clause speaks of a light and of what it does."""
    plain = normalised(clause)
    return _LIGHT_WORD.search(plain) is not None and (
        _COLOURS.first(plain) is not None or _BEHAVIOURS.first(plain) is not None
    )


def only_tells_behaviour(clause: str) -> bool:
    """Whether a clause says how a light behaves and no more: `blinking at 2 Hz`."""
    reading = read_light(clause)
    said = reading.hertz is not None or (reading.behaviour not in (None, "on", "off"))
    if not said:
        return False
    rest = re.sub(
        r"\b(?:at|about|and|it|is|now|times?|a|per|second)\b|每秒|约|次|大约|在", " ", without_reading(clause)
    )
    return not re.search(r"[a-z\u3400-\u9fff]{2,}", _HERTZ.sub(" ", rest))
