"""Lights: which light was meant, and what it did."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from diagnoser.evidence.document import IndicatorSeen
from diagnoser.evidence.models import foreign, makers_in, of_model
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.phrases import PhraseIndex
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.words import NEGATION, Lexicon, normalised
from diagnoser.knowledge import KnowledgeBase, Light
from diagnoser.knowledge.documents import LightState


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
        r"\boff\b|\bdark\b|\bnot? (?:lit|light\w*|on)\b|\bunlit\b|\bno light\b|\bextinguish\w*|不亮|[常长]?灭|没亮|未亮|没有亮|不再亮|无灯",
    ),
    ("steady", r"\bsteady\b|\bsolid\b|\bconstant\w*|\bcontinuous\w*|[常长]亮|[常长](?=[红绿黄橙蓝白紫])"),
    ("on", r"\bon\b|\blit\b|\blights? up\b|亮"),
)
_COUNTS = {
    "once": 1, "twice": 2, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10,
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "八": 8, "十": 10,
}  # fmt: skip
_HERTZ = re.compile(
    r"(?P<hertz>\d+(?:\.\d+)?) ?(?:hz\b|赫兹)"
    r"|(?:(?P<times>\d+(?:\.\d+)?|\b(?:one|two|three|four|five|six|eight|ten)) times?|\b(?P<adverb>once|twice)) (?:a|per|each|every) second"
    r"|(?:每|一)秒钟?(?:[快慢]?闪烁?)?(?P<per_second>\d+(?:\.\d+)?|[一二两三四五六八十])[次下]"
)
_FAST = 2.0
"""Hertz from which blinking is fast."""
_LOOK = (
    r"(?:(?:fast|quick|rapid|slow)\w*|blink\w*|flash\w*|alternat\w*|steady|solid|off|dark|red|amber|yellow|orange|green|blue|"
    r"white|purple|violet)\b|(?:快速|缓慢|快|慢|交替)?闪烁?|[常长]?灭|[常长]亮|[常长]?(?:红|琥珀|黄|橙|绿|蓝|白|紫)色?"
)
_DENIED = re.compile(
    r"(?:(?:\bnot|n't|\bnever|\bno longer|\bno more|\bno|\bneither|\bnor|\bwithout|\bstop(?:s|ped)?)"
    r"(?: (?:any|longer|more|a|the|being|in|showing|turn(?:ing)?|go(?:ing)?|lit))* |(?:没有|没|未|不再|不是|并非|不|无|停止)[在再变是呈显示]*)"
    rf"(?P<look>(?:{_LOOK})(?:[ ,]?(?:and |or |in |也|或)?(?:{_LOOK}))*)"
)
"""A look that a light is said not to have: *not blinking red*, *没有闪*."""
_CHANGED = re.compile(
    r"\b(?:after|since|when|once(?! (?:a|per|each|every) )|while|during|as soon as)\b[^.,;]+|[^，。；,;]{1,20}?(?:之后|以后|以来|后|时)(?=[^，。；,;]*(?:灯|亮|闪|灭|变))"
)
NEAR = 0.5
"""How much a base must bear on a device that is named, from 0 to 1, for its lights to be meant."""

_WARNING = ("red", "amber")
_SAME_COLOUR = {"yellow": "amber", "orange": "amber"}
_COLOUR = r"(?:red|amber|yellow|orange|green|blue|white|purple)\b|[红橙黄绿蓝白紫]"
_JOINED = (
    r"[ :=：]*(?:(?:is|was|are|now|turn(?:s|ed)|went|stays?|keeps|still|only|shows|not|never|no longer|isn't|doesn't|at) )*"
    r"[一直仍还是显示呈变为均都在不没有未]*"
)
_LABELLED = re.compile(
    r"(?<![A-Za-z0-9/-])(?:(?i:pwr\d?|syst?|stat|alm|los|pon|lnk|rps|uid|hly)|RUN|ACT|ERR|POWER|STATUS|ALARM|FAULT|LINK)"
    rf"(?![A-Za-z0-9/-])(?i:{_JOINED}(?:(?:steady|solid|(?:fast|slow|quick|rapid)(?:ly)?)[ -])?"
    rf"(?:{_COLOUR}|blink(?:s|ing|ed)?\b|flash(?:es|ing|ed)\b|alternat\w+|[\d.]+ ?hz\b"
    r"|[常长快慢]?闪(?![断退存])|[常长全]?灭|[常长不]?亮|[常长](?=[红橙黄绿蓝白紫])))"
    r"|^\W*(?:PWR\d?|SYST?|STAT|ALM|LOS|PON|LNK|RPS|RUN|ACT|ERR|HLY)(?: (?i:is|was|stays|still|now|not))* "
    r"(?i:off|on|dark|lit|unlit|steady|solid)\W*$"
)
"""A light told by the name printed beside it: *STAT 4Hz green*, *PON off*. Letters that are also words count in capitals only."""
_LIGHT_WORD = re.compile(r"\b(?:light|led|lamp|indicator)s?\b|灯")


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
    )


def _hertz(plain: str) -> float | None:
    told = _HERTZ.search(plain)
    if told is None:
        return None
    said = next(filter(None, told.groups()))
    return float(_COUNTS.get(said, said))


def colours_in(words: str) -> frozenset[str]:
    """All colours that some words name, whether or not they deny them."""
    return _COLOURS.all(normalised(words))


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


def _changed(plain: str) -> str | None:
    since = _CHANGED.search(plain)
    return since.group().strip(" ,，") if since else None


def without_reading(words: str) -> str:
    """The words without those that tell colour and behaviour: the name of the light."""
    plain = _BEHAVIOURS.cut_from(_COLOURS.cut_from(_HERTZ.sub(" ", normalised(words))))
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
        looks = {light_id: look for light_id in candidates if (look := self._look(light_id, reading)) is not None}
        placed = list(looks)
        if not placed:
            states = [
                f"{light_id.partition(':')[0]}:{state.id}"
                for light_id in candidates[:2]
                for state in self._states_left(light_id, reading)
            ]
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
                colour=looks[light_id][0],
                behaviour=looks[light_id][1],
                hertz=reading.hertz,
                changed=reading.changed,
            )
            for light_id in placed[:4]
        ]

    def _look(self, light_id: str, reading: Reading) -> tuple[str, str] | None:
        """Colour and behaviour of the one state of a light that was meant; None where it may be several, or none.

        Of what a light is said not to do, the one state that is left is meant. A warning that has gone out
        leaves open what the light does now, unless it is dark when all is well.
        """
        seen = self.states[light_id]
        if reading.denies and not reading.tells_look:
            left = self._states_left(light_id, reading)
            look = _own_look(left[0]) if len(left) == 1 else None
            return look if look in seen else None
        state = seen.get(reading.look)
        if state is None or (reading.warning_gone_out and not self._base.findings[state].normal):
            return None
        return reading.look

    def _states_left(self, light_id: str, reading: Reading) -> list[LightState]:
        """The states of a light but those that it was said not to have."""
        states = self._base.lights[light_id].document.states
        if not reading.denies:
            return list(states)
        denied = reading.not_colour or "any", reading.not_behaviour or "any"
        return [state for state in states if _fit(*_told_of(state), *denied) is None]

    def _candidates(self, seen: IndicatorSeen, active: Relevance, device_words: str) -> list[str]:
        name = seen.light or without_reading(seen.words())
        said = self._lexicon.words(f"{name} . {seen.part}" if seen.light else name)
        makers = makers_in(f"{device_words} {seen.words()}")
        least = NEAR if device_words else 0.0

        def expected(light_id: str) -> float:
            bears = float(active.get(light_id.partition(":")[0], 0.0))
            return 0.0 if bears < least or foreign(self._makers[light_id], makers) else bears

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

    def named(self, clause: str, active: Relevance, device_words: str = "") -> list[str]:
        """The lights that answer best to the name in a clause, whatever they do."""
        return self._candidates(IndicatorSeen(light="", part=clause), active, device_words)

    def only_spoken_of(self, words: str, named: Iterable[str], with_looks: bool = False) -> bool:
        """Whether some words of a clause about lights do no more than tell a look, or name one of these lights.

        Args:
            words: from the clause.
            named: the lights that the clause names.
            with_looks: whether a name may stand beside a look.
        """
        reading = read_light(words)
        rest = set(self._lexicon.tokens(without_reading(words))) - {NEGATION}
        by_name = any(rest <= self._names[light_id][0] for light_id in named)
        return not rest or (by_name and (with_looks or not (reading.tells_look or reading.denies)))

    def _nearest(self, words: str, active: Relevance, device_words: str) -> tuple[str, ...]:
        """The lights of the device that share most words with what was said, those of its own base first.

        Where the device is named and none shares a word, those that can look so.
        """
        tokens = set(self._lexicon.tokens(without_reading(words))) or set(self._lexicon.tokens(words))
        look = read_light(words).look
        makers = makers_in(f"{device_words} {words}")
        own = max(active.values(), default=0.0) if device_words else 0.0
        ranked = []
        for light_id, (names, parts) in self._names.items():
            bears = float(active.get(light_id.partition(":")[0], 0.0))
            fits = of_model(self._base.lights[light_id].document.part, device_words)
            if bears == 0.0 or fits is False or foreign(self._makers[light_id], makers):
                continue
            shared = len(tokens & names | tokens & parts)
            if shared or (device_words and bears == 1.0):
                alike = (look in self.states[light_id]) + (("any", look[1]) in self.states[light_id])
                ranked.append((bears < own, -bears * shared, -bears, fits is None, -alike, light_id))
        return tuple(light_id for *_, light_id in sorted(ranked)[:3])


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
                score = _fit(*_told_of(state), colour, behaviour)
                if score is not None:
                    scores[state_id] = score
            if scores:
                best = max(scores.values())
                winners = [s for s, score in scores.items() if score == best]
                if len(winners) == 1:
                    result[colour, behaviour] = winners[0]
    return result


def _told_of(state: LightState) -> tuple[str, str]:
    """Colour and behaviour of a state, where yellow is amber."""
    return _SAME_COLOUR.get(state.colour, state.colour), state.behaviour


def _own_look(state: LightState) -> tuple[str, str]:
    """How somebody would tell a state."""
    colour, behaviour = _told_of(state)
    return ("any" if colour == "none" else colour), behaviour


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


def says_light(words: str) -> bool:
    """Whether the word *light* is among some words, in whatever way it is said."""
    return _LIGHT_WORD.search(normalised(words)) is not None


def mentions_light(clause: str) -> bool:
    """Whether a clause speaks of a light and of what it does; the word *light* need not be in it."""
    if _LABELLED.search(clause) is not None:
        return True
    plain = normalised(clause)
    if not says_light(plain):
        return False
    return _COLOURS.first(plain) is not None or _BEHAVIOURS.first(plain) is not None or _hertz(plain) is not None


def only_tells_behaviour(clause: str) -> bool:
    """Whether a clause says how a light looks and no more: `blinking at 2 Hz`, `it is green`."""
    reading = read_light(clause)
    said = reading.hertz is not None or reading.colour is not None or reading.behaviour not in (None, "on", "off")
    if not said:
        return False
    rest = re.sub(
        r"\b(?:at|about|and|it|is|now|times?|a|per|second)\b|每秒|约|次|大约|在", " ", without_reading(clause)
    )
    return not re.search(r"[a-z\u3400-\u9fff]{2,}", _HERTZ.sub(" ", rest))
