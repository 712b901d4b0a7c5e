"""`diagnoser lights` and `diagnoser search`: what can be reported, to be picked and not spelled."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from diagnoser.evidence.panels import Panel


class Lang(StrEnum):
    """Languages of the meanings."""

    en = "en"
    zh = "zh"


BasePath = Annotated[
    list[Path] | None, typer.Option("--base-path", metavar="DIR", help="More knowledge beside the shipped one.")
]


def lights(
    device: Annotated[
        str | None, typer.Option("--device", metavar="MODEL", help="Maker and model, or what it is.")
    ] = None,
    base_path: BasePath = None,
    everything: Annotated[bool, typer.Option("--all", help="Parts of other models and of other devices too.")] = False,
    lang: Annotated[Lang | None, typer.Option("--lang", help="en or zh; that of the device's name by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the lights of a device: parts, lights, and states whose ids can be given as `answers` of the evidence."""
    from diagnoser.cli.progress import tell_compiling
    from diagnoser.evidence import evidence_from, relevance
    from diagnoser.evidence.panels import as_panel, panels
    from diagnoser.knowledge import shipped_knowledge
    from diagnoser.prepared import prepared

    base = prepared(shipped_knowledge(), *(base_path or ()), compiling=tell_compiling).base
    evidence = evidence_from({"report": "-", **({"device": device} if device else {})})
    found = panels(base, relevance(base, evidence, base.active_bases(device)), device or "")
    if as_json:
        print(json.dumps([as_panel(panel) for panel in found], ensure_ascii=False, indent=2))
        return
    chosen = lang.value if lang else "en" if (device or "").isascii() else "zh"
    sys.stdout.writelines(_panel_lines([p for p in found if p.own or everything], chosen))
    others = [panel for panel in found if not (panel.own or everything)]
    if others:
        print(OTHERS[chosen].format(n=len(others)))


OTHERS = {
    "en": "{n} parts more, of other models or of other devices beside it: --all",
    "zh": "另有{n}个部件，属其他型号或相关设备：--all",
}


def _panel_lines(found: Iterable[Panel], lang: str) -> Iterator[str]:
    from diagnoser.evidence.panels import as_panel

    for panel in found:
        yield f"{panel.part}  ({panel.base})\n"
        for light in as_panel(panel)["lights"]:
            yield f"  {light['light']}\n"
            for state in light["states"]:
                look = " ".join(w for w in (state["colour"], state["behaviour"]) if w not in ("any", "none")) or "any"
                yield f"    {look:<17} {state['id'].partition(':')[2]:<26} {state['meaning'][lang]}\n"


def search(
    query: Annotated[str, typer.Argument(metavar="WORDS", help="Words, or the initials of their pinyin: dkd.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 20,
    base_path: BasePath = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Search what can be reported, in either language; the ids can be given as `answers` of the evidence."""
    from diagnoser.cli.progress import tell_compiling
    from diagnoser.knowledge import shipped_knowledge
    from diagnoser.prepared import prepared

    knowledge = prepared(shipped_knowledge(), *(base_path or ()), compiling=tell_compiling)
    found = [knowledge.base.findings[id_] for id_ in knowledge.observables.search(query)[:limit]]
    if as_json:
        rows = [{"id": f.id, "kind": f.kind, "title": {"en": f.title.en, "zh": f.title.zh}} for f in found]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for finding in found:
            print(f"{finding.id}\n    {finding.title.en} / {finding.title.zh}")
