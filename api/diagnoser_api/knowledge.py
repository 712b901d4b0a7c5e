"""`/v1/knowledge`: what is loaded, what can be reported, the lights of a device, and a reload."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Literal

from fastapi import FastAPI, Query
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.errors import UnsupportedRule
from diagnoser.evidence import evidence_from, relevance
from diagnoser.evidence.panels import as_panel, panels
from diagnoser.knowledge.base import Finding
from diagnoser.report.report import Bilingual
from diagnoser.report.wording import text
from diagnoser_api.library import Library
from diagnoser_api.problems import PROBLEMS, ProblemError


class BaseSummary(BaseModel):
    """One knowledge base."""

    base: str
    title: Bilingual
    version: str
    imports: list[str]
    vendor: str | None
    causes: int
    findings: int


class KnowledgeSummary(BaseModel):
    """The knowledge in use."""

    hash: str = Field(description="SHA-256 of the content; every report carries the one it was made with")
    bases: list[BaseSummary]
    counts: dict[str, int]


class FindingSummary(BaseModel):
    """Something that can be reported, for use in `answers`."""

    id: str
    kind: Literal["symptom", "light", "log", "outcome", "mention"]
    title: Bilingual
    aliases: dict[str, list[str]]
    normal: bool


class FindingPage(BaseModel):
    """Findings that match a search, best first."""

    total: int
    findings: list[FindingSummary]


class LightState(BaseModel):
    """What a light may do; `id` can be given back in `answers`."""

    id: str
    colour: str
    behaviour: str
    meaning: Bilingual
    normal: bool


class LightSummary(BaseModel):
    """One light, by the name that is printed beside it."""

    id: str
    light: str
    states: list[LightState]


class PanelSummary(BaseModel):
    """The lights of one part of a device."""

    base: str
    part: str
    lights: list[LightSummary]


def add_knowledge(app: FastAPI, library: Library, loaded: Callable[[], PreparedKnowledge]) -> None:
    """Add the routes to an application."""

    @app.get("/v1/knowledge", summary="The knowledge in use", tags=["knowledge"], response_model=KnowledgeSummary)
    async def get_knowledge() -> KnowledgeSummary:
        return _summary(loaded())

    @app.get(
        "/v1/knowledge/findings",
        summary="What can be reported",
        tags=["knowledge"],
        response_model=FindingPage,
    )
    def get_findings(
        q: Annotated[str, Query(max_length=500, description="words in English or Chinese; empty lists all")] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 20,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> FindingPage:
        """Search symptoms, lights, log patterns and check outcomes by their words."""
        found = loaded().observables.search(q)
        base = loaded().base
        return FindingPage(
            total=len(found),
            findings=[_found(base.findings[id_]) for id_ in found[offset : offset + limit]],
        )

    @app.get(
        "/v1/knowledge/panels",
        summary="The lights of a device",
        tags=["knowledge"],
        response_model=list[PanelSummary],
    )
    def get_panels(
        device: Annotated[
            str, Query(max_length=500, description="maker and model, or what it is; empty lists all")
        ] = "",
    ) -> list[PanelSummary]:
        """Parts, lights and states, so that a light is picked and not spelled."""
        base = loaded().base
        evidence = evidence_from({"report": "-", **({"device": device} if device.strip() else {})})
        found = panels(base, relevance(base, evidence, base.active_bases(device or None)), device)
        return [PanelSummary.model_validate(as_panel(panel)) for panel in found]

    @app.post(
        "/v1/knowledge/reload",
        summary="Read the knowledge again",
        tags=["knowledge"],
        response_model=KnowledgeSummary,
        responses={422: PROBLEMS[422]},
    )
    async def post_reload() -> KnowledgeSummary:
        """A broken set is refused with all its problems, and the old one keeps serving."""
        try:
            return _summary(await run_in_threadpool(library.reload))
        except UnsupportedRule as error:
            raise ProblemError(422, "The knowledge is broken; the one in use stays", str(error)) from error


def _found(finding: Finding) -> FindingSummary:
    return FindingSummary(
        id=finding.id,
        kind=finding.kind,
        title=text(finding.title),
        aliases={"en": list(finding.aliases.en), "zh": list(finding.aliases.zh)},
        normal=finding.normal,
    )


def _summary(knowledge: PreparedKnowledge) -> KnowledgeSummary:
    base = knowledge.base

    def owned(items: Iterable[str], name: str) -> int:
        return sum(id_.startswith(f"{name}:") for id_ in items)

    return KnowledgeSummary(
        hash=base.hash,
        bases=[
            BaseSummary(
                base=name,
                title=text(head.title),
                version=head.version,
                imports=list(head.imports),
                vendor=head.scope.vendor,
                causes=owned(base.causes, name),
                findings=owned(base.findings, name),
            )
            for name, head in base.bases.items()
        ],
        counts={
            "causes": len(base.causes),
            "findings": len(base.findings),
            "log_patterns": len(base.patterns),
            "lights": len(base.lights),
            "checks": len(base.checks),
            "rules": len(base.rules),
            "events": len(base.events),
        },
    )
