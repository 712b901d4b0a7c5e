"""`/v1/sessions`: troubleshooting step by step, the same as `diagnoser troubleshoot` in a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.errors import AnswerError
from diagnoser.evidence.document import explain, pointer
from diagnoser.report import Report
from diagnoser.troubleshooting import Record, Session, StepOut, answer, begin, next_step, record_of, undo
from diagnoser_api.body import body_in_openapi, evidence_body, json_body
from diagnoser_api.problems import PROBLEMS, FieldError, ProblemDetails, ProblemError
from diagnoser_api.session_store import Full, Kept, SessionStore
from diagnoser_api.settings import Settings

EXAMPLE = {"report": "A port is down and its receive light is off.", "device": "Huawei S5735"}
ANSWER_EXAMPLES = {
    "mark": {"summary": "The second outcome, by its mark in `step.check.marks`", "value": {"answer": "2", "step": 1}},
    "value": {"summary": "A value that was measured", "value": {"answer": "-31 dBm", "step": 1}},
    "yes": {"summary": "The repair helped", "value": {"answer": "yes", "step": 3}},
    "skip": {"summary": "This cannot be done here", "value": {"answer": "skip", "step": 2}},
}

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {
        "model": ProblemDetails,
        "description": "No such session, or it was not used for too long",
        "content": _PROBLEM,
    }
}
_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDetails, "description": "The session has gone on to another step", "content": _PROBLEM}
}

_UNUSABLE: dict[int | str, dict[str, Any]] = {
    422: {
        "model": ProblemDetails,
        "description": "The answer cannot be used or does not fit the question; `errors` says where and why",
        "content": _PROBLEM,
    }
}


class AnswerIn(BaseModel):
    """An answer to the step of a session."""

    model_config = ConfigDict(extra="forbid")

    answer: str = Field(
        max_length=2000,
        description="for a check: the mark, id or title of an outcome, yes (the first of two) or no (the other), or the "
        "measured value; for a repair: yes if the fault is gone, no if it is not; for both: skip",
        examples=["2"],
    )
    step: int | None = Field(None, ge=1, description="number of the step that is answered; 409 if it is another by now")


class SessionOut(BaseModel):
    """A session, its next step, and everything so far."""

    id: str
    step: StepOut
    record: Record = Field(description="everything asked, answered and decided so far")
    expires_in: int = Field(description="seconds after which the session is forgotten if it is not used")
    report: Report | None = Field(None, description="the whole report behind the step, if it was asked for")


def add_sessions(app: FastAPI, limits: Settings, loaded: Callable[[], PreparedKnowledge]) -> None:
    """Add the routes to an application.

    Sessions live in the memory of one process: with several workers, send one session to one worker.
    """
    store = SessionStore(limits.max_sessions, limits.session_seconds)

    def found(id_: str) -> Kept:
        kept = store.get(id_)
        if kept is None:
            raise ProblemError(404, "No such session", "it never was, was deleted, or was not used for too long")
        return kept

    def shown(kept: Kept, step: StepOut, report: Report | None) -> SessionOut:
        return SessionOut(
            id=kept.id,
            step=step,
            record=record_of(loaded().base, kept.session, step, _now()),
            expires_in=math.ceil(limits.session_seconds),
            report=report,
        )

    def stepped(kept: Kept, with_report: bool = False) -> SessionOut:
        step, report = next_step(loaded(), kept.session)
        return shown(kept, step, report if with_report else None)

    def replaced(kept: Kept, after: Session) -> Kept:
        now = store.replace(kept.id, kept.session, after)
        if now is None:
            raise ProblemError(409, "The session has gone on", "it was changed meanwhile; get it again")
        return now

    @app.post(
        "/v1/sessions",
        status_code=201,
        summary="Begin to troubleshoot",
        tags=["sessions"],
        response_model=SessionOut,
        responses=PROBLEMS,
        openapi_extra=body_in_openapi("Evidence", {"port": {"summary": "A port is down", "value": EXAMPLE}}),
    )
    async def post_session(
        request: Request,
        response: Response,
        base: Annotated[list[str] | None, Query(description="use these bases only, with what they import")] = None,
        redact: Annotated[
            bool, Query(description="replace passwords, addresses, names ... by tokens before anything is kept")
        ] = True,
    ) -> SessionOut:
        """Evidence document in; a session with its first step out. The session is kept in memory for a while.

        What is kept, and with it the record, holds tokens in place of secrets unless `redact` is false.
        """
        evidence = await evidence_body(request, limits.max_body_bytes, limits.max_body_seconds, redact)
        session = begin(evidence, tuple(base or ()))
        step, _ = await run_in_threadpool(next_step, loaded(), session)
        try:
            kept = store.add(session)
        except Full as full:
            raise ProblemError(
                503, "Too many sessions", f"{limits.max_sessions} are open; try again in {math.ceil(full.seconds)} s"
            ) from None
        response.headers["Location"] = f"/v1/sessions/{kept.id}"
        return shown(kept, step, None)

    @app.get(
        "/v1/sessions/{id}",
        summary="A session and its next step",
        tags=["sessions"],
        response_model=SessionOut,
        responses=_NOT_FOUND,
    )
    async def get_session(
        id: str, report: Annotated[bool, Query(description="with the whole report behind the step")] = False
    ) -> SessionOut:
        return await run_in_threadpool(stepped, found(id), report)

    @app.post(
        "/v1/sessions/{id}/answers",
        summary="Answer the step of a session",
        tags=["sessions"],
        response_model=SessionOut,
        responses={**PROBLEMS, **_NOT_FOUND, **_CONFLICT, **_UNUSABLE},
        openapi_extra=body_in_openapi("AnswerIn", ANSWER_EXAMPLES),
    )
    async def post_answer(id: str, request: Request) -> SessionOut:
        """What came of the step; the next one comes back. An answer that does not fit changes nothing."""
        given = _answer_from(await json_body(request, limits.max_body_bytes, limits.max_body_seconds))
        kept = found(id)
        current = len(kept.session.turns) + 1
        if given.step is not None and given.step != current:
            raise ProblemError(
                409, "The session has gone on", f"step {given.step} was answered, this is step {current}"
            )

        def answered() -> SessionOut:
            knowledge = loaded()
            step, _ = next_step(knowledge, kept.session)
            _check_is_answer(given.answer, step, kept.id)
            after = answer(knowledge.base, kept.session, step, given.answer)
            following, _ = next_step(knowledge, after)
            return shown(replaced(kept, after), following, None)

        return await run_in_threadpool(answered)

    @app.delete(
        "/v1/sessions/{id}/answers/last",
        summary="Take the last answer back",
        tags=["sessions"],
        response_model=SessionOut,
        responses={**_NOT_FOUND, **_CONFLICT},
    )
    async def delete_last_answer(id: str) -> SessionOut:
        """As if it had never been given. 409 if there is none."""
        kept = found(id)
        if not kept.session.turns:
            raise ProblemError(409, "Nothing to take back", "no step of the session has been answered")
        return await run_in_threadpool(stepped, replaced(kept, undo(kept.session)))

    @app.delete(
        "/v1/sessions/{id}",
        status_code=204,
        summary="Forget a session",
        tags=["sessions"],
        responses=_NOT_FOUND,
    )
    async def delete_session(id: str) -> None:
        if not store.remove(id):
            raise ProblemError(404, "No such session", "it never was, was deleted, or was not used for too long")

    _describe_answer(app)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _answer_from(document: Any) -> AnswerIn:
    """Check the body of an answer.

    Raises:
        ProblemError: with a pointer to the field, and what would be right.
    """
    if not isinstance(document, dict):
        raise _unusable("", f"an answer is a JSON object such as {_EXAMPLE}")
    try:
        return AnswerIn.model_validate(document)
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        told = _WRONG.get((item["type"], str(item["loc"][-1]))) or explain(item, AnswerIn.model_fields)
        raise _unusable(pointer(item["loc"]), told) from error


_EXAMPLE = '{"answer": "2", "step": 1}'
_WRONG = {
    ("missing", "answer"): f"it is missing; send an object such as {_EXAMPLE}",
    ("string_type", "answer"): 'it is a string; put it in quotes, also a number: "2"',
}
"""Error of pydantic and field -> what would be right."""


def _unusable(where: str, told: str) -> ProblemError:
    field = FieldError(pointer=where, message=told)
    return ProblemError(422, "The answer cannot be used", f"{where}: {told}" if where else told, [field])


_ELSEWHERE = {
    **dict.fromkeys(
        ("undo", "撤销"),
        (
            "this takes nothing back here; send DELETE /v1/sessions/{id}/answers/last",
            "此处不能撤销；请发送DELETE /v1/sessions/{id}/answers/last",
        ),
    ),
    **dict.fromkeys(
        ("why", "more", "为什么", "更多"),
        (
            "reasons are in the report; send GET /v1/sessions/{id}?report=true",
            "原因见报告；请发送GET /v1/sessions/{id}?report=true",
        ),
    ),
    **dict.fromkeys(
        ("quit", "退出"),
        ("a session needs no end; to forget it, send DELETE /v1/sessions/{id}",
         "会话无需结束；如需删除，请发送DELETE /v1/sessions/{id}"),
    ),
}  # fmt: skip
"""What the terminal's dialogue takes beside answers -> where the API has it, in both languages."""


def _check_is_answer(said: str, step: StepOut, id_: str) -> None:
    """Tell where the API has what the terminal's words stand for.

    Raises:
        AnswerError: it is such a word.
    """
    told = _ELSEWHERE.get(said.strip().casefold())
    if told is not None:
        raise AnswerError(said, told[step.lang == "zh"].replace("{id}", id_))


def _describe_answer(app: FastAPI) -> None:
    """Put the schema of an answer into the OpenAPI description; its body is read by hand."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        description = plain()
        description["components"]["schemas"].setdefault("AnswerIn", AnswerIn.model_json_schema())
        return description

    app.openapi = openapi  # type: ignore[method-assign]
