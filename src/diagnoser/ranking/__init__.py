"""From findings to belief: the noisy-OR posterior, its reasons, and what to check next."""

from diagnoser.ranking.affordable import Method
from diagnoser.ranking.belief_network import WORDING
from diagnoser.ranking.plan import CALLED, NextCheck, NextStep, Plan, plan
from diagnoser.ranking.prospects import OutcomeForecast
from diagnoser.ranking.ranking import RankedCause, Ranking, Weight, rank, ways_down
from diagnoser.ranking.relations import Relations, relations_of

__all__ = [
    "CALLED",
    "WORDING",
    "Method",
    "NextCheck",
    "NextStep",
    "OutcomeForecast",
    "Plan",
    "RankedCause",
    "Ranking",
    "Relations",
    "Weight",
    "plan",
    "rank",
    "relations_of",
    "ways_down",
]
