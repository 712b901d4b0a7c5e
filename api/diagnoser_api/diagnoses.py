"""`/v1/diagnoses`: evidence in, report out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.report import Report
from diagnoser.report.markdown import as_markdown
from diagnoser.report.text import NOTE, as_text
from diagnoser.what_would_change import diagnose_with_change
from diagnoser_api.accept import best_of
from diagnoser_api.body import body_in_openapi, evidence_body
from diagnoser_api.problems import PROBLEMS
from diagnoser_api.settings import Settings

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


def add_diagnoses(app: FastAPI, limits: Settings, loaded: Callable[[], PreparedKnowledge]) -> None:
    """Add the route to an application."""

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
