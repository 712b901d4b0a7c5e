"""Evidence to be passed on: with tokens in place of its secrets, and with log files that are quoted without theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from diagnoser.evidence.bundles import LogPart
from diagnoser.evidence.document import Evidence, IndicatorSeen, TestDone
from diagnoser.evidence.observe import OpenLog, no_files
from diagnoser.evidence.redaction.documents import redacted_with
from diagnoser.evidence.redaction.lines import Redactor

NAMES = {"lang", "time", "circumstances", "answers", "repaired"}
"""Fields that hold names of the knowledge, and times."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Evidence without its secrets.

    Attributes:
        evidence: with tokens; the same evidence if it holds no secret.
        open_log: opens the same log files; what is quoted of them holds tokens, the same for the same values.
    """

    evidence: Evidence
    open_log: OpenLog
    _redactor: Redactor

    def counts(self) -> dict[str, int]:
        """How many replacements were made by now, by kind; logs count as far as they were read."""
        return self._redactor.tokens.counts()


def hidden(evidence: Evidence, open_log: OpenLog = no_files) -> Hidden:
    """Evidence as it may be passed on."""
    redactor = Redactor()

    def opened(name: str) -> Iterator[LogPart]:
        for part in open_log(name):
            yield replace(part, quote=redactor.line)

    return Hidden(hide(evidence, redactor), opened, redactor)


def hide(evidence: Evidence, redactor: Redactor) -> Evidence:
    """Evidence with the tokens of a new redactor. The names of log files stay, so that they can be opened."""
    document = evidence.model_dump(mode="json", exclude=NAMES)
    document["logs"] = [line if isinstance(line, str) else None for line in evidence.logs]
    content = redacted_with(redactor, document)
    return evidence if content is document else rewritten(evidence, content)


def rewritten(evidence: Evidence, content: dict[str, Any]) -> Evidence:
    """The evidence with its texts as in a document of the same structure. Texts may grow beyond what a caller may send."""
    logs = zip(content["logs"], evidence.logs, strict=True)
    return evidence.model_copy(
        update={
            **content,
            "indicators": tuple(IndicatorSeen.model_construct(**each) for each in content["indicators"]),
            "tests": tuple(TestDone.model_construct(**each) for each in content["tests"]),
            "logs": tuple(line if isinstance(line, str) else given for line, given in logs),
            "alarms": tuple(content["alarms"]),
        }
    )
