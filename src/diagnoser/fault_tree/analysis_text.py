"""An analysis for people, as a table, and for programs, as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from diagnoser.fault_tree.analysis import Analysis


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


def as_table(analysis: Analysis | Unsolved, labels: Mapping[str, str], rows: int) -> str:
    """What a person wants to see first, in at most about a screen."""
    title = labels.get(analysis.top_event)
    lines = [f"{title}  ({analysis.top_event})" if title else analysis.top_event]
    if isinstance(analysis, Unsolved):
        return f"{lines[0]}\n  not solved: {analysis.error}\n"
    lines.append(
        f"  probability {analysis.probability:.6g}, {analysis.minimal_cut_sets:,} minimal cut sets,"
        f" {len(analysis.basic_events)} basic events, {len(analysis.gates)} gates"
        + ("" if analysis.coherent else ", not coherent")
    )
    if analysis.cut_sets:
        lines.append("")
        lines.append(f"  most probable cut sets{_of(rows, len(analysis.cut_sets))}")
        p = {m.event: m.probability for m in analysis.importance}
        for events in analysis.cut_sets[:rows]:
            lines.append(f"  {math.prod(p[e] for e in events):10.3g}  {' + '.join(events) or '(nothing is needed)'}")
    lines.append("")
    lines.append(f"  importance{_of(rows, len(analysis.importance))}")
    lines.append(f"  {'F-V':>9}{'Birnbaum':>10}{'crit.':>9}{'RAW':>9}{'RRW':>9}  event")
    for m in analysis.importance[:rows]:
        vesely = "" if m.fussell_vesely is None else f"{'~' if m.fussell_vesely_error else ''}{m.fussell_vesely:.4f}"
        rrw = "inf" if m.rrw is None and m.raw is not None else _number(m.rrw)
        lines.append(
            f"  {vesely:>9}{m.birnbaum:10.3g}{_number(m.criticality):>9}{_number(m.raw):>9}{rrw:>9}  {m.event}"
        )
    return "\n".join(lines) + "\n"


def _of(rows: int, count: int) -> str:
    return f" ({rows} of {count:,})" if count > rows else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
