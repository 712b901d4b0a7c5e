"""Files that lie in a base and are not read: called otherwise than the format wants, or in a folder of another name."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from diagnoser.errors import Location, Problem
from diagnoser.knowledge.files import DOCUMENTS, KINDS, LISTS, SINGLES, Contents, base_folders, shown
from diagnoser.knowledge.loading import words_of

_MEANT = (".yml", ".yaml.txt", ".yml.txt", ".YAML", ".YML", ".yaml.yaml")
"""Endings of which it is certain what was meant."""

_HOLDS = re.compile(rb"^(cause|rule|case): ", re.MULTILINE)
"""How a file of a cause, a rule or a case begins."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or folder that was passed over, and what is to be said about it."""

    problem: Problem
    base: str
    words: frozenset[str] = frozenset()
    """What may be ids in it: they are not missing, and what they name is not unused."""


def unread_files(folders: Iterable[Path], read: Contents) -> Iterator[Unread]:
    """Files of YAML in the bases of some folders that are not among those that were read, and folders that should be bases."""
    known = {file.shown for file in read.files}
    for root in folders:
        for folder in base_folders(root).values():
            prefix = shown(folder)
            for inside, name in _looks_like_yaml(folder):
                path = f"{prefix}/{inside}{name}"
                if path not in known:
                    content = (folder / inside / name).read_bytes()
                    holds = _HOLDS.search(content)
                    problem = _unread(path, inside.rstrip("/"), name, holds[1].decode() if holds else "")
                    yield Unread(problem, folder.name, frozenset(words_of(content)))
        if root.is_dir() and not (root / "base.yaml").is_file():
            yield from _headless(root)


def _looks_like_yaml(folder: Path) -> Iterator[tuple[str, str]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        inside = "" if parent == str(folder) else f"{Path(parent).relative_to(folder).as_posix()}/"
        for name in names:
            if not name.startswith(".") and (name.endswith((".yaml", *_MEANT))):
                yield inside, name


def _unread(path: str, inside: str, name: str, holds: str) -> Problem:
    where = Location(path)
    ending = next((each for each in sorted(_MEANT, key=len, reverse=True) if name.endswith(each)), "")
    if ending:
        right = f"{name.removesuffix(ending)}.yaml"
        return Problem(where, "unread-file", "the file is not read: its name does not end in .yaml", f"call it {right}")
    if holds:
        return Problem(where, "unread-file", f"the file is not read: it holds a {holds}", f"put it into {holds}s/")
    near = difflib.get_close_matches(inside.partition("/")[0] or name.removesuffix(".yaml"), KINDS, 1, 0.7)
    if near and not inside and near[0] not in SINGLES:
        return Problem(
            where,
            "unread-file",
            "the file is not read: no file of a base has this name",
            f"did you mean {near[0]}.yaml?",
        )
    if near:
        return Problem(
            where, "unread-file", "the file is not read: no folder of a base has this name", f"did you mean {near[0]}/?"
        )
    if inside:
        hint = f"folders of a base are {', '.join(f'{kind}/' for kind in SINGLES)} and those of lists, such as logs/"
    else:
        hint = f"a cause belongs into causes/, a case into cases/; lists are {', '.join(f'{kind}.yaml' for kind in (*LISTS, *DOCUMENTS))}"
    return Problem(where, "unread-file", "the file is not read", hint, "warning")


def _headless(root: Path) -> Iterator[Unread]:
    """Folders beside the bases that hold what a base holds, but have no head."""
    for folder in sorted(each for each in root.iterdir() if each.is_dir()):
        if (folder / "base.yaml").is_file():
            continue
        if any((folder / f"{kind}.yaml").is_file() or (folder / kind).is_dir() for kind in KINDS):
            hint = f"write {folder.name}/base.yaml: base, title, version, imports"
            what = f"'{folder.name}' is not read: it has no base.yaml"
            yield Unread(Problem(Location(shown(folder)), "no-base", what, hint), folder.name)
