"""The report for a person at a terminal: 80 columns, the answer first, reasons within reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diagnoser.report.columns import WIDTH, cut, labelled, printable, spread, width_of, wrap
from diagnoser.report.report import CauseOut, ConflictOut, NextCheckOut, Report, WeightOut
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

TITLE = 37
"""Columns for the title of a cause; a longer one takes more lines."""
BAR = 14
"""Columns of a bar for 100 %: what `configuration` beside it leaves."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of a report is shown.

    Attributes:
        causes: how many of them, at most.
        weighed, weights: so many of the first with so many weights of evidence each.
        bars: whether a bar stands beside each probability.
        checks, outcomes: how many checks, and how many outcomes of each.
        repairs: how many steps of the repair.
        others: how many of each list at the end: contradictions, what is ruled out or not placed.
        ask: whether the command to ask further with stands at the end.
    """

    causes: int = SHOWN_CAUSES
    weighed: int = 3
    weights: int = SHOWN_WEIGHTS
    bars: bool = True
    checks: int = SHOWN_CHECKS
    outcomes: int = 4
    repairs: int = 3
    others: int = 5
    ask: bool = True


NOTE = Shown(causes=3, weighed=1, weights=3, bars=False, checks=1, outcomes=2, repairs=1, others=2, ask=False)
"""What goes into a ticket: the same, in about half the lines."""


def as_text(report: Report, lang: str | None = None, shown: Shown = Shown()) -> str:
    """The report as plain text.

    Args:
        report: the report.
        lang: `en` or `zh`; the report's own language by default.
        shown: how much of it; `NOTE` for tickets.
    """
    lines = list(_lines(report, lang or report.lang, shown))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _lines(report: Report, lang: str, shown: Shown) -> Iterator[str]:
    yield spread(_headline(report), SEVERITY[report.severity][lang == "zh"])
    yield ""
    said = verdict_text(report, lang)
    yield from (line for sentence in said for line in wrap(sentence, WIDTH))
    if said:
        yield ""
    for rank, cause in enumerate(foremost(report, shown.causes), 1):
        yield from _cause(rank, cause, lang, shown)
    if listed_causes(report):
        yield _dotted(f"   {word('none_known', lang)}", report.unexplained, "", False)
        together = together_text(report, lang)
        if together is not None:
            yield from labelled(word("together", lang), together)
        change = change_told(report)
        if change is not None:
            yield from labelled(word("would_change", lang), change_text(change, lang))
        yield ""
        for check in report.next_checks[: shown.checks]:
            yield from _check(check, lang, shown.outcomes)
        yield from _repairs(report, lang, shown.repairs)
        yield ""
    yield from _escalation(report, lang)
    yield from _rest(report, lang, shown)
    method = _method(report, lang)
    yield f"{word('knowledge', lang)} {report.knowledge.hash[:7]}  ·  {method}  ·  {report.id}"


def _repairs(report: Report, lang: str, steps: int) -> Iterator[str]:
    label = word("do" if report.verdict == "known" else "do_if", lang)
    for cause in to_repair(report):
        yield from _repair(cause, lang, steps, label)
        label = word("do_too", lang)


def _method(report: Report, lang: str) -> str:
    if report.method.exact:
        return word("exact", lang)
    if report.method.bound > 0.5:
        return word("approximate", lang)
    return word("bounded", lang, bound=percent(report.method.bound))


def _headline(report: Report) -> str:
    said = report.reported or ""
    if not said and report.observations:
        said = report.observations[0].text
    told = (" ".join(printable(each).split()) for each in (report.device or "", said))
    return cut("  ".join(each for each in told if each), WIDTH - 18)


def _cause(rank: int, cause: CauseOut, lang: str, shown: Shown) -> Iterator[str]:
    lines = [f"   {line}" for line in wrap(cause.title[lang], TITLE)]
    lines[0] = f"{rank:<3}{lines[0][3:]}"
    yield from lines[:-1]
    yield _dotted(lines[-1], cause.posterior, kind_text(cause, lang), shown.bars)
    strongest = [w for w in cause.weights if abs(w.decibans) >= (0.5 if w.state == "present" else 3.0)][: shown.weights]
    if rank <= shown.weighed:
        for weight in strongest:
            yield weight_line(weight, lang)
    if len(cause.group) > 1:
        others = [g.partition(":")[2] for g in cause.group if g != f"{cause.base}:{cause.id}"]
        yield cut(f"     {word('alike', lang)}{', '.join(others)}", WIDTH)


def weight_line(weight: WeightOut, lang: str) -> str:
    """One weight of evidence with where it comes from."""
    state = "" if weight.state == "present" else word("not_seen", lang)
    source = source_text(weight, lang)
    text = f"     {weight.decibans:+6.1f} dB  {state}{weight.title[lang]}"
    return spread(cut(text, WIDTH - width_of(source) - 2), source)


def _check(check: NextCheckOut, lang: str, outcomes: int) -> Iterator[str]:
    tools = SIGNS[lang].listing.join(t.title[lang] for t in check.cost.tools) or word("no_tools", lang)
    cost = (word("minutes", lang, n=check.cost.minutes), word(f"risk_{check.cost.risk}", lang), tools)
    title = f"{check.title[lang]}" + (f" ({word('required', lang)})" if check.required else "")
    yield from labelled(word("check_next", lang), title, SIGNS[lang].comma.join(cost))
    yield from labelled("", check.how[lang])
    if check.command:
        yield from labelled("", f"$ {check.command}")
    if check.why is not None:
        yield from labelled("", check.why[lang])
    for line in _outcomes(check, lang, outcomes):
        yield from labelled("", f"  {line}")


def _outcomes(check: NextCheckOut, lang: str, most: int) -> Iterator[str]:
    """What the likely outcomes would lead to, and how many more there are."""
    told = [o for o in check.outcomes if o.leading_title is not None and o.probability >= 0.01]
    told = sorted(told, key=lambda o: -o.probability)[:most]
    for outcome in check.outcomes:
        if outcome in told and outcome.leading_title is not None:
            then = f"{word('then', lang)} {outcome.leading_title[lang]} {percent(outcome.posterior)}"
            yield f"{outcome.title[lang]} {then}"
    if told and len(told) < len(check.outcomes):
        yield word("less_likely", lang, n=len(check.outcomes) - len(told))


def _repair(cause: CauseOut, lang: str, steps: int, label: str) -> Iterator[str]:
    for repair in cause.repair[:steps]:
        cost = [word("minutes", lang, n=repair.minutes), word(f"risk_{repair.risk}", lang)]
        if repair.skill != "L1":
            cost.append(word("skill", lang, skill=repair.skill))
        yield from labelled(label, repair.do[lang], SIGNS[lang].comma.join(cost))
        if repair.command:
            yield from labelled("", f"$ {repair.command}")
        bring = [item.title[lang] for item in (*repair.parts, *repair.tools)]
        if bring:
            yield from labelled("", word("bring", lang) + SIGNS[lang].listing.join(dict.fromkeys(bring)))
        yield from labelled("", word("done_when", lang) + repair.verify[lang])
        label = ""


def _escalation(report: Report, lang: str) -> Iterator[str]:
    decided, label = report.escalation, word("escalate", lang)
    if not decided.reasons:
        yield from labelled(label, word("no_escalation", lang))
        return
    deadline = word("within", lang, time=time_span(decided.deadline or "PT0M", lang))
    if decided.functional is not None:
        yield from labelled(label, word("to", lang, level=decided.level_title[lang], deadline=deadline))
        label = ""
    if decided.hierarchic:
        yield from labelled(label, word("management", lang, deadline=deadline))
    yield from labelled("", word("because", lang) + SIGNS[lang].listing.join(r.title[lang] for r in decided.reasons))
    if decided.missing:
        yield from labelled(
            "", word("missing", lang) + SIGNS[lang].listing.join(m.title[lang] for m in decided.missing)
        )


def _rest(report: Report, lang: str, shown: Shown) -> Iterator[str]:
    most = shown.others
    yield ""
    for conflict in report.conflicts[: min(most, 3)]:
        yield from labelled(word("conflict", lang), _contradiction(conflict, lang))
    if report.ruled_out:
        yield from labelled(
            word("ruled_out", lang), SIGNS[lang].listing.join(r.title[lang] for r in report.ruled_out[:most])
        )
    label = word("not_placed", lang)
    for unplaced in report.unplaced[:most]:
        times = f" (x{unplaced.count})" if unplaced.count > 1 else ""
        known = [title[lang] for title in unplaced.nearest_titles]
        near = f"; {word('nearest', lang)}{SIGNS[lang].listing.join(known)}" if known else ""
        told = _quoted(unplaced.said[lang]) if unplaced.said else f'"{_quoted(unplaced.text)}"'
        yield from labelled(label, f"{told}{times}{near}")
        label = ""
    if len(report.unplaced) > most:
        yield from labelled("", word("more", lang, n=len(report.unplaced) - most))
    label = word("cleared", lang)
    for alarm in report.cleared[:most]:
        yield from labelled(label, f'"{_quoted(alarm)}"')
        label = ""
    if len(report.cleared) > most:
        yield from labelled("", word("more", lang, n=len(report.cleared) - most))
    second = next(iter(listed_causes(report)[1:]), None)
    if shown.ask and second is not None:
        yield from labelled(word("ask", lang), f"diagnoser explain {second.id}", word("ask_text", lang))


def _contradiction(conflict: ConflictOut, lang: str) -> str:
    """What was said that does not go together, as a question, and what it is about."""
    *others, last = (word("quoted", lang, text=_quoted(text)) for text in conflict.texts)
    said = word("or", lang).join((*([SIGNS[lang].listing.join(others)] if others else ()), last))
    return word("conflict_several" if others else "conflict_one", lang, said=said, title=conflict.title[lang])


def _quoted(text: str) -> str:
    return cut(" ".join(text.split()), 200)


def _dotted(left: str, probability: float, kind: str, bars: bool) -> str:
    dots = "." * max(2, 42 - width_of(left))
    line = f"{left} {dots} {percent(probability):>5}"
    if bars and kind:
        line += "  " + _bar(probability)
    return spread(line, kind)


def _bar(probability: float) -> str:
    whole, part = divmod(round(probability * BAR * 8), 8)
    return "█" * whole + (_EIGHTHS[part] if part else "")
