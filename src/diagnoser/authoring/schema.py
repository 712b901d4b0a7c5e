"""The JSON Schema of the knowledge format, one definition for each kind of file."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.cost_policy import CostPolicy
from diagnoser.knowledge.escalation_policy import EscalationPolicy
from diagnoser.knowledge.reading_documents import Reading
from diagnoser.knowledge.rule_documents import Rule

FILES: dict[str, Any] = {
    "base.yaml": doc.Base,
    "symptoms.yaml": list[doc.Symptom],
    "indicators.yaml": list[doc.Indicator],
    "logs.yaml": list[doc.LogPattern],
    "readings.yaml": list[Reading],
    "checks.yaml": list[doc.Check],
    "fault_tree.yaml": list[doc.Event],
    "circumstances.yaml": list[doc.Circumstance],
    "items.yaml": doc.Items,
    "scales.yaml": list[doc.Scale],
    "lexicon.yaml": list[doc.Concept],
    "escalation.yaml": EscalationPolicy,
    "costs.yaml": CostPolicy,
    "causes": doc.Cause,
    "rules": Rule,
    "cases": doc.Case,
}
"""File or folder of a base -> what it holds."""


def schema() -> dict[str, Any]:
    """A JSON Schema (draft-07 words) whose `definitions` has one entry for each kind of file.

    A file may be validated against `#/definitions/files/<name>`; the root accepts any of them.
    """
    definitions: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for name, kind in FILES.items():
        own = TypeAdapter(kind).json_schema(by_alias=True, ref_template="#/definitions/{model}")
        definitions.update(own.pop("$defs", {}))
        files[name] = own
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "diagnoser knowledge / diagnoser 知识库",
        "anyOf": [{"$ref": f"#/definitions/{_slug(name)}"} for name in files],
        "definitions": {**definitions, **{_slug(name): own for name, own in files.items()}},
    }


def _slug(name: str) -> str:
    return "file_" + name.removesuffix(".yaml")
