"""`diagnoser kb new`: an entry with every field in place and a comment on each, in both languages.

What is to be filled in is marked TODO; once it is, the entry is valid. Lines that may go are marked
optional / 可删.
"""

from __future__ import annotations

import re

FILE_KINDS = {"base": "", "cause": "causes", "rule": "rules", "case": "cases"}
"""Kinds that are a file of their own, and the folder it goes to."""

ENTRY_KINDS = {"symptom": "symptoms", "check": "checks", "log": "logs", "light": "indicators", "overlay": "overlays"}
"""Kinds that are an entry of a list, and the file or folder it goes to."""

_ID = re.compile(r"[a-z0-9_]+\Z")
_REF = re.compile(r"[a-z0-9_]+:[a-z0-9_]+\Z")

_TEMPLATES = {
    "base": """\
# The head of a base: a folder of knowledge of your own. / 知识库头部：自己的一个知识目录。
base: {id}                           # the folder is called {id} / 与目录名一致
title: {{en: TODO, zh: TODO}}        # what it speaks of / 内容
version: 0.1.0                       # three numbers / 版本
imports: [common, equipment]         # bases that it builds on, e.g. ethernet, server, transmission / 所依赖的知识库
scope:                               # which devices it speaks of; optional / 适用设备，可删
  models: []                         # e.g. [S5700*, CE6800*] / 型号
  words:                             # how callers name them / 用户对这类设备的叫法
    en: [TODO]
    zh: [TODO]
owner: TODO                          # who answers for it / 负责人
""",
    "cause": """\
# A cause: what is broken or wrong, usually one replaceable or changeable thing. / 原因：一个可更换或可修改的对象出了问题。
cause: {id}                          # the file is called {id}.yaml / 与文件名一致
title: {{en: TODO, zh: TODO}}        # as it stands in the report / 报告中显示的名称
aliases:                             # other ways to say it; optional / 其他说法，可删
  en: [TODO]
  zh: [TODO]
kind: hardware                       # hardware | software | configuration | environment | external / 类别
item: {{en: TODO, zh: TODO}}         # the thing that is replaced or changed / 更换或修改的对象
probable_cause: equipmentMalfunction # ITU-T X.733, e.g. lossOfSignal, powerProblem, softwareError / X.733 可能原因
prior: uncommon                      # of service calls: very_common, common, uncommon, rare, very_rare / 报障中的常见程度
circumstances: {{}}                  # multiply its odds when they are told, e.g. {{after_upgrade: x3}} / 情境系数
explains: {{}}                       # findings it shows beyond its events, e.g. rx_power_low: almost_always / 直接表现的征兆
checks: []                           # ids of checks, in the vendor's order / 检查，按厂商顺序
repair:                              # in order / 处理步骤
  - do: {{en: TODO, zh: TODO}}
    parts: []                        # ids of items.yaml / 备件
    tools: []                        # ids of items.yaml / 工具
    cost: {{minutes: 30, risk: service, skill: L2}}   # risk: none | data | service; skill: L1 | L2 | L3 | vendor / 代价
    verify: {{en: TODO, zh: TODO}}   # how to see that the fault is gone / 如何确认故障已消除
basis: inferred                      # document | document_partial | inferred / 依据
confidence: not_validated            # work_in_progress | not_validated | validated | archived / 可信度
why: {{en: TODO, zh: TODO}}          # why these numbers / 数值依据
calls:                               # how calls with it were told; new calls are compared with them; optional / 报障原话，可删
  en: [TODO]
  zh: [TODO]
source: experience                   # an address, a document, a role, or: experience / 出处
# Then add {id} to the inputs of an event in fault_tree.yaml, and write a case: kb new case ...
# 然后把 {id} 加入 fault_tree.yaml 某事件的 inputs，并用 kb new case 写一个用例。
""",
    "rule": """\
# A rule: what an expert adds beyond the catalogue. / 规则：目录之外的专家经验。
rule: {id}                           # the file is called {id}.yaml / 与文件名一致
when:                                # at least one of all, any, atleast, circumstance, measurement, device / 至少一个条件
  all: [TODO]                        # findings that must all be present / 必须全部存在的征兆
  none: []                           # findings that must not be present / 不得存在的征兆
  # any: [a, b]                      # at least one of them / 至少一个
  # atleast: {{2: [a, b, c]}}        # at least two of them / 至少两个
  # circumstance: after_upgrade      # / 情境
  # measurement: {{rx_power: {{below: -30}}}}   # / 测量值
  # device: {{vendor: Huawei, model: CE6875*}}  # / 设备
then:                                # at least one conclusion / 至少一个结论
  rule_out: [TODO]                   # causes or events that cannot be / 排除的原因或事件
  # conclude: [finding]              # a finding that follows / 推出的征兆
  # confirm: [cause]                 # a cause that is certain / 确认的原因
  # require_check: [check]           # to be done before anything else / 必须先做的检查
  # severity: major                  # / 严重程度
  # escalate: {{to: L3, when: beyond_skill}}    # a reason of common/escalation.yaml / 升级
because: {{en: TODO, zh: TODO}}      # what the report says about it / 理由
source: experience                   # an address, a document, a role, or: experience / 出处
""",
    "case": """\
# A case is a test: a sentence, evidence, what must come out. / 用例即测试：描述、证据、期望结果。
case: {id}                           # the file is called {id}.yaml / 与文件名一致
tells:                               # what the caller says; run once in each language / 用户的描述，中英文各运行一次
  en: TODO
  zh: TODO
evidence:                            # an evidence document; what is not needed may go / 证据，可删
  device: null                       # e.g. Huawei CE6875EI / 设备
  indicators: []                     # - {{part: power supply, light: PWR, colour: red, behaviour: steady}}
  logs: []                           # lines as printed / 原样日志
  tests: []                          # - {{check: rx power, result: -31 dBm}}
  circumstances: []                  # ids, e.g. after_upgrade / 情境
expect:                              # at least one / 至少一个
  first: TODO                        # the cause that must come first / 必须排第一的原因
  # within: {{3: cause}}             # or among the first three / 或在前三之内
  not_first: []                      # near misses that must not come first / 不得排第一的原因
  # escalation: {{functional: L2}}   # / 升级
status: ok                           # ok | todo (a known gap) / 状态
source: experience                   # an address, a document, a role, or: experience / 出处
""",
    "symptom": """\
# A symptom: what people say. / 症状：用户的描述。
- id: {id}
  title: {{en: TODO, zh: TODO}}      # / 名称
  aliases:                           # as people really write it / 真实说法
    en: [TODO]
    zh: [TODO]
  shows: TODO                        # the fault-tree event that it shows / 指向的故障树事件
  background: rare                   # how often it is said without any known cause / 无已知原因时的频度
  severity: major                    # critical | major | minor | warning; optional / 严重程度，可删
  probable_cause: null               # of the alarms that mean it, ITU-T X.733, e.g. lossOfSignal / 对应告警的 X.733 可能原因
  source: experience                 # an address, a document, a role, or: experience / 出处
""",
    "check": """\
# A check: what one can go and look at, measure or try. / 检查：可以查看、测量或尝试的事情。
- id: {id}
  kind: inspection                   # indicator | log_query | port_test | performance_test | inspection | swap | configuration
  title: {{en: TODO, zh: TODO}}      # / 名称
  how: {{en: TODO, zh: TODO}}        # how it is done / 做法
  aliases:                           # how people call it; optional / 其他说法，可删
    en: [TODO]
    zh: [TODO]
  command: null                      # {{component}} stands for the port or slot / 命令
  quantity: null                     # what it measures: {{name: rx_power, unit: dBm}} / 测量量
  cost: {{minutes: 5, risk: none, tools: [], skill: L1}}   # risk: none | data | service / 代价
  mandatory_first: false             # always before anything else / 必须最先做
  outcomes:                          # they exclude each other / 互斥的结果
    - id: {id}_bad
      title: {{en: TODO, zh: TODO}}
      aliases: {{en: [TODO], zh: [TODO]}}
      shows: TODO                    # events or causes that it shows / 指向的事件或原因
      # when: {{below: -14.4}}       # below | above | between | equals, for a measured value / 阈值
    - id: {id}_ok
      title: {{en: TODO, zh: TODO}}
      aliases: {{en: [TODO], zh: [TODO]}}
      normal: true                   # nothing is wrong / 正常
  source: experience                 # an address, a document, a role, or: experience / 出处
""",
    "log": """\
# A log pattern: what the device writes. RE2 syntax: no look-around, no back-references. / 日志模式，RE2 语法。
- id: {id}
  pattern: 'TODO'                    # (?P<component>...) names the port or slot / 正则
  meaning: {{en: TODO, zh: TODO}}    # / 含义
  severity: major                    # critical | major | minor | warning; optional / 严重程度，可删
  normal: false                      # a recovery or plain information / 恢复或普通信息
  probable_cause: null               # of the alarms that mean it, ITU-T X.733, e.g. lossOfSignal / 对应告警的 X.733 可能原因
  rate: null                         # it counts from so many lines on: {{count: 5, window_minutes: 10}} / 出现频率门限
  shows: TODO                        # events or causes that it shows / 指向的事件或原因
  background: rare                   # how often it is there without any known cause / 无已知原因时的频度
  examples: ['TODO']                 # lines that it must match, exactly as printed / 必须匹配的原样日志
  not: []                            # lines that look like it and must not match / 不得匹配的日志
  absent_means: null                 # not in a log that covers the fault: how surely absent, e.g. probable / 日志中没有时的把握
  source: experience                 # an address, a document, a role, or: experience / 出处
""",
    "light": """\
# A light: the part that carries it and what its states say. States exclude each other. / 指示灯及其状态。
- part: TODO                         # the part that carries it / 所在部件
  part_aliases: {{en: [], zh: [TODO]}}
  light: TODO                        # the name printed beside it / 丝印名称
  aliases: {{en: [TODO], zh: [TODO]}}   # other names / 其他叫法
  states:                            # all of them, the normal ones too / 所有状态，包括正常状态
    - id: {id}_ok
      colour: green                  # red | green | amber | yellow | orange | blue | white | purple | any | none / 颜色
      behaviour: steady              # steady | off | blink | slow_blink | fast_blink | alternating | on | any / 行为
      meaning: {{en: TODO, zh: TODO}}
      normal: true                   # nothing is wrong / 正常
    - id: {id}_fault
      colour: red
      behaviour: steady
      meaning: {{en: TODO, zh: TODO}}
      severity: major                # critical | major | minor | warning / 严重程度
      shows: TODO                    # events or causes that it shows / 指向的事件或原因
  source: experience                 # an address, a document, a role, or: experience / 出处
""",
    "overlay": """\
# An overlay: what is otherwise here about an item of a base that is imported. / 覆盖：本地与所导入条目的不同之处。
- cause: {id}                        # or symptom: ..., finding: ...; base:id / 或 symptom、finding
  prior: uncommon                    # how common it is here; of a finding: background / 本地常见程度
  circumstances: {{}}                # added or replaced, e.g. {{after_moving: x6}}; x1 takes one away / 情境系数
  aliases:                           # added to those it has; optional / 追加的说法，可删
    en: [TODO]
    zh: [TODO]
  why: {{en: TODO, zh: TODO}}        # why it is otherwise here / 为何不同
  source: experience                 # an address, a document, a role, or: experience / 出处
""",
}

KINDS = tuple(_TEMPLATES)


def template(kind: str, id_: str) -> str:
    """A new entry of a kind.

    Args:
        kind: one of `KINDS`.
        id_: its id; lower-case letters, digits and `_`.

    Raises:
        ValueError: the id has another form.
    """
    if not (_REF if kind == "overlay" else _ID).match(id_):
        what = "name the item as base:id" if kind == "overlay" else "use lower-case letters, digits and _"
        raise ValueError(f"'{id_}' is no id: {what}")
    return _TEMPLATES[kind].format(id=id_)
