"""From folders of YAML to a knowledge base: the one place of this package that touches the disk."""

from __future__ import annotations

import hashlib
import importlib.resources
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from diagnoser.errors import KnowledgeError, Location, Problem
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.base import KnowledgeBase
from diagnoser.knowledge.escalation_policy import EscalationPolicy
from diagnoser.knowledge.yaml_source import YamlSource, read_yaml

_LISTS: dict[str, type[BaseModel]] = {
    "symptoms": doc.Symptom,
    "indicators": doc.Indicator,
    "logs": doc.LogPattern,
    "readings": doc.Reading,
    "checks": doc.Check,
    "fault_tree": doc.Event,
    "circumstances": doc.Circumstance,
    "scales": doc.Scale,
    "lexicon": doc.Concept,
}
_SINGLES: dict[str, tuple[type[BaseModel], str]] = {
    "causes": (doc.Cause, "cause"),
    "rules": (doc.Rule, "rule"),
    "cases": (doc.Case, "case"),
}
_DOCUMENTS: dict[str, type[BaseModel]] = {
    "base": doc.Base,
    "items": doc.Items,
    "escalation": EscalationPolicy,
}
KINDS = (*_LISTS, *_SINGLES, *_DOCUMENTS)


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
class Draft:
    """What was read, before names are resolved."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    hash: str


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
    from diagnoser.knowledge.resolution import resolve

    draft = read(*(folders or (shipped_knowledge(),)), with_cases=with_cases)
    base, problems = resolve(draft)
    errors = [p for p in problems if p.severity == "error"]
    if base is None or errors:
        raise KnowledgeError(errors)
    return base


def read(*folders: Path | str, with_cases: bool = False) -> Draft:
    """Read and check the form of all entries under some folders; problems are collected."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    digest = hashlib.sha256()
    seen_bases: dict[str, Path] = {}
    for root in map(Path, folders):
        if not root.is_dir():
            problems.append(Problem(Location(str(root)), "no-such-folder", "not a folder", "give a knowledge folder"))
            continue
        folders_of_bases = [root] if (root / "base.yaml").is_file() else sorted(p for p in root.iterdir() if p.is_dir())
        bases = [folder for folder in folders_of_bases if (folder / "base.yaml").is_file()]
        if not bases:
            problems.append(
                Problem(Location(str(root)), "no-base", "no knowledge base here", "a base is a folder with base.yaml")
            )
        for folder in bases:
            name = folder.name
            if name in seen_bases:
                problems.append(
                    Problem(Location(str(folder)), "duplicate-base", f"base {name} is also in {seen_bases[name]}")
                )
                continue
            seen_bases[name] = folder
            for kind, path in _files(folder, with_cases):
                content = path.read_bytes()
                relative = f"{name}/{path.relative_to(folder).as_posix()}"
                if kind != "cases":
                    digest.update(f"{relative}\0{len(content)}\0".encode() + content)
                source = read_yaml(content, _shown(path))
                problems.extend(source.problems)
                if not source.problems:
                    entries.extend(_entries(name, kind, path, source, problems))
    return Draft(tuple(entries), tuple(problems), digest.hexdigest())


def _shown(path: Path) -> str:
    """The path as a person at the prompt would type it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _files(folder: Path, with_cases: bool) -> Iterator[tuple[str, Path]]:
    for kind in KINDS:
        if kind == "cases" and not with_cases:
            continue
        single = folder / f"{kind}.yaml"
        if kind not in _SINGLES and single.is_file():
            yield kind, single
        if kind not in _DOCUMENTS and (folder / kind).is_dir():
            for path in sorted((folder / kind).rglob("*.yaml")):
                yield kind, path


def _entries(base: str, kind: str, path: Path, source: YamlSource, problems: list[Problem]) -> Iterator[Entry]:
    if kind in _LISTS:
        if source.data is None:
            return
        if not isinstance(source.data, list):
            problems.append(
                Problem(Location(source.file), "not-a-list", f"{kind} is a list", "begin entries with '- '")
            )
            return
        for index, item in enumerate(source.data):
            yield from _entry(base, kind, _LISTS[kind], source, (index,), item, problems)
        return
    model, key = _SINGLES.get(kind, (_DOCUMENTS.get(kind), ""))
    assert model is not None
    for entry in _entry(base, kind, model, source, (), source.data, problems):
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
) -> Iterator[Entry]:
    try:
        yield Entry(base, kind, model.model_validate(data), source, path)
    except ValidationError as error:
        problems.extend(form_problems(error, source, path, model))


def form_problems(
    error: ValidationError, source: YamlSource, path: tuple[Any, ...], model: type[BaseModel]
) -> Iterable[Problem]:
    """What pydantic found, as problems with a place and in an author's words."""
    from diagnoser.errors import did_you_mean

    seen: set[tuple[Location, str]] = set()
    for item in error.errors(include_url=False):
        location = source.locate((*path, *item["loc"]))
        where = ".".join(str(step) for step in item["loc"] if isinstance(step, int) or str(step).isidentifier())
        hint = ""
        if item["type"] == "missing":
            code, message = "missing-field", f"'{item['loc'][-1]}' is missing"
            if item["loc"][-1] in ("en", "zh"):
                code, hint = "one-language", "every text is {en: ..., zh: ...}"
        elif item["type"] == "extra_forbidden":
            code, message = "unknown-field", f"unknown field '{item['loc'][-1]}'"
            names = [f.alias or name for name, f in model.model_fields.items()] if len(item["loc"]) == 1 else []
            hint = did_you_mean(str(item["loc"][-1]), names).removeprefix("; ")
        else:
            code, message = "bad-value", f"{where}: {item['msg'].removeprefix('Value error, ')}"
        if (location, code) not in seen:
            seen.add((location, code))
            yield Problem(location, code, message, hint)
