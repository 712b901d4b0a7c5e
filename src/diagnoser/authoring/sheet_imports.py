"""Which bases an imported sheet builds on: those that have what its rows name and do not define."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from diagnoser.knowledge.loading import Draft
from diagnoser.knowledge.names import Names
from diagnoser.knowledge.yaml_source import read_yaml

_NAMING: dict[str, tuple[str, ...]] = {
    "inputs": ("event", "cause"),
    "shows": ("event", "cause"),
    "explains": ("finding",),
    "circumstances": ("circumstance",),
    "checks": ("check",),
    "parts": ("part",),
    "tools": ("tool",),
}
"""Field -> the kinds of thing that it may name."""


def imports_of(files: Mapping[str, str], others: Draft) -> tuple[str, ...]:
    """The bases that some files build on, `common` first.

    A bare name that several bases have is left for `kb check` to ask about.

    Args:
        files: path -> YAML, as `imported` makes them.
        others: the bases that there are.
    """
    documents = [document for text in files.values() for document in _documents(text)]
    own = {document.get(key) for document in documents for key in ("id", "event", "cause")}
    named = {each for document in documents for each in _named(document)}
    homes = Names(others).homes
    needed = {name.partition(":")[0] for _, name in named if ":" in name}
    for kinds, name in named:
        bases = {base for kind in kinds for base in homes[kind].get(name, ())}
        if name not in own and len(bases) == 1:
            needed |= bases
    return ("common", *sorted(needed - {"common"}))


def _documents(text: str) -> list[dict[str, Any]]:
    data = read_yaml(text, "").data
    return data if isinstance(data, list) else [data]


def _named(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a document names, with the kinds of thing that it may be."""
    if isinstance(value, list):
        for inner in value:
            yield from _named(inner)
    elif isinstance(value, dict):
        if ":" in value.get("event", ""):
            yield ("event",), value["event"]
        for field, inner in value.items():
            if field in _NAMING:
                yield from ((_NAMING[field], name) for name in _names(inner))
            else:
                yield from _named(inner)


def _names(value: Any) -> Iterator[str]:
    """The names of a field: `[a, {b: often}]` and `{a: often, b: often}` are both a and b."""
    if isinstance(value, str):
        yield value
    else:
        for item in value:
            yield from _names(item)
