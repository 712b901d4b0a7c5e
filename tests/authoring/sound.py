"""A sound base of five alike families (a to e), written for tests that break it in known places."""

from __future__ import annotations

from pathlib import Path

FAMILIES = "abcde"

_BASE = """\
base: sound
title: {en: A sound base, zh: 无误的知识库}
version: 1.0.0
imports: [common]
scope: {vendor: Acme}
"""

_SYMPTOM = """\
- id: link_@_down
  title: {en: Gadget @ is dark, zh: 装置@熄火}
  aliases: {en: [no glow on @], zh: [@装置不亮]}
  shows: link_@_fault
  severity: major
  source: experience
"""

_LIGHT = """\
- part: port @
  light: LED@
  aliases: {zh: [@口灯]}
  states:
    - {id: led_@_green, colour: green, behaviour: steady, meaning: {en: link up, zh: 链路正常}, normal: true}
    - {id: led_@_red, colour: red, behaviour: steady, meaning: {en: link fault, zh: 链路故障}, shows: link_@_fault}
    - {id: led_@_blink, colour: red, behaviour: blink, meaning: {en: module fault, zh: 模块故障}, shows: module_@_failed}
    - {id: led_@_off, colour: none, behaviour: 'off', meaning: {en: no signal, zh: 无信号}, shows: cable_@_cut}
  source: experience
"""

_LOG = """\
- id: log_@_down
  pattern: 'PORT@/\\d+/DOWN: (?P<component>\\S+)'
  meaning: {en: port @ went down, zh: 端口@Down}
  shows: link_@_fault
  examples: ['PORT@/4/DOWN: ge0/0/1']
  not: ['PORT@/4/UP: ge0/0/1']
  source: experience
"""

_CHECK = """\
- id: rx_@
  kind: port_test
  title: {en: Flux of @, zh: 装置@流量值}
  how: {en: Read the flux, zh: 查看流量值}
  quantity: {name: flux_@, unit: dBm}
  cost: {minutes: 3, tools: [meter_@]}
  outcomes:
    - {id: rx_@_low, title: {en: too low, zh: 过低}, when: {below: -20}, shows: cable_@_cut}
    - {id: rx_@_ok, title: {en: within range, zh: 正常}, when: {between: [-20, 0]}, normal: true}
    - {id: rx_@_high, title: {en: too high, zh: 过高}, when: {above: 0}, shows: module_@_failed}
  source: experience
"""

_EVENT = """\
- event: link_@_fault
  title: {en: Link @ fault, zh: 链路@故障}
  gate: or
  inputs: [cable_@_cut, module_@_failed]
"""

_TOP = """\
- event: site_fault
  title: {en: Site fault, zh: 站点故障}
  gate: or
  inputs: [link_a_fault, link_b_fault, link_c_fault, link_d_fault, link_e_fault]
"""

_CAUSE = """\
cause: {id}
title: {{en: {en}, zh: {zh}}}
kind: hardware
item: {item}
probable_cause: lossOfSignal
prior: uncommon
circumstances: {{moved_{x}: x3}}
checks: [rx_{x}]
repair:
  - do: {{en: Replace it, zh: 更换}}
    parts: [spare_{x}]
    cost: {{minutes: 30, risk: service, skill: L2}}
    verify: {{en: The link is up, zh: 链路恢复}}
why: {{en: experience of the team, zh: 团队经验}}
calls:
  en: ["{en} | since the digger came, dead: no change with another cord", "{en}, told again"]
  zh: [{zh}，换线没用]
source: experience
"""

_RULE = """\
rule: rx_@_ok_clears_cable
when:
  all: [rx_@_ok, log_@_down]
then:
  rule_out: [cable_@_cut]
because: {en: light arrives, zh: 收光正常}
source: experience
"""

_CASE = """\
case: {id}
tells: {{en: Gadget {x} is dark, zh: 装置{x}熄火}}
evidence: {{tests: [{{check: flux {x}, result: {value} dBm}}]}}
expect: {{first: {cause}, not_first: [{other}]}}
source: experience
"""

_CIRCUMSTANCE = """\
- {id: moved_@, kind: change, title: {en: after moving @, zh: 移动@之后}, source: experience}
"""


def write_sound_base(parent: Path) -> Path:
    """Write the base into a folder of its own under `parent`, and return it."""
    folder = parent / "sound"
    for inner in ("causes", "rules", "cases"):
        (folder / inner).mkdir(parents=True)

    def every(text: str) -> str:
        return "".join(text.replace("@", x) for x in FAMILIES)

    files = {
        "base.yaml": _BASE,
        "symptoms.yaml": every(_SYMPTOM)
        + "- {id: site_down, title: {en: The site is down, zh: 站点中断}, shows: site_fault, source: experience}\n",
        "indicators.yaml": every(_LIGHT),
        "logs.yaml": every(_LOG),
        "checks.yaml": every(_CHECK),
        "fault_tree.yaml": _TOP + every(_EVENT),
        "circumstances.yaml": every(_CIRCUMSTANCE),
        "items.yaml": "parts:\n"
        + every("  - {id: spare_@, title: {en: spare of @, zh: 备件@}}\n")
        + "tools:\n"
        + every("  - {id: meter_@, title: {en: meter of @, zh: 仪表@}}\n"),
    }
    for x in FAMILIES:
        cable, module = f"cable_{x}_cut", f"module_{x}_failed"
        files[f"causes/{cable}.yaml"] = _CAUSE.format(id=cable, en=f"Cable {x} cut", zh=f"线缆{x}断", item="cable", x=x)
        files[f"causes/{module}.yaml"] = _CAUSE.format(
            id=module, en=f"Module {x} failed", zh=f"模块{x}故障", item="module", x=x
        )
        files[f"rules/rx_{x}_ok_clears_cable.yaml"] = _RULE.replace("@", x)
        files[f"cases/cable_{x}.yaml"] = _CASE.format(id=f"cable_{x}", x=x, value=-31, cause=cable, other=module)
        files[f"cases/module_{x}.yaml"] = _CASE.format(id=f"module_{x}", x=x, value=7, cause=module, other=cable)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
