"""What can go wrong, as one tree.

DiagnoserError
├── KnowledgeError        a knowledge base that cannot be used: all its problems at once
├── UnsupportedRule       a rule that the matcher cannot run
├── EvidenceError         an evidence document that says nothing, or says it wrongly
├── UnusableTree          a fault tree that cannot be read or analysed
│   └── TooEntangled      one that is well formed, but too large to be solved exactly
├── UnknownName           a base, cause or finding that the knowledge does not have
│   └── AmbiguousName     one that it has several of
├── AnswerError           an answer that does not fit the question
└── RecordError           a record of a session that cannot be written
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


class DiagnoserError(Exception):
    """The root: anything that this package raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with a knowledge base, where, and what would be right."""

    location: Location
    code: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.location}: {self.code}: {self.message}{hint}"


class KnowledgeError(DiagnoserError):
    """A knowledge base has problems; all of them are in `problems`, ordered by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        return "\n".join([*map(str, self.problems), f"{count} problem{'s' if count != 1 else ''}"])


class UnsupportedRule(DiagnoserError):
    """A rule uses something that the matcher does not do."""

    def __init__(self, rule: str, what: str) -> None:
        self.rule, self.what = rule, what
        super().__init__(rule, what)

    def __str__(self) -> str:
        return f"rule {self.rule}: not supported: {self.what}"


class EvidenceError(DiagnoserError):
    """An evidence document cannot be used.

    Args:
        pointer: where, as a JSON pointer (RFC 6901).
        message: what is wrong there and what would be right.
        more: further places and messages.
    """

    def __init__(self, pointer: str, message: str, *more: tuple[str, str]) -> None:
        self.pointer, self.message = pointer, message
        self.faults = ((pointer, message), *more)
        super().__init__(pointer, message)

    def __str__(self) -> str:
        return "\n".join(f"evidence{pointer}: {message}" for pointer, message in self.faults)


class UnusableTree(DiagnoserError):
    """A fault tree that cannot be read or analysed: where, what, and what would be right."""

    def __init__(self, where: str, what: str) -> None:
        self.where, self.what = where, what
        super().__init__(where, what)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class TooEntangled(UnusableTree):
    """A fault tree whose events are shared so much that it is not solved exactly in the time given."""


class UnknownName(DiagnoserError):
    """A name that the knowledge does not have."""

    def __init__(self, what: str, name: str, allowed: Iterable[str]) -> None:
        self.what, self.name, self.allowed = what, name, tuple(sorted(allowed))
        super().__init__(what, name)

    def __str__(self) -> str:
        most = MANY if self.what == "base" else FEW
        return f"unknown {self.what} '{quoted(self.name)}'{did_you_mean(self.name, self.allowed, most)}"


class AmbiguousName(UnknownName):
    """A name that several things have; `allowed` are their full ids."""

    def __str__(self) -> str:
        return f"{self.what} '{quoted(self.name)}' is ambiguous; there are: {', '.join(self.allowed)}"


class AnswerError(DiagnoserError):
    """An answer does not fit the question that was asked.

    Args:
        said: the answer.
        message: what would be right, in the language of the session.
    """

    def __init__(self, said: str, message: str) -> None:
        self.said, self.message = said, message
        super().__init__(said, message)

    def __str__(self) -> str:
        return f"'{quoted(self.said)}': {self.message}"


class RecordError(DiagnoserError):
    """The record of a session cannot be written: where, what, and what would be right."""

    def __init__(self, where: str, what: str) -> None:
        self.where, self.what = where, what
        super().__init__(where, what)

    def __str__(self) -> str:
        return f"cannot write the record '{self.where}': {self.what}"


FEW, MANY = 8, 20
"""So many choices are told where none is near to a name; of bases, which have short names, more."""

LONGEST_QUOTE = 100
"""Characters of a name that a message repeats."""


def quoted(name: str) -> str:
    """A name from outside as a message repeats it: cut where it is long."""
    return name if len(name) <= LONGEST_QUOTE else f"{name[:LONGEST_QUOTE]}..."


def did_you_mean(name: str, allowed: Iterable[str], most: int = FEW) -> str:
    """`; did you mean 'x'?`, or the choices where they are `most` or fewer, or nothing."""
    choices = sorted(allowed)
    near = difflib.get_close_matches(name, choices, 1) if len(name) <= LONGEST_QUOTE else []
    if near:
        return f"; did you mean '{near[0]}'?"
    if 0 < len(choices) <= most:
        return f"; there are: {', '.join(choices)}"
    return ""
