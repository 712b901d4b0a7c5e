"""The report: one value, and the ways to read it."""

from diagnoser.report.compose import compose, language_of
from diagnoser.report.report import Report
from diagnoser.report.verdict import knows
from diagnoser.report.wording import Wording

__all__ = ["Report", "Wording", "compose", "knows", "language_of"]
