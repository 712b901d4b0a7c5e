"""A session of troubleshooting: the next step, the answer to it, and so on until the fault is gone."""

from diagnoser.troubleshooting.record import Record, record_of
from diagnoser.troubleshooting.session import Session, Turn, answer, begin, undo
from diagnoser.troubleshooting.step import StepOut, next_step

__all__ = ["Record", "Session", "StepOut", "Turn", "answer", "begin", "next_step", "record_of", "undo"]
