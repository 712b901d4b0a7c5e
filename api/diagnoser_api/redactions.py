"""`POST /v1/redactions`: a text or an evidence document in, the same without its secrets out."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from diagnoser.errors import EvidenceError
from diagnoser.evidence.document import StorableObject, StorableText, faults_in
from diagnoser.evidence.redaction import RedactionSettings, redact
from diagnoser_api.body import body_in_openapi, json_body
from diagnoser_api.problems import PROBLEMS
from diagnoser_api.settings import Settings

EXAMPLE = {
    "text": "Customer: Acme Networks, contact: John Smith, +44 20 7946 0958.\n"
    "<HUAWEI> display current-configuration\n snmp-agent community read cipher Publ1c@2024\n"
    "Peer 10.20.30.40 went down; 10.20.30.40 does not answer."
}


class RedactionRequest(BaseModel):
    """What is to be redacted: exactly one of `text` and `evidence`."""

    model_config = ConfigDict(extra="forbid")

    text: StorableText | None = Field(None, description="a log, a configuration, an e-mail, a ticket")
    evidence: StorableObject | None = Field(None, description="an evidence document, or any JSON object")
    serials: bool = Field(False, description="replace serial numbers too; a vendor needs them for an escalation")


class ReplacementOut(BaseModel):
    """One value that was replaced. The value itself is not told."""

    token: str = Field(examples=["<ip-1>"])
    kind: str = Field(examples=["ip"])
    count: int = Field(description="how often it was replaced")
    place: str = Field(description="where it was met first: line of the text, or JSON pointer in the evidence")


class RedactionResult(BaseModel):
    """The redacted text or document. The same value has the same token throughout, so that it can be followed."""

    text: str | None = None
    evidence: dict[str, Any] | None = None
    counts: dict[str, int] = Field(description="replacements by kind", examples=[{"ip": 2, "password": 1}])
    replacements: list[ReplacementOut]


def add_redactions(app: FastAPI, limits: Settings) -> None:
    """Add the route to an application."""

    @app.post(
        "/v1/redactions",
        summary="Take the secrets out of a text or an evidence document",
        tags=["redactions"],
        response_model=RedactionResult,
        responses={status: PROBLEMS[status] for status in (400, 408, 413, 415, 422)},
        openapi_extra=body_in_openapi(
            RedactionRequest.model_json_schema(),
            {"ticket": {"summary": "A ticket with a configuration", "value": EXAMPLE}},
        ),
    )
    async def post_redaction(request: Request) -> RedactionResult:
        """Passwords, keys, addresses, phones, names of customers ... become tokens such as `<ip-1>`.

        Use it before a ticket's text is stored or sent to another party. A redacted evidence document
        gives the same diagnosis. Nothing is stored; that two addresses share a subnet can no longer be
        seen afterwards.
        """
        document = await json_body(request, limits.max_body_bytes, limits.max_body_seconds)
        return await run_in_threadpool(_redacted, document)


def _redacted(document: Any) -> RedactionResult:
    try:
        wanted = RedactionRequest.model_validate(document)
    except ValidationError as error:
        first, *more = faults_in(error, RedactionRequest.model_fields)
        raise EvidenceError(*first, *more) from error
    if (wanted.text is None) == (wanted.evidence is None):
        raise EvidenceError("", "give either text or evidence")
    result = redact(wanted.text if wanted.text is not None else wanted.evidence, RedactionSettings(wanted.serials))
    return RedactionResult(
        text=result.content if wanted.text is not None else None,
        evidence=result.content if wanted.evidence is not None else None,
        counts=result.counts,
        replacements=[
            ReplacementOut(token=r.token, kind=r.kind, count=r.count, place=r.place) for r in result.replacements
        ],
    )
