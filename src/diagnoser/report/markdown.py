"""The report as Markdown, for tickets and chats."""

from __future__ import annotations

from collections.abc import Iterator

from diagnoser.report.report import CauseOut, Report
from diagnoser.report.text import (
    MOST_CHANGED,
    SHOWN_CAUSES,
    SHOWN_CHECKS,
    SHOWN_WEIGHTS,
    change_text,
    listed_causes,
    percent,
    printable,
    source_text,
    to_repair,
    together_text,
    verdict_text,
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


def _kind(cause: CauseOut, lang: str) -> str:
    return word("confirmed", lang) if cause.state == "confirmed" else KIND[cause.kind][lang == "zh"]


def _lines(report: Report, lang: str) -> Iterator[str]:
    colon, stop, comma, semicolon = ("：", "。", "、", "；") if lang == "zh" else (": ", ". ", ", ", "; ")
    yield f"**{SEVERITY[report.severity][lang == 'zh']}** {_escaped(report.device or '')}".rstrip()
    yield ""
    said = verdict_text(report, lang)
    if said:
        yield " ".join(said)
        yield ""
    listed = listed_causes(report)
    for rank, cause in enumerate(listed[:SHOWN_CAUSES], 1):
        if rank > 1 and cause.posterior < 0.005:
            break
        yield f"{rank}. **{_escaped(cause.title[lang])}** {percent(cause.posterior)} ({_kind(cause, lang)})"
        for weight in cause.weights[:SHOWN_WEIGHTS]:
            if abs(weight.decibans) >= 0.5:
                state = "" if weight.state == "present" else word("not_seen", lang)
                source = source_text(weight, lang)
                yield f"   - {weight.decibans:+.1f} dB {state}{_escaped(weight.title[lang])} {source}".rstrip()
    if listed:
        yield f"- {word('none_known', lang)}{colon}{percent(report.unexplained)}"
        together = together_text(report, lang)
        if together is not None:
            yield f"- {word('together', lang)}{colon}{_escaped(together)}"
    if listed and report.would_change is not None and len(report.would_change.findings) <= MOST_CHANGED:
        yield f"- {word('would_change', lang)}{colon}{_escaped(change_text(report.would_change, lang))}"
    yield ""
    for check in report.next_checks[:SHOWN_CHECKS] if listed else ():
        yield f"**{word('check_next', lang)}**{colon}{_escaped(check.title[lang])}{stop}{_escaped(check.how[lang])}"
        if check.command:
            yield ""
            yield f"    {check.command}"
        if check.why is not None:
            yield ""
            yield _escaped(check.why[lang])
        yield ""
    label = word("do" if report.verdict == "known" else "do_if", lang)
    for cause in to_repair(report) if listed else ():
        for repair in cause.repair[:3]:
            yield f"**{label}**{colon}{_escaped(repair.do[lang])}{semicolon}{word('done_when', lang)}{_escaped(repair.verify[lang])}"
            yield ""
        label = word("do_too", lang)
    decided = report.escalation
    if decided.reasons:
        deadline = word("within", lang, time=time_span(decided.deadline or "PT0M", lang))
        told = [word("to", lang, level=decided.level_title[lang], deadline=deadline)] if decided.functional else []
        told += [word("management", lang, deadline=deadline)] if decided.hierarchic else []
        yield f"**{word('escalate', lang)}**{colon}{semicolon.join(told)}"
        yield ""
        yield word("because", lang) + comma.join(_escaped(r.title[lang]) for r in decided.reasons)
        if decided.missing:
            yield ""
            yield word("missing", lang) + comma.join(_escaped(m.title[lang]) for m in decided.missing)
        yield ""
    for unplaced in report.unplaced[:5]:
        text = unplaced.said[lang] if unplaced.said else unplaced.text
        yield f"- {word('not_placed', lang)}{colon}{_escaped(text)}"
    if report.unplaced:
        yield ""
    yield f"{word('knowledge', lang)} {report.knowledge.hash[:7]}, {report.id}"
