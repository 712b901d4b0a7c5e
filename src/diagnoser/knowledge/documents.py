"""What an author may write: one frozen value for each entry of a knowledge base.

The classes here are the knowledge format, with those of `rule_documents` and `reading_documents`. The JSON Schema that editors use is exported from
them, and their field descriptions (English / Chinese) are what an author sees when hovering.
Ids are checked for their form only; whether they exist is a question for `resolution.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from diagnoser.x733 import PerceivedSeverity, ProbableCause

ID, REF, VERSION = r"^[a-z0-9_]+$", r"^(?:[a-z0-9_]+:)?[a-z0-9_]+$", r"^\d+\.\d+\.\d+$"
"""The forms of ids, of what refers to them, and of a version."""

Id = Annotated[str, StringConstraints(pattern=ID)]
"""An item's own id, unique in its base."""

Ref = Annotated[str, StringConstraints(pattern=REF)]
"""An item of this base or of one that it imports: `id`, or `base:id`."""

Number = Annotated[float, Field(allow_inf_nan=False)]
Degree = (
    Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[a-z_]+$"})] | Annotated[float, Field(ge=0, le=1)]
)
"""A word of `common/scales.yaml`, or a probability from 0 to 1. Another word is told when the scale is at hand."""

Factor = Annotated[str, StringConstraints(pattern=r"^x\d+(?:\.\d+)?$")]
"""What prior odds are multiplied by when a circumstance applies: `x8`, `x0.2`."""


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _as_strengths(value: Any) -> Any:
    """`a`, `[a, {b: often}]` and `{a: often}` all mean a mapping from parent to strength."""
    if isinstance(value, str):
        return {value: None}
    if isinstance(value, list):
        strengths: dict[str, Any] = {}
        for item in value:
            each = {item: None} if isinstance(item, str) else item
            if not isinstance(each, dict):
                what = "an empty '-'" if item is None else f"'{item}'"
                raise ValueError(f"{what} stands where an id is wanted: - id, or - {{id: often}}")
            twice = sorted(each.keys() & strengths.keys())
            if twice:
                raise ValueError(f"'{twice[0]}' stands twice; keep one of them")
            strengths.update(each)
        return strengths
    return value


Strings = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Refs = Annotated[tuple[Ref, ...], BeforeValidator(_as_tuple)]
Strengths = Annotated[dict[Ref, Degree | None], BeforeValidator(_as_strengths)]


class Document(BaseModel):
    """The common ground of all entries: frozen, and no field that the format does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True)


class Text(Document):
    """A sentence in both languages."""

    en: str = Field(min_length=1, description="English / 英文")
    zh: str = Field(min_length=1, description="Chinese / 中文")

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


class Aliases(Document):
    """Other ways in which people say it."""

    en: tuple[str, ...] = Field((), description="as written in English / 英文说法")
    zh: tuple[str, ...] = Field((), description="as written in Chinese / 中文说法")


class Calls(Document):
    """How calls with a cause went: what people saw, tried and measured, in their own words."""

    en: tuple[str, ...] = Field((), description="as told in English / 英文报障原话")
    zh: tuple[str, ...] = Field((), description="as told in Chinese / 中文报障原话")


class Sourced(Document):
    source: Strings = Field(description="address, document or role; or `experience` / 出处，或 experience")


class Cost(Document):
    """What it takes to do something."""

    minutes: int = Field(ge=0, description="working time / 所需分钟")
    risk: Literal["none", "data", "service"] = Field("none", description="what it endangers / 风险：无、数据、业务")
    tools: tuple[Ref, ...] = Field((), description="tools of items.yaml / 工具")
    skill: Literal["L1", "L2", "L3", "vendor"] = Field("L1", description="who can do it / 所需技能级别")


class Scope(Document):
    """Which devices a base speaks of."""

    vendor: str | None = Field(None, description="maker / 厂商")
    vendor_aliases: tuple[str, ...] = Field((), description="other spellings of the maker / 厂商别名")
    models: tuple[str, ...] = Field((), description="models, `*` stands for anything / 型号，可用 *")
    words: Aliases = Field(Aliases(), description="words for this kind of device / 设备类别的说法")


class Base(Document):
    """`base.yaml`: the head of a knowledge base."""

    base: Id
    title: Text
    version: str = Field(pattern=VERSION)
    imports: tuple[Id, ...] = ()
    scope: Scope = Scope()
    owner: str | None = None


class Observable(Sourced):
    """What a finding has whatever its kind."""

    background: Degree = Field(
        "rare", description="how often it shows without any known cause / 无已知原因时出现的频度"
    )
    shows: Strengths = Field(
        default_factory=dict,
        description="events (or causes) that it shows, with a strength if not almost_always / 指向的事件或原因",
    )


class Symptom(Observable):
    """`symptoms.yaml`: what people say."""

    id: Id
    title: Text
    aliases: Aliases = Aliases()
    normal: bool = Field(False, description="says that something is well: *no alarm* / 说明正常，如没有告警")
    severity: PerceivedSeverity | None = None
    severity_of_one: PerceivedSeverity | None = Field(
        None, description="the same where only one user or device is affected / 仅一个用户或设备受影响时的级别"
    )
    one_only: bool = Field(
        False, description="says that one user or device is affected and no other / 说明仅一个用户或设备受影响"
    )
    probable_cause: ProbableCause | None = Field(
        None, description="X.733 probable cause of alarms that mean it / 表示该征兆的告警的 X.733 可能原因"
    )


Colour = Literal["red", "green", "amber", "yellow", "orange", "blue", "white", "purple", "any", "none"]
Behaviour = Literal["steady", "off", "blink", "slow_blink", "fast_blink", "alternating", "on", "any"]


class LightState(Document):
    """One state of a light. The states of one light exclude each other."""

    id: Id
    colour: Colour
    behaviour: Behaviour
    meaning: Text
    normal: bool = Field(False, description="nothing is wrong in this state / 正常状态")
    severity: PerceivedSeverity | None = None
    background: Degree = "rare"
    shows: Strengths = Field(default_factory=dict)


class Indicator(Sourced):
    """`indicators.yaml`: a light, the part that carries it, and what its states say."""

    part: str = Field(min_length=1, description="which part carries it / 所在部件")
    part_aliases: Aliases = Aliases()
    light: str = Field(min_length=1, description="the name printed beside it / 丝印名称")
    aliases: Aliases = Field(Aliases(), description="other names of the light / 灯的其他叫法")
    states: tuple[LightState, ...] = Field(min_length=1)


class Rate(Document):
    """How often something must be written to count: `{count: 12, window_minutes: 5}`."""

    count: int = Field(ge=2, le=10_000, description="lines / 行数")
    window_minutes: float = Field(gt=0, allow_inf_nan=False, description="within so many minutes / 时间窗（分钟）")


class LogPattern(Observable):
    """`logs.yaml`: what the device writes."""

    id: Id
    pattern: str = Field(min_length=1, description="RE2 syntax; (?P<component>...) names the part / RE2 正则")
    meaning: Text
    severity: PerceivedSeverity | None = None
    probable_cause: ProbableCause | None = Field(
        None, description="X.733 probable cause of alarms that mean it / 表示该征兆的告警的 X.733 可能原因"
    )
    normal: bool = Field(False, description="a recovery or plain information / 恢复或普通信息")
    examples: Strings = Field(min_length=1, description="lines it must match, as printed / 必须匹配的原样日志")
    not_: Strings = Field((), alias="not", description="lines it must not match / 不得匹配的日志")
    rate: Rate | None = Field(None, description="counts only when written that often / 达到该频率才算出现")
    absent_means: Degree | None = Field(
        None, description="not found in a log that covers the fault: how surely absent / 日志中没有时有多大把握不存在"
    )


class Quantity(Document):
    """What a check measures."""

    name: Id
    unit: str = Field(description="as printed, e.g. dBm, %, °C; empty for a count / 单位")
    aliases: Aliases = Aliases()


class When(Document):
    """For which measured values an outcome holds. Bounds of `between` are included."""

    below: Number | None = None
    above: Number | None = None
    between: tuple[Number, Number] | None = None
    equals: Number | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> When:
        if sum(v is not None for v in (self.below, self.above, self.between, self.equals)) != 1:
            raise ValueError("give exactly one of below, above, between, equals")
        if self.between is not None and self.between[0] > self.between[1]:
            raise ValueError("between wants the smaller number first")
        return self

    def holds(self, value: float) -> bool:
        if self.below is not None:
            return value < self.below
        if self.above is not None:
            return value > self.above
        if self.between is not None:
            return self.between[0] <= value <= self.between[1]
        return value == self.equals


class Outcome(Document):
    """One of the things that a check can come out with. Outcomes of one check exclude each other."""

    id: Id
    title: Text
    aliases: Aliases = Aliases()
    when: When | None = None
    normal: bool = Field(False, description="nothing is wrong / 正常结果")
    background: Degree = "rare"
    shows: Strengths = Field(default_factory=dict)


class Check(Sourced):
    """`checks.yaml`: what one can go and look at, measure or try."""

    id: Id
    kind: Literal["indicator", "log_query", "port_test", "performance_test", "inspection", "swap", "configuration"]
    title: Text
    how: Text
    aliases: Aliases = Aliases()
    command: str | None = None
    quantity: Quantity | None = None
    cost: Cost
    mandatory_first: bool = Field(False, description="always before anything else / 必须最先做")
    outcomes: tuple[Outcome, ...] = Field(min_length=1)


class Event(Document):
    """`fault_tree.yaml`: a top or intermediate event with its gate (IEC 61025)."""

    event: Ref = Field(description="own id; `base:id` adds inputs to an event of an imported base / 事件标识")
    title: Text | None = None
    gate: Literal["or", "and", "atleast", "inhibit"] = "or"
    k: int | None = Field(None, ge=1, description="how many inputs `atleast` wants / atleast 需要的个数")
    condition: Degree | None = Field(None, description="probability of the conditioning event of `inhibit` / 条件概率")
    inputs: Strengths = Field(description="events and causes; {id: often} where not always / 下级事件与原因")
    severity: PerceivedSeverity | None = None
    severity_of_one: PerceivedSeverity | None = Field(
        None, description="the same where only one user or device is affected / 仅一个用户或设备受影响时的级别"
    )
    source: Strings = ()


class Repair(Document):
    """One repair action."""

    do: Text
    command: str | None = None
    parts: tuple[Ref, ...] = ()
    tools: tuple[Ref, ...] = ()
    cost: Cost
    verify: Text = Field(description="how to see that the fault is gone / 如何确认故障已消除")


class EscalateCause(Document):
    """When this cause is beyond the caller."""

    to: Literal["L2", "L3", "vendor", "third_party"]
    when: Id = Field(description="a reason of common/escalation.yaml / 升级理由")
    collect: tuple[Id, ...] = Field((), description="what to hand over / 需收集的信息")


class Cause(Sourced):
    """`causes/<cause>.yaml`: a basic event and everything about it."""

    cause: Id
    title: Text
    aliases: Aliases = Aliases()
    kind: Literal["hardware", "software", "configuration", "environment", "external"]
    item: Text | str = Field(description="the replaceable or changeable thing / 可更换或可修改的对象")
    probable_cause: ProbableCause
    prior: Degree
    circumstances: dict[Ref, Factor] = Field(default_factory=dict)
    explains: Strengths = Field(default_factory=dict, description="findings it shows beyond its events / 直接表现")
    checks: tuple[Ref, ...] = Field((), description="in the vendor's order / 按厂商顺序")
    repair: tuple[Repair, ...] = ()
    escalate: EscalateCause | None = None
    basis: Literal["document", "document_partial", "inferred"] = "document"
    confidence: Literal["work_in_progress", "not_validated", "validated", "archived"] = "not_validated"
    why: Text = Field(description="why these numbers / 数值依据")
    calls: Calls = Field(
        Calls(), description="how calls with this cause are told; new ones are compared with it / 该原因的报障原话"
    )


class Circumstance(Sourced):
    """`circumstances.yaml`: time, place, frequency, recent change, extent."""

    id: Id
    title: Text
    aliases: Aliases = Aliases()
    kind: Literal["time", "place", "frequency", "change", "extent"]
    one_only: bool = Field(
        False, description="says that one user or device is affected and no other / 说明仅一个用户或设备受影响"
    )


class Item(Document):
    id: Id
    title: Text


class Items(Document):
    """`items.yaml`: spare parts and tools that repairs and checks name."""

    parts: tuple[Item, ...] = ()
    tools: tuple[Item, ...] = ()


class CaseExpectation(Document):
    first: Ref | None = None
    within: dict[int, Ref] = Field(default_factory=dict)
    not_first: tuple[Ref, ...] = ()
    escalation: dict[Literal["functional", "hierarchic"], str] = Field(default_factory=dict)
    unexplained: bool | None = Field(None, description="the report says that it does not know / 应当回答不知道")
    severity: PerceivedSeverity | None = None

    @model_validator(mode="after")
    def _something(self) -> CaseExpectation:
        if not (self.first or self.within or self.not_first or self.escalation or self.unexplained or self.severity):
            raise ValueError(
                "a case must expect something: first, within, not_first, escalation, unexplained, severity"
            )
        return self


class Case(Document):
    """`cases/<case>.yaml`: a sentence, evidence, what must come out. A case is a test."""

    case: Id
    tells: Text = Field(description="what the caller says; run once in each language / 用户描述，中英文各运行一次")
    evidence: dict[str, Any] = Field(default_factory=dict, description="an evidence document / 证据")
    expect: CaseExpectation
    status: Literal["ok", "todo"] = "ok"
    source: Strings = ("experience",)


class Overlay(Sourced):
    """`overlays.yaml`: what a team says otherwise about an item of a base that it imports.

    Exactly one of `cause`, `symptom` and `finding` names the item. Aliases and calls are added to those
    that it has; a circumstance is added, or its factor replaced (`x1` takes it away).
    """

    cause: Ref | None = Field(None, description="a cause of an imported base / 所导入知识库的原因")
    symptom: Ref | None = Field(None, description="a symptom of an imported base / 所导入知识库的症状")
    finding: Ref | None = Field(None, description="a symptom or an outcome of a check / 症状或检查结果")
    prior: Degree | None = Field(None, description="of a cause: how common it is here / 本地先验")
    circumstances: dict[Ref, Factor] = Field(default_factory=dict, description="of a cause / 原因的情境系数")
    background: Degree | None = Field(None, description="of a finding / 征兆的背景概率")
    aliases: Aliases = Field(Aliases(), description="added to those it has / 追加的说法")
    calls: Calls = Field(Calls(), description="of a cause: added to those it has / 原因的报障原话，追加")
    why: Text | None = Field(None, description="why it is otherwise here / 为何不同")

    @model_validator(mode="after")
    def _one_item_and_a_change(self) -> Overlay:
        if sum(name is not None for name in (self.cause, self.symptom, self.finding)) != 1:
            raise ValueError("give exactly one of cause, symptom, finding")
        called = bool(self.calls.en or self.calls.zh)
        if self.cause is None and (self.prior is not None or self.circumstances or called):
            raise ValueError("only a cause has a prior, circumstances and calls")
        if self.cause is not None and self.background is not None:
            raise ValueError("only a finding has a background")
        said = self.circumstances or self.aliases.en or self.aliases.zh or called
        if not said and self.prior is self.background is None:
            raise ValueError("an overlay must change something: prior, circumstances, background, aliases or calls")
        return self


class Collectable(Document):
    id: Id
    title: Text


class EscalationReason(Document):
    id: Id
    title: Text


class ScaleWord(Document):
    word: Id
    value: float = Field(ge=0, le=1)
    means: Text


class Scale(Sourced):
    scale: Literal["prior", "strength", "background", "certainty", "condition"]
    words: tuple[ScaleWord, ...]


class Concept(Document):
    """`lexicon.yaml`: words that mean the same thing in free text, in both languages."""

    concept: Id
    thing: bool = Field(False, description="names a thing and says nothing of its state / 只是物名，不表示状态")
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
