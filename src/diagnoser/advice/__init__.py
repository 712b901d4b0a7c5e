"""Advice: severity, escalation, checks and repairs."""

from diagnoser.advice.advice import Advice, advise
from diagnoser.advice.escalation import Escalation, Reason, compile_policy

__all__ = ["Advice", "Escalation", "Reason", "advise", "compile_policy"]
