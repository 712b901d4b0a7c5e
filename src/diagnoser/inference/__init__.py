"""The rule engine behind one door: knowledge compiled to rules, and one run for each diagnosis."""

from diagnoser.inference.inference import FindingState, Firing, Inference, compile_rules, infer
from diagnoser.inference.network import Network
from diagnoser.inference.rulebook import BEYOND_DOUBT

__all__ = ["BEYOND_DOUBT", "FindingState", "Firing", "Inference", "Network", "compile_rules", "infer"]
