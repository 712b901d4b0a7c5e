"""JSON documents with tokens in place of secrets; the structure stays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from diagnoser.errors import EvidenceError
from diagnoser.evidence.redaction.labels import kind_named
from diagnoser.evidence.redaction.lines import RedactionSettings, Redactor, Written, redact_text
from diagnoser.evidence.redaction.plain_words import looks_secret
from diagnoser.evidence.redaction.spans import TOKEN
from diagnoser.evidence.redaction.tokens import Replacement

MAX_DEPTH = 64
_LABELS = (("check", "result"), ("name", "value"), ("key", "value"), ("label", "value"), ("field", "value"))
"""Pairs of fields of which the first names what the second holds."""

_FREE_TEXT = frozenset({"report", "logs", "text", "result", "alarms", "description", "message", "value", "line"})


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted document.

    Attributes:
        content: the document, of the same structure; a text if a text was given.
        counts: how many replacements were made, by kind.
        replacements: every value that was replaced, without the value.
    """

    content: Any
    counts: dict[str, int]
    replacements: tuple[Replacement, ...]


def redact(document: Any, settings: RedactionSettings | None = None, written: list[Written] | None = None) -> Redacted:
    """Redact parsed JSON, such as an evidence document, or a text.

    Tokens are numbered in the order of sorted keys and sorted lists, so that they do not depend on
    the order in which the evidence was given. Field names count: what a field called `password` or
    `密码` holds is a secret whatever it looks like.

    Args:
        document: parsed JSON.
        settings: what is replaced.
        written: gets what is replaced, in the order of the document.

    Raises:
        EvidenceError: the document is nested deeper than 64 levels.
    """
    redactor = Redactor(settings, written)
    content = redacted_with(redactor, document)
    return Redacted(content, redactor.tokens.counts(), redactor.tokens.replacements())


def redacted_with(redactor: Redactor, document: Any) -> Any:
    """The document redacted by a new redactor, which then knows its tokens; the same document if it holds no secret.

    Raises:
        EvidenceError: the document is nested deeper than 64 levels.
    """
    first = Redactor(redactor.settings)
    _Walk(first, canonical=True).value(document, "", "", 0)
    if not first.tokens.used():
        return document
    redactor.adopt(first)
    return _Walk(redactor, canonical=False).value(document, "", "", 0)


def redact_value(document: Any, settings: RedactionSettings | None = None) -> Any:
    """The redacted content alone."""
    return redact(document, settings).content


class _Walk:
    def __init__(self, redactor: Redactor, canonical: bool) -> None:
        self._redactor = redactor
        self._canonical = canonical

    def value(self, value: Any, label: str, place: str, depth: int) -> Any:
        """A redacted value of a field with a name."""
        return self._value(value, label, place, depth, told=False)

    def _value(self, value: Any, label: str, place: str, depth: int, told: bool) -> Any:
        if depth > MAX_DEPTH:
            raise EvidenceError("", f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, str):
            return self._text(value, label, place, told)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            return self._number(value, label, place)
        if isinstance(value, dict):
            return self._object(value, place, depth)
        if isinstance(value, list | tuple):
            return self._list(list(value), label, place, depth)
        return value

    def _text(self, text: str, label: str, place: str, told: bool = False) -> str:
        """A redacted text. A label in a person's words (`told`) announces a secret only if it looks like one."""
        kind = kind_named(label) if label else None
        if (
            kind is not None
            and (not told or looks_secret(text))
            and text.strip()
            and not TOKEN.fullmatch(text)
            and text.casefold() not in _EMPTY
        ):
            return self._redactor.whole(kind, text, place)
        if "\n" in text:
            return redact_text(text, self._redactor, f"{place}:" if place else "")
        return self._redactor.line(text, place, "" if label in _FREE_TEXT else _spaced(label))

    def _number(self, number: float, label: str, place: str) -> Any:
        if (len(str(number)) < 6 and kind_named(label) is None) or not label:
            return number
        said = str(number)
        redacted = self._text(said, label, place)
        return number if redacted == said else redacted

    def _object(self, fields: dict[str, Any], place: str, depth: int) -> dict[str, Any]:
        labels = {value: str(fields[name]) for name, value in _LABELS if isinstance(fields.get(name), str)}
        redacted = {
            key: self._value(fields[key], labels.get(key, key), f"{place}/{key}", depth + 1, told=key in labels)
            for key in (sorted(fields) if self._canonical else fields)
        }
        return {self._redactor.line(key, place): value for key, value in redacted.items()}

    def _list(self, items: list[Any], label: str, place: str, depth: int) -> list[Any]:
        if items and all(isinstance(item, str) and "\n" not in item for item in items):
            if self._canonical:
                return list(self._redactor.lines(_keys_first(items), f"{place}/"))
            if any("PRIVATE KEY" in item for item in items):
                return list(self._redactor.lines(items, f"{place}/"))
        ordered = sorted(items, key=_canonical) if self._canonical else items
        return [self.value(item, label, f"{place}/{index}", depth + 1) for index, item in enumerate(ordered)]


_EMPTY = frozenset({"none", "null", "n/a", "unknown", "-", "present", "absent"})


def _canonical(item: Any) -> str:
    return json.dumps(item, sort_keys=True, ensure_ascii=True)


def _keys_first(items: Iterable[str]) -> Iterator[str]:
    """Private keys as they came, for their lines belong together; then the other lines, sorted."""
    others, in_key = [], False
    for item in items:
        if "PRIVATE KEY" in item:
            in_key = "-----BEGIN" in item and "-----END" not in item
            yield item
        elif in_key:
            yield item
        else:
            others.append(item)
    yield from sorted(others)


def _spaced(label: str) -> str:
    return "".join(f" {c}" if c.isupper() and i and label[i - 1].islower() else c for i, c in enumerate(label)).replace(
        "_", " "
    )
