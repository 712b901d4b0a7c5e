"""What is defined where, and what a name means: an id, or a word of a scale, as seen from an entry.

The rest of the resolution asks here; every name that means nothing is a problem with a hint.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

from diagnoser.errors import Location, Problem
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.files import base_folders
from diagnoser.knowledge.loading import ANYTHING, Draft, Entry, shipped_knowledge
from diagnoser.knowledge.scales import Scales

DEFAULT_STRENGTH = "almost_always"
"""How surely a finding follows the event that it shows, unless the author says otherwise."""

LIKE = 0.7
"""Names that share so much of their letters are near each other; with less, a hint leads astray."""

_RANGES = {
    "prior": (1e-9, 0.5, "a prior is a probability above 0 and at most 0.5"),
    "strength": (1e-9, 1.0, "a strength is a probability above 0"),
    "background": (0.0, 0.5, "a background is a probability of at most 0.5"),
    "certainty": (0.5, 1.0, "a certainty is from 0.5, which says nothing, to 1"),
    "condition": (1e-9, 1.0, "a condition is a probability above 0"),
}
"""Scale -> least and greatest value, and what that means."""


_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]\Z")


def _as_number(degree: str | float) -> str:
    """The number that a percentage is, as a hint."""
    percent = _PERCENT.match(str(degree))
    return f"as a number: {float(percent[1]) / 100:g}" if percent else ""


class Places(Mapping[str, Location]):
    """Where each item is written, found out when somebody asks."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[Entry, tuple[Any, ...]]] = {}

    def add(self, item: str, entry: Entry, path: tuple[Any, ...]) -> None:
        self._written[item] = (entry, path)

    def __getitem__(self, item: str) -> Location:
        entry, path = self._written[item]
        return entry.locate(*path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


class Names:
    """What a draft defines, by kind and base, and what a name in one of its entries means.

    Problems are collected on the way.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.problems: list[Problem] = list(draft.problems)
        self.entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in draft.entries:
            self.entries[entry.kind].append(entry)
        self.bases: dict[str, doc.Base] = {}
        for entry in self.entries["base"]:
            if entry.document.base != entry.base:
                self._problem(entry.locate("base"), "base-name", f"base '{entry.document.base}' is in folder {entry.base}",
                              f"call the folder {entry.document.base}")  # fmt: skip
            self.bases[entry.base] = entry.document
        self.misspelt: dict[str, set[str]] = defaultdict(set)
        """Base -> what its imports that do not exist most likely mean; what these define is not missing."""
        self.reach = {name: self._imports(name) for name in self.bases}
        self.scales = Scales.of([e.document for e in self.entries["scales"]])
        self.locations = Places()
        self.ids: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.homes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        """Kind -> id -> the bases that have it."""
        for kind, entry, name, path in self._definitions():
            self._define(kind, entry, name, path)

    # What exists

    def _imports(self, name: str) -> tuple[str, ...]:
        reach = [name]
        for base in reach:
            for imported in self.bases[base].imports:
                if imported not in self.bases:
                    entry = next(e for e in self.entries["base"] if e.base == base)
                    meant = difflib.get_close_matches(imported, sorted(self.known_bases), 1, LIKE)
                    self.misspelt[name].update((imported, *meant))
                    self._problem(entry.locate("imports"), "unknown-base", f"imports unknown base '{imported}'",
                                  self._near(imported, self.known_bases))  # fmt: skip
                elif imported not in reach:
                    reach.append(imported)
                elif imported == name:
                    entry = next(e for e in self.entries["base"] if e.base == base)
                    self._problem(entry.locate("imports"), "cycle", f"'{base}' imports '{name}', which imports it",
                                  "a base builds on others in one direction")  # fmt: skip
        return tuple(reach)

    @cached_property
    def known_bases(self) -> frozenset[str]:
        """The bases of the draft, and the shipped ones, of which it may hold only what it builds on."""
        return frozenset((*self.bases, *base_folders(shipped_knowledge())))

    def _definitions(self) -> Iterator[tuple[str, Entry, str, tuple[Any, ...]]]:
        for kind in ("symptoms", "logs"):
            for entry in self.entries[kind]:
                yield "finding", entry, entry.document.id, ("id",)
        for entry in self.entries["indicators"]:
            for index, state in enumerate(entry.document.states):
                yield "finding", entry, state.id, ("states", index, "id")
        for entry in self.entries["checks"]:
            yield "check", entry, entry.document.id, ("id",)
            for index, outcome in enumerate(entry.document.outcomes):
                yield "finding", entry, outcome.id, ("outcomes", index, "id")
        for entry in self.entries["fault_tree"]:
            if ":" not in entry.document.event:
                yield "event", entry, entry.document.event, ("event",)
        for entry in self.entries["causes"]:
            yield "cause", entry, entry.document.cause, ("cause",)
        for entry in self.entries["rules"]:
            yield "rule", entry, entry.document.rule, ("rule",)
        for entry in self.entries["readings"]:
            yield "reading", entry, entry.document.id, ("id",)
        for entry in self.entries["cases"]:
            yield "case", entry, entry.document.case, ("case",)
        for entry in self.entries["circumstances"]:
            yield "circumstance", entry, entry.document.id, ("id",)
        for entry in self.entries["items"]:
            for kind in ("parts", "tools"):
                for index, item in enumerate(getattr(entry.document, kind)):
                    yield kind[:-1], entry, item.id, (kind, index, "id")

    def _define(self, kind: str, entry: Entry, name: str, path: tuple[Any, ...]) -> None:
        rivals = ("event", "cause") if kind in ("event", "cause") else (kind,)
        for rival in rivals:
            if name in self.ids[rival][entry.base]:
                first = self.locations[f"{rival} {entry.base}:{name}"]
                self._problem(
                    entry.locate(*path), "duplicate-id", f"{kind} '{name}' is already at {first}", "give it another id"
                )
                return
        self.ids[kind][entry.base].add(name)
        self.homes[kind][name].add(entry.base)
        self.locations.add(f"{kind} {entry.base}:{name}", entry, path)

    # Looking up

    def _ref(self, entry: Entry, name: str, kinds: tuple[str, ...], *path: Any) -> str | None:
        """The full id that a name means in an entry's base; None, and a problem, if there is none."""
        if entry.base not in self.bases:
            return None  # what it imports is not known while its base.yaml cannot be read
        reach = self.reach[entry.base]
        what = " or ".join(kinds)
        if ":" in name:
            base, bare = name.split(":", 1)
            if base in self.misspelt[entry.base]:
                return None
            if base not in reach:
                near = self._near(base, reach)
                hint = f"add {base} to imports" if base in self.known_bases or not near else near
                self._problem(entry.locate(*path), "unknown-base", f"'{name}': base '{base}' is not imported", hint)
                return None
            candidates = [base]
        else:
            bare = name
            own = any(entry.base in self.homes[kind].get(bare, ()) for kind in kinds)
            candidates = [entry.base] if own else list(reach[1:])
        homes = {home for kind in kinds for home in self.homes[kind].get(bare, ())}
        found = sorted(f"{home}:{bare}" for home in homes.intersection(candidates))
        if len(found) == 1:
            return found[0]
        if found:
            self._problem(entry.locate(*path), "ambiguous-id", f"{what} '{name}' is in several bases",
                          f"write one of {', '.join(found)}")  # fmt: skip
        elif not any(
            (b, word) in self.draft.unread for b in (candidates if ":" in name else reach) for word in (bare, ANYTHING)
        ):
            searched = candidates if ":" in name else reach
            other = next((kind for kind, ids in self.ids.items() for b in searched if bare in ids.get(b, ())), None)
            hint = f"'{name}' is a {other}, and no {what}" if other else self._near_by(bare, searched, kinds)
            if not self.misspelt[entry.base] or "did you mean" in hint:
                self._problem(entry.locate(*path), "unknown-id", f"unknown {what} '{name}'", hint)
        return None

    def _near_by(self, name: str, bases: Iterable[str], kinds: tuple[str, ...]) -> str:
        """What a name in some bases most likely means, as a hint; else a base that has just this name, or where to look."""
        near = self._near(name, (i for b in bases for kind in kinds for i in self.ids[kind].get(b, ())))
        homes = sorted({home for kind in kinds for home in self.homes[kind].get(name, ())}.difference(bases))
        if homes:
            return f"it is in {homes[0]}: write {homes[0]}:{name}, and import {homes[0]}"
        of_kind = "" if "finding" in kinds else f" --kind {kinds[0]}"
        return near or f"diagnoser kb find WORDS{of_kind} shows what there is"

    def _refs(self, entry: Entry, names: Iterable[str], kinds: tuple[str, ...], *path: Any) -> tuple[str, ...]:
        found = (self._ref(entry, name, kinds, *path, index) for index, name in enumerate(names))
        return tuple(f for f in found if f is not None)

    def _strengths(
        self, entry: Entry, strengths: Mapping[str, str | float | None], kinds: tuple[str, ...], *path: Any,
        default: str | float = DEFAULT_STRENGTH,
    ) -> dict[str, float]:  # fmt: skip
        found: dict[str, float] = {}
        for name, degree in strengths.items():
            full = self._ref(entry, name, kinds, *path, name)
            value = self._degree(entry, "strength", default if degree is None else degree, *path, name)
            if full is not None:
                found[full] = value
        return found

    def _degree(self, entry: Entry, scale: str, degree: str | float, *path: Any) -> float:
        value = self.scales.probability(scale, degree)
        if value is None:
            words = self.scales.words.get(scale, {})
            if words:  # else the base that defines them is missing, and that is told
                self._problem(entry.locate(*path), "unknown-word", f"'{degree}' is no word of the scale '{scale}'",
                              _as_number(degree) or f"one of {', '.join(words)}")  # fmt: skip
            return 0.5
        low, high, meaning = _RANGES[scale]
        if not low <= value <= high:
            self._problem(entry.locate(*path), "outside-scale", f"a {scale} of {value:g}", meaning)
        return value

    def _problem(self, location: Location, code: str, message: str, hint: str = "") -> None:
        severity: Literal["error", "warning"] = "warning" if code == "said-twice" else "error"
        self.problems.append(Problem(location, code, message, hint, severity))

    @staticmethod
    def _near(name: str, known: Iterable[str]) -> str:
        near = difflib.get_close_matches(name, sorted(set(known)), 1, LIKE)
        return f"did you mean '{near[0]}'?" if near else ""

    def _known(self, entry: Entry, name: str, known: Iterable[str], what: str, *path: Any) -> None:
        if name not in known:
            self._problem(entry.locate(*path), "unknown-id", f"unknown {what} '{name}'", self._near(name, known))
