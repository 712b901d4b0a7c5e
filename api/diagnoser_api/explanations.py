"""`/v1/explanations`: why a cause, why not, and what would change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, Query, Request
from starlette.concurrency import run_in_threadpool

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.report.explain import CauseExplained
from diagnoser.what_would_change import explain_cause
from diagnoser_api.body import body_in_openapi, evidence_body
from diagnoser_api.problems import PROBLEMS
from diagnoser_api.settings import Settings

EXAMPLE = {"report": "A port is down since the road works.", "tests": [{"check": "rx power", "result": "-31 dBm"}]}


def add_explanations(app: FastAPI, limits: Settings, loaded: Callable[[], PreparedKnowledge]) -> None:
    """Add the route to an application."""

    @app.post(
        "/v1/explanations",
        summary="Why a cause, and why not",
        tags=["diagnoses"],
        response_model=CauseExplained,
        responses=PROBLEMS,
        openapi_extra=body_in_openapi("Evidence", {"port": {"summary": "Road works", "value": EXAMPLE}}),
    )
    async def post_explanation(
        request: Request,
        cause: Annotated[str, Query(max_length=200, description="a cause: its id, `base:id`, title or alias")],
        base: Annotated[list[str] | None, Query(description="use these bases only, with what they import")] = None,
        redact: Annotated[bool, Query(description="replace passwords, addresses, names ... by tokens first")] = False,
    ) -> CauseExplained:
        """What speaks for and against it, what ruled it out, what is still open, and what would change its place."""
        evidence = await evidence_body(request, limits.max_body_bytes, limits.max_body_seconds, redact)
        knowledge = loaded()
        full = knowledge.base.find("cause", cause)
        explained, _ = await run_in_threadpool(explain_cause, knowledge, evidence, full, tuple(base or ()))
        return explained
