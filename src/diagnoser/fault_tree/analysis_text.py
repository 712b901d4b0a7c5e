"""An analysis for people, as a table, and for programs, as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from diagnoser.fault_tree.analysis import Analysis
from diagnoser.fault_tree.logic_tree import CONDITION

_SAY: dict[str, tuple[str, str]] = {
    "probability": (
        "probability {p:.6g}, {sets:,} minimal cut sets, {events} basic events, {gates} gates",
        "概率 {p:.6g}，最小割集 {sets:,} 个，基本事件 {events} 个，门 {gates} 个",
    ),
    "not_coherent": (", not coherent", "，非相干"),
    "not_solved": ("not solved: {why}", "未求解：{why}"),
    "cut_sets": ("most probable cut sets", "概率最大的割集"),
    "importance": ("importance", "重要度"),
    "of": (" ({rows} of {count:,})", "（共 {count:,} 项，列出 {rows} 项）"),
    "nothing_needed": ("(nothing is needed)", "（无需任何事件）"),
    "critical": ("crit.", "关键"),
    "event": ("event", "事件"),
    "condition": ("condition of '{event}'", "“{event}”的条件"),
    "acts": ("'{cause}' leads to '{event}'", "“{cause}”引起“{event}”"),
}


@dataclass(frozen=True, slots=True)
class Unsolved:
    """A top event of several that could not be analysed, and why."""

    tree: str
    top_event: str
    error: str


def as_json(analyses: Iterable[Analysis | Unsolved], top_level: bool) -> str:
    """All analyses in `trees`, and the fields of the first one beside it where `top_level` is set.

    There is no infinity in JSON: `rrw` is null where it is infinite.
    """
    trees = [_fields(analysis) for analysis in analyses]
    document = {**(trees[0] if top_level else {}), "trees": trees}
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _fields(analysis: Analysis | Unsolved) -> dict[str, Any]:
    if isinstance(analysis, Unsolved):
        return dataclasses.asdict(analysis)
    return {
        "tree": analysis.tree,
        "top_event": analysis.top_event,
        "basic_events": len(analysis.basic_events),
        "gates": len(analysis.gates),
        "minimal_cut_sets": analysis.minimal_cut_sets,
        "probability": analysis.probability,
        "coherent": analysis.coherent,
        "importance": [dataclasses.asdict(measure) for measure in analysis.importance],
        "cut_sets": analysis.cut_sets,
    }


def as_table(analysis: Analysis | Unsolved, labels: Mapping[str, str], rows: int, lang: str = "en") -> str:
    """What a person wants to see first, in at most about a screen.

    Args:
        labels: what a person reads instead of an id, where there is something.
        rows: how many cut sets and events are shown, at most.
        lang: `en` or `zh`.
    """
    head = _with_id(analysis.top_event, labels, lang)
    if isinstance(analysis, Unsolved):
        return f"{head}\n  {_say('not_solved', lang, why=analysis.error)}\n"
    counts = {
        "p": analysis.probability,
        "sets": analysis.minimal_cut_sets,
        "events": len(analysis.basic_events),
        "gates": len(analysis.gates),
    }
    coherent = "" if analysis.coherent else _say("not_coherent", lang)
    lines = [head, f"  {_say('probability', lang, **counts)}{coherent}"]
    if analysis.cut_sets:
        lines.append("")
        lines.append(f"  {_say('cut_sets', lang)}{_of(rows, len(analysis.cut_sets), lang)}")
        p = {m.event: m.probability for m in analysis.importance}
        for events in analysis.cut_sets[:rows]:
            said = " + ".join(_label(e, labels, lang) for e in events) or _say("nothing_needed", lang)
            lines.append(f"  {math.prod(p[e] for e in events):10.3g}  {said}")
    lines.append("")
    lines.append(f"  {_say('importance', lang)}{_of(rows, len(analysis.importance), lang)}")
    critical = _say("critical", lang).rjust(9 - _wide(_say("critical", lang)))
    lines.append(f"  {'F-V':>9}{'Birnbaum':>10}{critical}{'RAW':>9}{'RRW':>9}  {_say('event', lang)}")
    for m in analysis.importance[:rows]:
        vesely = "" if m.fussell_vesely is None else f"{'~' if m.fussell_vesely_error else ''}{m.fussell_vesely:.4f}"
        rrw = "inf" if m.rrw is None and m.raw is not None else _number(m.rrw)
        lines.append(
            f"  {vesely:>9}{m.birnbaum:10.3g}{_number(m.criticality):>9}{_number(m.raw):>9}{rrw:>9}"
            f"  {_with_id(m.event, labels, lang)}"
        )
    return "\n".join(lines) + "\n"


def _say(name: str, lang: str, **values: object) -> str:
    return _SAY[name][lang == "zh"].format(**values)


def _label(event: str, labels: Mapping[str, str], lang: str) -> str:
    """What a person reads for an event; for a conditioning event, what it is the condition of."""
    above, arrow, below = event.partition(CONDITION)
    if event in labels or not arrow or above not in labels:
        return labels.get(event, event)
    if below == "condition":
        return _say("condition", lang, event=labels[above])
    return _say("acts", lang, event=labels[above], cause=labels.get(below, below))


def _with_id(event: str, labels: Mapping[str, str], lang: str) -> str:
    label = _label(event, labels, lang)
    return event if label == event else f"{label}  ({event})"


def _wide(text: str) -> int:
    """How many characters are twice as wide as others."""
    return sum(unicodedata.east_asian_width(c) in "WF" for c in text)


def _of(rows: int, count: int, lang: str) -> str:
    return _say("of", lang, rows=rows, count=count) if count > rows else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
