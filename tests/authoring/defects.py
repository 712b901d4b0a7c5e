"""Defects of every kind that `kb check` claims to find, for the sound base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


def defects() -> Iterator[Defect]:
    """Five of each kind."""
    for index, x in enumerate(FAMILIES):
        y = FAMILIES[(index + 1) % 5]
        cause = f"causes/cable_{x}_cut.yaml"
        yield Defect(
            "unknown finding",
            "symptoms.yaml",
            f"shows: link_{x}_fault",
            f"shows: link_{x}_fautl",
            "unknown-id",
            f"shows: link_{x}_fautl",
        )
        yield Defect(
            "unknown input",
            "fault_tree.yaml",
            f"[cable_{x}_cut, module_{x}_failed]",
            f"[cable_{x}_cut, modul_{x}_failed]",
            "unknown-id",
            f"modul_{x}_failed",
        )
        yield Defect(
            "unused id",
            "items.yaml",
            "tools:",
            f"  - {{id: unneeded_{x}, title: {{en: nothing, zh: 无}}}}\ntools:",
            "unused-id",
            f"unneeded_{x}",
        )
        yield Defect(
            "duplicate key",
            cause,
            "kind: hardware\n",
            "kind: hardware\nitem: cable\n",
            "duplicate-key",
            "item: cable\nprobable",
        )
        yield Defect(
            "duplicate id",
            "logs.yaml",
            f"- id: log_{x}_down",
            f"- {{id: led_{x}_red, pattern: 'DUP{x}', meaning: {{en: twice, zh: 重复}}, shows: link_{x}_fault, examples: ['DUP{x}'], source: experience}}\n- id: log_{x}_down",
            "duplicate-id",
            f"id: led_{x}_red",
            "indicators.yaml",
        )
        yield Defect(
            "cycle",
            "fault_tree.yaml",
            f"[cable_{x}_cut, module_{x}_failed]",
            f"[cable_{x}_cut, module_{x}_failed, link_{x}_fault]",
            "cycle",
            f"module_{x}_failed, link_{x}_fault",
        )
        yield Defect(
            "unreachable cause",
            "fault_tree.yaml",
            f"[cable_{x}_cut, module_{x}_failed]",
            f"[cable_{x}_cut, cable_{y}_cut]",
            "no-event",
            f"cause: module_{x}_failed",
            f"causes/module_{x}_failed.yaml",
        )
        yield Defect(
            "one input",
            "fault_tree.yaml",
            "- event: site_fault",
            f"- {{event: single_{x}, title: {{en: single, zh: 单一}}, inputs: [cable_{x}_cut]}}\n- event: site_fault",
            "one-input",
            f"single_{x}",
        )
        yield Defect("RE2 refuses", "logs.yaml", f"'PORT{x}/", f"'(?=PORT{x})PORT{x}/", "pattern", f"(?=PORT{x})")
        yield Defect(
            "misses its example",
            "logs.yaml",
            f"examples: ['PORT{x}/4/DOWN",
            f"examples: ['PORT{x}/4/GONE",
            "pattern-misses",
            f"PORT{x}/4/GONE",
        )
        yield Defect(
            "hits its not",
            "logs.yaml",
            f"not: ['PORT{x}/4/UP",
            f"not: ['PORT{x}/4/DOWN",
            "pattern-hits",
            f"not: ['PORT{x}/4/DOWN",
        )
        yield Defect("one language", cause, f", zh: 线缆{x}断}}", "}", "one-language", f"title: {{en: Cable {x} cut}}")
        yield Defect(
            "not in Chinese",
            f"cases/cable_{x}.yaml",
            f"zh: 装置{x}熄火",
            "zh: The link is down",
            "one-language",
            "zh: The link is down",
        )
        yield Defect(
            "nothing explains",
            "symptoms.yaml",
            f"  shows: link_{x}_fault\n",
            "",
            "explains-nothing",
            f"- id: link_{x}_down",
        )
        yield Defect("twins", f"causes/twin_{x}.yaml", "", _twin(x), "twins", f"cause: twin_{x}")
        yield Defect(
            "rule conflict",
            f"rules/other_{x}.yaml",
            "",
            _rule(f"other_{x}", f"[rx_{x}_ok, log_{x}_down, led_{x}_red]", f"confirm: [cable_{x}_cut]"),
            "rule-conflict",
            f"rule: other_{x}",
        )
        yield Defect(
            "rule shadowed",
            f"rules/more_{x}.yaml",
            "",
            _rule(f"more_{x}", f"[rx_{x}_ok, log_{x}_down, led_{x}_red]", f"rule_out: [cable_{x}_cut]"),
            "rule-shadowed",
            f"rule: more_{x}",
        )
        yield Defect(
            "rule never fires",
            f"rules/never_{x}.yaml",
            "",
            _rule(f"never_{x}", f"[rx_{x}_ok, rx_{x}_low]", f"rule_out: [module_{x}_failed]"),
            "rule-never",
            f"rule: never_{x}",
        )
        yield Defect(
            "missing source",
            f"causes/module_{x}_failed.yaml",
            "source: experience\n",
            "",
            "missing-source",
            f"cause: module_{x}_failed",
        )
        yield Defect(
            "source says nothing",
            f"rules/rx_{x}_ok_clears_cable.yaml",
            "source: experience",
            "source: TODO",
            "missing-source",
            "source: TODO",
        )
        yield Defect("outside a scale", cause, "prior: uncommon", "prior: 0.9", "outside-scale", "prior: 0.9")
        yield Defect(
            "no word of the scale",
            "symptoms.yaml",
            f"  shows: link_{x}_fault\n",
            f"  shows: {{link_{x}_fault: mostly}}\n",
            "unknown-word",
            f"{{link_{x}_fault: mostly}}",
        )
        yield Defect(
            "lights clash",
            "indicators.yaml",
            f"{{id: led_{x}_blink, colour: red, behaviour: blink",
            f"{{id: led_{x}_blink, colour: red, behaviour: steady",
            "light-clash",
            f"led_{x}_blink",
        )
        yield Defect(
            "case expects unknown cause",
            f"cases/cable_{x}.yaml",
            f"{{first: cable_{x}_cut",
            f"{{first: cabel_{x}_cut",
            "unknown-id",
            f"first: cabel_{x}_cut",
        )
        yield Defect(
            "case with unknown answer",
            f"cases/module_{x}.yaml",
            "evidence: {",
            f"evidence: {{answers: {{rx_{x}_hihg: present}}, ",
            "unknown-id",
            f"rx_{x}_hihg",
        )
        yield Defect(
            "overlap",
            "checks.yaml",
            f"{{id: rx_{x}_low, title: {{en: too low, zh: 过低}}, when: {{below: -20}}",
            f"{{id: rx_{x}_low, title: {{en: too low, zh: 过低}}, when: {{below: -15}}",
            "overlap",
            f"id: rx_{x}_ok",
        )
        yield Defect(
            "gap",
            "checks.yaml",
            f"{{id: rx_{x}_high, title: {{en: too high, zh: 过高}}, when: {{above: 0}}",
            f"{{id: rx_{x}_high, title: {{en: too high, zh: 过高}}, when: {{above: 3}}",
            "gap",
            f"id: rx_{x}_high",
        )
        yield Defect(
            "file name",
            f"rules/rx_{x}_ok_clears_cable.yaml",
            f"rule: rx_{x}_ok_clears_cable",
            f"rule: rx_{x}_fine_clears_cable",
            "file-name",
            f"rule: rx_{x}_fine",
        )


def _twin(x: str) -> str:
    return (
        f"cause: twin_{x}\ntitle: {{en: Twin {x}, zh: 孪生{x}}}\nkind: hardware\nitem: thing\nprobable_cause: lossOfSignal\n"
        f"prior: rare\nexplains: {{log_{x}_down: often}}\nwhy: {{en: twin, zh: 孪生}}\nsource: experience\n"
    )  # fmt: skip


def _rule(name: str, wanted: str, then: str) -> str:
    return f"rule: {name}\nwhen:\n  all: {wanted}\nthen:\n  {then}\nbecause: {{en: so it is, zh: 如此}}\nsource: experience\n"


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


def found_in(folder: Path) -> list[Problem]:
    return list(check(COMMON, folder).problems)


def own_problems(folder: Path) -> list[Problem]:
    """The problems of the sound base itself."""
    return [p for p in found_in(folder) if "/sound/" in p.location.file]
