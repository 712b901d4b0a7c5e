"""Texts and sources: both languages really there, and where it was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from diagnoser.errors import Problem
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.loading import Draft, Entry

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SENTENCE = re.compile(r"(?:^|\s)[A-Za-z]?[a-z]{2,}\s+(?:\S+\s+)*?[a-z]{3,}(?:$|[\s.,;])")
_NO_SOURCE = re.compile(r"(?:todo|tbd|fixme|xxx|unknown|none|n/?a|source|待补|未知|\W*)\Z", re.IGNORECASE)


_TODO = re.compile(r"\bTODO\b")
_PAIRED = re.compile(r"""[()\[\]{}（）【】《》「」“”"]""")
_PAIRS = (("(（", ")）"), ("[【", "]】"), ("{", "}"), ("《", "》"), ("「", "」"), ("“", "”"))
_JOINED = re.compile("[，、；](?!.*[或和及])")
_TITLES = ("title", "meaning")


def texts(draft: Draft) -> Iterator[Problem]:
    """A text whose one language stands in both places, one that was cut, and what `kb new` left to be filled in."""
    for entry in draft.entries:
        for path, text in _texts_of(entry.document, ()):
            if _TODO.search(f"{text.en}\n{text.zh}"):
                yield _placeholder(entry, path)
                continue
            if not _CHINESE.search(text.zh) and _SENTENCE.search(text.zh):
                yield _one_language(entry, (*path, "zh"), "the Chinese text is not in Chinese")
            if _CHINESE.search(text.en) and not re.search(r"[A-Za-z]{2}", text.en):
                yield _one_language(entry, (*path, "en"), "the English text is not in English")
            if path[-1] in _TITLES:
                yield from (_cut(entry, (*path, lang), text[lang]) for lang in ("en", "zh") if is_cut(text[lang]))

        for path, phrases in _phrases_of(entry.document):
            together = "\n".join(phrases)
            if _TODO.search(together):
                yield _placeholder(entry, path)
            if path[-1] in ("aliases", "part_aliases") and _PAIRED.search(together):
                yield from (_cut(entry, path, phrase) for phrase in phrases if is_cut(phrase))


def is_cut(text: str) -> bool:
    """Whether a bracket or a quotation mark has no partner, as where a comma without quotes cut the text in two."""
    if not _PAIRED.search(text):
        return False
    unlike = any(sum(map(text.count, left)) != sum(map(text.count, right)) for left, right in _PAIRS)
    return unlike or text.count('"') % 2 == 1


def joined(draft: Draft) -> Iterator[Problem]:
    """Phrases that a full-width comma joins: it parts nothing in a list."""
    for entry in draft.entries:
        for path, phrases in _phrases_of(entry.document):
            if path[-1] not in ("aliases", "part_aliases"):
                continue
            for phrase in phrases:
                signs = _JOINED.findall(phrase)
                if len(signs) > 1 or (signs and len(phrases) == 1):
                    yield Problem(
                        entry.locate(*path),
                        "joined-phrases",
                        f"'{phrase}' is read as one phrase",
                        f"'{signs[0]}' parts nothing; write a plain comma and a blank between phrases",
                        "warning",
                    )


def _cut(entry: Entry, path: tuple[Any, ...], text: str) -> Problem:
    return Problem(
        entry.locate(*path),
        "cut-text",
        f"'{text}' has a bracket or a quotation mark without its partner",
        "a comma cuts a text inside {...} or [...]; put the text in quotes",
        "warning",
    )


def _placeholder(entry: Entry, path: tuple[Any, ...]) -> Problem:
    return Problem(entry.locate(*path), "placeholder", "TODO is still to be filled in", "write it, or take it out")


def _phrases_of(document: Any) -> Iterator[tuple[tuple[Any, ...], tuple[str, ...]]]:
    """What stands in lists of plain strings: aliases, calls, examples."""
    for name in ("aliases", "part_aliases", "calls"):
        said = getattr(document, name, None)
        if isinstance(said, doc.Aliases | doc.Calls):
            yield (name,), (*said.en, *said.zh)
    if isinstance(document, doc.Check):
        for index, outcome in enumerate(document.outcomes):
            yield ("outcomes", index, "aliases"), (*outcome.aliases.en, *outcome.aliases.zh)
    if isinstance(document, doc.Base):
        words = document.scope.words
        yield ("scope", "words"), (*words.en, *words.zh)
        yield ("owner",), (document.owner or "",)
    if isinstance(document, doc.LogPattern):
        yield ("examples",), (*document.examples, document.pattern)


def _one_language(entry: Entry, path: tuple[Any, ...], message: str) -> Problem:
    return Problem(entry.locate(*path), "one-language", message, "every text is {en: ..., zh: ...}", "warning")


def _texts_of(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], doc.Text]]:
    if isinstance(value, doc.Text):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, inner in vars(value).items():
            if isinstance(inner, BaseModel | tuple):
                yield from _texts_of(inner, (*path, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            if not isinstance(inner, BaseModel):
                break
            yield from _texts_of(inner, (*path, index))


def sources(draft: Draft) -> Iterator[Problem]:
    """An entry whose source says nothing."""
    for entry in draft.entries:
        if not isinstance(entry.document, doc.Sourced | doc.Case):
            continue
        if not entry.document.source or any(_NO_SOURCE.match(source.strip()) for source in entry.document.source):
            yield Problem(
                entry.locate("source"),
                "missing-source",
                "the source says nothing",
                "an address, a document, a role, or: source: experience",
            )
