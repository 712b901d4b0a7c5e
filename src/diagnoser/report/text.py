"""The report for a person at a terminal: 80 columns, the answer first, reasons within reach."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wcwidth import wcwidth

from diagnoser.report.at_once import TOGETHER
from diagnoser.report.report import CauseOut, ChangeOut, NextCheckOut, Report, WeightOut
from diagnoser.report.words import KIND, SEVERITY, time_span, word

WIDTH = 80
LABEL = 13
TITLE = 37
"""Columns for the title of a cause; a longer one takes more lines."""
BAR = 14
"""Columns of a bar for 100 %: what `configuration` beside it leaves."""
BY_WORDING = 0.1
"""Where nothing was understood, a cause is told from this posterior on."""
MOST_CHANGED = 3
"""A report tells what would change the first place if it takes no more findings than this."""
SHOWN_CAUSES = 5
SHOWN_WEIGHTS = 4
SHOWN_CHECKS = 2
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
    yield _spread(_headline(report), SEVERITY[report.severity][lang == "zh"])
    yield ""
    said = verdict_text(report, lang)
    yield from (line for sentence in said for line in wrap(sentence, WIDTH))
    if said:
        yield ""
    listed = listed_causes(report)
    for rank, cause in enumerate(listed[: shown.causes], 1):
        if rank > 1 and cause.posterior < 0.005:
            break
        yield from _cause(rank, cause, lang, shown)
    if listed:
        yield _dotted(f"   {word('none_known', lang)}", report.unexplained, "", False)
        together = together_text(report, lang)
        if together is not None:
            yield from _labelled(word("together", lang), together)
        if report.would_change is not None and len(report.would_change.findings) <= MOST_CHANGED:
            yield from _labelled(word("would_change", lang), change_text(report.would_change, lang))
        yield ""
        for check in report.next_checks[: shown.checks]:
            yield from _check(check, lang, shown.outcomes)
        yield from _repairs(report, lang, shown.repairs)
        yield ""
    yield from _escalation(report, lang)
    yield from _rest(report, lang, shown)
    method = _method(report, lang)
    yield f"{word('knowledge', lang)} {report.knowledge.hash[:7]}  ·  {method}  ·  {report.id}"


def verdict_text(report: Report, lang: str) -> list[str]:
    """How far the answer goes, in a sentence or two; nothing where a cause is known."""
    match report.verdict:
        case "known":
            return []
        case "not_understood":
            return [word(report.verdict, lang), word("by_wording" if listed_causes(report) else "say_more", lang)]
        case "none_known":
            return [word("none_known_likely", lang)]
        case "several" | "weak" as verdict:
            if not report.known:
                return [word(f"{verdict}_unknown", lang)]
            return [word(verdict, lang, percent=percent(report.causes[0].posterior))]


def listed_causes(report: Report) -> list[CauseOut]:
    """The causes that are shown: where nothing was understood, only what the wording says clearly enough."""
    if report.verdict != "not_understood":
        return report.causes
    return [c for c in report.causes if c.posterior >= BY_WORDING]


def together_text(report: Report, lang: str) -> str | None:
    """The likeliest causes that are there at once, each with what speaks most for it alone; nothing if improbable."""
    joint = report.at_once
    if joint is None:
        return None
    causes = {f"{c.base}:{c.id}": c for c in report.causes}
    places = {cause: place for place, cause in enumerate(causes)}
    told = []
    for each in sorted(joint.causes, key=lambda c: (places.get(c, len(places)), c)):
        cause = causes.get(each)
        others = {
            w.finding for c in joint.causes if c != each and c in causes for w in causes[c].weights if w.decibans > 0
        }
        grounds = (w for w in (cause.weights if cause else ()) if w.decibans > 0 and w.source is not None)
        ground = next((w for w in grounds if w.finding not in others), None)
        title = cause.title[lang] if cause else each
        told.append(title if ground is None else word("for_it", lang, title=title, ground=ground.title[lang]))
    in_all = word("in_all", lang, percent=percent(joint.in_all)) if joint.posterior < TOGETHER else ""
    return f"{' + '.join(told)}{word('comes_to', lang)}{percent(joint.posterior)}{in_all}"


def to_repair(report: Report) -> list[CauseOut]:
    """The causes to mend: the first, or all of those that most likely are there at once."""
    if not report.causes or not report.known:
        return []
    best = report.explanations[0] if report.explanations else None
    likely = best is not None and (best.posterior >= TOGETHER or (report.at_once is not None and len(best.causes) > 1))
    if best is None or not likely:
        return report.causes[:1]
    return [c for c in report.causes if f"{c.base}:{c.id}" in best.causes] or report.causes[:1]


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


def change_text(change: ChangeOut, lang: str) -> str:
    """What would put another cause first, in a sentence."""
    told = []
    for key, state in (("if_seen", "present"), ("if_not_seen", "absent")):
        titles = [f.title[lang] for f in change.findings if f.state == state]
        if titles:
            each = "".join(f"“{title}”" for title in titles) if lang == "zh" else " + ".join(titles)
            told.append(word(key, lang, titles=each))
    then = word("then_first", lang, title=change.first_title[lang], percent=percent(change.posterior))
    return f"{('，' if lang == 'zh' else '; ').join(told)} {word('then', lang)} {then}"


def _headline(report: Report) -> str:
    said = report.reported or ""
    if not said and report.observations:
        said = report.observations[0].text
    told = (" ".join(printable(each).split()) for each in (report.device or "", said))
    return _cut("  ".join(each for each in told if each), WIDTH - 18)


def _cause(rank: int, cause: CauseOut, lang: str, shown: Shown) -> Iterator[str]:
    kind = word("confirmed", lang) if cause.state == "confirmed" else KIND[cause.kind][lang == "zh"]
    lines = [f"   {line}" for line in wrap(cause.title[lang], TITLE)]
    lines[0] = f"{rank:<3}{lines[0][3:]}"
    yield from lines[:-1]
    yield _dotted(lines[-1], cause.posterior, kind, shown.bars)
    strongest = [w for w in cause.weights if abs(w.decibans) >= (0.5 if w.state == "present" else 3.0)][: shown.weights]
    if rank <= shown.weighed:
        for weight in strongest:
            yield weight_line(weight, lang)
    if len(cause.group) > 1:
        others = [g.partition(":")[2] for g in cause.group if g != f"{cause.base}:{cause.id}"]
        yield _cut(f"     {word('alike', lang)}{', '.join(others)}", WIDTH)


def weight_line(weight: WeightOut, lang: str) -> str:
    """One weight of evidence with where it comes from."""
    state = "" if weight.state == "present" else word("not_seen", lang)
    source = source_text(weight, lang)
    text = f"     {weight.decibans:+6.1f} dB  {state}{weight.title[lang]}"
    return _spread(_cut(text, WIDTH - _width(source) - 2), source)


def source_text(weight: WeightOut, lang: str) -> str:
    """Where a weight of evidence comes from, in brackets; nothing if from no one place."""
    if weight.source is None:
        return ""
    if weight.source.line is not None:
        return f"({word('log_line', lang, line=weight.source.line)})"
    if weight.source.kind == "report":
        return f"({word('guessed' if weight.source.guessed else 'said', lang)})"
    return f"({word(weight.source.kind, lang)})"


def _check(check: NextCheckOut, lang: str, outcomes: int) -> Iterator[str]:
    tools = _join((t.title[lang] for t in check.cost.tools), lang) or word("no_tools", lang)
    cost = (word("minutes", lang, n=check.cost.minutes), word(f"risk_{check.cost.risk}", lang), tools)
    title = f"{check.title[lang]}" + (f" ({word('required', lang)})" if check.required else "")
    yield from _labelled(word("check_next", lang), title, costs(cost, lang))
    yield from _labelled("", check.how[lang])
    if check.command:
        yield from _labelled("", f"$ {check.command}")
    if check.why is not None:
        yield from _labelled("", check.why[lang])
    for line in _outcomes(check, lang, outcomes):
        yield from _labelled("", f"  {line}")


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
        yield from _labelled(label, repair.do[lang], costs(cost, lang))
        if repair.command:
            yield from _labelled("", f"$ {repair.command}")
        bring = [item.title[lang] for item in (*repair.parts, *repair.tools)]
        if bring:
            yield from _labelled("", word("bring", lang) + _join(dict.fromkeys(bring), lang))
        yield from _labelled("", word("done_when", lang) + repair.verify[lang])
        label = ""


def _escalation(report: Report, lang: str) -> Iterator[str]:
    decided, label = report.escalation, word("escalate", lang)
    if not decided.reasons:
        yield from _labelled(label, word("no_escalation", lang))
        return
    deadline = word("within", lang, time=time_span(decided.deadline or "PT0M", lang))
    if decided.functional is not None:
        yield from _labelled(label, word("to", lang, level=decided.level_title[lang], deadline=deadline))
        label = ""
    if decided.hierarchic:
        yield from _labelled(label, word("management", lang, deadline=deadline))
    yield from _labelled("", word("because", lang) + _join((r.title[lang] for r in decided.reasons), lang))
    if decided.missing:
        yield from _labelled("", word("missing", lang) + _join((m.title[lang] for m in decided.missing), lang))


def _rest(report: Report, lang: str, shown: Shown) -> Iterator[str]:
    most = shown.others
    yield ""
    for conflict in report.conflicts[: min(most, 3)]:
        yield from _labelled(
            word("conflict", lang),
            f"{conflict.title[lang]}: {word('conflict_text', lang)}{' / '.join(map(_quoted, conflict.texts))}",
        )
    if report.ruled_out:
        yield from _labelled(word("ruled_out", lang), _join((r.title[lang] for r in report.ruled_out[:most]), lang))
    label = word("not_placed", lang)
    for unplaced in report.unplaced[:most]:
        times = f" (x{unplaced.count})" if unplaced.count > 1 else ""
        known = [title[lang] for title in unplaced.nearest_titles]
        near = f"; {word('nearest', lang)}{_join(known, lang)}" if known else ""
        told = _quoted(unplaced.said[lang]) if unplaced.said else f'"{_quoted(unplaced.text)}"'
        yield from _labelled(label, f"{told}{times}{near}")
        label = ""
    if len(report.unplaced) > most:
        yield from _labelled("", word("more", lang, n=len(report.unplaced) - most))
    second = next(iter(listed_causes(report)[1:]), None)
    if shown.ask and second is not None:
        yield from _labelled(word("ask", lang), f"diagnoser explain {second.id}", word("ask_text", lang))


def _quoted(text: str) -> str:
    return _cut(" ".join(text.split()), 200)


# Layout


def section(title: str, lines: list[str]) -> Iterator[str]:
    """A titled block, followed by an empty line."""
    yield title
    for line in lines:
        yield from wrap(line, WIDTH) if _width(line) > WIDTH else [line]
    yield ""


def printable(text: str) -> str:
    """The text with a blank for each character that moves the cursor, changes colours or reorders what is said."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " for c in text if c not in _SELECTORS)


_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""They choose between two looks of the character before them, which may differ in width."""


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(max(0, wcwidth(char)) for char in text)


def _cut(text: str, width: int) -> str:
    text = printable(text)
    return text if _width(text) <= width else _beginning(text, width - 1) + "…"


def _beginning(text: str, width: int) -> str:
    """As many characters as fit into so many columns, at least one."""
    used = 0
    for place, char in enumerate(text):
        used += max(0, wcwidth(char))
        if used > width and place:
            return text[:place]
    return text


def _spread(left: str, right: str) -> str:
    """Left and right on one line, the right one at the margin."""
    return left + " " * max(2, WIDTH - _width(left) - _width(right)) + right if right else left


def _dotted(left: str, probability: float, kind: str, bars: bool) -> str:
    dots = "." * max(2, 42 - _width(left))
    line = f"{left} {dots} {percent(probability):>5}"
    if bars and kind:
        line += "  " + _bar(probability)
    return _spread(line, kind)


def _bar(probability: float) -> str:
    whole, part = divmod(round(probability * BAR * 8), 8)
    return "█" * whole + (_EIGHTHS[part] if part else "")


def percent(probability: float) -> str:
    """A probability as a person reads it."""
    if 0.0 < probability < 0.005:
        return "<1 %"
    if 0.995 < probability < 1.0:
        return ">99 %"
    return f"{probability * 100:.0f} %"


def _join(items: object, lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(items)  # type: ignore[arg-type]


def costs(items: Iterable[str], lang: str) -> str:
    """What something costs, one after the other."""
    return ("，" if lang == "zh" else ", ").join(items)


def _labelled(label: str, text: str, right: str = "") -> Iterator[str]:
    """A text beside a label, wrapped; what stands at the right goes on the first line if it fits."""
    room = WIDTH - max(LABEL, _width(label) + 1)
    first = label + " " * max(1, LABEL - _width(label))
    wrapped = wrap(text, room) or [""]
    if right:
        if len(wrapped) == 1 and _width(wrapped[0]) + _width(right) + 2 <= room:
            wrapped = [_spread_in(wrapped[0], right, room)]
        else:
            wrapped += wrap(right, room)
    yield first + wrapped[0]
    for line in wrapped[1:]:
        yield " " * LABEL + line


def _spread_in(left: str, right: str, width: int) -> str:
    return left + " " * max(2, width - _width(left) - _width(right)) + right


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, where a Chinese character takes two.

    What does not fit into the line goes on under it; if the text is indented, two blanks further in.
    """
    text = printable(text)
    indent = "    " if text.startswith("  ") else ""
    if text.isascii():
        return textwrap.wrap(text, width, subsequent_indent=indent)
    lines, line = [], ""
    for piece in _pieces(text):
        if _width(line) + _width(piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = indent
            piece = piece.lstrip()
        line += piece
        while _width(line.rstrip()) > width:  # one word is longer than a line
            begun = _beginning(line, width)
            lines.append(begun)
            line = indent + line[len(begun) :]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> Iterator[str]:
    """Places where a line may break: after a blank, and between wide characters."""
    piece = ""
    for char in text:
        wide = wcwidth(char) == 2
        closing = char in "，。；：、！？）》」%…"
        if wide and not closing:
            if piece:
                yield piece
            piece = char
            continue
        piece += char
        if char == " ":
            yield piece
            piece = ""
    if piece:
        yield piece
