"""Evidence becomes observations, facts, findings, hypotheses, a ranking, advice, a report.

This file is that sentence. Each line of `diagnose` is a stage with a module of its own; the
knowledge is prepared once and shared by every diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass

from diagnoser.advice import advise, compile_policy
from diagnoser.evidence import Evidence, Observables, Observed, observe, relevance
from diagnoser.evidence.likeness import Likeness
from diagnoser.evidence.observe import OpenLog, in_words, no_files
from diagnoser.evidence.redaction import stood_in
from diagnoser.evidence.relevance import Relevance
from diagnoser.facts import facts_from
from diagnoser.inference import Inference, Network, compile_rules, infer
from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking import Ranking, Relations, rank, relations_of
from diagnoser.report import Report, Wording, compose


@dataclass(frozen=True)
class PreparedKnowledge:
    """A knowledge base with everything that is compiled from it. Immutable; share it freely."""

    base: KnowledgeBase
    observables: Observables
    network: Network
    policy: Network
    relations: Relations
    wording: Wording


def prepare(base: KnowledgeBase) -> PreparedKnowledge:
    """Compile a knowledge base for diagnosing.

    Raises:
        UnsupportedRule: a rule asks for something that the rule engine does not do.
    """
    return PreparedKnowledge(
        base, Observables(base), compile_rules(base), compile_policy(base.policy), relations_of(base), Wording(base)
    )


@dataclass(frozen=True)
class Reasoning:
    """The stages up to the ranking; `evidence` is what they read."""

    evidence: Evidence
    active: frozenset[str]
    bearing: Relevance
    likeness: Likeness
    observed: Observed
    inference: Inference
    ranking: Ranking


def reason(
    knowledge: PreparedKnowledge,
    evidence: Evidence,
    bases: tuple[str, ...] = (),
    open_log: OpenLog = no_files,
) -> Reasoning:
    """The first half of a diagnosis: what was observed, what follows, and which causes it points to.

    Args and errors as for `diagnose`.
    """
    return reason_from(knowledge, *read(knowledge, evidence, bases, open_log))


def read(
    knowledge: PreparedKnowledge,
    evidence: Evidence,
    bases: tuple[str, ...] = (),
    open_log: OpenLog = no_files,
) -> tuple[Evidence, frozenset[str], Relevance, Observed]:
    """What is observed in the evidence: the arguments of `reason_from`. Args and errors as for `diagnose`."""
    base = knowledge.base
    active = base.active_bases(evidence.device, bases)
    reading = stood_in(evidence)  # secrets, and the tokens that redaction left, are read alike
    bearing = relevance(base, reading.evidence, active)
    observed = reading.restored(observe(reading.evidence, knowledge.observables, bearing, open_log))
    return reading.evidence, active, bearing, observed


def reason_from(
    knowledge: PreparedKnowledge,
    evidence: Evidence,
    active: frozenset[str],
    bearing: Relevance,
    observed: Observed,
    reasons: bool = True,
) -> Reasoning:
    """The same from observations; without `reasons` quicker, for comparing first places."""
    inference = infer(
        knowledge.network, facts_from(observed.observations, evidence.device, active), active, knowledge.base
    )
    told = in_words(evidence, knowledge.observables, active)
    likeness = knowledge.observables.descriptions.likeness(told, active)
    ranking = rank(knowledge.base, knowledge.relations, inference, active, bearing, likeness, reasons)
    return Reasoning(evidence, active, bearing, likeness, observed, inference, ranking)


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
        skipped: full ids of checks, and of causes to repair, that are not to be proposed.

    Raises:
        UnknownName: a base does not exist.
        EvidenceError: an answer names no finding, or a log file cannot be read.
    """
    found = reason(knowledge, evidence, bases, open_log)
    return conclude(knowledge, evidence, found, top, skipped)


def conclude(
    knowledge: PreparedKnowledge,
    evidence: Evidence,
    found: Reasoning,
    top: int | None = 20,
    skipped: tuple[str, ...] = (),
) -> Report:
    """The second half of a diagnosis: advice and report."""
    base, active, inference, ranking = knowledge.base, found.active, found.inference, found.ranking
    advice = advise(base, knowledge.relations, knowledge.policy, found.evidence, inference, ranking, active, skipped)
    likely = [c.id for c in ranking.causes[:top] if found.likeness.get(c.id, 0.0) > 1.0]
    told = in_words(found.evidence, knowledge.observables, active)
    telling = knowledge.observables.descriptions.telling(told, likely)
    return compose(
        base,
        knowledge.wording,
        evidence,
        found.evidence,
        active,
        found.observed,
        inference,
        ranking,
        advice,
        telling,
        top,
    )
