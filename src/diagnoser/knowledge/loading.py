"""From folders of YAML to a knowledge base: files become entries, their form checked."""

from __future__ import annotations

import copy
import gc
import importlib.resources
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from diagnoser.errors import KnowledgeError, Location, Problem
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.base import KnowledgeBase
from diagnoser.knowledge.cost_policy import CostPolicy
from diagnoser.knowledge.escalation_policy import EscalationPolicy
from diagnoser.knowledge.files import Contents, KnowledgeFile, base_folders, contents
from diagnoser.knowledge.form import form_problems
from diagnoser.knowledge.reading_documents import Reading
from diagnoser.knowledge.rule_documents import Rule
from diagnoser.knowledge.yaml_source import YamlSource, read_yaml

_LISTS: dict[str, type[BaseModel]] = {
    "symptoms": doc.Symptom,
    "indicators": doc.Indicator,
    "logs": doc.LogPattern,
    "readings": Reading,
    "checks": doc.Check,
    "fault_tree": doc.Event,
    "circumstances": doc.Circumstance,
    "scales": doc.Scale,
    "lexicon": doc.Concept,
    "overlays": doc.Overlay,
}
_SINGLES: dict[str, tuple[type[BaseModel], str]] = {
    "causes": (doc.Cause, "cause"),
    "rules": (Rule, "rule"),
    "cases": (doc.Case, "case"),
}
_DOCUMENTS: dict[str, type[BaseModel]] = {
    "base": doc.Base,
    "items": doc.Items,
    "escalation": EscalationPolicy,
    "costs": CostPolicy,
}
_ID = re.compile(r"[a-z0-9_]{2,}")

ANYTHING = "*"
"""Stands among the unread words of a file of which it is not known what it should hold."""

_WORDS_STAND = frozenset({"syntax", "encoding"})
"""Problems of a file that was written as it should be, but for a slip: its ids stand in it. Another one may have been
overwritten."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a knowledge base, with the file that it came from."""

    base: str
    kind: str
    """The file or folder that entries of this kind live in: `symptoms`, `causes` ..."""
    document: Any
    source: YamlSource
    path: tuple[Any, ...]
    """Where in the file the document stands; empty for a document of its own."""

    def locate(self, *path: Any) -> Location:
        """The place of a part of the document."""
        return self.source.locate((*self.path, *path))


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What one file holds.

    `unread` are words that may be ids, from entries, or parts of them, whose form is wrong: what they
    name is not missing, and what they mention is not unused. `ANYTHING` may be among them.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    unread: frozenset[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read, before names are resolved.

    `unread` holds base and word of what may be an id in entries that could not be read, so that
    nobody is told that it does not exist, or that nothing uses it.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    hash: str
    unread: frozenset[tuple[str, str]] = frozenset()


def shipped_knowledge() -> Path:
    """The folder of the knowledge that comes with diagnoser.

    In a built wheel it lies inside the package; in a checkout, beside `src`.
    """
    inside = Path(str(importlib.resources.files("diagnoser"))) / "_knowledge"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "knowledge"


def load(*folders: Path | str, with_cases: bool = False) -> KnowledgeBase:
    """Load the knowledge bases that lie under some folders.

    Args:
        folders: folders that hold one folder for each base; the shipped knowledge if none is given.
        with_cases: read the cases too; a diagnosis does not need them.

    Raises:
        KnowledgeError: with every problem that was found.
    """
    return built(contents(*(folders or (shipped_knowledge(),)), with_cases=with_cases))


def beside_shipped(*folders: Path | str) -> tuple[Path, ...]:
    """Some folders, and those of the shipped bases that their bases build on and that they lack."""
    known = base_folders(*folders)
    shipped = base_folders(shipped_knowledge())
    added: list[Path] = []
    waiting = list(known.values())
    while waiting:
        for name in _imports(waiting.pop()):
            if name not in known and name in shipped:
                known[name] = shipped[name]
                added.append(shipped[name])
                waiting.append(shipped[name])
    return (*map(Path, folders), *sorted(added))


def _imports(folder: Path) -> list[str]:
    """What a base says that it builds on; nothing where it cannot be read."""
    head = read_yaml((folder / "base.yaml").read_bytes(), "base.yaml").data
    imports = head.get("imports") if isinstance(head, dict) else None
    return [name for name in imports if isinstance(name, str)] if isinstance(imports, list) else []


def built(found: Contents) -> KnowledgeBase:
    """The knowledge base that some files make up.

    Raises:
        KnowledgeError: with every problem that was found.
    """
    from diagnoser.knowledge.resolution import resolve

    with without_collection():
        base, problems = resolve(drafted(found))
    errors = [p for p in problems if p.severity == "error"]
    if base is None or errors:
        raise KnowledgeError(errors)
    return base


def read(*folders: Path | str, with_cases: bool = False) -> Draft:
    """Read and check the form of all entries under some folders; problems are collected."""
    return drafted(contents(*folders, with_cases=with_cases))


def drafted(found: Contents) -> Draft:
    """The entries of some files."""
    return drafted_files(found, {})[0]


def drafted_files(found: Contents, known: Mapping[str, ReadFile]) -> tuple[Draft, dict[str, ReadFile]]:
    """The entries of some files, and each file by its key.

    Args:
        found: the files.
        known: files that were read before, by key; they are not read again.
    """
    with without_collection():
        keys = [key_of(file) for file in found.files]
        files = [known.get(key) or read_file(file) for key, file in zip(keys, found.files, strict=True)]
    draft = Draft(
        tuple(entry for each in files for entry in each.entries),
        (*found.problems, *(problem for each in files for problem in each.problems)),
        found.hash,
        frozenset((file.base, name) for file, each in zip(found.files, files, strict=True) for name in each.unread),
    )
    return draft, dict(zip(keys, files, strict=True))


def key_of(file: KnowledgeFile) -> str:
    """Two files with the same key read alike, places included."""
    return f"{file.shown}\0{file.base}\0{file.kind}\0{file.digest}"


@contextmanager
def without_collection() -> Iterator[None]:
    """No garbage collection meanwhile: reading makes only values that stay, and is a third faster so."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_file(file: KnowledgeFile) -> ReadFile:
    """Read one file and check the form of its entries."""
    source = read_yaml(file.content, file.shown)
    problems = list(source.problems)
    stem = file.relative.rpartition("/")[2].removesuffix(".yaml")
    unread: set[str] = set()
    if not source.readable:
        unread.update(words_of(file.content, source.read_up_to), (stem,))
        if source.data is None:
            if not {p.code for p in source.problems} <= _WORDS_STAND:
                unread.add(ANYTHING)
            return ReadFile((), tuple(problems), frozenset(unread))
    entries = tuple(_entries(file.base, file.kind, Path(file.relative), source, problems, unread))
    if unread and file.kind in _SINGLES:
        unread.add(stem)
    return ReadFile(entries, tuple(problems), frozenset(unread))


def words_of(content: bytes, after: int = 0) -> list[str]:
    """What may be an id in a file, whatever its encoding, after some of its lines."""
    text = content.replace(b"\0", b"").decode("utf-8", "replace")
    return _ID.findall("\n".join(text.split("\n")[after:]))


def _words_in(data: Any) -> Iterator[str]:
    """What may be an id in some plain data."""
    if isinstance(data, dict):
        for key, inner in data.items():
            yield from _ID.findall(str(key))
            yield from _words_in(inner)
    elif isinstance(data, list):
        for inner in data:
            yield from _words_in(inner)
    elif isinstance(data, str):
        yield from _ID.findall(data)


def _entries(
    base: str, kind: str, path: Path, source: YamlSource, problems: list[Problem], unread: set[str]
) -> Iterator[Entry]:
    if kind in _LISTS:
        if source.data is None:
            return
        if not isinstance(source.data, list):
            problems.append(
                Problem(Location(source.file), "not-a-list", f"{kind} is a list", "begin entries with '- '")
            )
            return
        for index, item in enumerate(source.data):
            yield from _entry(base, kind, _LISTS[kind], source, (index,), item, problems, unread)
        return
    model, key = _SINGLES.get(kind, (_DOCUMENTS.get(kind), ""))
    assert model is not None
    for entry in _entry(base, kind, model, source, (), source.data, problems, unread):
        if key and getattr(entry.document, key) != path.stem:
            problems.append(
                Problem(
                    entry.locate(key),
                    "file-name",
                    f"{key} '{getattr(entry.document, key)}' is in a file called {path.name}",
                    f"call the file {getattr(entry.document, key)}.yaml",
                )
            )
        yield entry


def _entry(
    base: str,
    kind: str,
    model: type[BaseModel],
    source: YamlSource,
    path: tuple[Any, ...],
    data: Any,
    problems: list[Problem],
    unread: set[str],
) -> Iterator[Entry]:
    if not isinstance(data, dict):
        problems.append(_no_mapping(kind, source.locate(path), data, whole=not path))
        unread.update(_words_in(data))
        return
    try:
        yield Entry(base, kind, model.model_validate(data), source, path)
    except ValidationError as error:
        problems.extend(form_problems(error, source, path, model))
        left, taken_out = _without_errors(data, error)
        try:
            document = model.model_validate(left)
        except ValidationError:
            unread.update(_words_in(data))
            return
        unread.update(_words_in(taken_out))
        yield Entry(base, kind, document, source, path)


def _no_mapping(kind: str, where: Location, data: Any, whole: bool) -> Problem:
    if whole and isinstance(data, list):
        return Problem(
            where, "not-a-mapping", "this file holds one entry, not a list", "take the '- ' and the indentation away"
        )
    if data is not None or not whole:
        return Problem(where, "not-a-mapping", "an entry has fields", "write each as 'name: value'")
    what = _SINGLES[kind][1] if kind in _SINGLES else ""
    hint = f"take it away; diagnoser kb new {what} begins one" if what else "write it, or take the file away"
    return Problem(where, "empty-file", "the file is empty", hint)


_STAND_INS: dict[str, Any] = {
    "en": "-", "zh": "-", "source": "experience", "version": "0.0.0", "prior": "rare", "item": "-", "minutes": 30,
    "probable_cause": "equipmentMalfunction", "cost": {"minutes": 30},
    **{name: {"en": "-", "zh": "-"} for name in ("title", "meaning", "why", "how", "do", "verify", "because", "tells")},
}  # fmt: skip
"""What stands for a field that was forgotten or is wrong and decides nothing, until the author writes it."""

_GONE = object()


def _without_errors(data: dict[str, Any], error: ValidationError) -> tuple[dict[str, Any], list[Any]]:
    """An entry without what is wrong in it, so that the rest can be looked at in the same run; and what was taken out.

    What cannot be done without is still wrong afterwards.
    """
    left = copy.deepcopy(data)
    taken_out: list[Any] = []
    for item in error.errors(include_url=False):
        missing = item["type"] == "missing"
        found = _written(left, item["loc"], missing)
        if found is None:
            continue  # its fields do not go together
        holder, step = found
        if missing and step in _STAND_INS:
            holder[step] = _STAND_INS[step]
        elif not missing and holder[step] is not _GONE:
            taken_out.append({str(step): holder[step]})
            holder[step] = _STAND_INS.get(step, _GONE) if isinstance(holder, dict) else _GONE
    return _kept(left), taken_out


def _written(data: Any, path: tuple[Any, ...], missing: bool) -> tuple[Any, Any] | None:
    """The mapping or list, and the key or index in it, that a path of pydantic leads to."""
    here, found = data, None
    for place, step in enumerate(path):
        if (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        ):
            found, here = (here, step), here[step]
        elif missing and place == len(path) - 1 and isinstance(here, dict):
            return here, step
    return found


def _kept(data: Any) -> Any:
    """Some data without what was taken out."""
    if isinstance(data, dict):
        return {name: _kept(inner) for name, inner in data.items() if inner is not _GONE}
    if isinstance(data, list):
        return [_kept(inner) for inner in data if inner is not _GONE]
    return data
