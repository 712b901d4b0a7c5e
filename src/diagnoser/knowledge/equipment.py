"""Which kinds of equipment some words name, by the scopes of the bases."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from diagnoser.knowledge.documents import Scope

BEGINNING = 2
"""Characters by which names are filed: only those are looked for whose beginning stands in a text."""


class EquipmentNames:
    """The words for kinds of equipment, and the beginnings of model names, of all bases.

    A word is whole in English, with its plural; a model name may go on; Chinese stands anywhere.

    Args:
        scopes: base -> which devices it speaks of.
    """

    def __init__(self, scopes: Mapping[str, Scope]) -> None:
        filed: dict[str, list[tuple[str, str, str | None]]] = defaultdict(list)
        for base, scope in scopes.items():
            for name, whole in _names(scope):
                filed[name[:BEGINNING]].append((base, name, whole))
        self._filed = {beginning: tuple(names) for beginning, names in filed.items()}

    def named_in(self, words: str) -> frozenset[str]:
        """The bases about a kind of equipment that some words name."""
        text = words.casefold()
        beginnings = {"", *text, *map("".join, pairwise(text))}
        found: set[str] = set()
        for beginning in beginnings & self._filed.keys():
            for base, name, whole in self._filed[beginning]:
                if base not in found and name in text and (whole is None or re.search(whole, text) is not None):
                    found.add(base)
        return frozenset(found)


def _names(scope: Scope) -> Iterator[tuple[str, str | None]]:
    """Each name with the pattern that must match where it stands."""
    for word in sorted({w.casefold() for w in (*scope.words.en, *scope.words.zh)}):
        yield word, rf"(?<![a-z0-9]){re.escape(word)}s?(?![a-z0-9])" if word.isascii() else None
    for model in sorted({m.casefold().rstrip("*") for m in scope.models}):
        yield model, rf"(?<![a-z0-9]){re.escape(model)}"
