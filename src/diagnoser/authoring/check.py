"""`diagnoser kb check`: every problem of some knowledge at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import re2

from diagnoser.authoring.check_readings import check_readings
from diagnoser.errors import Location, Problem, UnsupportedRule
from diagnoser.inference.rulebook import rules_of
from diagnoser.knowledge import KnowledgeBase, read, shipped_knowledge
from diagnoser.knowledge.loading import Draft
from diagnoser.knowledge.resolution import resolve


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what is wrong with it, ordered by place."""

    bases: int
    files: int
    problems: tuple[Problem, ...]


def check(*folders: Path) -> Checked:
    """Check knowledge.

    Args:
        folders: folders of bases, or a base; the shipped knowledge if none is given. A base that
            imports shipped bases is checked together with them, and only its own problems count.
    """
    wanted = folders or (shipped_knowledge(),)
    draft = _with_imports(wanted)
    base, problems = resolve(draft)
    if base is not None:
        problems = [*problems, *_of_meaning(base, draft)]
    inside = [str(_shown(folder)) for folder in wanted]
    own = sorted({p for p in problems if any(_is_in(p.location.file, folder) for folder in inside)})
    files = {e.source.file for e in draft.entries if any(_is_in(e.source.file, folder) for folder in inside)}
    bases = {e.base for e in draft.entries if e.source.file in files}
    return Checked(len(bases), len(files), tuple(own))


def _with_imports(folders: tuple[Path, ...]) -> Draft:
    """The folders, and the shipped knowledge beside them where they build on it."""
    draft = read(*folders, with_cases=True)
    defined = {e.base for e in draft.entries}
    imported = {name for e in draft.entries if e.kind == "base" for name in e.document.imports}
    if imported - defined:
        shipped = [
            p for p in sorted(shipped_knowledge().iterdir()) if (p / "base.yaml").is_file() and p.name not in defined
        ]
        return read(*folders, *shipped, with_cases=True)
    return draft


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _is_in(file: str, folder: str) -> bool:
    return folder == "." or file == folder or file.startswith(folder.rstrip("/") + "/")


def _of_meaning(base: KnowledgeBase, draft: Draft) -> Iterator[Problem]:
    """Problems that only the whole knowledge shows."""
    yield from _patterns(draft)
    yield from check_readings(base, draft)
    yield from _unexplained_findings(base)
    yield from _unreachable_causes(base)
    yield from _gates(draft)
    yield from _twins(base)
    yield from _uncased_causes(base)
    try:
        rules_of(base)
    except UnsupportedRule as error:
        where = base.locations.get(f"rule {error.rule}", Location("rules"))
        yield Problem(where, "rule", error.what, "see the section on rules in knowledge/README.md")


def _patterns(draft: Draft) -> Iterator[Problem]:
    options = re2.Options()
    options.log_errors = False
    for entry in draft.entries:
        if entry.kind != "logs":
            continue
        try:
            pattern: Any = re2.compile(entry.document.pattern, options=options)
        except re2.error:
            continue
        for index, line in enumerate(entry.document.examples):
            if not pattern.search(line):
                yield Problem(
                    entry.locate("examples", index),
                    "pattern-misses",
                    f"'{entry.document.id}' misses its own example",
                    "mend the pattern or the example",
                )
        for index, line in enumerate(entry.document.not_):
            if pattern.search(line):
                yield Problem(
                    entry.locate("not", index),
                    "pattern-hits",
                    f"'{entry.document.id}' matches what it must not",
                    "make the pattern narrower",
                )


def _unexplained_findings(base: KnowledgeBase) -> Iterator[Problem]:
    used = {full for rule in base.rules.values() for full in rule.references.values()}
    for finding in base.findings.values():
        if not finding.parents and not finding.normal and finding.id not in used:
            where = base.locations[f"finding {finding.id}"]
            yield Problem(
                where,
                "explains-nothing",
                f"no event or cause shows '{finding.id}'",
                "add shows: to it, explains: to a cause, or normal: true",
                "warning",
            )


def _unreachable_causes(base: KnowledgeBase) -> Iterator[Problem]:
    direct = {parent for finding in base.findings.values() for parent, _ in finding.parents}
    shown_events = {p for p in direct if p in base.tree.gates}
    for cause in base.causes:
        above = base.tree.above((cause,))
        where = base.locations[f"cause {cause}"]
        if not above:
            yield Problem(
                where,
                "no-event",
                f"cause '{cause}' is under no event of the fault tree",
                "add it to the inputs of an event",
            )
        if cause not in direct and not above & shown_events:
            yield Problem(
                where,
                "unreachable",
                f"nothing that can be seen leads to cause '{cause}'",
                "give it explains:, or a symptom to its event",
            )


def _gates(draft: Draft) -> Iterator[Problem]:
    counts: dict[str, int] = defaultdict(int)
    for entry in draft.entries:
        if entry.kind == "fault_tree":
            name = entry.document.event if ":" in entry.document.event else f"{entry.base}:{entry.document.event}"
            counts[name] += len(entry.document.inputs)
    for entry in draft.entries:
        if entry.kind != "fault_tree" or ":" in entry.document.event:
            continue
        if entry.document.gate in ("and", "or") and counts[f"{entry.base}:{entry.document.event}"] == 1:
            yield Problem(
                entry.locate("inputs"),
                "one-input",
                f"gate '{entry.document.gate}' of '{entry.document.event}' has one input",
                "put the input in its place, or add the others",
                "warning",
            )


def _twins(base: KnowledgeBase) -> Iterator[Problem]:
    from diagnoser.ranking import relations_of

    reported: set[tuple[str, ...]] = set()
    for cause, group in relations_of(base).indistinguishable.items():
        if group not in reported:
            reported.add(group)
            others = ", ".join(g for g in group if g != cause)
            yield Problem(
                base.locations[f"cause {cause}"],
                "twins",
                f"nothing tells '{cause}' apart from {others}",
                "add a finding that only one of them shows, or merge them",
                "warning",
            )


def _uncased_causes(base: KnowledgeBase) -> Iterator[Problem]:
    expected: set[str] = set()
    for case in base.cases.values():
        wanted = case.document.expect
        names = [name for name in (wanted.first, *wanted.within.values()) if name is not None]
        expected.update(case.references[name] for name in names if name in case.references)
    for cause in base.causes:
        if cause not in expected:
            where = base.locations[f"cause {cause}"]
            yield Problem(where, "no-case", f"no case expects cause '{cause}'", "add one to cases/", "warning")
