"""`diagnoser lights` and `diagnoser search`: what can be reported, to be picked and not spelled."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from diagnoser.cli.knowledge import prepared_knowledge
from diagnoser.cli.options import BasePathOption, DeviceOption, JsonOption, Lang
from diagnoser.cli.streams import write_json, write_lines

if TYPE_CHECKING:
    from diagnoser.evidence.panels import Panel


def lights(
    device: DeviceOption = None,
    base_path: BasePathOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Parts of other models and of other devices too.")] = False,
    lang: Annotated[Lang | None, typer.Option("--lang", help="en or zh; that of the device's name by default.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the lights of a device: parts, lights, and states whose ids can be given as `answers` of the evidence."""
    from diagnoser.evidence import evidence_from, relevance
    from diagnoser.evidence.panels import as_panel, panels

    base = prepared_knowledge(base_path).base
    evidence = evidence_from({"report": "-", **({"device": device} if device else {})})
    found = panels(base, relevance(base, evidence, base.active_bases(device)), device or "")
    if as_json:
        write_json([as_panel(panel) for panel in found])
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
    base_path: BasePathOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search what can be reported, in either language; the ids can be given as `answers` of the evidence."""

    knowledge = prepared_knowledge(base_path)
    found = [knowledge.base.findings[id_] for id_ in knowledge.observables.search(query)[:limit]]
    if as_json:
        write_json([{"id": f.id, "kind": f.kind, "title": f.title.model_dump()} for f in found])
    else:
        write_lines(f"{f.id}\n    {f.title.en} / {f.title.zh}" for f in found)
