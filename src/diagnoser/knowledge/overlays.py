"""What a team says otherwise about shipped items, laid over them without copying them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from diagnoser.errors import Location, Problem
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.loading import Entry

Said = TypeVar("Said", doc.Aliases, doc.Calls)


@dataclass(slots=True)
class Laid:
    """What overlays say about one item, taken together."""

    prior: tuple[float, Any] | None = None
    """Probability, and the word or number as it was written."""
    background: float | None = None
    circumstances: dict[str, float] = field(default_factory=dict)
    """Full id of a circumstance -> factor."""
    aliases: list[doc.Aliases] = field(default_factory=list)
    calls: list[doc.Calls] = field(default_factory=list)

    def words(self, own: doc.Aliases) -> doc.Aliases:
        """An item's aliases with the added ones."""
        return _together(own, self.aliases)

    def told(self, own: doc.Calls) -> doc.Calls:
        """A cause's calls with the added ones."""
        return _together(own, self.calls)

    def factors(self, own: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
        """An item's circumstances with the changed ones; a factor of 1 takes one away."""
        return tuple(sorted((c, f) for c, f in {**own, **self.circumstances}.items() if f != 1.0))


def _together(own: Said, added: list[Said]) -> Said:
    return type(own)(
        en=tuple(dict.fromkeys((*own.en, *(phrase for each in added for phrase in each.en)))),
        zh=tuple(dict.fromkeys((*own.zh, *(phrase for each in added for phrase in each.zh)))),
    )


class Overlays:
    """All overlays by the full id of their item; two that say different things of one item clash."""

    def __init__(self) -> None:
        self.causes: dict[str, Laid] = {}
        self.findings: dict[str, Laid] = {}
        self._said: dict[tuple[str, str], Location] = {}

    def lay(
        self, entry: Entry, item: str, prior: float | None, background: float | None, circumstances: Mapping[str, float]
    ) -> list[Problem]:
        """Add one overlay, its names and words resolved; what clashes with an earlier one is a problem."""
        overlay: doc.Overlay = entry.document
        group = self.causes if overlay.cause is not None else self.findings
        laid = group.setdefault(item, Laid())
        problems: list[Problem] = []
        if item.partition(":")[0] == entry.base:
            problems.append(
                Problem(entry.locate(), "overlay-own", f"'{item}' is of this base", "change the entry itself")
            )
        if prior is not None and self._first(entry, item, problems, "prior"):
            laid.prior = (prior, overlay.prior)
        if background is not None and self._first(entry, item, problems, "background"):
            laid.background = background
        for name, factor in circumstances.items():
            if self._first(entry, item, problems, "circumstances", name):
                laid.circumstances[name] = factor
        if overlay.aliases.en or overlay.aliases.zh:
            laid.aliases.append(overlay.aliases)
        if overlay.calls.en or overlay.calls.zh:
            laid.calls.append(overlay.calls)
        return problems

    def _first(self, entry: Entry, item: str, problems: list[Problem], *path: str) -> bool:
        key = (item, " ".join(path))
        location = entry.locate(path[0], *(p.partition(":")[2] for p in path[1:]))
        if key in self._said:
            problems.append(
                Problem(
                    location,
                    "overlay-conflict",
                    f"{key[1]} of '{item}' is already changed at {self._said[key]}",
                    "keep one of them",
                )
            )
            return False
        self._said[key] = location
        return True
