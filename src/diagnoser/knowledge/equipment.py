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
        self._vendors = {base: scope.vendor for base, scope in scopes.items() if scope.vendor is not None}
        filed: dict[str, list[tuple[str, str, str | None, bool]]] = defaultdict(list)
        for base, scope in scopes.items():
            for name, whole, model in _names(scope):
                filed[name[:BEGINNING]].append((base, name, whole, model))
        self._filed = {beginning: tuple(names) for beginning, names in filed.items()}

    def named_in(self, words: str) -> frozenset[str]:
        """The bases about a kind of equipment that some words name.

        A model settles which equipment of its vendor is meant: *S12700* is no router, though its main board is called as those
        of routers are.
        """
        text = words.casefold()
        beginnings = {"", *text, *map("".join, pairwise(text))}
        found: set[str] = set()
        by_model: set[str] = set()
        for beginning in beginnings & self._filed.keys():
            for base, name, whole, model in self._filed[beginning]:
                known = by_model if model else found
                if base not in known and name in text and (whole is None or re.search(whole, text) is not None):
                    known.add(base)
        settled = {self._vendors[base] for base in by_model if base in self._vendors}
        return frozenset(by_model | {base for base in found if self._vendors.get(base) not in settled})


def _names(scope: Scope) -> Iterator[tuple[str, str | None, bool]]:
    """Each name with the pattern that must match where it stands, and whether it is that of a model."""
    for word in sorted({w.casefold() for w in (*scope.words.en, *scope.words.zh)}):
        yield word, rf"(?<![a-z0-9]){re.escape(word)}s?(?![a-z0-9])" if word.isascii() else None, False
    for model in sorted({m.casefold().rstrip("*") for m in scope.models}):
        yield model, rf"(?<![a-z0-9]){re.escape(model)}", True
