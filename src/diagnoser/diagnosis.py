"""Evidence becomes observations, facts, findings, hypotheses, a ranking, advice, a report.

This file is that sentence. Each line of `diagnose` is a stage with a module of its own; the
knowledge is prepared once and shared by every diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass

from diagnoser.advice import advise, compile_policy
from diagnoser.evidence import Evidence, Observables, Observed, observe, relevance
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


@dataclass(frozen=True, slots=True)
class Reading:
    """The evidence, and what is observed in it.

    Attributes:
        evidence: as it was read: with stand-ins for what redaction had left of secrets.
        told: the same as far as people told it, without the outputs of commands.
        active: the bases that are used.
        bearing: base -> how much it bears on the evidence, from 0 to 1.
        observed: what was observed, and what could not be placed.
    """

    evidence: Evidence
    told: Evidence
    active: frozenset[str]
    bearing: Relevance
    observed: Observed


@dataclass(frozen=True, slots=True)
class Reasoning:
    """The stages up to the ranking."""

    reading: Reading
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
    return reason_from(knowledge, read(knowledge, evidence, bases, open_log))


def read(
    knowledge: PreparedKnowledge,
    evidence: Evidence,
    bases: tuple[str, ...] = (),
    open_log: OpenLog = no_files,
) -> Reading:
    """What is observed in the evidence. Args and errors as for `diagnose`."""
    base, observables = knowledge.base, knowledge.observables
    active = base.active_bases(evidence.device, bases)
    standing_in = stood_in(evidence)  # secrets, and the tokens that redaction left, are read alike
    plain = standing_in.evidence
    bearing = relevance(base, plain, active)
    observed = standing_in.restored(observe(plain, observables, bearing, open_log))
    return Reading(plain, in_words(plain, observables, active), active, bearing, observed)


def reason_from(knowledge: PreparedKnowledge, reading: Reading, reasons: bool = True) -> Reasoning:
    """The same from what was read; without `reasons` quicker, for comparing first places."""
    inference = inferred(knowledge, reading)
    return Reasoning(reading, inference, ranked(knowledge, reading, inference, reasons))


def inferred(knowledge: PreparedKnowledge, reading: Reading) -> Inference:
    """What the rules, and the walk down the fault tree, make of what was read."""
    facts = facts_from(reading.observed.observations, reading.evidence.device, reading.active)
    return infer(knowledge.network, facts, reading.active, knowledge.base)


def ranked(
    knowledge: PreparedKnowledge,
    reading: Reading,
    inference: Inference,
    reasons: bool = True,
    without: frozenset[str] = frozenset(),
) -> Ranking:
    """The causes by how probable they are.

    Args:
        reasons: find the joint explanations too.
        without: causes to which no words are compared, as if nobody had heard of them.
    """
    likeness = knowledge.observables.descriptions.likeness(reading.told, reading.active, without)
    return rank(knowledge.base, knowledge.relations, inference, reading.active, reading.bearing, likeness, reasons)


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
    base, reading, ranking = knowledge.base, found.reading, found.ranking
    advice = advise(
        base, knowledge.relations, knowledge.policy, reading.evidence, found.inference, ranking, reading.active, skipped
    )
    likely = [c.id for c in ranking.causes[:top] if ranking.likeness.get(c.id, 0.0) > 1.0]
    telling = knowledge.observables.descriptions.telling(reading.told, likely)
    return compose(
        base,
        knowledge.wording,
        evidence,
        reading.evidence,
        reading.active,
        reading.observed,
        found.inference,
        ranking,
        advice,
        telling,
        top,
    )
