"""The HTTP API as one application: its routes, which translate, call and answer, have files of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from fastapi import Depends, FastAPI, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

import diagnoser
from diagnoser.diagnosis import PreparedKnowledge
from diagnoser_api.diagnoses import add_diagnoses
from diagnoser_api.docs_page import add_docs
from diagnoser_api.explanations import add_explanations
from diagnoser_api.head import HeadAsGet
from diagnoser_api.knowledge import add_knowledge
from diagnoser_api.library import Library
from diagnoser_api.openapi import describe
from diagnoser_api.parameters import only_known_parameters
from diagnoser_api.problems import ProblemError, install
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
Errors are problem details (RFC 9457) with a JSON pointer to the field. A parameter that a route does not have is one.
Words in an address are percent-encoded (`curl -G --data-urlencode 'q=端口down'` does it): Chinese characters as they are make
no HTTP request, which the server refuses as plain text with 400 before it knows what is asked.
"""


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
        dependencies=[Depends(only_known_parameters)],
    )  # fmt: skip
    install(app)
    app.add_middleware(HeadAsGet)

    def loaded() -> PreparedKnowledge:
        if library.knowledge is None:
            raise ProblemError(503, "Not ready", "the knowledge is not loaded yet; try again shortly")
        return library.knowledge

    add_diagnoses(app, limits, loaded)
    add_knowledge(app, library, loaded)

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
    describe(app)
    add_docs(app)
    return app


def app_from_folders(folders: tuple[Path, ...] = (), settings: Settings | None = None) -> FastAPI:
    """An application over some folders of knowledge; the shipped one if none is given."""
    return create_app(Library(folders), settings)
