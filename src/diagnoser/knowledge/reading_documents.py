"""What an author may write of a command's output: how values and states are read out of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from diagnoser.knowledge.documents import Document, Id, Number, Ref, Sourced, Strings, Text


class ReadingField(Document):
    """One kind of line in a command's output, and what it says.

    The groups of the pattern have fixed names: `component` (else that of the block counts),
    `value` and `unit` of a quantity, `state`; of a finding, `over` where the line says that it is over, and `event`,
    which must be the same in the line that began it.
    """

    pattern: str = Field(min_length=1, description="RE2 for one line, with named groups / 单行 RE2 正则")
    quantity: Id | None = Field(None, description="what `value` measures / value 对应的测量量")
    unit: str | None = Field(None, description="unit of `value` where the line does not say / 单位")
    states: dict[str, Ref] = Field(
        default_factory=dict, description="RE2 for the whole `state` -> finding; the first that fits / 状态对应的征兆"
    )
    finding: Ref | None = Field(None, description="finding that the line itself shows / 该行表示的征兆")
    part: str | None = Field(None, description="word put before the component, e.g. psu / 部件前缀")
    keep: Literal["last", "lowest", "highest"] = Field(
        "last", description="which of several values of one component in one output, e.g. of its lanes / 多值时取哪一个"
    )

    @model_validator(mode="after")
    def _something(self) -> ReadingField:
        if not (self.quantity or self.states or self.finding):
            raise ValueError("a field says something: give quantity, states or finding")
        for given, group in ((self.quantity, "value"), (self.states, "state")):
            if given and f"(?P<{group}>" not in self.pattern:
                raise ValueError(f"the pattern needs a group (?P<{group}>...)")
        return self


class ReadingSection(Document):
    """A part of the output with fields of its own: a table, or the block of one component."""

    begin: str = Field(min_length=1, description="RE2 of its first line; may name the component / 起始行")
    end: str | None = Field(None, description="RE2 of the line after it; else the next section ends it / 结束行")
    fields: tuple[ReadingField, ...] = ()


class ReadingExpectation(Document):
    """What must be read out of an example."""

    quantity: Id | None = None
    value: Number | None = None
    unit: str | None = Field(None, description="in the check's own unit where it is left out / 省略则为检查的单位")
    finding: Ref | None = None
    component: str | None = None

    @model_validator(mode="after")
    def _one(self) -> ReadingExpectation:
        if (self.quantity is None) == (self.finding is None) or (self.quantity is None) != (self.value is None):
            raise ValueError("expect a quantity with its value, or a finding")
        return self


class ReadingExample(Document):
    """An output as it is printed, and everything that must be read out of it: no more, no less."""

    text: str = Field(min_length=1, description="exactly as printed / 原样输出")
    expect: tuple[ReadingExpectation, ...] = Field(description="all of it / 全部读数")


class Reading(Sourced):
    """`readings.yaml`: the output of a command, and how measurements and states are read out of it."""

    id: Id
    title: Text
    command: Strings = Field(min_length=1, description="the command and its other spellings / 命令及别名")
    recognise: str = Field(min_length=1, description="RE2 of a line near the top that no other output has / 识别行")
    fields: tuple[ReadingField, ...] = Field((), description="lines that may stand anywhere / 任意位置的行")
    sections: tuple[ReadingSection, ...] = Field((), description="tables, and blocks of one component / 表格与区块")
    examples: tuple[ReadingExample, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _something(self) -> Reading:
        if not self.fields and not any(section.fields for section in self.sections):
            raise ValueError("a reading has fields, of its own or in sections")
        return self
