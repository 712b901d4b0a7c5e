"""A loaded knowledge base: everything resolved, nothing left to look up by name.

Items are known by their full id, `base:id`. The value is immutable and carries the hash of the
content that it was read from.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from diagnoser.errors import AmbiguousName, Location, UnknownName
from diagnoser.fault_tree import FaultTree
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge import reading_documents
from diagnoser.knowledge.cost_policy import CostPolicy
from diagnoser.knowledge.equipment import EquipmentNames
from diagnoser.knowledge.escalation_policy import EscalationPolicy
from diagnoser.knowledge.rule_documents import Rule
from diagnoser.knowledge.stored import Stored
from diagnoser.x733 import PerceivedSeverity, ProbableCause

FindingKind = Literal["symptom", "light", "log", "outcome", "mention"]
"""What a finding is; a *mention* is that a cause was named by whoever reported, rightly or not."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the knowledge can speak about."""

    id: str
    kind: FindingKind
    title: doc.Text
    aliases: doc.Aliases
    normal: bool
    severity: PerceivedSeverity | None
    background: float
    """Probability that it shows although none of its causes is there."""
    parents: tuple[tuple[str, float], ...]
    """Events and causes that show it, with their strengths, ordered by id."""
    group: str | None
    """The light or the check whose states exclude each other."""
    probable_cause: ProbableCause | None = None
    """X.733 probable cause of the alarms that mean it."""
    severity_of_one: PerceivedSeverity | None = None
    """Its severity where only one user or device is affected."""
    one_only: bool = False
    """Whether it says so."""

    @property
    def base(self) -> str:
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Light:
    """A light of `indicators.yaml`; its states are findings."""

    id: str
    document: doc.Indicator
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogPattern:
    id: str
    pattern: str
    absent_certainty: float | None
    rate: doc.Rate | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The output of a command and what is read out of it."""

    id: str
    document: reading_documents.Reading
    references: Mapping[str, str]
    """Finding as written -> full id."""

    @property
    def base(self) -> str:
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Check:
    id: str
    document: doc.Check
    outcomes: tuple[str, ...]

    @property
    def base(self) -> str:
        return self.id.partition(":")[0]

    @property
    def takes_value(self) -> bool:
        """Whether a measured value says which outcome it is."""
        return self.document.quantity is not None and any(o.when is not None for o in self.document.outcomes)


@dataclass(frozen=True, slots=True)
class Cause:
    id: str
    document: doc.Cause
    prior: float
    circumstances: tuple[tuple[str, float], ...]
    """Circumstance and the factor by which it multiplies the prior odds."""
    checks: tuple[str, ...]

    @property
    def base(self) -> str:
        return self.id.partition(":")[0]

    @property
    def title(self) -> doc.Text:
        return self.document.title


@dataclass(frozen=True, slots=True)
class EventText:
    """What a person reads about an event of the fault tree."""

    id: str
    title: doc.Text
    severity: PerceivedSeverity | None
    severity_of_one: PerceivedSeverity | None = None
    """Its severity where only one user or device is affected."""


@dataclass(frozen=True, slots=True)
class AuthoredRule:
    """A rule with every name in it resolved."""

    id: str
    document: Rule
    references: Mapping[str, str]
    """Name as written -> full id, for findings, causes, events, checks and circumstances."""

    @property
    def base(self) -> str:
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Circumstance:
    id: str
    document: doc.Circumstance


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    document: doc.Case
    references: Mapping[str, str]

    @property
    def base(self) -> str:
        return self.id.partition(":")[0]


@dataclass(frozen=True)
class KnowledgeBase:
    """All bases that were loaded together.

    `hash` is the SHA-256 of the content, as hexadecimal digits; two knowledge bases with the same
    hash answer alike.
    """

    hash: str
    bases: Mapping[str, doc.Base]
    findings: Mapping[str, Finding]
    lights: Mapping[str, Light]
    patterns: Mapping[str, LogPattern]
    checks: Mapping[str, Check]
    readings: Mapping[str, Reading]
    causes: Mapping[str, Cause]
    events: Mapping[str, EventText]
    tree: FaultTree
    rules: Mapping[str, AuthoredRule]
    circumstances: Mapping[str, Circumstance]
    parts: Mapping[str, doc.Text]
    tools: Mapping[str, doc.Text]
    lexicon: tuple[doc.Concept, ...]
    policy: EscalationPolicy
    costs: CostPolicy
    cases: Mapping[str, Case]
    locations: Mapping[str, Location] = field(repr=False)
    """Where each item is written: kind and id joined by a blank, e.g. `cause ethernet:fibre_broken`."""

    def __getstate__(self) -> dict[str, Any]:
        """For storing: the large catalogues are opened item by item."""
        large = ("findings", "lights", "checks", "causes", "events", "cases", "locations")
        return {
            name: Stored(value) if name in large else value
            for name, value in self.__dict__.items()
            if not name.startswith("_")
        }

    def active_bases(self, device: str | None, named: tuple[str, ...] = ()) -> frozenset[str]:
        """The bases that bear on a device.

        Args:
            device: what the device was called, in the reporter's words; None if it was not said.
            named: bases that were asked for; they and what they import are used as they are.

        Returns:
            The named bases with their imports; else, where the device is one that some base's
            scope speaks of, these, their imports, and every base without a vendor; else all.

        Raises:
            UnknownName: a named base does not exist.
        """
        for name in named:
            if name not in self.bases:
                raise UnknownName("base", name, self.bases)
        if named:
            return self.with_imports(named)
        said = device or ""
        in_scope = [name for name, base in self.bases.items() if _speaks_of(base.scope, said)]
        vendors = {vendor for base in self.bases.values() if (vendor := base.scope.vendor) and _names(base.scope, said)}
        if not in_scope and not vendors:
            return frozenset(self.bases)
        generic = [name for name, base in self.bases.items() if base.scope.vendor is None]
        same_vendor = [] if in_scope else [n for n, b in self.bases.items() if b.scope.vendor in vendors]
        return self.with_imports((*in_scope, *generic, *same_vendor))

    def about(self, words: str) -> frozenset[str]:
        """The bases about a kind of equipment that some words name."""
        return self._equipment.named_in(words)

    @cached_property
    def _equipment(self) -> EquipmentNames:
        return EquipmentNames({name: base.scope for name, base in self.bases.items()})

    def with_imports(self, names: Iterable[str]) -> frozenset[str]:
        """Some bases and everything that they build on."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.bases[name].imports)
        return frozenset(found)

    def group_of(self, finding: str) -> tuple[str, ...]:
        """The states of the light, or the outcomes of the check, that a finding is one of; they exclude each other."""
        group = self.findings[finding].group
        if group is None:
            return ()
        return self.lights[group].states if self.findings[finding].kind == "light" else self.checks[group].outcomes

    def find(self, kind: str, name: str) -> str:
        """The full id of a cause, finding, check or circumstance named in full or by its bare id.

        A cause may also be named by its title or an alias in either language, whatever its case.

        Raises:
            AmbiguousName: more than one thing has that name.
            UnknownName: nothing has it.
        """
        index = self._bare_ids[kind]
        candidates = index.get(name.partition(":")[2] if ":" in name else name, ())
        if name in candidates:
            return name
        if kind == "cause" and (":" in name or not candidates):
            candidates = self._causes_called.get(_said(name), ())
        elif ":" in name:
            candidates = ()
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise AmbiguousName(kind, name, candidates)
        raise UnknownName(kind, name, (*index, *self._cause_titles) if kind == "cause" else index)

    @cached_property
    def _causes_called(self) -> Mapping[str, tuple[str, ...]]:
        """A title or alias without its case -> causes, by id."""
        called: dict[str, set[str]] = {}
        for cause in self.causes.values():
            aliases = cause.document.aliases
            for phrase in (cause.title.en, cause.title.zh, *aliases.en, *aliases.zh):
                called.setdefault(_said(phrase), set()).add(cause.id)
        return {phrase: tuple(sorted(causes)) for phrase, causes in called.items()}

    @cached_property
    def _cause_titles(self) -> tuple[str, ...]:
        return tuple(title for cause in self.causes.values() for title in (cause.title.en, cause.title.zh))

    @cached_property
    def _bare_ids(self) -> dict[str, dict[str, tuple[str, ...]]]:
        index: dict[str, dict[str, tuple[str, ...]]] = {}
        for kind, items in (
            ("cause", self.causes),
            ("finding", self.findings),
            ("check", self.checks),
            ("circumstance", self.circumstances),
            ("event", self.events),
        ):
            bare: dict[str, tuple[str, ...]] = {}
            for full in sorted(items):
                name = full.partition(":")[2]
                bare[name] = (*bare.get(name, ()), full)
            index[kind] = bare
        return index


def _said(phrase: str) -> str:
    """A phrase without its case and needless blanks."""
    return " ".join(phrase.split()).casefold()


def _names(scope: doc.Scope, said: str) -> bool:
    return any(name.casefold() in said.casefold() for name in (scope.vendor or "", *scope.vendor_aliases) if name)


def _speaks_of(scope: doc.Scope, said: str) -> bool:
    """Whether a word of the device's description fits one of the scope's models."""
    fits = _any_of(scope.models)
    return any(fits(word.upper()) for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9/-]*", said))


@lru_cache(maxsize=256)
def _any_of(models: tuple[str, ...]) -> Callable[[str], object]:
    """A test whether a word in capitals is one of some models, in which `*` and `?` stand for anything."""
    return re.compile("|".join(fnmatch.translate(model.upper()) for model in models) or r"(?!)").match
