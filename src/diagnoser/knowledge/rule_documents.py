"""What an expert may write in a rule: what it asks for, and what follows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from diagnoser.knowledge.documents import Document, Id, Ref, Refs, Sourced, Text, When
from diagnoser.x733 import PerceivedSeverity


class At(Document):
    """A finding at a named place (`peer`): another component than the rule's own."""

    finding: Ref
    at: Id


class AtLeast(Document):
    k: int = Field(ge=1)
    of: tuple[Ref | At, ...] = Field(min_length=1)


def _as_at_least(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1 and "of" not in value:
        [(k, of)] = value.items()
        if str(k).isdigit():
            return {"k": int(k), "of": of}
    return value


class DeviceCondition(Document):
    vendor: str | None = None
    model: str | None = None


class LogCondition(Document):
    """What a rule asks of the lines of a log pattern, beyond their being there."""

    count_at_least: int = Field(1, ge=1, description="at least so many lines / 至少出现次数")
    before: Ref | None = Field(None, description="its first line stands before the first line of this / 首次早于")
    after: Ref | None = Field(None, description="its first line stands after the first line of this / 首次晚于")


class RuleConditions(Document):
    all: tuple[Ref | At, ...] = ()
    any: tuple[Ref | At, ...] = ()
    none: tuple[Ref | At, ...] = ()
    atleast: Annotated[AtLeast | None, BeforeValidator(_as_at_least)] = None
    device: DeviceCondition | None = None
    circumstance: Refs = ()
    measurement: dict[Id, When] = Field(default_factory=dict)
    log: dict[Ref, LogCondition] = Field(
        default_factory=dict, description="count and order of log lines / 日志次数与先后"
    )

    @model_validator(mode="after")
    def _something(self) -> RuleConditions:
        positive = (self.all, self.any, self.atleast, self.circumstance, self.measurement, self.log, self.device)
        if not any(positive):
            raise ValueError(
                "a rule needs a positive condition: all, any, atleast, circumstance, measurement, log or device"
            )
        return self


class RuleEscalation(Document):
    to: Literal["L2", "L3", "vendor", "third_party", "management"]
    when: Id


class RuleConclusions(Document):
    conclude: tuple[Ref, ...] = Field((), description="findings that follow / 推出的征兆")
    rule_out: tuple[Ref, ...] = Field((), description="causes or events that are excluded / 排除")
    confirm: tuple[Ref, ...] = Field((), description="causes that are certain / 确认")
    require_check: tuple[Ref, ...] = Field((), description="to be done before anything else / 必须先做的检查")
    severity: PerceivedSeverity | None = None
    escalate: RuleEscalation | None = None

    @model_validator(mode="after")
    def _something(self) -> RuleConclusions:
        if not any((self.conclude, self.rule_out, self.confirm, self.require_check, self.severity, self.escalate)):
            raise ValueError("a rule must conclude something")
        return self


class Rule(Sourced):
    """`rules/<rule>.yaml`: what an expert adds beyond the catalogue."""

    rule: Id
    when: RuleConditions
    then: RuleConclusions
    because: Text
