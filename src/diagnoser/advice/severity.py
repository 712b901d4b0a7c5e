"""How grave the fault is: an X.733 perceived severity, from the evidence and not from the tone."""

from __future__ import annotations

from diagnoser.inference import Inference
from diagnoser.knowledge import KnowledgeBase
from diagnoser.knowledge.base import EventText, Finding
from diagnoser.x733 import worst

A_GUESS = 0.7
"""What was read with less certainty than this was but guessed: from words that are near to it, or off the call's topic."""


def perceived_severity(base: KnowledgeBase, inference: Inference, alarmed: tuple[str, ...] = ()) -> str:
    """The gravest of what present findings, the events that they show, rules and standing alarms say.

    What was but guessed says nothing here. `indeterminate` if nothing says anything. What people say of a
    service is less grave where they say that only one user or device is affected.
    """
    one = _only_one(base, inference)
    said: list[str] = [*inference.severities, *alarmed]
    for state in inference.findings:
        if state.state != "present" or state.certainty < A_GUESS:
            continue
        finding = base.findings[state.finding]
        events: list[Finding | EventText] = [
            base.events[parent] for parent, _ in finding.parents if parent in base.events
        ]
        for each in (*([] if finding.normal else [finding]), *events):
            severity = (one and finding.kind == "symptom" and each.severity_of_one) or each.severity
            if severity is not None:
                said.append(severity)
    return worst(said) or "indeterminate"


def _only_one(base: KnowledgeBase, inference: Inference) -> bool:
    """Whether it is said that one user or device is affected and no other."""
    present = (base.findings[s.finding] for s in inference.findings if s.state == "present")
    circumstances = (base.circumstances[c].document for c in inference.circumstances)
    return any(f.one_only for f in present) or any(c.one_only for c in circumstances)
