"""The stages of a run, kept apart by salience: the higher runs first."""

from __future__ import annotations

from typing import Any

from diagnoser.inference.experta_door import Rule

OBSERVED, SETTLED, AUTHORED, EXCLUDED, SHOWN, WALK = 100, 90, 80, 40, 20, 10


def staged(name: str, salience: int, action: Any, *conditions: Any) -> Any:
    """An Experta rule with a name, in its stage."""
    rule = Rule(*conditions, salience=salience)(action)
    rule.__name__ = name
    return rule
