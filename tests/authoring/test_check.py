"""`kb check` finds what it claims to find, at the right place, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from diagnoser.authoring.check import check
from diagnoser.authoring.checking.catalogue import thresholds
from diagnoser.authoring.checking.texts import is_cut
from diagnoser.authoring.problem_formats import formatted
from diagnoser.errors import Problem
from diagnoser.knowledge.documents import Check
from diagnoser.knowledge.loading import Draft, Entry
from diagnoser.knowledge.yaml_source import read_yaml
from tests.authoring.sound import FAMILIES, write_sound_base
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


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_sound_base(tmp_path)


def test_the_sound_base_has_no_problem(sound: Path) -> None:
    own = [str(p) for p in found_in(sound) if "/sound/" in p.location.file]

    assert own == []


def test_at_least_95_of_100_seeded_defects_are_found_at_their_place(tmp_path: Path) -> None:
    """All of one kind at once, so that what is broken in one place hides nothing in another."""
    every = list(defects())
    missed, surplus = [], []
    for kind in dict.fromkeys(d.kind for d in every):
        folder = write_sound_base(tmp_path / kind.replace(" ", "_"))
        mine = [d for d in every if d.kind == kind]
        for defect in mine:
            inject(folder, defect)
        problems = [p for p in found_in(folder) if "/sound/" in p.location.file]
        places = {(p.code, p.location.file.partition("/sound/")[2], p.location.line) for p in problems}
        wanted = {(d.code, *line_of(folder, d)) for d in mine}
        missed.extend(sorted(wanted - places))
        allowed = {"no-case"} if kind in ("twins", "missing source", "file name") else set()
        allowed |= {"unreachable", "twins"} if kind == "unreachable cause" else set()
        surplus.extend(
            str(p)
            for p in problems
            if p.code != mine[0].code and p.code not in allowed | {"rule-shadowed", "missing-field", "unused-id"}
        )

    assert len(every) >= 100
    assert len({d.kind for d in every}) >= 20
    assert len(missed) <= len(every) * 5 // 100, missed
    assert surplus == []


def test_defects_of_all_kinds_at_once_are_found_too(tmp_path: Path) -> None:
    """One of each kind, each in the family where it does not meet the others."""
    by_kind: dict[str, list[Defect]] = {}
    for defect in defects():
        by_kind.setdefault(defect.kind, []).append(defect)
    folder = write_sound_base(tmp_path)
    touched: set[str] = set()
    injected = []
    for number, group in enumerate(by_kind.values()):
        for defect in group[number % 5 :] + group[: number % 5]:
            key = f"{defect.file} {defect.old}"
            if key not in touched and not (defect.elsewhere and defect.elsewhere in touched):
                touched |= {key, defect.file} if not defect.old else {key}
                inject(folder, defect)
                injected.append(defect)
                break

    places = {(p.code, p.location.file.partition("/sound/")[2], p.location.line) for p in found_in(folder)}
    missed = [d for d in injected if (d.code, *line_of(folder, d)) not in places]

    assert len(injected) >= 20
    assert len(missed) <= 1, [(d.kind, line_of(folder, d)) for d in missed]


def test_a_misspelt_name_is_one_problem_and_not_three(sound: Path) -> None:
    inject(sound, next(d for d in defects() if d.kind == "unknown input"))

    assert [p.code for p in found_in(sound) if "/sound/" in p.location.file] == ["unknown-id"]


def test_an_entry_that_cannot_be_read_is_not_called_unknown(sound: Path) -> None:
    path = sound / "causes/cable_a_cut.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: hardware", "kind: hardwear"), encoding="utf-8")

    assert [p.code for p in found_in(sound) if "/sound/" in p.location.file] == ["bad-value"]


def test_a_text_that_a_comma_cut_in_two_is_told(sound: Path) -> None:
    path = sound / "symptoms.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("[no glow on a]", "[no glow (a, b) at all]").replace("Gadget b is dark", "'Gadget \"b is dark'")
    path.write_text(text, encoding="utf-8")

    assert [str(p).partition("symptoms.yaml:")[2] for p in found_in(sound) if "/sound/" in p.location.file] == [
        "3:3: cut-text: 'b) at all' has a bracket or a quotation mark without its partner "
        "(a comma cuts a text inside {...} or [...]; put the text in quotes)",
        "3:3: cut-text: 'no glow (a' has a bracket or a quotation mark without its partner "
        "(a comma cuts a text inside {...} or [...]; put the text in quotes)",
        "8:11: cut-text: 'Gadget \"b is dark' has a bracket or a quotation mark without its partner "
        "(a comma cuts a text inside {...} or [...]; put the text in quotes)",
    ]


@pytest.mark.parametrize("whole", ["it's down (3 ft)", "看不到盘（VMD)", "a 'b'", '"x" 灯', "《a》【b】“c”"])
def test_a_text_with_its_brackets_is_whole(whole: str) -> None:
    assert not is_cut(whole)


def test_an_entry_with_an_error_of_form_is_looked_at_all_the_same(sound: Path) -> None:
    path = sound / "logs.yaml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "- id: log_a_down\n  pattern: DUP\n  meaning: {en: dup}\n  shows: link_x_fault\n  examples: ['NOT']\n",
        encoding="utf-8",
    )

    problems = [p for p in found_in(sound) if "/sound/" in p.location.file]

    assert [(p.code, p.location.line) for p in problems] == [
        ("duplicate-id", 36),
        ("missing-source", 36),
        ("one-language", 38),
        ("unknown-id", 39),
        ("pattern-misses", 40),
    ]


def test_what_a_misspelt_field_leaves_out_is_not_told_beside_it(sound: Path) -> None:
    path = sound / "logs.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  shows: link_a", "  show: link_a", 1), encoding="utf-8")

    assert [p.code for p in found_in(sound) if "/sound/" in p.location.file] == ["unknown-field"]


def test_the_entries_before_a_tab_are_looked_at_too(sound: Path) -> None:
    inject(sound, next(d for d in defects() if d.kind == "misses its example"))
    path = sound / "logs.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "- id: log_z\n\tpattern: Z\n", encoding="utf-8")

    pattern, tab = (p for p in found_in(sound) if "/sound/" in p.location.file)

    assert pattern.code == "pattern-misses"
    assert str(tab).endswith(
        "logs.yaml:37:1: syntax: found a tab character that violates indentation (indent with blanks; YAML has no tabs)"
    )


def test_files_that_cannot_be_read_are_told_and_counted(sound: Path) -> None:
    count = check(sound).files
    (sound / "causes/nothing_yet.yaml").write_text("# to be written\n", encoding="utf-8")
    (sound / "causes/a_list.yaml").write_text("- cause\n", encoding="utf-8")
    (sound / "causes/latin.yaml").write_bytes(b"title: caf\xe9\n")

    checked = check(sound)

    assert checked.files == count + 3
    assert [str(p).partition("/causes/")[2] for p in checked.problems] == [
        "a_list.yaml:1:1: not-a-mapping: an entry has fields (write each as 'name: value')",
        "latin.yaml:1:1: encoding: not UTF-8 (save the file as UTF-8)",
        "nothing_yet.yaml:1:1: empty-file: the file is empty (take it away; diagnoser kb new cause begins one)",
    ]


@pytest.fixture
def broken(sound: Path) -> Path:
    inject(sound, next(d for d in defects() if d.kind == "unknown finding"))
    inject(sound, next(d for d in defects() if d.kind == "gap"))
    return sound


def test_json_has_every_part_of_a_problem(broken: Path) -> None:
    answer = json.loads(formatted(check(broken), "json"))

    assert answer["errors"] == 1
    assert answer["warnings"] == 1
    problem = next(p for p in answer["problems"] if p["severity"] == "error")
    assert (problem["code"], problem["line"]) == ("unknown-id", 4)
    assert problem["hint"] == "did you mean 'link_a_fault'?"


def test_sarif_names_rules_and_places(broken: Path) -> None:
    log = json.loads(formatted(check(broken), "sarif"))

    [run] = log["runs"]
    assert log["version"] == "2.1.0"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"gap", "unknown-id"}
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith(".yaml")
        assert place["region"]["startLine"] >= 1


def test_github_annotations_are_escaped(broken: Path) -> None:
    lines = formatted(check(broken), "github").splitlines()

    assert len(lines) == 2
    assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)
    assert any(
        line.endswith("::unknown event or cause 'link_a_fautl' (did you mean 'link_a_fault'?)") for line in lines
    )


def test_unchanged_knowledge_is_not_worked_through_again(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diagnoser.authoring import check as module

    monkeypatch.setenv("DIAGNOSER_CACHE", str(tmp_path / "cache"))
    worked: list[int] = []
    original = module._checked
    monkeypatch.setattr(module, "_checked", lambda *given: (worked.append(1), original(*given))[1])

    first, again = check(sound), check(sound)
    inject(sound, next(d for d in defects() if d.kind == "gap"))
    changed, again_changed = check(sound), check(sound)
    (sound / "cases/cable_a.yaml").unlink()
    without_a_case = check(sound)

    assert len(worked) == 3
    assert again == first
    assert [p.code for p in changed.problems] == ["gap"]
    assert again_changed == changed
    assert {p.code for p in without_a_case.problems} == {"gap", "no-case"}


def test_what_was_read_before_is_not_read_again_unless_it_changed(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diagnoser.authoring import check as module
    from diagnoser.knowledge import loading

    monkeypatch.setenv("DIAGNOSER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "FEW", 0)
    read: list[str] = []
    original: Callable[..., object] = loading.read_file
    monkeypatch.setattr(loading, "read_file", lambda file: (read.append(file.relative), original(file))[1])

    first = check(sound)
    count = len(read)
    again = check(sound)
    inject(sound, next(d for d in defects() if d.kind == "gap"))
    changed = check(sound)

    assert count > 30
    assert read[count:] == ["sound/checks.yaml"]
    assert again == first
    assert [p.code for p in changed.problems] == ["gap"]


def gaps(unit: str, *whens: str) -> list[str]:
    """What is said of the values of a check's outcomes; `-` is an outcome without values."""
    outcomes = ", ".join(
        f"{{id: o{n}, title: {{en: x, zh: 某}}{'' if when == '-' else f', when: {{{when}}}'}}}"
        for n, when in enumerate(whens)
    )
    source = read_yaml(
        f"- {{id: c, kind: port_test, title: {{en: x, zh: 某}}, how: {{en: x, zh: 某}}, source: x,"
        f" quantity: {{name: q, unit: '{unit}'}}, cost: {{minutes: 1, risk: none}}, outcomes: [{outcomes}]}}".encode(),
        "checks.yaml",
    )
    entry = Entry("b", "checks", Check.model_validate(source.data[0]), source, (0,))
    return [p.message for p in thresholds(Draft((entry,), (), ""))]


@pytest.mark.parametrize(
    ("unit", "whens", "messages"),
    [
        ("V", ["below: 10", "above: 10"], ["the value 10 is neither 'o0' nor 'o1'"]),
        ("V", ["below: 10", "above: 10", "equals: 10"], []),
        ("V", ["below: 10", "between: [10, 20]", "above: 20"], []),
        ("V", ["between: [0, 20]", "between: [5, 6]", "above: 20"], ["'o1' and 'o0' both hold from 5 to 6"]),
        ("V", ["below: 1", "above: 2"], ["a value from 1 to 2 is neither 'o0' nor 'o1'"]),
        ("°C", ["between: [0, 70]", "above: 70"], []),
        ("%", ["between: [10, 85]", "above: 85"], ["a value from 0 to 10 is no outcome of the check"]),
        ("%", ["below: 80", "between: [80, 90]"], ["a value from 90 to 100 is no outcome of the check"]),
        ("%", ["below: 80", "between: [80, 90]", "-"], []),
        ("%", ["above: 0", "equals: 0"], []),
        ("", ["above: 20", "between: [1, 20]", "equals: 0"], []),
        ("", ["above: 20", "between: [1, 20]"], ["a value from 0 to 1 is no outcome of the check"]),
        ("", ["above: 0"], ["the value 0 is no outcome of the check"]),
        ("", ["between: [0, 5]", "between: [6, 9]"], ["a value above 9 is no outcome of the check"]),
        ("", ["between: [0, 5]", "above: 6"], ["a value from 5 to 6 is neither 'o0' nor 'o1'"]),
    ],
)
def test_values_that_no_outcome_takes_are_found(unit: str, whens: list[str], messages: list[str]) -> None:
    assert gaps(unit, *whens) == messages
