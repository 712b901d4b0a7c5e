"""The OpenAPI description says what is really taken and answered: the evidence document, and problem details."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from diagnoser.evidence import Evidence
from diagnoser_api.problems import CONTENT, MEDIA_TYPE, ProblemDetails

_GENERATED = ("HTTPValidationError", "ValidationError")
"""Schemas of errors that are never answered so."""


def describe(app: FastAPI) -> None:
    """Make the description of an application say so."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        description = plain()
        schemas = description["components"]["schemas"]
        for generated in _GENERATED:
            schemas.pop(generated, None)
        schemas.update(_with_parts(Evidence, "validation"))
        schemas.update(_with_parts(ProblemDetails, "serialization"))
        for operation in (o for path in description["paths"].values() for o in path.values()):
            _say_problems(operation["responses"])
        return description

    app.openapi = openapi  # type: ignore[method-assign]


def _say_problems(responses: dict[str, Any]) -> None:
    """Every error of an operation is problem details, and nothing else."""
    if "422" in responses:
        responses["422"] = {"description": responses["422"]["description"], "content": CONTENT}
    responses["default"] = {"description": "Any other error", "content": CONTENT}
    for response in responses.values():
        if MEDIA_TYPE in response.get("content", {}):
            response["content"] = CONTENT


def _with_parts(model: type[BaseModel], mode: Any) -> dict[str, Any]:
    """The schema of a model and of what it consists of, by name."""
    whole = model.model_json_schema(ref_template="#/components/schemas/{model}", mode=mode)
    return {**whole.pop("$defs", {}), model.__name__: whole}
