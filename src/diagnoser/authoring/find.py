"""`diagnoser kb find`: what the knowledge has already, by words in either language, so that an entry can name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.documents import Aliases, Text

KINDS = (
    "event", "cause", "symptom", "light", "log", "outcome", "check", "circumstance", "part", "tool", "reason", "collect",
)  # fmt: skip
"""What an entry may name; `reason` and `collect` are of the escalation policy."""

LEAST = 0.5
"""So much of what the words of a query say, by how rare they are, an item must have."""

STRANGE = 0.4
"""What a phrase loses if it consists of other words only."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that an entry may name."""

    kind: str
    id: str
    title: Text
    aliases: Aliases = field(default_factory=Aliases)


def find(knowledge: PreparedKnowledge, query: str, kind: str | None = None, base: str | None = None) -> list[Item]:
    """What some words name, best first: all of a kind and base where there are no words.

    Args:
        query: words in either language, or an id.
        kind: one of `KINDS`.
        base: only what this base has.
    """
    items = [i for i in _items(knowledge.base) if kind in (None, i.kind) and base in (None, i.id.partition(":")[0])]
    lexicon = knowledge.observables.lexicon
    bare = query.strip().rpartition(":")[2]
    wanted = set(lexicon.tokens(bare.replace("_", " ")))
    if not wanted:
        return [i for i in items if bare in i.id] if bare else items
    phrases = [[frozenset(lexicon.tokens(p)) for p in _phrases(item)] for item in items]
    common = Counter(token for each in phrases for token in wanted & frozenset[str]().union(*each))
    weight = {token: 1 + log(len(items) / max(1, common[token])) for token in wanted}
    whole = sum(weight.values())
    scored = []
    for item, each in zip(items, phrases, strict=True):
        score = max(_score(tokens, weight) for tokens in each)
        said = max(sum(weight[t] for t in tokens & wanted) for tokens in each)
        if item.id.partition(":")[2] == bare:
            score, said = score + whole, whole
        if said >= LEAST * whole:
            scored.append((-round(score, 9), KINDS.index(item.kind), item.id, item))
    return [item for *_, item in sorted(scored, key=lambda s: s[:3])]


def _score(tokens: frozenset[str], weight: dict[str, float]) -> float:
    """How much of a query a phrase says, by the weight of its words; a little less for each word that is another."""
    shared = tokens & weight.keys()
    return sum(weight[t] for t in shared) * (1 - STRANGE * (1 - len(shared) / len(tokens))) if tokens else 0.0


def _phrases(item: Item) -> Iterator[str]:
    yield item.id.partition(":")[2].replace("_", " ")
    yield from (item.title.en, item.title.zh, *item.aliases.en, *item.aliases.zh)


def _items(base: KnowledgeBase) -> Iterator[Item]:
    """Everything that may be named; mentions of a cause are that cause."""
    for event in base.events.values():
        yield Item("event", event.id, event.title)
    for cause in base.causes.values():
        yield Item("cause", cause.id, cause.title, cause.document.aliases)
    for finding in base.findings.values():
        if finding.kind != "mention":
            yield Item(finding.kind, finding.id, finding.title, finding.aliases)
    for check in base.checks.values():
        yield Item("check", check.id, check.document.title, check.document.aliases)
    for circumstance in base.circumstances.values():
        yield Item("circumstance", circumstance.id, circumstance.document.title, circumstance.document.aliases)
    for kind, titles in (("part", base.parts), ("tool", base.tools)):
        for id_, title in titles.items():
            yield Item(kind, id_, title)
    for kind, named in (("reason", base.policy.reasons), ("collect", base.policy.collect)):
        for each in named:
            yield Item(kind, each.id, each.title)
