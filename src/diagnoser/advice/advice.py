"""Advice: how grave it is, whom to call, what to check next and what to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from diagnoser.advice.escalation import Escalation, escalate
from diagnoser.advice.severity import perceived_severity
from diagnoser.evidence import Evidence
from diagnoser.evidence.alarms import severities
from diagnoser.inference import Inference, Network
from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking import Plan, Ranking, Relations, plan


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about it."""

    severity: str
    escalation: Escalation
    plan: Plan


def advise(
    base: KnowledgeBase,
    relations: Relations,
    policy_network: Network,
    evidence: Evidence,
    inference: Inference,
    ranking: Ranking,
    active: frozenset[str],
    skipped: Collection[str] = (),
) -> Advice:
    """Advice for a ranking. Checks and repairs that are `skipped` are not proposed."""
    severity = perceived_severity(base, inference, severities(evidence.alarms))
    return Advice(
        severity=severity,
        escalation=escalate(base, policy_network, evidence, inference, ranking, severity),
        plan=plan(base, relations, inference, ranking, active, skipped),
    )
