"""`diagnoser read`: what is understood of a text."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from diagnoser.cli.knowledge import prepared_knowledge
from diagnoser.cli.options import BasePathOption, DeviceOption, JsonOption
from diagnoser.cli.streams import write_json

if TYPE_CHECKING:
    from diagnoser.evidence import Observation
    from diagnoser.evidence.observation import Unplaced
    from diagnoser.knowledge import KnowledgeBase


def read(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is seen, in a sentence; - reads stdin.")],
    device: DeviceOption = None,
    base_path: BasePathOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is understood of a text: findings, circumstances, components, values."""
    from diagnoser.evidence import evidence_from, relevance
    from diagnoser.evidence.encodings import decode_line
    from diagnoser.evidence.observe import read_told

    report = decode_line(sys.stdin.buffer.read()) if text == "-" else text
    evidence = evidence_from({"report": report, **({"device": device} if device else {})})
    knowledge = prepared_knowledge(base_path)
    bases = relevance(knowledge.base, evidence, knowledge.base.active_bases(device))
    said = read_told(report, knowledge.observables, bases, device or "")
    found = sorted(said.observations, key=lambda o: (o.source.start or 0, o.source.end or 0, o.id))
    understood = [as_read(o, knowledge.base) for o in found]
    if as_json:
        write_json({"observations": understood, "unplaced": [u.text for u in said.unplaced]})
    else:
        sys.stdout.writelines(_lines(understood, said.unplaced, knowledge.base))


def as_read(observation: Observation, base: KnowledgeBase) -> dict[str, Any]:
    """One observation with its place in the text; a value names the outcome that it means."""
    finding: str | None = observation.id
    if observation.subject == "measurement":
        finding = _outcome_of(observation, base)
    elif observation.subject == "light":
        finding = next(iter(_state_of(observation, base)), None)
    return {
        "finding": finding,
        "state": observation.state,
        "text": observation.text,
        "start": observation.source.start,
        "end": observation.source.end,
        "component": observation.component,
        "value": observation.value,
        "unit": observation.unit,
        "colour": observation.colour,
        "behaviour": observation.behaviour,
        "hertz": observation.hertz,
        "changed": observation.changed,
        "certainty": observation.certainty,
        "quantity": observation.id if observation.subject == "measurement" else None,
    }


def _outcome_of(observation: Observation, base: KnowledgeBase) -> str | None:
    for check in base.checks.values():
        quantity = check.document.quantity
        if quantity is not None and quantity.name == observation.id and observation.value is not None:
            for outcome, full in zip(check.document.outcomes, check.outcomes, strict=True):
                if outcome.when is not None and outcome.when.holds(observation.value):
                    return full
    return None


def _state_of(observation: Observation, base: KnowledgeBase) -> list[str]:
    from diagnoser.evidence.lights import states_seen

    state = states_seen(base.lights[observation.id]).get((observation.colour or "any", observation.behaviour or "any"))
    return [state] if state else []


def _lines(understood: list[dict[str, Any]], unplaced: Iterable[Unplaced], base: KnowledgeBase) -> list[str]:
    from diagnoser.evidence.nearest import NEARLY_SAID
    from diagnoser.report.words import word

    lines = []
    for each in understood:
        item = base.findings.get(each["finding"] or "") or base.circumstances.get(each["finding"] or "")
        title = getattr(item, "title", None) or getattr(getattr(item, "document", None), "title", None)
        name = each["finding"] or f"{each['quantity']} (no outcome for this value)"
        value = "" if each["value"] is None else f"  = {each['value']:g} {each['unit'] or ''}".rstrip()
        place = "" if each["component"] is None else f"  at {each['component']}"
        lines.append(f"{'  ' if each['state'] == 'present' else 'no'} {name}{value}{place}\n")
        perhaps = {lang: word("perhaps", lang) if each["certainty"] < NEARLY_SAID else "" for lang in ("en", "zh")}
        lines.append(f"      {perhaps['en']}{title.en} / {perhaps['zh']}{title.zh}\n" if title is not None else "")
        lines.append(f'      "{each["text"]}"\n')
    for each_unplaced in unplaced:
        lines.append(f'?  "{each_unplaced.text}": {_what_it_may_be(each_unplaced)}\n')
    return lines or ["nothing was understood\n"]


def _what_it_may_be(unplaced: Unplaced) -> str:
    if not unplaced.nearest:
        return "nothing in the knowledge speaks of it"
    return f"which is meant? {', '.join(unplaced.nearest)}"
