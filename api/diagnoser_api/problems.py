"""Errors as problem details (RFC 9457): what, where, and what would be right."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from diagnoser.errors import AnswerError, EvidenceError, KnowledgeError, UnknownName, quoted
from diagnoser.evidence.document import explain
from diagnoser.evidence.redaction import redact_value

MEDIA_TYPE = "application/problem+json"

MAX_PROBLEMS = 100
"""Problems of a broken knowledge base that an answer holds."""


class FieldError(BaseModel):
    """One thing that is wrong with the request."""

    pointer: str = Field(description="JSON pointer (RFC 6901) to the field; empty for the whole document")
    message: str


class ProblemDetails(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["The evidence cannot be used"])
    status: int = Field(examples=[422])
    detail: str
    errors: list[FieldError] = []


CONTENT: dict[str, Any] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
"""How problem details stand in the description."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "model": ProblemDetails,
        "description": description,
        "content": CONTENT,
    }
    for status, description in (
        (400, "The body is not JSON"),
        (408, "The body came too slowly"),
        (413, "The body is too large"),
        (415, "The body has another media type"),
        (422, "The evidence cannot be used; `errors` says where and why"),
        (503, "The knowledge is not loaded yet"),
    )
}
"""Problems that a route may answer with, for its description."""


class ProblemError(Exception):
    """Raised by routes; becomes the answer."""

    def __init__(self, status: int, title: str, detail: str, errors: list[FieldError] | None = None) -> None:
        self.details = ProblemDetails(
            type="about:blank", title=title, status=status, detail=detail, errors=errors or []
        )
        super().__init__(detail)


def respond(details: ProblemDetails, headers: dict[str, str] | None = None) -> JSONResponse:
    """Problem details as a response, without secrets that a message may quote from the request."""
    return JSONResponse(_without_secrets(details.model_dump()), details.status, headers, MEDIA_TYPE)


def _without_secrets(details: dict[str, Any]) -> Any:
    """The details with tokens for secrets, and without characters that no answer can carry."""
    quoted = {**details, "detail": _encodable(details["detail"]), "title": _encodable(details["title"])}
    quoted["errors"] = [{key: _encodable(text) for key, text in item.items()} for item in details["errors"]]
    return redact_value(quoted)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def install(app: FastAPI) -> None:
    """Turn every error of the app into problem details."""

    @app.exception_handler(ProblemError)
    async def problem(_: Request, error: ProblemError) -> JSONResponse:
        return respond(error.details)

    @app.exception_handler(EvidenceError)
    async def evidence(_: Request, error: EvidenceError) -> JSONResponse:
        errors = [FieldError(pointer=pointer, message=message) for pointer, message in error.faults]
        return respond(_details(422, "The evidence cannot be used", str(error), errors))

    @app.exception_handler(UnknownName)
    async def unknown(_: Request, error: UnknownName) -> JSONResponse:
        field = FieldError(pointer=f"/query/{error.what}", message=str(error))
        return respond(_details(422, f"Unknown {error.what}", str(error), [field]))

    @app.exception_handler(AnswerError)
    async def answer(_: Request, error: AnswerError) -> JSONResponse:
        field = FieldError(pointer="/answer", message=error.message)
        return respond(_details(422, "The answer does not fit the question", str(error), [field]))

    @app.exception_handler(KnowledgeError)
    async def knowledge(_: Request, error: KnowledgeError) -> JSONResponse:
        errors = [FieldError(pointer="", message=str(p)) for p in error.problems[:MAX_PROBLEMS]]
        count = len(error.problems)
        told = "1 problem" if count == 1 else f"{count} problems"
        if count > MAX_PROBLEMS:
            told += f"; errors has the first {MAX_PROBLEMS}, diagnoser kb check all of them"
        return respond(_details(422, "The knowledge is broken; the one in use stays", told, errors))

    @app.exception_handler(RequestValidationError)
    async def validation(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            FieldError(pointer="/" + "/".join(str(step) for step in item["loc"]), message=_explained(item))
            for item in error.errors()
        ]
        told = "; ".join(f"{e.pointer.removeprefix('/')}: {e.message}" for e in errors)
        return respond(_details(422, "The request cannot be used", told, errors))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        headers: Any = error.headers
        detail = str(error.detail)
        if error.status_code == 404:
            detail = f"there is no {quoted(request.url.path)}; /docs lists the routes"
        elif error.status_code == 405 and headers:
            detail = (
                f"{request.method} is not for {quoted(request.url.path)}; it takes {headers.get('Allow', 'others')}"
            )
        return respond(_details(error.status_code, str(error.detail), detail, []), headers)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, __: Exception) -> JSONResponse:
        return respond(_details(500, "Internal error", "the request was not answered; the server's log says why", []))


def _explained(item: Any) -> str:
    """What is wrong with a part of the address: all that comes there is a string, which need not be said."""
    return explain(item, ()).removesuffix("; this is a string")


def _details(status: int, title: str, detail: str, errors: list[FieldError]) -> ProblemDetails:
    return ProblemDetails(type="about:blank", title=title, status=status, detail=detail, errors=errors)
