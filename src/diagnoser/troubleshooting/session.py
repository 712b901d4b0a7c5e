"""The session as a value: what was reported, and every step with the answer to it.

Nothing is remembered but that; the next step is worked out from the evidence anew, so that undoing
an answer is as if it had never been given.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from diagnoser.errors import AnswerError
from diagnoser.evidence import Evidence
from diagnoser.evidence.measurements import value_in
from diagnoser.knowledge import Check, KnowledgeBase
from diagnoser.troubleshooting.step import StepOut, marks
from diagnoser.troubleshooting.words import say

Result = Literal["outcome", "skipped", "gone", "still_there"]

_YES = frozenset({"yes", "y", "true", "是", "对", "有", "是的", "好了"})
_NO = frozenset({"no", "n", "false", "否", "不", "没有", "不是", "没好"})
_SKIP = frozenset({"skip", "s", "跳过"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A step and the answer to it.

    Attributes:
        step: what was asked.
        said: the answer, as it came.
        result: what it came to; `gone` and `still_there` say whether a repair helped.
        outcome: full id of the check's outcome, if that is the result.
    """

    step: StepOut
    said: str
    result: Result
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A session so far.

    Attributes:
        start: what was reported at the beginning.
        bases: bases that were asked for.
        turns: steps answered, in order.
    """

    start: Evidence
    bases: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def evidence(self) -> Evidence:
        """Everything known by now."""
        outcomes = {t.outcome: "present" for t in self.turns if t.outcome is not None}
        failed = tuple(c for t in self.turns if t.result == "still_there" for c in t.step.causes)
        update = {"answers": {**self.start.answers, **outcomes}, "repaired": (*self.start.repaired, *failed)}
        return self.start.model_copy(update=update)

    @property
    def skipped(self) -> tuple[str, ...]:
        """Checks and causes that are not to be proposed again."""
        return tuple(
            sorted(
                {id_ for t in self.turns if t.result in ("skipped", "still_there") for id_ in _subject(t.step)}
                | {t.step.check.id for t in self.turns if t.step.check is not None}
            )
        )

    @property
    def gone(self) -> bool:
        """Whether a repair helped."""
        return bool(self.turns) and self.turns[-1].result == "gone"


def begin(evidence: Evidence, bases: tuple[str, ...] = ()) -> Session:
    """A session about some evidence."""
    return Session(evidence, bases)


def undo(session: Session) -> Session:
    """The session without its last answer; the same session if there is none."""
    return replace(session, turns=session.turns[:-1])


def answer(base: KnowledgeBase, session: Session, step: StepOut, said: str) -> Session:
    """The session with an answer to its step.

    Args:
        base: the knowledge.
        session: the session.
        step: its next step.
        said: for a check, an outcome by its mark (a number, or a letter where a value is measured), id
            or title, a value with or without its unit, or yes (the first) or no (the other) of two; for
            a repair, yes if the fault is gone, else no; for both, `skip`.

    Raises:
        AnswerError: the answer does not fit; the message says what would.
    """
    plain = said.strip().casefold()
    lang = step.lang
    if step.action in ("call", "done"):
        raise AnswerError(said, say("nothing_asked", lang))
    if plain in _SKIP:
        return _with(session, Turn(step, said, "skipped"))
    if step.action == "repair":
        if plain not in _YES | _NO:
            raise AnswerError(said, say("yes_or_no", lang))
        return _with(session, Turn(step, said, "gone" if plain in _YES else "still_there"))
    assert step.check is not None
    if step.check.id not in base.checks:
        return _with(session, Turn(step, said, "outcome", _listed(step, plain, said)))
    return _with(session, Turn(step, said, "outcome", _outcome(base.checks[step.check.id], plain, said, lang)))


def _with(session: Session, turn: Turn) -> Session:
    return replace(session, turns=(*session.turns, turn))


def _subject(step: StepOut) -> Iterable[str]:
    return step.causes if step.check is None else (step.check.id,)


def _listed(step: StepOut, plain: str, said: str) -> str:
    """The outcome that an answer names, of a step that is no check of the knowledge."""
    assert step.check is not None
    for mark, outcome in zip(step.check.marks, step.check.outcomes, strict=True):
        if plain in {mark, outcome.id.casefold(), outcome.title.en.casefold(), outcome.title.zh.casefold()}:
            return outcome.id
    raise AnswerError(said, say("number", step.lang, last=step.check.marks[-1]))


def _outcome(check: Check, plain: str, said: str, lang: str) -> str:
    """The outcome that an answer names. A bare number is the value where one is measured, else a mark."""
    shown, quantity = marks(check), check.document.quantity
    mark = unicodedata.normalize("NFKC", plain)  # a Chinese keyboard writes １ and ａ
    if mark in shown:
        return check.outcomes[shown.index(mark)]
    for full, document in zip(check.outcomes, check.document.outcomes, strict=True):
        names = (full, document.id, document.title.en, document.title.zh, *document.aliases.en, *document.aliases.zh)
        if plain in {name.casefold() for name in names}:
            return full
    if len(check.outcomes) == 2 and plain in _YES | _NO:
        return check.outcomes[plain in _NO]
    if quantity is None or not check.takes_value:
        raise AnswerError(said, say("number" if quantity is None else "letter", lang, last=shown[-1]))
    value = value_in(said.strip().removeprefix("="), quantity.unit)
    if value is None:
        name = "letter_or_value" if quantity.unit else "letter_or_count"
        raise AnswerError(said, say(name, lang, last=shown[-1], unit=quantity.unit))
    for full, document in zip(check.outcomes, check.document.outcomes, strict=True):
        if document.when is not None and document.when.holds(value):
            return full
    raise AnswerError(said, say("no_such_value", lang, last=shown[-1]))
