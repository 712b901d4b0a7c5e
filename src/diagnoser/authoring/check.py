"""`diagnoser kb check`: every problem of some knowledge at once."""

from __future__ import annotations

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from diagnoser.authoring.checking.unread import Unread, unread_files
from diagnoser.errors import Problem
from diagnoser.knowledge import KnowledgeBase, cache, shipped_knowledge
from diagnoser.knowledge.files import Contents, contents, shown
from diagnoser.knowledge.loading import Draft, Entry, ReadFile, beside_shipped, drafted_files, without_collection

FEW = 40
"""So many changed files are read again each time before what was read is kept anew."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what is wrong with it, ordered by place."""

    bases: int
    files: int
    problems: tuple[Problem, ...]


def check(*folders: Path) -> Checked:
    """Check knowledge. What was found is kept, and told again while every file is the same.

    Args:
        folders: folders of bases, a base, or a file or folder of one; the shipped knowledge if none is given.
            A base that imports shipped bases is checked together with them. Only problems of what is given count.
    """
    asked = folders or (shipped_knowledge(),)
    wanted = tuple(dict.fromkeys(map(_base_of, asked)))
    read = contents(*beside_shipped(*wanted), with_cases=True)
    inside = [shown(folder) for folder in asked]
    roots = sorted({file.shown.removesuffix(file.relative) for file in read.files})
    passed_over = tuple(unread_files(wanted, read))
    told = [f"{each.problem} {sorted(each.words)}" for each in passed_over]
    made_from = "\0".join((read.hash_with_cases, *roots, "", *inside, "", *told))
    kept = cache.fetch("checked", made_from)
    if isinstance(kept, Checked):
        return kept
    checked = _checked(read, inside, "\0".join(roots), passed_over)
    if not read.problems:
        cache.keep("checked", made_from, checked)
    return checked


def _checked(read: Contents, inside: list[str], where: str, passed_over: tuple[Unread, ...]) -> Checked:
    from diagnoser.knowledge.resolution import resolve

    with without_collection():
        draft = _drafted(read, where)
        lost = {(each.base, word) for each in passed_over for word in each.words}
        draft = replace(draft, unread=draft.unread | lost)
        base, problems = resolve(draft)
        found = set(problems)
        if base is not None:
            found.update(_unless_broken(_of_meaning(base, draft), base, draft, problems))
    found.update(each.problem for each in passed_over)
    own = sorted(p for p in found if any(_is_in(p.location.file, folder) for folder in inside))
    files = [file for file in read.files if any(_is_in(file.shown, folder) for folder in inside)]
    return Checked(len({file.base for file in files}), len(files), tuple(own))


def _drafted(read: Contents, where: str) -> Draft:
    """The entries of the files. Those that were read before, and are still the same, are not read again."""
    kept = cache.fetch("draft", where)
    known: dict[str, ReadFile] = kept if isinstance(kept, dict) else {}
    draft, files = drafted_files(read, known)
    if len(files.keys() - known.keys()) > FEW:
        cache.keep("draft", where, files)
    return draft


def _base_of(path: Path) -> Path:
    """The base that a file or folder lies in; what lies in none is taken as it is."""
    above = path.absolute().parents if path.exists() and not (path / "base.yaml").is_file() else ()
    return next((each for each in above if (each / "base.yaml").is_file()), path)


def _is_in(file: str, folder: str) -> bool:
    if folder == ".":
        return not Path(file).is_absolute()
    return file.removeprefix("./") == folder or file.removeprefix("./").startswith(folder.rstrip("/") + "/")


def _of_meaning(base: KnowledgeBase, draft: Draft) -> Iterator[Problem]:
    """Problems that only the whole knowledge shows."""
    # Imported here: they load the whole reasoning, which unchanged knowledge does not need.
    from diagnoser.authoring.check_readings import check_readings
    from diagnoser.authoring.checking import catalogue, rules, texts, tree, uses

    return itertools.chain(
        catalogue.patterns(draft),
        check_readings(base, draft),
        catalogue.lights(draft),
        catalogue.thresholds(draft),
        catalogue.unexplained(base),
        texts.texts(draft),
        texts.joined(draft),
        texts.sources(draft),
        tree.unreachable(base),
        tree.gates(draft),
        tree.twins(base),
        rules.rules(base),
        uses.unused(base, draft),
        uses.cases(base, draft),
        uses.uncased(base),
        uses.unchecked(base),
    )


_FULL_ID = re.compile(r"[a-z0-9_]+:[a-z0-9_]+")
_BY_DEFAULT_OF_OTHERS = frozenset(
    {
        "explains-nothing",
        "says-nothing",
        "no-event",
        "unreachable",
        "twins",
        "no-case",
        "no-check",
        "unused-id",
        "one-input",
    }
)
"""Problems that follow when something else is broken: a misspelt name leaves the right one unused."""


def _names_in(document: Any) -> Iterator[str]:
    """What an entry shows, explains or has as inputs, as it is written."""
    for field in ("shows", "explains", "inputs"):
        yield from (name.rpartition(":")[2] for name in getattr(document, field, ()))
    for inner in (*getattr(document, "states", ()), *getattr(document, "outcomes", ())):
        yield from _names_in(inner)


def _unless_broken(
    found: Iterable[Problem], base: KnowledgeBase, draft: Draft, errors: list[Problem]
) -> Iterator[Problem]:
    """Problems of meaning, without those that only follow from an error of form or an unknown name.

    Nothing of meaning is said about an entry that has an error of its own, and nothing is called
    unused or unreached that a misspelt name most likely meant, or that stood in what cannot be read;
    nothing at all where the head of a base is wrong, for what its names meant is unknown in every base.
    """
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in draft.entries:
        entries[entry.source.file].append(entry)

    def entry_of(problem: Problem) -> Entry | None:
        here = entries.get(problem.location.file, [])
        place = bisect.bisect_right(here, problem.location.line, key=lambda each: each.locate().line)
        return here[place - 1] if place else None

    real = [p for p in errors if p.severity == "error"]
    wrong = [entry_of(p) for p in real if p.code in ("unknown-id", "unknown-base", "ambiguous-id", "duplicate-id")]
    wrong.extend(entry_of(p) for p in draft.problems)
    broken = {id(entry) for entry in wrong}
    headless = any(entry.kind == "base" for entry in wrong if entry is not None)
    meant = {p.hint.split("'")[1] for p in real if p.code == "unknown-id" and p.hint.startswith("did you mean '")}
    meant.update(word for _, word in draft.unread)
    meant.update(name for entry in wrong if entry is not None for name in _names_in(entry.document))
    for problem in found:
        if problem.code in _BY_DEFAULT_OF_OTHERS:
            if headless:
                continue
            named = _FULL_ID.findall(problem.message)
            concerned = {*named, *base.tree.above(named)}
            found_in = entry_of(problem)
            if id(found_in) in broken or any(id_.partition(":")[2] in meant for id_ in concerned):
                continue
            if found_in is not None and draft.unread and not meant.isdisjoint(_names_in(found_in.document)):
                continue
        yield problem
