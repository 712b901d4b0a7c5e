"""`diagnoser kb stats`: how much there is, in all and by base."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel

from diagnoser.knowledge import KnowledgeBase


class Counts(BaseModel):
    """How many there are of each kind. `indicators` counts states of lights."""

    causes: int
    log_patterns: int
    indicators: int
    lights: int
    symptoms: int
    checks: int
    outcomes: int
    events: int
    rules: int
    circumstances: int
    cases: int


class Stats(BaseModel):
    """Counts and health of some knowledge."""

    total: Counts
    bases: dict[str, Counts]
    confidence: dict[str, int]
    basis: dict[str, int]
    experience: int


def stats(base: KnowledgeBase) -> Stats:
    """Count; load the knowledge with its cases to have them counted too."""

    def counts(name: str | None) -> Counts:
        def own(ids: object) -> int:
            return sum(name is None or str(i).startswith(f"{name}:") for i in ids)  # type: ignore[attr-defined]

        kinds = Counter(f.kind for f in base.findings.values() if name is None or f.base == name)
        return Counts(
            causes=own(base.causes),
            log_patterns=kinds["log"],
            indicators=kinds["light"],
            lights=own(base.lights),
            symptoms=kinds["symptom"],
            checks=own(base.checks),
            outcomes=kinds["outcome"],
            events=own(base.events),
            rules=own(base.rules),
            circumstances=own(base.circumstances),
            cases=own(base.cases),
        )

    documents = [c.document for c in base.causes.values()]
    return Stats(
        total=counts(None),
        bases={name: counts(name) for name in base.bases},
        confidence=dict(sorted(Counter(d.confidence for d in documents).items())),
        basis=dict(sorted(Counter(d.basis for d in documents).items())),
        experience=sum("experience" in d.source for d in documents),
    )
