"""Ids that nothing uses, and cases that cannot be run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diagnoser.errors import EvidenceError, Problem, UnknownName
from diagnoser.evidence import evidence_from
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.loading import Draft, Entry


def unused(base: KnowledgeBase, draft: Draft) -> Iterator[Problem]:
    """Checks, parts, tools and circumstances that nothing mentions."""
    mentioned = _mentioned(base, draft)
    for check in base.checks.values():
        speaks = any(base.findings[o].parents for o in check.outcomes if o in base.findings)
        if not speaks and check.id not in mentioned["check"]:
            yield _unused(base, "check", check.id, "let an outcome show something, or name it in a cause's checks")
    for kind, ids, hint in (
        ("part", base.parts, "name it in a repair, or take it out"),
        ("tool", base.tools, "name it in a repair or a check, or take it out"),
        ("circumstance", base.circumstances, "give a cause a factor for it, or take it out"),
    ):
        for id_ in ids:
            if id_ not in mentioned[kind] and id_.partition(":")[2] not in mentioned[kind]:
                yield _unused(base, kind, id_, hint)


def _unused(base: KnowledgeBase, kind: str, id_: str, hint: str) -> Problem:
    return Problem(base.locations[f"{kind} {id_}"], "unused-id", f"nothing uses {kind} '{id_}'", hint, "warning")


def _mentioned(base: KnowledgeBase, draft: Draft) -> dict[str, set[str]]:
    """Kind -> ids, full or as written, that something mentions."""
    found: dict[str, set[str]] = {"check": set(), "part": set(), "tool": set(), "circumstance": set()}
    for cause in base.causes.values():
        found["check"].update(cause.checks)
        found["circumstance"].update(name for name, _ in cause.circumstances)
        for repair in cause.document.repair:
            found["part"].update(repair.parts)
            found["tool"].update((*repair.tools, *repair.cost.tools))
    for check in base.checks.values():
        found["tool"].update(check.document.cost.tools)
    for rule in base.rules.values():
        for name, full in rule.references.items():
            kind = name.partition(" ")[0]
            if kind in found:
                found[kind].add(full)
    for policy_rule in base.policy.policy:
        if policy_rule.when.circumstance is not None:
            found["circumstance"].add(policy_rule.when.circumstance)
    for entry in draft.entries:
        if entry.kind == "overlays":
            found["circumstance"].update(entry.document.circumstances)
    return found


def cases(base: KnowledgeBase, draft: Draft) -> Iterator[Problem]:
    """Cases whose evidence cannot be read or names what does not exist, or that contradict themselves."""
    for entry in draft.entries:
        if entry.kind == "cases":
            yield from _case(base, entry)


def _case(base: KnowledgeBase, entry: Entry) -> Iterator[Problem]:
    case = entry.document
    if case.expect.first is not None and case.expect.first in case.expect.not_first:
        yield Problem(
            entry.locate("expect"), "case-conflict", f"'{case.expect.first}' is to be first and not first",
            "take it out of one of them",
        )  # fmt: skip
    try:
        evidence = evidence_from({"report": case.tells.en, **case.evidence})
    except EvidenceError as error:
        path = tuple(int(s) if s.isdigit() else s for s in error.pointer.split("/")[1:])
        yield Problem(entry.locate("evidence", *path), "case-evidence", error.message, "see the evidence document")
        return
    names: list[tuple[str, str, tuple[Any, ...]]] = [
        ("circumstance", name, ("circumstances", name)) for name in evidence.circumstances if name.isidentifier()
    ]
    names.extend(("finding", name, ("answers", name)) for name in evidence.answers)
    for kind, name, path in names:
        try:
            base.find(kind, name)
        except UnknownName as error:
            if kind == "finding" or "did you mean" in str(error):
                hint = str(error).partition("; ")[2]
                yield Problem(entry.locate("evidence", *path), "unknown-id", f"unknown {kind} '{name}'", hint)


def uncased(base: KnowledgeBase) -> Iterator[Problem]:
    """Causes that no case expects."""
    expected: set[str] = set()
    for case in base.cases.values():
        wanted = case.document.expect
        names = [name for name in (wanted.first, *wanted.within.values()) if name is not None]
        expected.update(case.references[name] for name in names if name in case.references)
    for cause in base.causes:
        if cause not in expected:
            where = base.locations[f"cause {cause}"]
            yield Problem(where, "no-case", f"no case expects cause '{cause}'", "add one to cases/", "warning")


def unchecked(base: KnowledgeBase) -> Iterator[Problem]:
    """Causes that nobody can look for: they name no check, and no outcome of one speaks of them."""
    outcomes = (outcome for check in base.checks.values() for outcome in check.outcomes if outcome in base.findings)
    spoken_of = {parent for outcome in outcomes for parent, _ in base.findings[outcome].parents}
    for cause in base.causes.values():
        if not cause.checks and cause.id not in spoken_of:
            where = base.locations[f"cause {cause.id}"]
            hint = "name one in its checks, or let an outcome show it"
            yield Problem(where, "no-check", f"no check looks for cause '{cause.id}'", hint, "warning")
