"""Tokens in place of values: the same value gets the same token within one case.

Tokens are numbered by first occurrence and not keyed digests: a number tells nothing about the
value, whereas the digest of an IPv4 address or a phone number is found by trying them all, and a
key would have to be kept. The price is that two cases cannot be compared by their tokens, which is
meant. That two addresses lie in one subnet can no longer be seen; prefix lengths and masks stay.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from diagnoser.evidence.redaction.spans import TOKEN, Kind


@dataclass(frozen=True, slots=True)
class Replacement:
    """One value that was replaced.

    Attributes:
        token: what stands in its place.
        kind: what it is.
        count: how often it was replaced.
        shown: enough of the value to recognise it: its length, and the first characters of longer ones.
        place: where it was met first: a line number, or a JSON pointer.
    """

    token: str
    kind: Kind
    count: int
    shown: str
    place: str


class Tokens:
    """The tokens of one case. Grows while the case is read; knows values only in memory."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}
        self._kinds: dict[str, Kind] = {}
        self._shown: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._used: Counter[str] = Counter()
        self._taken: set[str] = set()
        self._last: Counter[str] = Counter()

    def token(self, kind: Kind, value: str) -> str:
        """The token of a value. A token that an earlier redaction left keeps its name if it is free."""
        known = self._tokens.get(value)
        if known is not None:
            return known
        if TOKEN.fullmatch(value) and value not in self._taken:
            token = value
        else:
            number = self._last[kind] + 1
            while f"<{kind}-{number}>" in self._taken:
                number += 1
            self._last[kind] = number
            token = f"<{kind}-{number}>"
        self._taken.add(token)
        self._tokens[value] = token
        if not TOKEN.fullmatch(value):
            self._kinds[token] = kind
            self._shown[token] = _shown(value)
        return token

    def use(self, kind: Kind, value: str, place: str) -> str:
        """The token of a value, counted as a replacement at a place."""
        token = self.token(kind, value)
        self._used[token] += 1
        self._places.setdefault(token, place)
        return token

    def used(self) -> bool:
        """Whether anything was replaced, tokens of an earlier redaction included."""
        return bool(self._used)

    def unused(self) -> Tokens:
        """The same tokens, none of them used yet."""
        fresh = Tokens()
        fresh._tokens, fresh._kinds, fresh._shown = self._tokens, self._kinds, self._shown
        fresh._taken, fresh._last = self._taken, self._last
        return fresh

    def counts(self) -> dict[str, int]:
        """How many replacements were made, by kind; ordered by name."""
        counted: Counter[str] = Counter()
        for token, kind in self._kinds.items():
            if self._used[token]:
                counted[kind] += self._used[token]
        return dict(sorted(counted.items()))

    def replacements(self) -> tuple[Replacement, ...]:
        """Every value that was replaced, by kind and number."""
        rows = [
            Replacement(token, kind, self._used[token], self._shown[token], self._places[token])
            for token, kind in self._kinds.items()
            if self._used[token]
        ]
        return tuple(sorted(rows, key=lambda r: (r.kind, int(r.token[:-1].rpartition("-")[2]))))


def _shown(value: str) -> str:
    head = value[:2] if len(value) >= 6 else ""
    return f"{head}... ({len(value)} characters)"
