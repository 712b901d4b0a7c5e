"""The report: one value, and the ways to read it."""

from diagnoser.report.compose import compose, knows
from diagnoser.report.report import Report

__all__ = ["Report", "compose", "knows"]
