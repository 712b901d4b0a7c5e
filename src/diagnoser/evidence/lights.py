"""Lights: which light was meant, and what it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from diagnoser.evidence.document import IndicatorSeen
from diagnoser.evidence.looks import (
    SPEEDS,
    Reading,
    all_but_look,
    changed_when,
    name_in,
    read_light,
    without_reading,
)
from diagnoser.evidence.models import foreign, makers_in, of_model
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.phrases import PhraseIndex
from diagnoser.evidence.relevance import Relevance
from diagnoser.evidence.words import NEGATION, Lexicon
from diagnoser.knowledge import KnowledgeBase, Light
from diagnoser.knowledge.documents import LightState

NEAR = 0.5
"""How much a base must bear on a device that is named, from 0 to 1, for its lights to be meant."""

_SAME_COLOUR = {"yellow": "amber", "orange": "amber"}


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
        reading = replace(reading, changed=changed_when(words))
        candidates = self._candidates(seen, active, device_words)
        kind: Literal["indicator", "report"] = "indicator" if source.kind == "indicator" else "report"
        if not candidates:
            return Unplaced(kind, words, self._nearest(words, active, device_words))
        looks = {light_id: look for light_id in candidates if (look := self._look(light_id, reading)) is not None}
        placed = list(looks)
        if not placed:
            return Unplaced(kind, words, self._states_meant(candidates[:2], reading))
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
        look = ("any", reading.look[1]) if reading.in_turns else reading.look
        state = seen.get(look)
        if state is not None and reading.in_turns and self._state(light_id, state).behaviour != "alternating":
            return None
        if state is None or (reading.warning_gone_out and not self._base.findings[state].normal):
            return None
        return look

    def _state(self, light_id: str, full: str) -> LightState:
        return next(s for s in self._base.lights[light_id].document.states if s.id == full.partition(":")[2])

    def _states_left(self, light_id: str, reading: Reading) -> list[LightState]:
        """The states of a light but those that it was said not to have."""
        states = self._base.lights[light_id].document.states
        if not reading.denies:
            return list(states)
        denied = reading.not_colour or "any", reading.not_behaviour or "any"
        return [state for state in states if _fit(*_told_of(state), *denied) is None]

    def _states_meant(self, candidates: list[str], reading: Reading) -> tuple[str, ...]:
        """The states of some lights that may be meant, at most four; those that look as it was told come first."""
        states = [(light_id, state) for light_id in candidates for state in self._states_left(light_id, reading)]
        likely = sorted(states, key=lambda each: _fit(*_told_of(each[1]), *reading.look) is None)
        return tuple(f"{light_id.partition(':')[0]}:{state.id}" for light_id, state in likely[:4])

    def _candidates(self, seen: IndicatorSeen, active: Relevance, device_words: str) -> list[str]:
        name = seen.light or name_in(seen.words())
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
        rest = set(self._lexicon.tokens(all_but_look(words))) - {NEGATION} - SPEEDS
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
