"""The report as Markdown, for tickets and chats."""

from __future__ import annotations

from collections.abc import Iterator

from diagnoser.report.report import Report
from diagnoser.report.text import (
    SHOWN_CAUSES,
    SHOWN_CHECKS,
    SHOWN_WEIGHTS,
    change_text,
    percent,
    printable,
    source_text,
)
from diagnoser.report.words import KIND, SEVERITY, time_span, word


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
    if not report.known:
        yield word("unknown_first" if report.observations else "nothing_placed", lang)
        yield ""
    for rank, cause in enumerate(report.causes[:SHOWN_CAUSES], 1):
        if rank > 1 and cause.posterior < 0.005:
            break
        yield f"{rank}. **{_escaped(cause.title[lang])}** {percent(cause.posterior)} ({KIND[cause.kind][lang == 'zh']})"
        for weight in cause.weights[:SHOWN_WEIGHTS]:
            if abs(weight.decibans) >= 0.5:
                state = "" if weight.state == "present" else word("not_seen", lang)
                source = source_text(weight, lang)
                yield f"   - {weight.decibans:+.1f} dB {state}{_escaped(weight.title[lang])} {source}".rstrip()
    if report.causes:
        yield f"- {word('none_known', lang)}: {percent(report.unexplained)}"
    if report.would_change is not None:
        yield f"- {word('would_change', lang)}: {_escaped(change_text(report.would_change, lang))}"
    yield ""
    for check in report.next_checks[:SHOWN_CHECKS]:
        yield f"**{word('check_next', lang)}**: {_escaped(check.title[lang])}. {_escaped(check.how[lang])}"
        if check.command:
            yield ""
            yield f"    {check.command}"
        if check.why is not None:
            yield ""
            yield _escaped(check.why[lang])
        yield ""
    if report.causes and report.known:
        for repair in report.causes[0].repair[:3]:
            yield f"**{word('do', lang)}**: {_escaped(repair.do[lang])}; {word('done_when', lang)}{_escaped(repair.verify[lang])}"
            yield ""
    decided = report.escalation
    if decided.reasons:
        deadline = word("within", lang, time=time_span(decided.deadline or "PT0M", lang))
        told = [word("to", lang, level=decided.level_title[lang], deadline=deadline)] if decided.functional else []
        told += [word("management", lang, deadline=deadline)] if decided.hierarchic else []
        yield f"**{word('escalate', lang)}**: {'; '.join(told)}"
        yield ""
        yield word("because", lang) + ", ".join(_escaped(r.title[lang]) for r in decided.reasons)
        if decided.missing:
            yield word("missing", lang) + ", ".join(_escaped(m.title[lang]) for m in decided.missing)
        yield ""
    for unplaced in report.unplaced[:5]:
        yield f"- {word('not_placed', lang)}: {_escaped(unplaced.said[lang] if unplaced.said else unplaced.text)}"
    yield f"{word('knowledge', lang)} {report.knowledge.hash[:7]}, {report.id}"
