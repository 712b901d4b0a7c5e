"""A lead is believed as far as such leads came true; the rest is an unknown cause."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge, reason
from diagnoser.evidence import evidence_from
from diagnoser.fault_tree import FaultTree
from diagnoser.knowledge import KnowledgeBase
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential
from diagnoser.ranking.doubt import doubt

SHOWN = Evidential("ethernet:rx_signal_lost", 0.02, (("ethernet:fibre_broken", 0.9),), True, 0.95)
ORPHAN = Evidential("ethernet:port_down", 0.02, (), True, 0.95)


def network(*findings: Evidential) -> BeliefNetwork:
    cause = "ethernet:fibre_broken"
    return BeliefNetwork({cause: 0.02}, {}, FaultTree({}), findings, frozenset({cause}))


@pytest.fixture(scope="module")
def base(shipped: PreparedKnowledge) -> KnowledgeBase:
    return shipped.base


def test_what_is_certain_or_excluded_is_not_doubted(base: KnowledgeBase) -> None:
    assert doubt(base, network(SHOWN)).of(1.0) == (0.0, 0.0)
    assert doubt(base, network(SHOWN)).of(0.0) == (0.0, 0.0)


def test_a_greater_lead_is_believed_more(base: KnowledgeBase) -> None:
    leads = (0.5, 0.7, 0.9, 0.99, 0.9999)
    believed = [doubt(base, network(SHOWN)).left(lead) for lead in leads]

    assert believed == sorted(believed)
    assert all(0.0 < b <= lead for b, lead in zip(believed, leads, strict=True))


def test_what_no_cause_shows_speaks_for_an_unknown_one(base: KnowledgeBase) -> None:
    assert doubt(base, network(SHOWN, ORPHAN)).of(0.95) > doubt(base, network(SHOWN)).of(0.95)


@pytest.mark.parametrize("leading", [0.02, 0.3, 0.6, 0.9, 0.98, 0.999])
@pytest.mark.parametrize("bound", [0.001, 0.05, 0.4])
def test_the_error_of_doubt_covers_every_lead_within_the_bound(
    base: KnowledgeBase, leading: float, bound: float
) -> None:
    value, error = doubt(base, network(SHOWN, ORPHAN)).of(leading, bound)
    low, high = max(0.0, leading - bound), min(1.0, leading + bound)

    doubted = doubt(base, network(SHOWN, ORPHAN))
    others = [doubted.of(low + (high - low) * step / 200)[0] for step in range(201)]

    assert max(abs(other - value) for other in others) <= error + 1e-12


def test_what_is_normal_asks_for_no_cause(base: KnowledgeBase) -> None:
    normal = Evidential("equipment:no_alarm", 0.2, (), True, 0.95)

    assert doubt(base, network(SHOWN, normal)) == doubt(base, network(SHOWN))


def test_doubt_moves_no_rank_and_goes_to_the_unexplained(shipped: PreparedKnowledge) -> None:
    told = "the link is down, no light is received since the road works, the fibre was probably cut by the excavator"

    ranking = reason(shipped, evidence_from({"report": told})).ranking

    modelled = [ranking.belief.probability[c.id] for c in ranking.causes]
    believed = [c.posterior for c in ranking.causes]
    assert believed[0] < modelled[0]
    assert [b / m for b, m in zip(believed, modelled, strict=True)] == pytest.approx(
        [believed[0] / modelled[0]] * len(modelled)
    )
    assert ranking.unexplained >= 1.0 - believed[0] / modelled[0] - 1e-9
