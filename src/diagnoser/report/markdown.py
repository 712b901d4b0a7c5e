"""The report as Markdown, for tickets and chats."""

from __future__ import annotations

from collections.abc import Iterator

from diagnoser.report.columns import printable
from diagnoser.report.report import EscalationOut, NextCheckOut, Report
from diagnoser.report.sentences import (
    SHOWN_CAUSES,
    SHOWN_CHECKS,
    SHOWN_WEIGHTS,
    change_text,
    change_told,
    foremost,
    kind_text,
    listed_causes,
    percent,
    source_text,
    to_repair,
    together_text,
    verdict_text,
)
from diagnoser.report.words import SEVERITY, SIGNS, time_span, word


def as_markdown(report: Report, lang: str | None = None) -> str:
    """The report as Markdown in one language."""
    return "\n".join(_lines(report, lang or report.lang)) + "\n"


def _escaped(text: str) -> str:
    text = printable(text)
    for char in "\\`*_<>[]|#":
        text = text.replace(char, "\\" + char)
    return " ".join(text.split())


def _lines(report: Report, lang: str) -> Iterator[str]:
    yield f"**{SEVERITY[report.severity][lang == 'zh']}** {_escaped(report.device or '')}".rstrip()
    yield ""
    said = verdict_text(report, lang)
    if said:
        yield " ".join(said)
        yield ""
    yield from _causes(report, lang)
    yield ""
    if listed_causes(report):
        for check in report.next_checks[:SHOWN_CHECKS]:
            yield from _check(check, lang)
        yield from _repairs(report, lang)
    yield from _escalation(report.escalation, lang)
    for unplaced in report.unplaced[:5]:
        text = unplaced.said[lang] if unplaced.said else unplaced.text
        yield f"- {word('not_placed', lang)}{SIGNS[lang].colon}{_escaped(text)}"
    for alarm in report.cleared[:5]:
        yield f"- {word('cleared', lang)}{SIGNS[lang].colon}{_escaped(alarm)}"
    if report.unplaced or report.cleared:
        yield ""
    yield f"{word('knowledge', lang)} {report.knowledge.hash[:7]}, {report.id}"


def _causes(report: Report, lang: str) -> Iterator[str]:
    """The foremost causes with their weights, and what is to be said of all of them."""
    for rank, cause in enumerate(foremost(report, SHOWN_CAUSES), 1):
        yield f"{rank}. **{_escaped(cause.title[lang])}** {percent(cause.posterior)} ({kind_text(cause, lang)})"
        for weight in cause.weights[:SHOWN_WEIGHTS]:
            if abs(weight.decibans) >= 0.5:
                state = "" if weight.state == "present" else word("not_seen", lang)
                source = source_text(weight, lang)
                yield f"   - {weight.decibans:+.1f} dB {state}{_escaped(weight.title[lang])} {source}".rstrip()
    if not listed_causes(report):
        return
    colon = SIGNS[lang].colon
    yield f"- {word('none_known', lang)}{colon}{percent(report.unexplained)}"
    together = together_text(report, lang)
    if together is not None:
        yield f"- {word('together', lang)}{colon}{_escaped(together)}"
    change = change_told(report)
    if change is not None:
        yield f"- {word('would_change', lang)}{colon}{_escaped(change_text(change, lang))}"


def _check(check: NextCheckOut, lang: str) -> Iterator[str]:
    signs = SIGNS[lang]
    title = f"{_escaped(check.title[lang])}{signs.stop}{_escaped(check.how[lang])}"
    yield f"**{word('check_next', lang)}**{signs.colon}{title}"
    if check.command:
        yield ""
        yield f"    {check.command}"
    if check.why is not None:
        yield ""
        yield _escaped(check.why[lang])
    yield ""


def _repairs(report: Report, lang: str) -> Iterator[str]:
    signs = SIGNS[lang]
    label = word("do" if report.verdict == "known" else "do_if", lang)
    for cause in to_repair(report):
        for repair in cause.repair[:3]:
            done = f"{word('done_when', lang)}{_escaped(repair.verify[lang])}"
            yield f"**{label}**{signs.colon}{_escaped(repair.do[lang])}{signs.semicolon}{done}"
            yield ""
        label = word("do_too", lang)


def _escalation(decided: EscalationOut, lang: str) -> Iterator[str]:
    if not decided.reasons:
        return
    signs = SIGNS[lang]
    deadline = word("within", lang, time=time_span(decided.deadline or "PT0M", lang))
    told = [word("to", lang, level=decided.level_title[lang], deadline=deadline)] if decided.functional else []
    told += [word("management", lang, deadline=deadline)] if decided.hierarchic else []
    yield f"**{word('escalate', lang)}**{signs.colon}{signs.semicolon.join(told)}"
    yield ""
    yield word("because", lang) + signs.listing.join(_escaped(r.title[lang]) for r in decided.reasons)
    if decided.missing:
        yield ""
        yield word("missing", lang) + signs.listing.join(_escaped(m.title[lang]) for m in decided.missing)
    yield ""
