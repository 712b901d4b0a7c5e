"""Defects of every kind that `kb check` claims to find, for the sound base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from diagnoser.authoring.check import check
from diagnoser.errors import Problem
from tests.authoring.sound import FAMILIES
from tests.conftest import COMMON


@dataclass(frozen=True)
class Defect:
    """A text replaced in a file of the sound base, and the problem to be found.

    `marker` stands in the line that must be named, after the change; `elsewhere` is the file where
    the problem shows, if not the one that was changed.
    """

    kind: str
    file: str
    old: str
    new: str
    code: str
    marker: str
    elsewhere: str = ""


_CAUSE = "causes/cable_@_cut.yaml"
_TWIN = """\
cause: twin_@
title: {en: Twin @, zh: 孪生@}
kind: hardware
item: thing
probable_cause: lossOfSignal
prior: rare
explains: {log_@_down: often}
checks: [rx_@]
why: {en: twin, zh: 孪生}
source: experience
"""


def _rule(name: str, wanted: str, then: str) -> str:
    return f"rule: {name}\nwhen:\n  all: {wanted}\nthen:\n  {then}\nbecause: {{en: so it is, zh: 如此}}\nsource: experience\n"


_DEFECTS = (
    Defect("unknown finding", "symptoms.yaml", "shows: link_@_fault", "shows: link_@_fautl", "unknown-id", "shows: link_@_fautl"),
    Defect("unknown input", "fault_tree.yaml", "[cable_@_cut, module_@_failed]", "[cable_@_cut, modul_@_failed]", "unknown-id", "modul_@_failed"),
    Defect("unused id", "items.yaml", "tools:", "  - {id: unneeded_@, title: {en: nothing, zh: 无}}\ntools:", "unused-id", "unneeded_@"),
    Defect("duplicate key", _CAUSE, "kind: hardware\n", "kind: hardware\nitem: cable\n", "duplicate-key", "item: cable\nprobable"),
    Defect("duplicate id", "logs.yaml", "- id: log_@_down",
           "- {id: led_@_red, pattern: 'DUP@', meaning: {en: twice, zh: 重复}, shows: link_@_fault, examples: ['DUP@'], source: experience}\n- id: log_@_down", "duplicate-id", "id: led_@_red", "indicators.yaml"),
    Defect("cycle", "fault_tree.yaml", "[cable_@_cut, module_@_failed]",
           "[cable_@_cut, module_@_failed, link_@_fault]", "cycle", "module_@_failed, link_@_fault"),
    Defect("unreachable cause", "fault_tree.yaml", "[cable_@_cut, module_@_failed]", "[cable_@_cut, cable_~_cut]",
           "no-event", "cause: module_@_failed", "causes/module_@_failed.yaml"),
    Defect("one input", "fault_tree.yaml", "- event: site_fault",
           "- {event: single_@, title: {en: single, zh: 单一}, inputs: [cable_@_cut]}\n- event: site_fault", "one-input", "single_@"),
    Defect("RE2 refuses", "logs.yaml", "'PORT@/", "'(?=PORT@)PORT@/", "pattern", "(?=PORT@)"),
    Defect("misses its example", "logs.yaml", "examples: ['PORT@/4/DOWN", "examples: ['PORT@/4/GONE", "pattern-misses", "PORT@/4/GONE"),
    Defect("hits its not", "logs.yaml", "not: ['PORT@/4/UP", "not: ['PORT@/4/DOWN", "pattern-hits", "not: ['PORT@/4/DOWN"),
    Defect("one language", _CAUSE, ", zh: 线缆@断}", "}", "one-language", "title: {en: Cable @ cut}"),
    Defect("not in Chinese", "cases/cable_@.yaml", "zh: 装置@熄火", "zh: The link is down", "one-language", "zh: The link is down"),
    Defect("nothing explains", "symptoms.yaml", "  shows: link_@_fault\n", "", "explains-nothing", "- id: link_@_down"),
    Defect("twins", "causes/twin_@.yaml", "", _TWIN, "twins", "cause: twin_@"),
    Defect("rule conflict", "rules/other_@.yaml", "", _rule("other_@", "[rx_@_ok, log_@_down, led_@_red]",
           "confirm: [cable_@_cut]"), "rule-conflict", "rule: other_@"),
    Defect("rule shadowed", "rules/more_@.yaml", "", _rule("more_@", "[rx_@_ok, log_@_down, led_@_red]",
           "rule_out: [cable_@_cut]"), "rule-shadowed", "rule: more_@"),
    Defect("rule never fires", "rules/never_@.yaml", "", _rule("never_@", "[rx_@_ok, rx_@_low]",
           "rule_out: [module_@_failed]"), "rule-never", "rule: never_@"),
    Defect("missing source", "causes/module_@_failed.yaml", "source: experience\n", "", "missing-source", "cause: module_@_failed"),
    Defect("source says nothing", "rules/rx_@_ok_clears_cable.yaml", "source: experience", "source: TODO", "missing-source", "source: TODO"),
    Defect("outside a scale", _CAUSE, "prior: uncommon", "prior: 0.9", "outside-scale", "prior: 0.9"),
    Defect("no word of the scale", "symptoms.yaml", "  shows: link_@_fault\n",
           "  shows: {link_@_fault: mostly}\n", "unknown-word", "{link_@_fault: mostly}"),
    Defect("lights clash", "indicators.yaml", "{id: led_@_blink, colour: red, behaviour: blink",
           "{id: led_@_blink, colour: red, behaviour: steady", "light-clash", "led_@_blink"),
    Defect("case expects unknown cause", "cases/cable_@.yaml", "{first: cable_@_cut", "{first: cabel_@_cut", "unknown-id", "first: cabel_@_cut"),
    Defect("case with unknown answer", "cases/module_@.yaml", "evidence: {", "evidence: {answers: {rx_@_hihg: present}, ", "unknown-id", "rx_@_hihg"),
    Defect("overlap", "checks.yaml", "{id: rx_@_low, title: {en: too low, zh: 过低}, when: {below: -20}",
           "{id: rx_@_low, title: {en: too low, zh: 过低}, when: {below: -15}", "overlap", "id: rx_@_ok"),
    Defect("gap", "checks.yaml", "{id: rx_@_high, title: {en: too high, zh: 过高}, when: {above: 0}",
           "{id: rx_@_high, title: {en: too high, zh: 过高}, when: {above: 3}", "gap", "id: rx_@_high"),
    Defect("file name", "rules/rx_@_ok_clears_cable.yaml", "rule: rx_@_ok_clears_cable",
           "rule: rx_@_fine_clears_cable", "file-name", "rule: rx_@_fine"),
)  # fmt: skip
"""One of each kind; `@` stands for a family of the sound base, `~` for the next one."""


def defects() -> Iterator[Defect]:
    """Five of each kind, one in each family."""
    for family, following in zip(FAMILIES, FAMILIES[1:] + FAMILIES[:1], strict=True):
        for each in _DEFECTS:
            yield Defect(*(part.replace("@", family).replace("~", following) for part in astuple(each)))


def defect(kind: str) -> Defect:
    """The defect of a kind in the first family."""
    return next(each for each in defects() if each.kind == kind)


def inject(folder: Path, defect: Defect) -> None:
    path = folder / defect.file
    if defect.kind == "twins":
        x = defect.file[-6]
        path.write_text(defect.new, encoding="utf-8")
        other = folder / f"causes/zz_{x}.yaml"
        other.write_text(defect.new.replace(f"twin_{x}", f"zz_{x}"), encoding="utf-8")
        tree = folder / "fault_tree.yaml"
        text = tree.read_text(encoding="utf-8").replace(f"module_{x}_failed]", f"module_{x}_failed, twin_{x}, zz_{x}]")
        tree.write_text(text, encoding="utf-8")
    elif not defect.old:
        path.write_text(defect.new, encoding="utf-8")
    else:
        text = path.read_text(encoding="utf-8")
        assert defect.old in text, defect
        path.write_text(text.replace(defect.old, defect.new, 1), encoding="utf-8")


def line_of(folder: Path, defect: Defect) -> tuple[str, int]:
    file = defect.elsewhere or defect.file
    text = (folder / file).read_text(encoding="utf-8")
    return file, text[: text.index(defect.marker)].count("\n") + 1


def own_problems(folder: Path) -> list[Problem]:
    """The problems of the sound base itself."""
    return [p for p in check(COMMON, folder).problems if "/sound/" in p.location.file]
