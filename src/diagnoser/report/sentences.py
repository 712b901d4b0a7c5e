"""What a report says in sentences, and what of it is said at all: the same in plain text and in Markdown."""

from __future__ import annotations

from diagnoser.report.at_once import TOGETHER
from diagnoser.report.report import CauseOut, ChangeOut, Report, WeightOut
from diagnoser.report.words import KIND, SIGNS, word

BY_WORDING = 0.1
"""Where nothing was understood, a cause is told from this posterior on."""
LEAST = 0.005
"""A cause is told from this posterior on, and the first one in any case."""
MOST_CHANGED = 3
"""A report tells what would change the first place if it takes no more findings than this."""
SHOWN_CAUSES = 5
SHOWN_WEIGHTS = 4
SHOWN_CHECKS = 2


def verdict_text(report: Report, lang: str) -> list[str]:
    """How far the answer goes, in a sentence or two; nothing where a cause is known."""
    match report.verdict:
        case "known":
            return []
        case "not_understood":
            over = report.cleared and not report.unplaced
            return [
                word("all_cleared" if over else report.verdict, lang),
                word("by_wording" if listed_causes(report) else "say_more", lang),
            ]
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


def foremost(report: Report, most: int) -> list[CauseOut]:
    """The causes that are listed, as many as are wanted, without those that are all but impossible."""
    listed = listed_causes(report)[:most]
    return [cause for place, cause in enumerate(listed) if place == 0 or cause.posterior >= LEAST]


def kind_text(cause: CauseOut, lang: str) -> str:
    """What kind of cause it is, or that it is confirmed."""
    return word("confirmed", lang) if cause.state == "confirmed" else KIND[cause.kind][lang == "zh"]


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
    return f"{' + '.join(told)}{SIGNS[lang].colon}{percent(joint.posterior)}{in_all}"


def to_repair(report: Report) -> list[CauseOut]:
    """The causes to mend: the first, or all of those that most likely are there at once."""
    if not report.causes or not report.known:
        return []
    best = report.explanations[0] if report.explanations else None
    likely = best is not None and (best.posterior >= TOGETHER or (report.at_once is not None and len(best.causes) > 1))
    if best is None or not likely:
        return report.causes[:1]
    return [c for c in report.causes if f"{c.base}:{c.id}" in best.causes] or report.causes[:1]


def change_told(report: Report) -> ChangeOut | None:
    """What would put another cause first, if it takes few findings and causes are listed at all."""
    change = report.would_change
    return change if change is not None and len(change.findings) <= MOST_CHANGED and listed_causes(report) else None


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


def source_text(weight: WeightOut, lang: str) -> str:
    """Where a weight of evidence comes from, in brackets; nothing if from no one place."""
    if weight.source is None:
        return ""
    if weight.source.line is not None:
        return f"({word('log_line', lang, line=weight.source.line)})"
    if weight.source.kind == "report":
        return f"({word('guessed' if weight.source.guessed else 'said', lang)})"
    return f"({word(weight.source.kind, lang)})"


def percent(probability: float) -> str:
    """A probability as a person reads it."""
    if 0.0 < probability < 0.005:
        return "<1 %"
    if 0.995 < probability < 1.0:
        return ">99 %"
    return f"{probability * 100:.0f} %"
