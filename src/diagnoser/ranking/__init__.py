"""From findings to belief: the noisy-OR posterior, its reasons, and what to check next."""

from diagnoser.ranking.next_checks import NextCheck, OutcomeForecast, next_checks
from diagnoser.ranking.ranking import Method, RankedCause, Ranking, Weight, path_to, rank
from diagnoser.ranking.relations import Relations, relations_of

__all__ = [
    "Method",
    "NextCheck",
    "OutcomeForecast",
    "RankedCause",
    "Ranking",
    "Relations",
    "Weight",
    "next_checks",
    "path_to",
    "rank",
    "relations_of",
]
