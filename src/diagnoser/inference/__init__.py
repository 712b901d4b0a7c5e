"""The rule engine behind one door: knowledge compiled to rules, and one run for each diagnosis."""

from diagnoser.inference.inference import FindingState, Firing, Inference, compile_rules, infer
from diagnoser.inference.network import Network

__all__ = ["FindingState", "Firing", "Inference", "Network", "compile_rules", "infer"]
