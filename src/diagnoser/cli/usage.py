"""What is wrong with an option or argument, in the words of this command."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperGroup

_IN_OWN_WORDS = (
    (re.compile(r"^Value error, (.*?)\.?$"), r"\1"),
    (re.compile(r"^Input should be greater than or equal to (.*)$"), r"must be at least \1"),
    (re.compile(r"^Input should be less than or equal to (.*)$"), r"must be at most \1"),
    (re.compile(r"^Input should be a valid integer\b.*$"), "must be a whole number"),
    (re.compile(r"^Input should be "), "must be "),
)
"""What the library says -> what is told."""


class Group(TyperGroup):
    """A group of commands that tells what would be right, not how it was checked."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = in_own_words(str(error.message))
            raise


def in_own_words(message: str) -> str:
    """A message of the library about a value."""
    for pattern, told in _IN_OWN_WORDS:
        message, found = pattern.subn(told, message)
        if found:
            break
    return message
