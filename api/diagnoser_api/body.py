"""Reading a request's body within limits, while it streams in."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from diagnoser.errors import EvidenceError, quoted
from diagnoser.evidence import Evidence, evidence_from
from diagnoser.evidence.document import LogFile
from diagnoser.evidence.redaction import redact_value
from diagnoser.evidence.strict_json import parse_json
from diagnoser_api.problems import ProblemError


async def json_body(request: Request, max_bytes: int, max_seconds: float) -> Any:
    """The body as strictly parsed JSON.

    Raises:
        ProblemError: 400 not JSON, 408 too slow, 413 too large, 415 another media type.
    """
    media = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media != "application/json" and not media.endswith("+json"):
        told = f", not {quoted(media)}" if media else " as content-type; it is empty"
        raise ProblemError(415, "Unsupported media type", f"send application/json{told}")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise ProblemError(415, "Unsupported content coding", f"send the body as it is, not packed with {coding}")
    raw = await _read(request, max_bytes, max_seconds)
    return await run_in_threadpool(_parsed, raw)


async def evidence_body(request: Request, max_bytes: int, max_seconds: float, redact: bool = False) -> Evidence:
    """The body as an evidence document, without its secrets if `redact`. The event loop stays free meanwhile.

    Raises:
        ProblemError: as for `json_body`.
        EvidenceError: it is no evidence document, says nothing, or names a file.
    """
    document = await json_body(request, max_bytes, max_seconds)
    return await run_in_threadpool(
        lambda: _without_files(evidence_from(redact_value(document) if redact else document))
    )


def _without_files(evidence: Evidence) -> Evidence:
    for index, entry in enumerate(evidence.logs):
        if isinstance(entry, LogFile):
            raise EvidenceError(
                f"/logs/{index}", f"log file '{quoted(entry.file)}' cannot be read here; send its lines"
            )
    return evidence


def _parsed(raw: bytes) -> Any:
    try:
        return parse_json(raw, "body")
    except EvidenceError as error:
        raise ProblemError(400, "The body is not JSON", error.message) from error


async def _read(request: Request, max_bytes: int, max_seconds: float) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise _too_large(max_bytes)
    received = bytearray()
    try:
        async with asyncio.timeout(max_seconds):
            async for chunk in request.stream():
                received += chunk
                if len(received) > max_bytes:
                    raise _too_large(max_bytes)
    except TimeoutError:
        raise ProblemError(408, "The body came too slowly", f"send it within {max_seconds:g} s") from None
    except ClientDisconnect:
        raise ProblemError(400, "The body is incomplete", "the connection was closed") from None
    return bytes(received)


def _too_large(max_bytes: int) -> ProblemError:
    return ProblemError(413, "The body is too large", f"at most {max_bytes >> 20} MiB; send the log lines that matter")


def body_in_openapi(schema: str | dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    """How a body that is read by hand stands in the OpenAPI description.

    Args:
        schema: a schema, or the name of one of the description's own.
        examples: name -> `{summary, value}`.
    """
    known = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
    content = {"schema": known, "examples": examples}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}
