"""A list of faults as teams keep it - a row for each, with a cause, what was seen and what helped - as a sheet of `kb import`.

Such a list says in one language, and with headings of its own, what a base says in two and in fields. What it
says is taken; what it lacks is left as TODO, so that `kb check` tells what is still to be written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TODO = "TODO"
HEADINGS: dict[str, tuple[str, ...]] = {
    "cause": ("cause", "root cause", "reason", "原因", "故障原因", "根因", "根本原因"),
    "symptom": ("symptom", "symptoms", "fault", "problem", "phenomenon", "现象", "故障现象", "症状", "故障", "问题", "故障描述"),
    "log": ("log", "log line", "alarm", "message", "日志", "告警", "告警信息", "日志/告警"),
    "repair": ("solution", "repair", "fix", "remedy", "action", "处理", "处理方法", "处理措施", "解决方法", "解决办法", "解决方案", "措施"),
    "prior": ("frequency", "how often", "prior", "频率", "频次", "常见程度"),
    "kind": ("kind", "type", "category", "类别", "类型", "分类"),
    "minutes": ("minutes", "time", "耗时", "时长", "分钟"),
    "source": ("source", "ticket", "reference", "出处", "来源", "工单", "工单号"),
}  # fmt: skip
"""What a column is about -> headings that teams give it."""

_PRIORS = {
    "common": ("often", "frequent", "common", "high", "经常", "常见", "高", "多"),
    "uncommon": ("sometimes", "uncommon", "medium", "偶尔", "一般", "中"),
    "rare": ("seldom", "rare", "low", "少见", "很少", "罕见", "低", "少"),
}
_KINDS = {
    "hardware": ("hardware", "硬件"), "software": ("software", "软件"), "configuration": ("configuration", "config", "配置"),
    "environment": ("environment", "环境"), "external": ("external", "provider", "外部", "运营商"),
}  # fmt: skip
_CHINESE = re.compile(r"[\u3400-\u9fff]")
EVENT = "listed_fault"


@dataclass
class TeamSheet:
    """What was made of a list.

    Attributes:
        text: the sheet, as `kb export` writes it.
        taken: heading -> what it is about.
        unused: headings that say nothing to a base.
    """

    text: str
    taken: dict[str, str]
    unused: list[str]


@dataclass
class _Named:
    """Causes or symptoms by what they are called, with ids that no other has."""

    kind: str
    ids: dict[str, str] = field(default_factory=dict)

    def id_of(self, said: str) -> str:
        if said not in self.ids:
            words = re.findall(r"[a-z0-9]+", said.casefold()) if not _CHINESE.search(said) else []
            plain = "_".join(words[:6]) if sum(map(len, words)) > 3 else f"{self.kind}_{len(self.ids) + 1}"
            id_, number = plain, 2
            while id_ in self.ids.values():
                id_, number = f"{plain}_{number}", number + 1
            self.ids[said] = id_
        return self.ids[said]


def team_sheet(text: str, separators: str) -> TeamSheet | None:
    """A team's list as a sheet; None where its first line has no heading of a cause, or is that of a sheet."""
    text = text.removeprefix("\ufeff")
    separator = max(separators, key=text.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    headings = [name for name in rows.fieldnames or () if name]
    plain = {name.strip().casefold(): name for name in headings}
    best = {what: next((plain[n] for n in names if n in plain), None) for what, names in HEADINGS.items()}
    about = {name: what for what, name in best.items() if name is not None}
    if {"row", "id"} & set(headings) or "cause" not in about.values():
        return None
    told = [{what: " ".join((row.get(name) or "").split()) for name, what in about.items()} for row in rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, ("row", *_COLUMNS), lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(_rows([row for row in told if row.get("cause")]))
    return TeamSheet(out.getvalue(), about, [name for name in headings if name not in about])


_COLUMNS = (
    "id", "title_en", "title_zh", "aliases_en", "aliases_zh", "under", "shows", "background", "pattern", "examples", "kind", "item_en",
    "item_zh", "probable_cause", "prior", "repair_en", "repair_zh", "minutes", "verify_en", "verify_zh", "basis", "confidence", "why_en",
    "why_zh", "source",
)  # fmt: skip


def _rows(told: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    causes, symptoms, logs = _Named("fault"), _Named("symptom"), _Named("log")
    shown: dict[tuple[str, str], dict[str, None]] = {}
    first: dict[str, dict[str, str]] = {}
    for row in told:
        cause = causes.id_of(row["cause"])
        kept = first.setdefault(cause, row)
        kept.update({name: said for name, said in row.items() if said and not kept.get(name)})
        for kind in ("symptom", "log"):
            if row.get(kind):
                shown.setdefault((kind, row[kind]), {})[cause] = None
    yield {
        "row": "event",
        "id": EVENT,
        "title_en": "A fault of the team's list",
        "title_zh": "团队故障表中的故障",
        "source": "experience",
    }
    for (kind, said), named in shown.items():
        shows = " | ".join(f"{cause}=usually" for cause in named)
        if kind == "symptom":
            yield {
                "row": "symptom",
                "id": f"seen_{symptoms.id_of(said)}",
                **_text("title", said),
                "shows": shows,
                "source": "experience",
            }
        else:
            pattern = re.escape(said).replace("\\ ", " ")
            yield {"row": "log", "id": f"log_{logs.id_of(said)}", "title_en": TODO, "title_zh": TODO, "pattern": pattern,
                   "examples": said, "shows": shows, "background": "very_rare", "source": "experience"}  # fmt: skip
    for cause, row in first.items():
        repair = {**_text("repair", row["repair"]), "minutes": _minutes(row), "verify_en": TODO, "verify_zh": TODO} if row.get("repair") else {}  # fmt: skip
        yield {
            "row": "cause", "id": cause, **_text("title", row["cause"]), "under": EVENT, "kind": _word(row.get("kind", ""), _KINDS, "hardware"),
            "item_en": TODO, "item_zh": TODO, "probable_cause": "equipmentMalfunction",
            "prior": _word(row.get("prior", ""), _PRIORS, "uncommon"), **repair, "basis": "inferred", "confidence": "work_in_progress",
            "why_en": TODO, "why_zh": TODO, "source": row.get("source") or "experience",
        }  # fmt: skip


def _text(name: str, said: str) -> dict[str, str]:
    """A text in its own language; the other one is to be written."""
    zh = bool(_CHINESE.search(said))
    return {f"{name}_en": TODO if zh else said, f"{name}_zh": said if zh else TODO}


def _word(said: str, words: Mapping[str, tuple[str, ...]], otherwise: str) -> str:
    return next((word for word, names in words.items() if said.casefold() in (word, *names)), otherwise)


def _minutes(row: Mapping[str, str]) -> str:
    number = re.search(r"\d+", row.get("minutes", ""))
    return number[0] if number else "30"
