"""A lead is believed as far as such leads came true; the rest is an unknown cause."""

from __future__ import annotations

import pytest

from diagnoser.diagnosis import PreparedKnowledge, reason
from diagnoser.evidence import evidence_from
from diagnoser.fault_tree import FaultTree
from diagnoser.ranking.belief_network import BeliefNetwork, Evidential
from diagnoser.ranking.doubt import KEPT, Doubt, Seen

LEAD, RIVAL = "ethernet:fibre_broken", "ethernet:transceiver_failed"
SHOWN = Evidential("ethernet:fibre_found_broken", 0.001, ((LEAD, 0.93),), True, 0.95)
ALSO_SHOWN = Evidential("ethernet:rx_power_none", 0.005, ((LEAD, 0.9),), True, 0.95)
OF_ANOTHER = Evidential("ethernet:swap_transceiver_helped", 0.001, ((RIVAL, 0.93),), True, 0.95)
VAGUE = Evidential("ethernet:no_connectivity", 0.07, ((RIVAL, 0.9),), True, 0.7)
ORPHAN = Evidential("ethernet:port_down", 0.02, (), True, 0.95)
NORMAL = Evidential("equipment:no_alarm", 0.2, (), True, 0.95)


def against(
    shipped: PreparedKnowledge, *findings: Evidential, rival: float = 0.001, outcome: str | None = None
) -> float:
    """What speaks against a lead of 0.9, in log-odds."""
    network = BeliefNetwork({LEAD: 0.02, RIVAL: 0.02}, {}, FaultTree({}), findings, frozenset({LEAD, RIVAL}))
    leading = [(LEAD, 0.9), (RIVAL, rival)]
    came_out = shipped.base.findings[outcome] if outcome is not None else None
    found = Seen(shipped.base, shipped.relations, network).doubt(leading, came_out).against
    assert found is not None
    return found


def test_what_is_certain_or_excluded_is_not_doubted() -> None:
    assert Doubt(4.0).of(1.0) == (0.0, 0.0)
    assert Doubt(4.0).of(0.0) == (0.0, 0.0)


def test_where_nothing_is_compared_nothing_is_doubted() -> None:
    assert Doubt().of(0.9, 0.1) == (0.0, 0.0)


@pytest.mark.parametrize("against", [0.0, 3.0, 6.0])
def test_a_greater_lead_is_believed_more(against: float) -> None:
    leads = (0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999)
    believed = [round(Doubt(against).left(lead), 12) for lead in leads]

    assert believed == sorted(believed)
    assert all(0.0 < b <= lead for b, lead in zip(believed, leads, strict=True))


def test_the_more_speaks_against_a_lead_the_less_it_is_believed() -> None:
    believed = [Doubt(against).left(0.95) for against in (0.0, 2.0, 4.0, 8.0)]

    assert believed == sorted(believed, reverse=True)
    assert believed[-1] == pytest.approx(KEPT)


def test_a_vague_call_is_no_unknown_cause() -> None:
    for lead in (0.1, 0.2, KEPT):
        assert Doubt(9.0).of(lead)[0] == 0.0


def test_a_lead_that_does_not_show_the_most_telling_is_doubted(shipped: PreparedKnowledge) -> None:
    assert against(shipped, SHOWN, ALSO_SHOWN) < against(shipped, SHOWN, OF_ANOTHER)
    assert against(shipped, SHOWN, VAGUE) == pytest.approx(against(shipped, SHOWN), abs=0.5)


def test_what_a_second_fault_shows_is_accounted_for(shipped: PreparedKnowledge) -> None:
    assert against(shipped, SHOWN, OF_ANOTHER, rival=0.85) < against(shipped, SHOWN, OF_ANOTHER, rival=0.05) - 1.0


def test_where_little_was_told_little_speaks_against_a_lead(shipped: PreparedKnowledge) -> None:
    assert against(shipped) == 0.0
    assert against(shipped, VAGUE) < against(shipped, OF_ANOTHER) < against(shipped, OF_ANOTHER, OF_ANOTHER)


def test_what_no_cause_shows_speaks_for_an_unknown_one(shipped: PreparedKnowledge) -> None:
    assert against(shipped, SHOWN, ORPHAN) > against(shipped, SHOWN) + 2.0


def test_what_is_normal_asks_for_no_cause(shipped: PreparedKnowledge) -> None:
    assert against(shipped, SHOWN, NORMAL) == against(shipped, SHOWN)


def test_an_outcome_counts_as_if_it_had_been_seen(shipped: PreparedKnowledge) -> None:
    shows = shipped.base.findings[SHOWN.id]
    seen = Evidential(shows.id, shows.background, shows.parents, True, 1.0)

    assert against(shipped, VAGUE, outcome=SHOWN.id) == pytest.approx(against(shipped, VAGUE, seen))
    assert against(shipped, VAGUE, OF_ANOTHER, outcome=SHOWN.id) < against(shipped, VAGUE, OF_ANOTHER)


@pytest.mark.parametrize("leading", [0.02, 0.3, 0.6, 0.9, 0.98, 0.999])
@pytest.mark.parametrize("bound", [0.001, 0.05, 0.4])
@pytest.mark.parametrize("against", [1.0, 5.0])
def test_the_error_of_doubt_covers_every_lead_within_the_bound(leading: float, bound: float, against: float) -> None:
    value, error = Doubt(against).of(leading, bound)
    low, high = max(0.0, leading - bound), min(1.0, leading + bound)

    others = [Doubt(against).of(low + (high - low) * step / 200)[0] for step in range(201)]

    assert max(abs(other - value) for other in others) <= error + 1e-12


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


@pytest.mark.parametrize(
    "told",
    [
        "3号硬盘亮黄灯，阵列降级",
        "disk fault LED amber on slot 4, RAID degraded",
        "link down on port 3, no light, digger outside",
        "wifi slow in the evening, many users in one room",
    ],
)
def test_a_short_call_that_fits_several_known_causes_is_not_denied(shipped: PreparedKnowledge, told: str) -> None:
    ranking = reason(shipped, evidence_from({"report": told})).ranking

    assert ranking.unexplained < ranking.causes[0].posterior
