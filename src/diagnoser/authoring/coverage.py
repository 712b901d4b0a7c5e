"""`diagnoser kb test --coverage`: what no case touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, Field

from diagnoser.authoring.cases import LANGUAGES, CaseResult
from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.errors import Location
from diagnoser.evidence.document import IndicatorSeen
from diagnoser.evidence.observation import Source, Unplaced
from diagnoser.evidence.relevance import Relevance
from diagnoser.knowledge.base import Light
from diagnoser.knowledge.documents import Indicator, LightState

Kind = str


class Untouched(BaseModel):
    """Something that no case touches, or only in one language."""

    kind: Kind
    id: str
    only: str | None = Field(None, description="the one language in which it is touched")
    location: str

    def __str__(self) -> str:
        only = f" only in {self.only}" if self.only else ""
        return f"{self.location}: untouched: {self.kind} '{self.id}' is touched by {'a' if only else 'no'} case{only}"


class Covered(BaseModel):
    """How many of a kind are touched."""

    touched: int
    total: int

    @property
    def percent(self) -> float:
        """From 0 to 100; 100 where there are none."""
        return 100.0 * self.touched / self.total if self.total else 100.0


class Coverage(BaseModel):
    """What the cases touch, by kind.

    A cause is touched when a case that holds expects it; a rule when it fires; a gate when the walk
    opens its event; each in both languages. A log pattern or the state of a light is touched by a
    case, or by its own words: when all of its examples are found by it, or when the state comes out
    if part, light, colour and behaviour are told.
    """

    kinds: dict[Kind, Covered]
    untouched: list[Untouched]

    @property
    def percent(self) -> float:
        """The least of all kinds, from 0 to 100."""
        return min((covered.percent for covered in self.kinds.values()), default=100.0)


def coverage(
    knowledge: PreparedKnowledge, results: Iterable[CaseResult], bases: frozenset[str] | None = None
) -> Coverage:
    """What some results touch.

    Args:
        knowledge: prepared knowledge, cases included.
        results: of all cases that count.
        bases: bases whose items count; all by default.
    """
    base = knowledge.base
    touched: dict[str, set[str]] = defaultdict(set)
    for result in results:
        for item in result.touched:
            if not item.startswith("cause "):
                touched[item].add(result.lang)
        if not result.failures:
            expect = base.cases[result.case].document.expect
            for name in (expect.first, *expect.within.values()):
                if name is not None:
                    touched[f"cause {base.cases[result.case].references[name]}"].add(result.lang)
    kinds: dict[Kind, Covered] = {}
    untouched: list[Untouched] = []
    for kind, items in _items(knowledge):
        own = [(id_, place, verified) for id_, place, verified in items if _counts(id_, bases)]
        count = 0
        for id_, place, verified in own:
            languages = touched[place]
            if verified or len(languages) == len(LANGUAGES) or (languages and kind in ("pattern", "light")):
                count += 1
            else:
                where = base.locations.get(place, Location(id_))
                untouched.append(Untouched(kind=kind, id=id_, only=next(iter(languages), None), location=str(where)))
        kinds[kind] = Covered(touched=count, total=len(own))
    return Coverage(kinds=kinds, untouched=untouched)


def _counts(id_: str, bases: frozenset[str] | None) -> bool:
    return bases is None or id_.partition(":")[0] in bases


def _items(knowledge: PreparedKnowledge) -> Iterator[tuple[Kind, list[tuple[str, str, bool]]]]:
    """Kind, and for each item its id, how results name it, and whether its own words prove it."""
    base = knowledge.base
    yield "cause", [(id_, f"cause {id_}", False) for id_ in base.causes]
    yield "rule", [(id_, f"rule {id_}", False) for id_ in base.rules]
    yield "gate", [(id_, f"event {id_}", False) for id_ in base.events]
    yield "pattern", [(id_, f"finding {id_}", matches_its_examples(knowledge, id_)) for id_ in base.patterns]
    yield (
        "light",
        [
            (state, f"finding {state}", state in recognised)
            for light in base.lights.values()
            for recognised in [states_recognised(knowledge, light)]
            for state in light.states
        ],
    )


def matches_its_examples(knowledge: PreparedKnowledge, pattern: str) -> bool:
    """Whether each example of a log pattern, scanned among all patterns, is found by it."""
    scanner = knowledge.observables.scanner
    examples = knowledge.base.patterns[pattern].examples
    return bool(examples) and all(pattern in {hit.pattern for hit in scanner.scan(line)} for line in examples)


def states_recognised(knowledge: PreparedKnowledge, light: Light) -> frozenset[str]:
    """The states of a light that come out when a part and a name of it, colour and behaviour are told."""
    active = dict.fromkeys(knowledge.base.active_bases(None, (light.id.partition(":")[0],)), 1.0)
    return frozenset(
        full
        for full, state in zip(light.states, light.document.states, strict=True)
        if any(_comes_out(knowledge, light.id, full, seen, active) for seen in _told(light.document, state))
    )


def _told(light: Indicator, state: LightState) -> Iterator[IndicatorSeen]:
    """A state in the words of its entry: by each name of the light and of its part."""
    for part in (light.part, *light.part_aliases.en, *light.part_aliases.zh):
        for name in (light.light, *light.aliases.en, *light.aliases.zh):
            yield IndicatorSeen(
                part=part,
                light=name,
                colour="" if state.colour in ("any", "none") else state.colour,
                behaviour="" if state.behaviour == "any" else state.behaviour.replace("_", " "),
            )


def _comes_out(knowledge: PreparedKnowledge, light: str, state: str, seen: IndicatorSeen, active: Relevance) -> bool:
    lights = knowledge.observables.lights
    placed = lights.place(seen, active, Source("indicator"))
    return not isinstance(placed, Unplaced) and any(
        o.id == light and lights.states[light].get((o.colour or "any", o.behaviour or "any")) == state for o in placed
    )
