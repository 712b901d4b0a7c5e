"""A spreadsheet of causes and findings, as CSV: many teams start from one.

One row for each event, symptom, log pattern and cause. Cells with many values separate them by
` | `. The file is UTF-8 with a byte order mark, so that Excel opens Chinese; a cell that a
spreadsheet would run as a formula is given an apostrophe, which reading takes off again (OWASP,
"CSV Injection"). Lights, checks and the like have no rows; a cause may name their findings.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from diagnoser.errors import KnowledgeError, Location, Problem, did_you_mean
from diagnoser.knowledge import documents as doc
from diagnoser.knowledge.form import form_problems
from diagnoser.knowledge.loading import Entry
from diagnoser.knowledge.yaml_source import YamlSource, write_yaml

COLUMNS = (
    "row", "id", "title_en", "title_zh", "aliases_en", "aliases_zh", "under", "shows", "explains", "background", "severity",
    "gate", "k", "condition", "pattern", "normal", "examples", "not", "absent_means", "kind", "item_en", "item_zh", "probable_cause",
    "prior", "circumstances", "checks", "repair_en", "repair_zh", "repair_command", "repair_parts", "repair_tools",
    "minutes", "risk", "cost_tools", "skill", "verify_en", "verify_zh",
    "escalate_to", "escalate_when", "escalate_collect", "basis", "confidence", "why_en", "why_zh", "calls_en", "calls_zh", "source",
)  # fmt: skip
ROWS = ("event", "symptom", "log", "cause")
SEPARATORS = ",;\t"
"""What stands between cells: a spreadsheet writes semicolons where the comma is for decimals, tabs as `Unicode text`."""
MODELS: dict[str, type[BaseModel]] = {
    "event": doc.Event,
    "symptom": doc.Symptom,
    "log": doc.LogPattern,
    "cause": doc.Cause,
}

_WITHOUT_ROWS = {
    "indicators": "light", "checks": "check", "readings": "reading", "circumstances": "circumstance", "rules": "rule",
    "overlays": "overlay", "cases": "case",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'", "＝", "＋", "－", "＠")
_SPLIT = re.compile(r"(?<!\\) \| ")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """A cell as it was before `guarded`; one that was typed without the apostrophe is as it is."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _many(values: Iterable[Any]) -> str:
    return " | ".join(str(v).replace(" | ", " \\| ") for v in values)


def _split(cell: str) -> list[str]:
    return [part.replace(" \\| ", " | ").strip() for part in _SPLIT.split(cell) if part.strip()]


# Out


def exported(entries: Iterable[Entry], base: str) -> str:
    """The events, symptoms, log patterns and causes of a base as CSV, byte order mark included."""
    own = [e for e in entries if e.base == base]
    under = _under(own)
    rows: list[dict[str, str]] = []
    for row, kind in zip(ROWS, ("fault_tree", "symptoms", "logs", "causes"), strict=True):
        for entry in own:
            if entry.kind == kind and not (row == "event" and ":" in entry.document.event):
                rows.append(_row(row, entry.document, under))
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: guarded(cell) for name, cell in row.items()} for row in rows)
    return "\ufeff" + out.getvalue()


def left_out(entries: Iterable[Entry], base: str) -> dict[str, int]:
    """How much of a base has no row in its sheet, by what it is called."""
    found: Counter[str] = Counter()
    for entry in entries:
        if entry.base == base and entry.kind == "items":
            found.update({"part": len(entry.document.parts), "tool": len(entry.document.tools)})
        elif entry.base == base and entry.kind in _WITHOUT_ROWS:
            found[_WITHOUT_ROWS[entry.kind]] += 1
    return {name: count for name, count in sorted(found.items()) if count}


def _under(entries: list[Entry]) -> dict[str, list[str]]:
    """Input -> the events that it is an input of, with the strength where one is given."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        if entry.kind == "fault_tree":
            for name, strength in entry.document.inputs.items():
                found.setdefault(name, []).append(_pair(entry.document.event, strength))
    return found


def _pair(name: str, value: Any) -> str:
    return name if value is None else f"{name}={value}"


def _pairs(values: Mapping[str, Any]) -> str:
    return _many(_pair(name, value) for name, value in values.items())


def _row(row: str, document: Any, under: Mapping[str, list[str]]) -> dict[str, str]:
    id_ = getattr(document, {"event": "event", "cause": "cause"}.get(row, "id"))
    title = document.meaning if row == "log" else document.title
    cells: dict[str, Any] = {
        "row": row,
        "id": id_,
        "title_en": title.en if title else "",
        "title_zh": title.zh if title else "",
        "under": _many(under.get(id_, ())),
        "severity": getattr(document, "severity", None),
        "source": _many(document.source),
    }
    if row in ("symptom", "cause"):
        cells |= {"aliases_en": _many(document.aliases.en), "aliases_zh": _many(document.aliases.zh)}
    if row in ("symptom", "log"):
        cells |= {"shows": _pairs(document.shows), "background": document.background}
    if row == "event":
        cells |= {"gate": document.gate, "k": document.k, "condition": document.condition}
    if row == "log":
        cells |= {
            "pattern": document.pattern,
            "normal": "yes" if document.normal else "",
            "examples": _many(document.examples),
            "not": _many(document.not_),
            "absent_means": document.absent_means,
        }
    if row == "cause":
        cells |= _cause_cells(document)
    return {name: "" if value is None else str(value) for name, value in cells.items()}


def _cause_cells(cause: doc.Cause) -> dict[str, Any]:
    item = cause.item
    repairs = cause.repair
    return {
        "kind": cause.kind,
        "item_en": item if isinstance(item, str) else item.en,
        "item_zh": "" if isinstance(item, str) else item.zh,
        "probable_cause": cause.probable_cause,
        "prior": cause.prior,
        "circumstances": _pairs(cause.circumstances),
        "explains": _pairs(cause.explains),
        "checks": _many(cause.checks),
        "repair_en": _many(r.do.en for r in repairs),
        "repair_zh": _many(r.do.zh for r in repairs),
        "repair_command": _many(r.command or "-" for r in repairs) if any(r.command for r in repairs) else "",
        "repair_parts": _many(", ".join(r.parts) or "-" for r in repairs),
        "repair_tools": _many(", ".join(r.tools) or "-" for r in repairs),
        "minutes": _many(r.cost.minutes for r in repairs),
        "risk": _many(r.cost.risk for r in repairs),
        "cost_tools": _many(", ".join(r.cost.tools) or "-" for r in repairs),
        "skill": _many(r.cost.skill for r in repairs),
        "verify_en": _many(r.verify.en for r in repairs),
        "verify_zh": _many(r.verify.zh for r in repairs),
        "escalate_to": cause.escalate.to if cause.escalate else None,
        "escalate_when": cause.escalate.when if cause.escalate else None,
        "escalate_collect": _many(cause.escalate.collect) if cause.escalate else None,
        "basis": cause.basis,
        "confidence": cause.confidence,
        "why_en": cause.why.en,
        "why_zh": cause.why.zh,
        "calls_en": _many(cause.calls.en),
        "calls_zh": _many(cause.calls.zh),
    }


# In


def imported(text: str, file: str) -> dict[str, str]:
    """The files of a base that a sheet makes.

    Args:
        text: the CSV, with or without byte order mark; columns in any order, missing ones are empty. Commas,
            semicolons or tabs stand between cells, as in the first line.
        file: its name, for messages.

    Returns:
        Path within the base's folder -> YAML.

    Raises:
        KnowledgeError: rows that are no entries; the line is that of the sheet, the column counts cells.
    """
    problems: list[Problem] = []
    text = text.removeprefix("\ufeff")
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        columns = list(reader.fieldnames or ())
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise KnowledgeError([Problem(Location(file, reader.line_num or 1), "csv", f"no CSV: {error}")]) from error
    problems.extend(_headings(columns, file))
    lists: dict[str, list[dict[str, Any]]] = {"event": [], "symptom": [], "log": [], "cause": []}
    inputs: dict[str, dict[str, Any]] = {}
    seen: dict[tuple[str, str], int] = {}
    for line, raw in rows if not problems else ():
        if None in raw:
            problems.append(Problem(Location(file, line), "csv", "more cells than columns"))
            continue
        cells = {name: unguarded((cell or "").strip()) for name, cell in raw.items()}
        if not any(cells.values()):
            continue
        row = cells["row"].casefold()
        if row not in ROWS:
            problems.append(
                Problem(Location(file, line, columns.index("row") + 1), "row", f"unknown row '{cells['row']}'",
                        f"one of {', '.join(ROWS)}")
            )  # fmt: skip
            continue
        key = ("node" if row in ("event", "cause") else "finding", cells["id"])
        if key in seen:
            problems.append(
                Problem(Location(file, line, columns.index("id") + 1), "duplicate-id",
                        f"'{cells['id']}' is already in line {seen[key]}", "give it another id")
            )  # fmt: skip
            continue
        seen[key] = line
        entry = _without_empty(_entry(row, cells))
        problems.extend(_form(entry, row, file, line, columns))
        lists[row].append(entry)
        if row in ("event", "cause"):
            for event, strength in _from_pairs(cells.get("under", "")).items():
                inputs.setdefault(event, {})[cells["id"]] = strength
    if problems:
        raise KnowledgeError(problems)
    return dict(_files(lists, inputs))


def _headings(columns: list[str], file: str) -> Iterator[Problem]:
    """What is wrong with the first line of a sheet."""
    if "row" not in columns or "id" not in columns:
        hint = "diagnoser kb export --base ethernet shows all columns; of a team's own list one heading must be cause (原因)"
        yield Problem(Location(file), "missing-column", "a sheet has the columns row and id", hint)
        return
    for index, name in enumerate(columns, 1):
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS).removeprefix("; ") or f"one of {', '.join(COLUMNS)}"
            yield Problem(Location(file, 1, index), "unknown-column", f"unknown column '{name}'", hint)


def _form(entry: dict[str, Any], row: str, file: str, line: int, columns: list[str]) -> Iterator[Problem]:
    probe = {**entry, "inputs": {}} if row == "event" else entry
    try:
        MODELS[row].model_validate(probe)
    except ValidationError as error:
        for problem in form_problems(error, YamlSource(file), (), MODELS[row]):
            name = next((n for n in columns if n and n in problem.message), None)
            column = columns.index(name) + 1 if name else 1
            yield Problem(Location(file, line, column), problem.code, f"{row} '{next(iter(entry.values()), '')}': {problem.message}", problem.hint)  # fmt: skip


def _entry(row: str, cells: Mapping[str, str]) -> dict[str, Any]:
    def cell(name: str) -> str:
        return cells.get(name, "")

    title = {"en": cell("title_en"), "zh": cell("title_zh")}
    aliases = {"en": _split(cell("aliases_en")), "zh": _split(cell("aliases_zh"))}
    source: Any = _split(cell("source")) or None
    if source is not None and len(source) == 1:
        source = source[0]
    if row == "event":
        return {"event": cell("id"), "title": title, "gate": cell("gate") or "or", "k": _number(cell("k")),
                "condition": _number(cell("condition")), "severity": cell("severity"), "source": source}  # fmt: skip
    if row == "symptom":
        return {"id": cell("id"), "title": title, "aliases": aliases, "severity": cell("severity"),
                "background": _number(cell("background")), "shows": _from_pairs(cell("shows")), "source": source}  # fmt: skip
    if row == "log":
        return {"id": cell("id"), "pattern": cell("pattern"), "meaning": title, "severity": cell("severity"),
                "normal": cell("normal").casefold() in ("yes", "true", "1", "是") or None, "background": _number(cell("background")),
                "shows": _from_pairs(cell("shows")), "examples": _split(cell("examples")), "not": _split(cell("not")),
                "absent_means": _number(cell("absent_means")), "source": source}  # fmt: skip
    item: Any = {"en": cell("item_en"), "zh": cell("item_zh")} if cell("item_zh") else cell("item_en")
    escalate = {"to": cell("escalate_to"), "when": cell("escalate_when"), "collect": _split(cell("escalate_collect"))}
    return {
        "cause": cell("id"), "title": title, "aliases": aliases, "kind": cell("kind"), "item": item,
        "probable_cause": cell("probable_cause"), "prior": _number(cell("prior")),
        "circumstances": _from_pairs(cell("circumstances")), "explains": _from_pairs(cell("explains")),
        "checks": _split(cell("checks")), "repair": _repairs(cells), "escalate": escalate if escalate["to"] else None,
        "basis": cell("basis"), "confidence": cell("confidence"),
        "why": {"en": cell("why_en"), "zh": cell("why_zh")},
        "calls": {"en": _split(cell("calls_en")), "zh": _split(cell("calls_zh"))}, "source": source,
    }  # fmt: skip


def _repairs(cells: Mapping[str, str]) -> list[dict[str, Any]]:
    names = ("repair_en", "repair_zh", "repair_command", "repair_parts", "repair_tools", "minutes", "risk", "cost_tools", "skill", "verify_en", "verify_zh")  # fmt: skip
    columns = {name: _split(cells.get(name, "")) for name in names}
    repairs = []
    for index in range(max(len(columns["repair_en"]), len(columns["repair_zh"]))):
        at = {
            name: values[index] if index < len(values) and values[index] != "-" else ""
            for name, values in columns.items()
        }
        repairs.append(
            {
                "do": {"en": at["repair_en"], "zh": at["repair_zh"]},
                "command": at["repair_command"],
                "parts": [p.strip() for p in at["repair_parts"].split(",") if p.strip()],
                "tools": [p.strip() for p in at["repair_tools"].split(",") if p.strip()],
                "cost": {
                    "minutes": _number(at["minutes"]) if at["minutes"] else 30,
                    "risk": at["risk"],
                    "tools": [p.strip() for p in at["cost_tools"].split(",") if p.strip()],
                    "skill": at["skill"],
                },
                "verify": {"en": at["verify_en"], "zh": at["verify_zh"]},
            }
        )
    return repairs


def _from_pairs(cell: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _split(cell):
        name, equals, value = part.partition("=")
        found[name.strip()] = _number(value.strip()) if equals else None
    return found


def _number(cell: str) -> Any:
    """A number where the cell is one, else the word; None for an empty cell."""
    if not cell:
        return None
    try:
        return int(cell)
    except ValueError:
        try:
            return float(cell)
        except ValueError:
            return cell


def _without_empty(value: Any) -> Any:
    """Without fields that say nothing; strengths that are not given stay."""
    if isinstance(value, dict):
        kept = {}
        for name, inner in value.items():
            if name in ("shows", "explains") and inner:
                kept[name] = {n: s if s is not None else "almost_always" for n, s in inner.items()}
            else:
                inner = _without_empty(inner)
                if inner not in (None, "", [], {}):
                    kept[name] = inner
        return kept
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


def _files(
    lists: Mapping[str, list[dict[str, Any]]], inputs: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    events = {event["event"]: event for event in lists["event"]}
    tree = []
    for name in inputs:
        if name not in events:
            events[name] = {"event": name}
    for name, event in events.items():
        listed = [i if s is None else {i: s} for i, s in inputs.get(name, {}).items()]
        tree.append({**event, "inputs": listed})
    for file, entries in (("fault_tree.yaml", tree), ("symptoms.yaml", lists["symptom"]), ("logs.yaml", lists["log"])):
        if entries:
            yield file, write_yaml(entries)
    for cause in lists["cause"]:
        yield f"causes/{cause['cause']}.yaml", write_yaml(cause)
