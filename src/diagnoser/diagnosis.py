"""Evidence becomes observations, facts, findings, hypotheses, a ranking, advice, a report.

This file is that sentence. Each line of `diagnose` is a stage with a module of its own; the
knowledge is prepared once and shared by every diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass

from diagnoser.advice import advise, compile_policy
from diagnoser.evidence import Evidence, Observables, observe, relevance
from diagnoser.evidence.observe import OpenLog, no_files
from diagnoser.evidence.redaction import stood_in
from diagnoser.facts import facts_from
from diagnoser.inference import Network, compile_rules, infer
from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking import Relations, rank, relations_of
from diagnoser.report import Report, compose


@dataclass(frozen=True)
class PreparedKnowledge:
    """A knowledge base with everything that is compiled from it. Immutable; share it freely."""

    base: KnowledgeBase
    observables: Observables
    network: Network
    policy: Network
    relations: Relations


def prepare(base: KnowledgeBase) -> PreparedKnowledge:
    """Compile a knowledge base for diagnosing.

    Raises:
        UnsupportedRule: a rule asks for something that the rule engine does not do.
    """
    return PreparedKnowledge(
        base, Observables(base), compile_rules(base), compile_policy(base.policy), relations_of(base)
    )


def diagnose(
    knowledge: PreparedKnowledge,
    evidence: Evidence,
    bases: tuple[str, ...] = (),
    open_log: OpenLog = no_files,
    top: int | None = 20,
    skipped: tuple[str, ...] = (),
) -> Report:
    """Diagnose one fault.

    Args:
        knowledge: prepared knowledge.
        evidence: a checked evidence document.
        bases: bases to use; by default those that bear on the device.
        open_log: opens a log file or bundle that the evidence names; by default refused.
        top: how many causes the report lists; None for all.
        skipped: full ids of checks that cannot be done and are not to be proposed.

    Raises:
        UnknownName: a base does not exist.
        EvidenceError: an answer names no finding, or a log file cannot be read.
    """
    base = knowledge.base
    active = base.active_bases(evidence.device, bases)
    reading = stood_in(evidence)  # redaction left tokens in it, perhaps
    bearing = relevance(base, reading.evidence, active)
    observed = reading.restored(observe(reading.evidence, knowledge.observables, bearing, open_log))
    facts = facts_from(observed.observations, evidence.device, active)
    inference = infer(knowledge.network, facts, active, base)
    ranking = rank(base, knowledge.relations, inference, active, bearing)
    advice = advise(base, knowledge.relations, knowledge.policy, reading.evidence, inference, ranking, active, skipped)
    return compose(base, evidence, active, observed, inference, ranking, advice, top)
