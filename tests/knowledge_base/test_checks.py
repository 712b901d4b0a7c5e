"""What the shipped knowledge says about looking for a cause."""

from __future__ import annotations

from diagnoser.diagnosis import PreparedKnowledge


def test_every_cause_can_be_looked_for(shipped: PreparedKnowledge) -> None:
    """A check is named by the cause, or one of its outcomes shows the cause."""
    base = shipped.base
    shown = {
        parent
        for check in base.checks.values()
        for outcome in check.outcomes
        for parent, _ in base.findings[outcome].parents
    }

    unlooked = [cause.id for cause in base.causes.values() if not cause.checks and cause.id not in shown]

    assert unlooked == []
