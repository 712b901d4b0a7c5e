"""`diagnoser troubleshoot`: the dialogue in the terminal, one question at a time."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diagnoser.errors import AnswerError, RecordError

if TYPE_CHECKING:
    from diagnoser.diagnosis import PreparedKnowledge
    from diagnoser.report import Report
    from diagnoser.troubleshooting import Session, StepOut
    from diagnoser.troubleshooting.record import Record, TurnOut
    from diagnoser.troubleshooting.step import StepCheckOut, StepRepairOut

QUIT, UNDO, WHY, MORE = ("quit", "q", "退出"), ("undo", "撤销"), ("why", "为什么"), ("more", "更多")


def run(
    knowledge: PreparedKnowledge,
    session: Session,
    record: Path | None,
    keep_secrets: bool = False,
) -> bool:
    """Ask and read answers from stdin, a line each, until the fault is gone, handed over, or the input ends.

    Ctrl-C, SIGTERM and the end of the terminal (SIGHUP) end it too; what was answered until then is
    kept in the record.

    Args:
        knowledge: prepared knowledge.
        session: what was reported.
        record: the file to write the record to; what is shown on the terminal stays as it was typed.
        keep_secrets: write secrets to the record as they are, not as tokens.

    Returns:
        Whether the fault is gone.

    Raises:
        RecordError: the record cannot be written.
        KeyboardInterrupt: it was interrupted; the record is written.
    """
    from diagnoser.cli.reading import open_log
    from diagnoser.troubleshooting import next_step

    _check_writable(record)
    dialogue = Dialogue(knowledge, session, *next_step(knowledge, session, open_log))
    _show(_question(dialogue.step))
    _signals_interrupt()
    try:
        dialogue.hold()
    except KeyboardInterrupt:
        print(file=sys.stderr)
        dialogue.catch_up()
        _keep(dialogue.record(), record, keep_secrets)
        raise
    _keep(dialogue.record(), record, keep_secrets)
    return dialogue.step.action == "done"


class Dialogue:
    """Where a dialogue stands: the session, and the step that it has come to with the report behind it."""

    def __init__(self, knowledge: PreparedKnowledge, session: Session, step: StepOut, report: Report) -> None:
        self.knowledge, self.session, self.step, self.report = knowledge, session, step, report

    def hold(self) -> None:
        """Take answers until the fault is gone or there are no more."""
        for said in _answers():
            if said.casefold() in QUIT or not self._goes_on(said):
                return

    def _goes_on(self, said: str) -> bool:
        """Do what a line asks for; whether there is more to ask."""
        from diagnoser.report.text import as_text as whole
        from diagnoser.troubleshooting import undo
        from diagnoser.troubleshooting.words import say

        plain = said.casefold()
        if plain in WHY:
            _show(_why(self.step, self.report))
        elif plain in MORE:
            _show(iter(whole(self.report, self.step.lang).splitlines()))
        elif plain not in UNDO:
            return self._answered(said)
        elif not self.session.turns:
            print(say("nothing_to_undo", self.step.lang), file=sys.stderr)
        else:
            self.session = undo(self.session)
            self._ask()
        return True

    def _answered(self, said: str) -> bool:
        from diagnoser.troubleshooting import answer

        try:
            self.session = answer(self.knowledge.base, self.session, self.step, said)
        except AnswerError as error:
            print(error, file=sys.stderr)
            return True
        _show(_understood(self.record().turns[-1], self.step.lang))
        self._ask()
        return self.step.action != "done"

    def _ask(self) -> None:
        self.catch_up()
        _show(_question(self.step))

    def catch_up(self) -> None:
        """Work out the step that the session has come to, if that was not done."""
        from diagnoser.cli.reading import open_log
        from diagnoser.troubleshooting import next_step

        if self.step.number != len(self.session.turns) + 1:
            self.step, self.report = next_step(self.knowledge, self.session, open_log)

    def record(self) -> Record:
        """Everything until now."""
        from diagnoser.troubleshooting import record_of

        now = datetime.now().astimezone().isoformat(timespec="seconds")
        return record_of(self.knowledge.base, self.session, self.step, now)


def _signals_interrupt() -> None:
    """Let an order to end, and the end of the terminal, interrupt as Ctrl-C does; nohup stays obeyed."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _check_writable(record: Path | None) -> None:
    """Tell before the first question that a record could not be kept.

    Raises:
        RecordError: there is no such folder, it is one itself, or it must not be written.
    """
    if record is None:
        return
    if not record.parent.is_dir():
        raise RecordError(str(record), f"there is no folder '{record.parent}'; name one that is there")
    if record.is_dir():
        raise RecordError(str(record), "this is a folder; name a file in it")
    if not os.access(record if record.exists() else record.parent, os.W_OK):
        raise RecordError(str(record), "it must not be written; name another file")


def _keep(written: Record, record: Path | None, keep_secrets: bool) -> None:
    """Write the record, first to its file: the terminal may be gone."""
    from diagnoser.cli.redact import tell_replaced
    from diagnoser.troubleshooting.record import as_text, without_secrets

    if record is not None:
        kept = written
        if not keep_secrets:
            kept, counts = without_secrets(written)
            tell_replaced(counts, written.lang)
        text = as_text(kept) if record.suffix in (".txt", ".md") else kept.model_dump_json(indent=2) + "\n"
        try:
            record.write_text(text, encoding="utf-8")
        except OSError as error:
            raise RecordError(str(record), error.strerror or "it cannot be written") from error
    sys.stdout.write("\n" + as_text(written))
    sys.stdout.flush()


def _answers() -> Iterator[str]:
    """Lines from stdin, without blank ones. At a terminal there is a prompt."""
    while True:
        if sys.stdin.isatty():
            print("> ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def _show(lines: Iterator[str]) -> None:
    sys.stdout.write("\n".join(line.rstrip() for line in lines) + "\n")
    sys.stdout.flush()


def _question(step: StepOut) -> Iterator[str]:
    from diagnoser.report.columns import WIDTH, wrap
    from diagnoser.troubleshooting.record import standing
    from diagnoser.troubleshooting.words import say

    lang = step.lang
    yield ""
    if step.action == "done":
        yield step.title[lang]
        return
    yield from wrap(say("step", lang, n=step.number, action=say(step.action, lang), title=step.title[lang]), WIDTH)
    for line in standing(step, lang):
        yield from wrap(f"  {line}", WIDTH)
    if step.check is not None:
        yield from _check(step.check, step.question[lang], lang)
    elif step.action == "repair":
        for repair in step.repairs:
            yield from _repair(repair, lang)
        yield from wrap(f"  {step.question[lang]}", WIDTH)
        yield f"  [{say('answers_repair', lang)}]"
    else:
        yield from _handover(step)


def _check(check: StepCheckOut, question: str, lang: str) -> Iterator[str]:
    from diagnoser.report.columns import WIDTH, wrap
    from diagnoser.report.words import SIGNS, word

    signs = SIGNS[lang]
    yield from wrap(f"  {check.how[lang]}", WIDTH)
    if check.command:
        yield f"  $ {check.command}"
    tools = signs.listing.join(t.title[lang] for t in check.cost.tools) or word("no_tools", lang)
    minutes, risk = word("minutes", lang, n=check.cost.minutes), word(f"risk_{check.cost.risk}", lang)
    cost = (minutes, risk, tools, word("skill", lang, skill=check.cost.skill))
    yield from wrap(f"  {signs.comma.join(cost)}", WIDTH)
    if check.why is not None:
        yield from wrap(f"  {check.why[lang]}", WIDTH)
    yield f"  {question}"
    for mark, outcome in zip(check.marks, check.outcomes, strict=True):
        yield f"    {mark}  {outcome.title[lang]}"
    yield f"  [{_answers_to(check, lang)}]"


def _repair(repair: StepRepairOut, lang: str) -> Iterator[str]:
    from diagnoser.report.columns import WIDTH, wrap
    from diagnoser.report.sentences import percent
    from diagnoser.report.words import SIGNS, word

    signs = SIGNS[lang]
    yield f"  {repair.cause.title[lang]} ({percent(repair.posterior)})"
    if repair.why is not None:
        yield from wrap(f"  {repair.why[lang]}", WIDTH)
    for action in repair.actions:
        yield from wrap(f"  - {action.do[lang]}", WIDTH)
        if action.command:
            yield f"    $ {action.command}"
        minutes, risk = word("minutes", lang, n=action.minutes), word(f"risk_{action.risk}", lang)
        yield f"    {signs.comma.join((minutes, risk, word('skill', lang, skill=action.skill)))}"
        bring = dict.fromkeys(i.title[lang] for i in (*action.parts, *action.tools))
        if bring:
            yield from wrap(f"    {word('bring', lang)}{signs.listing.join(bring)}", WIDTH)


def _understood(turn: TurnOut, lang: str) -> Iterator[str]:
    """What an answer was taken for; whoever meant another one takes it back."""
    from diagnoser.troubleshooting.record import result_text
    from diagnoser.troubleshooting.words import say

    yield "  " + say("understood", lang, result=result_text(turn, lang))


def _answers_to(check: StepCheckOut, lang: str) -> str:
    """What may be typed after a check."""
    from diagnoser.troubleshooting.words import say

    ends = {"first": check.marks[0], "last": check.marks[-1]}
    value = "" if check.unit is None else say("value" if check.unit else "count", lang, unit=check.unit)
    yes_no = say("yes_no", lang, **ends) if len(check.marks) == 2 else ""
    return value + say("marks", lang, **ends) + yes_no + say("answers", lang)


def _handover(step: StepOut) -> Iterator[str]:
    from diagnoser.report.columns import WIDTH, wrap
    from diagnoser.troubleshooting.record import handover
    from diagnoser.troubleshooting.words import say

    lang = step.lang
    assert step.escalation is not None
    for line in handover(step.escalation, lang):
        yield from wrap(f"  {line}", WIDTH)
    yield f"  {step.question[lang]}"
    yield f"  [{say('answers_call', lang)}]"


def _why(step: StepOut, report: Report) -> Iterator[str]:
    """What speaks for the leading causes, and what each outcome would do to them."""
    from diagnoser.report.sentences import percent
    from diagnoser.report.text import weight_line
    from diagnoser.report.words import word
    from diagnoser.troubleshooting.words import say

    lang = step.lang
    for cause in report.causes[:3]:
        yield f"  {cause.title[lang]}  {percent(cause.posterior)}"
        yield from (weight_line(w, lang) for w in cause.weights[:4])
    yield f"  {word('none_known', lang)}  {percent(report.unexplained)}"
    if step.check is not None:
        yield f"  {say('would_say', lang)}"
        for outcome in step.check.outcomes:
            if outcome.leading_title is not None:
                yield (
                    f"    {outcome.title[lang]} ({percent(outcome.probability)}) {word('then', lang)} "
                    f"{outcome.leading_title[lang]} {percent(outcome.posterior)}"
                )
    yield f"  {say('expected', lang, n=round(step.expected_cost))}"


RecordOption = Annotated[
    Path | None,
    typer.Option("--record", metavar="FILE", help="Write what was asked and answered: JSON, or text for .txt and .md."),
]
