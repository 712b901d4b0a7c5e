"""The escalation policy of `common/escalation.yaml`: levels, reasons, what to collect, and rules."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from diagnoser.knowledge.documents import Document, Id, Number, Strings, Text
from diagnoser.x733 import PerceivedSeverity

Level = Literal["L1", "L2", "L3", "vendor", "third_party", "management"]


class Named(Document):
    """An id with its title."""

    id: Id | Level
    title: Text


class Threshold(Document):
    """A bound on a probability."""

    above: Number | None = None
    below: Number | None = None

    def holds(self, value: float) -> bool:
        return (self.above is None or value > self.above) and (self.below is None or value < self.below)


class PolicyWhen(Document):
    """What the diagnosis must say for a rule to fire; all that are given must hold."""

    severity: PerceivedSeverity | None = Field(None, description="at least this severe / 至少此级别")
    unexplained: Threshold | None = None
    top_posterior: Threshold | None = None
    skill: Literal["L1", "L2", "L3", "vendor"] | None = Field(
        None, description="the first repair needs it / 首选处理所需技能"
    )
    risk: Literal["none", "data", "service"] | None = Field(
        None, description="the first repair endangers it / 首选处理的风险"
    )
    kind: Literal["hardware", "software", "configuration", "environment", "external"] | None = None
    circumstance: Id | None = None
    repair_failed: bool | None = Field(None, description="a repair was done and did not help / 处理后无效")


class PolicyThen(Document):
    """What follows."""

    functional: Level | None = None
    hierarchic: bool = False
    reason: Id
    deadline_minutes: int = Field(ge=0)


class PolicyRule(Document):
    id: Id
    when: PolicyWhen
    then: PolicyThen


class EscalationPolicy(Document):
    """`common/escalation.yaml`. Levels are in rising order."""

    levels: tuple[Named, ...]
    management: Named
    reasons: tuple[Named, ...]
    collect: tuple[Named, ...]
    always_collect: tuple[Id, ...]
    policy: tuple[PolicyRule, ...]
    source: Strings

    def rank(self, level: str) -> int:
        """The place of a level in rising order, from 0."""
        return [named.id for named in self.levels].index(level)

    def title(self, id_: str) -> Text:
        """The title of a level, a reason or a thing to collect."""
        for named in (*self.levels, self.management, *self.reasons, *self.collect):
            if named.id == id_:
                return named.title
        return Text(en=id_, zh=id_)
