"""The fault tree: causes that nothing leads to, gates that decide nothing, causes that nothing tells apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from diagnoser.errors import Problem
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.loading import Draft, Entry


def unreachable(base: KnowledgeBase) -> Iterator[Problem]:
    """Causes that no diagnosis can ever suspect, and events that nothing shows."""
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
    for event in base.tree.top_events:
        if event not in shown_events and not any(e in shown_events for e in base.tree.below(event)):
            yield Problem(
                base.locations.get(f"event {event}", base.locations[f"event {event}"]),
                "unused-id",
                f"no finding shows event '{event}' or any event under it",
                "add shows: to a symptom, a light, a pattern or an outcome",
                "warning",
            )


def gates(draft: Draft) -> Iterator[Problem]:
    """Gates with one input."""
    counts: dict[str, int] = defaultdict(int)
    for entry in draft.entries:
        if entry.kind == "fault_tree":
            counts[_event_of(entry)] += len(entry.document.inputs)
    for entry in draft.entries:
        if entry.kind != "fault_tree" or ":" in entry.document.event:
            continue
        if entry.document.gate in ("and", "or", "atleast") and counts[_event_of(entry)] == 1:
            yield Problem(
                entry.locate("inputs"),
                "one-input",
                f"gate '{entry.document.gate}' of '{_event_of(entry)}' has one input",
                "put the input in its place, or add the others",
                "warning",
            )


def _event_of(entry: Entry) -> str:
    name: str = entry.document.event
    return name if ":" in name else f"{entry.base}:{name}"


def twins(base: KnowledgeBase) -> Iterator[Problem]:
    """Causes that nothing in the knowledge tells apart, and others that are called alike."""
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
    yield from _same_names(base, reported)


def _same_names(base: KnowledgeBase, told: set[tuple[str, ...]]) -> Iterator[Problem]:
    """Causes that are called alike in both languages: most often one was copied to begin another. Twins are told."""
    called: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cause in base.causes.values():
        called[(cause.title.en.casefold(), cause.title.zh.casefold())].append(cause.id)
    for same in called.values():
        names = sorted(same, key=lambda id_: (len(_reach(base, base.causes[id_].base)), id_)) if len(same) > 1 else same
        for copy in names[1:]:
            if any(copy in group and names[0] in group for group in told):
                continue
            yield Problem(
                base.locations[f"cause {copy}"],
                "same-name",
                f"cause '{copy}' has the title of '{names[0]}'",
                "give each its own title; of a cause that is there already, use its id, or change it by overlays.yaml",
                "warning",
            )


def _reach(base: KnowledgeBase, name: str) -> set[str]:
    """What a base builds on, so far as it is there."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in base.bases and each not in found:
            found.add(each)
            waiting.extend(base.bases[each].imports)
    return found
