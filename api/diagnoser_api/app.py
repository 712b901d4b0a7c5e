"""The HTTP API: routes translate, call and answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

import diagnoser
from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.errors import UnsupportedRule
from diagnoser.evidence import Evidence, evidence_from, relevance
from diagnoser.evidence.panels import as_panel, panels
from diagnoser.report import Report
from diagnoser.report.markdown import as_markdown
from diagnoser.report.report import Bilingual
from diagnoser.report.text import NOTE, as_text
from diagnoser.what_would_change import diagnose_with_change
from diagnoser_api.accept import best_of
from diagnoser_api.body import body_in_openapi, evidence_body
from diagnoser_api.docs_page import add_docs
from diagnoser_api.explanations import add_explanations
from diagnoser_api.head import HeadAsGet
from diagnoser_api.library import Library
from diagnoser_api.problems import PROBLEMS, ProblemError, install
from diagnoser_api.redactions import add_redactions
from diagnoser_api.sessions import add_sessions
from diagnoser_api.settings import Settings

DESCRIPTION = """\
Send what was seen (a sentence, lights, log lines, test results, in English or Chinese) and get the ranked causes with
reasons, what to check next, what to do, and whether and to whom to escalate.

For a ticketing tool: post the ticket's text as `report` and its attachments' lines as `logs` to `/v1/diagnoses`; store
`id`, the first of `causes`, and `escalation`. The same evidence and knowledge give the same `id` and the same answer, so
a retry is harmless. Ask for `text/plain` or `text/markdown` to get a note that can be pasted into the ticket.
A note holds tokens in place of passwords, addresses and names (`?redact=false` leaves them). JSON quotes what was sent, so
that places and components can be found again in the ticket: ask for `?redact=true` before it goes to anybody else.
Errors are problem details (RFC 9457) with a JSON pointer to the field.
"""

MEDIA_TYPES = ("application/json", "text/plain", "text/markdown")
"""What a report can be had as, the usual one first."""

EXAMPLE = {
    "device": "Huawei CE6875EI",
    "report": "Two uplinks went down at once, there are road works outside.",
    "indicators": [{"part": "port", "light": "LINK", "colour": "green", "behaviour": "off", "component": "25GE1/0/1"}],
    "logs": [
        "IFNET/2/linkdown_active: The interface status changes. (ifName=25GE1/0/1, AdminStatus=UP, OperStatus=DOWN, "
        "Reason=Interface physical link is down, mainIfname=25GE1/0/1)"
    ],
    "tests": [{"check": "receive optical power", "result": "-36 dBm"}],
    "circumstances": ["several_ports_at_once"],
}


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


class State(BaseModel):
    """Whether the server lives, or is ready."""

    status: Literal["ok", "loading"]


def create_app(library: Library, settings: Settings | None = None) -> FastAPI:
    """The application.

    Args:
        library: where knowledge comes from; it is loaded at start-up unless it already is.
        settings: limits.
    """
    limits = settings or Settings()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if library.knowledge is None:
            await run_in_threadpool(library.reload)
        yield

    app = FastAPI(
        title="diagnoser", version=diagnoser.__version__, description=DESCRIPTION, lifespan=lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"}, docs_url=None, redoc_url=None,
    )  # fmt: skip
    install(app)
    app.add_middleware(HeadAsGet)

    def loaded() -> PreparedKnowledge:
        if library.knowledge is None:
            raise ProblemError(503, "Not ready", "the knowledge is not loaded yet; try again shortly")
        return library.knowledge

    @app.post(
        "/v1/diagnoses",
        summary="Diagnose a fault",
        tags=["diagnoses"],
        response_model=Report,
        responses={
            200: {
                "description": "The report. `known` is false when the answer is: I do not know.",
                "content": {
                    "text/plain": {"schema": {"type": "string"}},
                    "text/markdown": {"schema": {"type": "string"}},
                },
            },
            **PROBLEMS,
        },
        openapi_extra=body_in_openapi(
            "Evidence", {"uplink": {"summary": "Two uplinks lost during road works", "value": EXAMPLE}}
        ),
    )
    async def post_diagnosis(
        request: Request,
        base: Annotated[list[str] | None, Query(description="use these bases only, with what they import")] = None,
        top: Annotated[int, Query(ge=1, le=1000, description="how many causes to list")] = 10,
        changes: Annotated[
            bool, Query(description="also say what would put another cause first (`would_change`); takes longer")
        ] = False,
        redact: Annotated[
            bool | None,
            Query(
                description="replace passwords, addresses, phones, names of customers ... by tokens first, so that no "
                "text of the report holds any; the causes are the same. By default a note (`text/plain`, `text/markdown`) "
                "holds tokens, and JSON quotes what was sent"
            ),
        ] = None,
    ) -> Response:
        """Evidence document in, report out. Nothing is stored."""
        hide = _wanted(request) != "application/json" if redact is None else redact
        evidence = await evidence_body(request, limits.max_body_bytes, limits.max_body_seconds, hide)
        run = diagnose_with_change if changes else diagnose
        report = await run_in_threadpool(run, loaded(), evidence, tuple(base or ()), top=top)
        return _answer(request, report)

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
            findings=[
                FindingSummary(
                    id=finding.id,
                    kind=finding.kind,
                    title=Bilingual(en=finding.title.en, zh=finding.title.zh),
                    aliases={"en": list(finding.aliases.en), "zh": list(finding.aliases.zh)},
                    normal=finding.normal,
                )
                for finding in (base.findings[id_] for id_ in found[offset : offset + limit])
            ],
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

    @app.get("/healthz", summary="Is the server alive", tags=["operation"], response_model=State)
    async def healthz() -> State:
        return State(status="ok")

    @app.get(
        "/readyz", summary="Can it answer", tags=["operation"], response_model=State, responses={503: {"model": State}}
    )
    async def readyz() -> Response:
        ready = library.knowledge is not None
        return JSONResponse({"status": "ok" if ready else "loading"}, 200 if ready else 503)

    add_redactions(app, limits)
    add_explanations(app, limits, loaded)
    add_sessions(app, limits, loaded)
    _describe_evidence(app)
    add_docs(app)
    return app


def _describe_evidence(app: FastAPI) -> None:
    """Put the evidence document's schema into the OpenAPI description."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        description = plain()
        schemas = description["components"]["schemas"]
        if "Evidence" not in schemas:
            own = Evidence.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(own.pop("$defs", {}))
            schemas["Evidence"] = own
        return description

    app.openapi = openapi  # type: ignore[method-assign]


def _answer(request: Request, report: Report) -> Response:
    wanted = _wanted(request)
    if wanted == "text/markdown":
        return PlainTextResponse(as_markdown(report), media_type=wanted)
    if wanted == "text/plain":
        return PlainTextResponse(as_text(report, shown=NOTE))
    return Response(report.model_dump_json(), media_type="application/json")


def _wanted(request: Request) -> str:
    """The media type that suits the caller best: JSON, or a note to be pasted into a ticket."""
    return best_of(MEDIA_TYPES, ",".join(request.headers.getlist("accept")))


def _summary(knowledge: PreparedKnowledge) -> KnowledgeSummary:
    base = knowledge.base

    def owned(items: Any, name: str) -> int:
        return sum(id_.startswith(f"{name}:") for id_ in items)

    return KnowledgeSummary(
        hash=base.hash,
        bases=[
            BaseSummary(
                base=name,
                title=Bilingual(en=head.title.en, zh=head.title.zh),
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


def app_from_folders(folders: tuple[Path, ...] = (), settings: Settings | None = None) -> FastAPI:
    """An application over some folders of knowledge; the shipped one if none is given."""
    return create_app(Library(folders), settings)
