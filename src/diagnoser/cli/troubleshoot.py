"""`diagnoser troubleshoot`: the dialogue in the terminal, one question at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diagnoser.errors import AnswerError, EvidenceError

if TYPE_CHECKING:
    from diagnoser.diagnosis import PreparedKnowledge
    from diagnoser.report import Report
    from diagnoser.troubleshooting import Session, StepOut

QUIT, UNDO, WHY, MORE = ("quit", "q", "退出"), ("undo", "撤销"), ("why", "为什么"), ("more", "更多")


def run(
    knowledge: PreparedKnowledge,
    session: Session,
    record: Path | None,
    keep_secrets: bool = False,
) -> bool:
    """Ask and read answers from stdin, a line each, until the fault is gone, handed over, or the input ends.

    Args:
        knowledge: prepared knowledge.
        session: what was reported.
        record: the file to write the record to; what is shown on the terminal stays as it was typed.
        keep_secrets: write secrets to the record as they are, not as tokens.

    Returns:
        Whether the fault is gone.

    Raises:
        EvidenceError: the record cannot be written.
    """
    from diagnoser.cli.reading import open_log
    from diagnoser.cli.redact import tell_replaced
    from diagnoser.troubleshooting import answer, next_step, record_of, undo
    from diagnoser.troubleshooting.record import as_text, without_secrets
    from diagnoser.troubleshooting.words import say

    step, report = next_step(knowledge, session, open_log)
    _show(_question(step))
    for said in _answers():
        plain = said.casefold()
        if plain in QUIT:
            break
        if plain in UNDO:
            if session.turns:
                session = undo(session)
            else:
                print(say("nothing_to_undo", step.lang), file=sys.stderr)
                continue
        elif plain in WHY:
            _show(_why(step, report))
            continue
        elif plain in MORE:
            from diagnoser.report.text import as_text as whole

            sys.stdout.write(whole(report, step.lang))
            continue
        else:
            try:
                session = answer(knowledge.base, session, step, said)
            except AnswerError as error:
                print(error, file=sys.stderr)
                continue
        step, report = next_step(knowledge, session, open_log)
        _show(_question(step))
        if step.action == "done":
            break
    written = record_of(knowledge.base, session, step)
    sys.stdout.write("\n" + as_text(written))
    if record is not None:
        if not keep_secrets:
            written, counts = without_secrets(written)
            tell_replaced(counts, step.lang)
        text = as_text(written) if record.suffix in (".txt", ".md") else written.model_dump_json(indent=2) + "\n"
        try:
            record.write_text(text, encoding="utf-8")
        except OSError as error:
            raise EvidenceError("", f"record '{record}': {error.strerror}") from error
    return step.action == "done"


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
    from diagnoser.report.text import percent, wrap
    from diagnoser.report.words import word
    from diagnoser.troubleshooting.words import say

    lang = step.lang
    yield ""
    if step.action == "done":
        yield step.title[lang]
        return
    leading = (
        say("leads", lang, title=step.leading.title[lang], percent=percent(step.posterior))
        if step.leading
        else say("nothing_leads", lang)
    )
    yield f"{say('step', lang, n=step.number)} - {say(step.action, lang)}: {step.title[lang]}"
    yield from wrap(f"  {leading}", 80)
    if step.check is not None:
        check = step.check
        tools = ", ".join(t.title[lang] for t in check.cost.tools) or word("no_tools", lang)
        yield from wrap(f"  {check.how[lang]}", 80)
        if check.command:
            yield f"  $ {check.command}"
        yield (
            f"  {word('minutes', lang, n=check.cost.minutes)}, {word(f'risk_{check.cost.risk}', lang)}, {tools}, "
            f"{word('skill', lang, skill=check.cost.skill)}"
        )
        if check.why is not None:
            yield f"  {check.why[lang]}"
        yield f"  {step.question[lang]}"
        for number, outcome in enumerate(check.outcomes, 1):
            yield f"    {number}  {outcome.title[lang]}"
        known = "answers_value" if check.unit is not None else "answers_check"
        yield f"  [{say(known, lang, n=len(check.outcomes), unit=check.unit)}]"
    elif step.action == "repair":
        for repair in step.repairs:
            yield f"  {repair.cause.title[lang]} ({percent(repair.posterior)})"
            for action in repair.actions:
                yield from wrap(f"  - {action.do[lang]}", 80)
                if action.command:
                    yield f"    $ {action.command}"
                cost = f"{word('minutes', lang, n=action.minutes)}, {word(f'risk_{action.risk}', lang)}"
                yield f"    {cost}, {word('skill', lang, skill=action.skill)}"
                bring = dict.fromkeys(i.title[lang] for i in (*action.parts, *action.tools))
                if bring:
                    yield f"    {word('bring', lang)}{', '.join(bring)}"
        yield from wrap(f"  {step.question[lang]}", 80)
        yield f"  [{say('answers_repair', lang)}]"
    else:
        yield from _handover(step)


def _handover(step: StepOut) -> Iterator[str]:
    from diagnoser.report.text import wrap
    from diagnoser.report.words import word
    from diagnoser.troubleshooting.words import say

    lang, escalation = step.lang, step.escalation
    assert escalation is not None
    if escalation.reasons:
        yield from wrap("  " + word("because", lang) + ", ".join(r.title[lang] for r in escalation.reasons), 80)
    yield f"  {step.question[lang]}"
    for name, items in (("hand", escalation.collect), ("missing", escalation.missing)):
        if items:
            yield from wrap("  " + say(name, lang) + ", ".join(i.title[lang] for i in items), 80)


def _why(step: StepOut, report: Report) -> Iterator[str]:
    """What speaks for the leading causes, and what each outcome would do to them."""
    from diagnoser.report.text import percent, weight_line
    from diagnoser.report.words import word
    from diagnoser.troubleshooting.words import say

    lang = step.lang
    for cause in report.causes[:3]:
        yield f"  {cause.title[lang]}  {percent(cause.posterior)}"
        yield from (weight_line(w, lang) for w in cause.weights[:4])
    yield f"  {word('none_known', lang)}  {percent(report.unexplained)}"
    if step.check is not None:
        yield f"  {say('would_say', lang)}:"
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
