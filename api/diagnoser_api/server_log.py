"""What the server writes to its log: never what a request carried."""

from __future__ import annotations

import copy
import logging
from typing import Any

from uvicorn.config import LOGGING_CONFIG
from uvicorn.logging import AccessFormatter, DefaultFormatter

from diagnoser.evidence.redaction import redact_text


class RedactedFormatter(DefaultFormatter):
    """Messages and tracebacks with tokens in place of secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return redact_text(super().format(record))


class AccessWithoutQuery(AccessFormatter):
    """Requests without their query, which holds the words that were searched."""

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, path, version, status = record.args
            record = copy.copy(record)
            record.args = (client, method, str(path).partition("?")[0], version, status)
        return super().format(record)


def log_config() -> dict[str, Any]:
    """uvicorn's logging configuration with these formatters."""
    config = copy.deepcopy(LOGGING_CONFIG)
    config["formatters"]["default"]["()"] = "diagnoser_api.server_log.RedactedFormatter"
    config["formatters"]["access"]["()"] = "diagnoser_api.server_log.AccessWithoutQuery"
    return config
