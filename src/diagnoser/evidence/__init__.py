"""What was reported: the evidence document, and reading it into observations."""

from diagnoser.evidence.document import Evidence, evidence_from
from diagnoser.evidence.observables import Observables
from diagnoser.evidence.observation import Observation, Source, Unplaced
from diagnoser.evidence.observe import Observed, observe
from diagnoser.evidence.relevance import relevance

__all__ = [
    "Evidence",
    "Observables",
    "Observation",
    "Observed",
    "Source",
    "Unplaced",
    "evidence_from",
    "observe",
    "relevance",
]
