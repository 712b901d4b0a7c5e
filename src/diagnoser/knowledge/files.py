"""Which files make up some knowledge, and what is in them: read whole, hashed, not yet understood."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from diagnoser.errors import Location, Problem

LISTS = (
    "symptoms", "indicators", "logs", "checks", "fault_tree", "circumstances", "scales", "lexicon", "readings",
    "overlays",
)  # fmt: skip
"""Kinds of which one file holds many entries: `<kind>.yaml`, or files in a folder of that name."""

SINGLES = ("causes", "rules", "cases")
"""Kinds with one entry in each file of a folder of that name."""

DOCUMENTS = ("base", "items", "escalation", "costs")
"""Kinds with one file in a base."""

KINDS = (*LISTS, *SINGLES, *DOCUMENTS)


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """One file of a base.

    Attributes:
        base: the name of the base's folder.
        kind: one of `KINDS`.
        relative: base and path within it, with slashes; the same wherever the folder lies.
        shown: the path as a person at the prompt would type it.
        content: the bytes.
    """

    base: str
    kind: str
    relative: str
    shown: str
    content: bytes

    @property
    def digest(self) -> str:
        """BLAKE2b of the content, hexadecimal."""
        return hashlib.blake2b(self.content, digest_size=20).hexdigest()


@dataclass(frozen=True)
class Contents:
    """The files of some knowledge in a fixed order, and what stood in the way of finding them."""

    files: tuple[KnowledgeFile, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of names and contents, hexadecimal; cases do not count, for no answer depends on them."""
        return _hash(file for file in self.files if file.kind != "cases")

    @cached_property
    def hash_with_cases(self) -> str:
        """SHA-256 of names and contents of all files, hexadecimal."""
        return _hash(self.files)


def _hash(files: Iterator[KnowledgeFile] | tuple[KnowledgeFile, ...]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative}\0{len(file.content)}\0".encode())
        digest.update(file.content)
    return digest.hexdigest()


def contents(*folders: Path | str, with_cases: bool = False) -> Contents:
    """Read all files of the bases under some folders.

    Args:
        folders: folders that hold one folder for each base, or folders of a base.
        with_cases: read the cases too.

    Raises:
        OSError: a file that is there cannot be read.
    """
    files: list[KnowledgeFile] = []
    problems: list[Problem] = []
    seen: dict[str, Path] = {}
    for root in map(Path, folders):
        for folder in _bases_in(root, problems):
            if folder.name in seen and seen[folder.name].samefile(folder):
                continue  # the same folder, given twice
            if folder.name in seen:
                problems.append(
                    Problem(
                        Location(shown(folder)), "duplicate-base", f"base {folder.name} is also in {seen[folder.name]}"
                    )
                )
                continue
            seen[folder.name] = folder
            files.extend(_files(folder, with_cases))
    return Contents(tuple(files), tuple(problems))


def _bases_in(root: Path, problems: list[Problem]) -> list[Path]:
    if not root.is_dir():
        problems.append(Problem(Location(str(root)), "no-such-folder", "not a folder", "give a knowledge folder"))
        return []
    root = root if root.name else root.resolve()
    inside = [root] if (root / "base.yaml").is_file() else sorted(p for p in root.iterdir() if p.is_dir())
    bases = [folder for folder in inside if (folder / "base.yaml").is_file()]
    if not bases:
        problems.append(Problem(Location(shown(root)), "no-base", "no knowledge base here", _where_bases_are(root)))
    return bases


def _where_bases_are(root: Path) -> str:
    """A folder in this one that holds bases, as a hint."""
    holding = next((head.parents[1] for head in sorted(root.glob("*/*/base.yaml"))), None)
    return f"they are in {shown(holding)}" if holding else "a base is a folder with base.yaml"


def base_folders(*folders: Path | str) -> dict[str, Path]:
    """The bases under some folders, by name; of two with the same name the first."""
    found: dict[str, Path] = {}
    for root in map(Path, folders):
        for folder in _bases_in(root, []):
            found.setdefault(folder.name, folder)
    return found


def shown(path: Path) -> str:
    """The path as a person at the prompt would type it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _files(folder: Path, with_cases: bool) -> Iterator[KnowledgeFile]:
    prefix = shown(folder)
    for kind in KINDS:
        if kind == "cases" and not with_cases:
            continue
        names = []
        if kind not in SINGLES and (folder / f"{kind}.yaml").is_file():
            names.append(f"{kind}.yaml")
        if kind not in DOCUMENTS:
            names.extend(sorted(_yaml_under(folder, kind)))
        for name in names:
            with open(f"{folder}/{name}", "rb", buffering=0) as file:
                content = file.read()
            yield KnowledgeFile(folder.name, kind, f"{folder.name}/{name}", f"{prefix}/{name}", content)


def _yaml_under(folder: Path, kind: str) -> Iterator[str]:
    for parent, _, names in os.walk(folder / kind):
        inside = Path(parent).relative_to(folder).as_posix()
        yield from (f"{inside}/{name}" for name in names if name.endswith(".yaml"))
