"""Secrets stay in the house: they become stable tokens before anything is stored, logged or exported."""

from diagnoser.evidence.redaction.documents import Redacted, redact, redact_value
from diagnoser.evidence.redaction.hidden import Hidden, hidden
from diagnoser.evidence.redaction.lines import RedactionSettings, Redactor, redact_text
from diagnoser.evidence.redaction.stand_ins import StoodIn, neutral, stood_in
from diagnoser.evidence.redaction.tokens import Replacement

__all__ = [
    "Hidden",
    "Redacted",
    "RedactionSettings",
    "Redactor",
    "Replacement",
    "StoodIn",
    "hidden",
    "neutral",
    "redact",
    "redact_text",
    "redact_value",
    "stood_in",
]
