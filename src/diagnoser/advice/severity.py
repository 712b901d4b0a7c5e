"""How grave the fault is: an X.733 perceived severity, from the evidence and not from the tone."""

from __future__ import annotations

from diagnoser.inference import Inference
from diagnoser.knowledge import KnowledgeBase
from diagnoser.x733 import worst

A_GUESS = 0.7
"""What was read with less certainty than this was but guessed: from words that are near to it, or off the call's topic."""


def perceived_severity(base: KnowledgeBase, inference: Inference, alarmed: tuple[str, ...] = ()) -> str:
    """The gravest of what present findings, the events that they show, rules and standing alarms say.

    What was but guessed says nothing here. `indeterminate` if nothing says anything.
    """
    said: list[str] = [*inference.severities, *alarmed]
    for state in inference.findings:
        if state.state != "present" or state.certainty < A_GUESS:
            continue
        finding = base.findings[state.finding]
        if finding.severity is not None and not finding.normal:
            said.append(finding.severity)
        for parent, _ in finding.parents:
            event = base.events.get(parent)
            if event is not None and event.severity is not None:
                said.append(event.severity)
    return worst(said) or "indeterminate"
