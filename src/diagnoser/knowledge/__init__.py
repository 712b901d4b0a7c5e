"""Knowledge bases: the format, reading them, and the resolved value that a diagnosis works with."""

from diagnoser.knowledge.base import Cause, Check, Finding, KnowledgeBase, Light, LogPattern
from diagnoser.knowledge.loading import load, read, shipped_knowledge

__all__ = ["Cause", "Check", "Finding", "KnowledgeBase", "Light", "LogPattern", "load", "read", "shipped_knowledge"]
