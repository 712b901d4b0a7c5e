"""Fault trees after IEC 61025: events, gates, and the walk from an event down to its causes."""

from diagnoser.fault_tree.tree import FaultTree, Gate, Input

__all__ = ["FaultTree", "Gate", "Input"]
