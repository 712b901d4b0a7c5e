"""What an author's hand slips over is told in an author's words: where, what, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnoser.authoring.check import check
from diagnoser.authoring.checking.texts import is_cut
from tests.authoring.defects import defect, inject, own_problems


def test_a_text_that_a_comma_cut_in_two_is_told(sound: Path) -> None:
    path = sound / "symptoms.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("[no glow on a]", "[no glow (a, b) at all]").replace("Gadget b is dark", "'Gadget \"b is dark'")
    path.write_text(text, encoding="utf-8")

    assert [str(p).partition("symptoms.yaml:")[2] for p in own_problems(sound)] == [
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


def test_the_entries_before_a_tab_are_looked_at_too(sound: Path) -> None:
    inject(sound, defect("misses its example"))
    path = sound / "logs.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "- id: log_z\n\tpattern: Z\n", encoding="utf-8")

    pattern, tab = own_problems(sound)

    assert pattern.code == "pattern-misses"
    assert str(tab).endswith("logs.yaml:37:1: syntax: a tab (indent with blanks; YAML has no tabs)")


def test_files_that_cannot_be_read_are_told_and_counted(sound: Path) -> None:
    count = check(sound).files
    (sound / "causes/nothing_yet.yaml").write_text("# to be written\n", encoding="utf-8")
    (sound / "causes/a_list.yaml").write_text("- cause\n", encoding="utf-8")
    (sound / "causes/latin.yaml").write_bytes(b"title: caf\xe9\n")

    checked = check(sound)

    assert checked.files == count + 3
    assert [str(p).partition("/causes/")[2] for p in checked.problems] == [
        "a_list.yaml:1:1: not-a-mapping: this file holds one entry, not a list (take the '- ' and the indentation away)",
        "latin.yaml:1:1: encoding: not UTF-8 (save the file as UTF-8)",
        "nothing_yet.yaml:1:1: empty-file: the file is empty (take it away; diagnoser kb new cause begins one)",
    ]


CAUSE, LOGS, CASE = "causes/cable_a_cut.yaml", "logs.yaml", "cases/cable_a.yaml"
SLIPS = [
    # punctuation of the Chinese keyboard
    (CAUSE, "prior: uncommon", "prior：uncommon", "6:6: syntax: '：' is a sign of the Chinese keyboard"),
    (CAUSE, "zh: 线缆a断}", "zh：线缆a断}", "2:26: unknown-field: 'zh：线缆a断' has a full-width colon (write zh: ..."),
    (CAUSE, "cut, zh: 线", "cut，zh: 线", "2:24: syntax: '，' is a sign of the Chinese keyboard"),
    (CAUSE, "{en: Cable a cut, zh: 线缆a断}", "｛en: Cable, zh: 断｝", "2:8: syntax: '｛' is a sign"),
    (CAUSE, "[rx_a]", "【rx_a】", "8:1: bad-value: checks: '【rx_a】' where a list is wanted (write checks: [rx_a])"),
    ("fault_tree.yaml", "- event: site_fault", "－ event: site_fault", "1:1: syntax: '－' is a sign"),
    ("symptoms.yaml", "[@装置不亮]".replace("@", "a"), "[装置不亮、没有光、黑屏]", "3:3: joined-phrases: '装置不亮、没有光、黑屏'"),
    (LOGS, "'PORTa/\\d+/DOWN: (?P<component>\\S+)'", "‘PORTa/\\d+/DOWN: (?P<component>\\S+)’", "2:12: syntax: '‘' is a sign"),
    (LOGS, "'PORTa/\\d+/DOWN: (?P<component>\\S+)'", "‘PORTa/\\d+/DOWN’", "5:14: pattern-misses: 'log_a_down' misses its own example (‘ belongs to the pattern"),
    # blanks, quotes, brackets
    (CAUSE, "prior: uncommon", "prior:uncommon", "6:6: syntax: no blank after the colon (name: value)"),
    (LOGS, "- id: log_a", "-id: log_a", "1:1: syntax: no blank after the '-' (- name: value)"),
    (CAUSE, "kind: hardware", " kind: hardware", "3:2: syntax: this begins in column 2, the first field of its entry in column 1"),
    (CAUSE, "kind: hardware", "\u3000kind: hardware", "3:1: unknown-field: the blanks before 'kind' are no plain blanks"),
    (CAUSE, "{en: Replace it, zh", "{en: Dry it, fit another, zh", "10:22: unknown-field: 'fit another' is no field: a comma inside {...} ends the text"),
    (CAUSE, "why: {en: exp", "why: {en: Note: exp", "14:6: syntax: a text in this {...} holds ': ' (put the text in quotes)"),
    (CAUSE, "source: exp", "source: team: exp", "18:13: syntax: a second ': ' in one line (put the text in quotes"),
    (CAUSE, "{en: Cable a cut", "{en: 'Cable a's cut'", "2:21: syntax: an apostrophe inside '...' ends the text (write it twice"),
    (CAUSE, "{en: Cable a cut", "{en: Cable #1 cut", "2:19: syntax: ' #' begins a comment"),
    (CAUSE, "[rx_a]", "[rx_a", "8:9: syntax: '[' is not closed in its line (close it with ']')"),
    (CAUSE, "source: experience", "source: @li", "18:9: syntax: a text cannot begin with '@' (put the text in quotes: '@...')"),
    (LOGS, "'PORTa/\\d+/DOWN: (?P<component>\\S+)'", '"PORTa/\\d+"', '2:19: syntax: inside "..." a backslash begins an escape'),
    (LOGS, "  shows: link_a", "shows: link_a", "4:1: syntax: this begins in column 1, and is no '- ' of the list (the fields of its entry begin in column 3)"),
    (CAUSE, "prior: uncommon", "<<<<<<< mine\nprior: rare\n=======\nprior: uncommon\n>>>>>>> theirs", "6:1: syntax: two versions of the file were merged"),
    # values
    (CAUSE, "prior: uncommon", "prior: 5%", "6:1: unknown-word: '5%' is no word of the scale 'prior' (as a number: 0.05)"),
    (CAUSE, "prior: uncommon", "prior: 5", "6:1: bad-value: prior: '5' is not from 0 to 1 (a word of the scale"),
    (CAUSE, "prior: uncommon", "prior: 少见", "6:1: unknown-word: '少见' is no word of the scale 'prior' (one of very_common"),
    (CAUSE, "x3}", "3}", "7:17: bad-value: moved_a: '3' is no factor (x and a number: x3)"),
    (CAUSE, "minutes: 30", "minutes: half an hour", "12:12: bad-value: minutes: 'half an hour' is not a whole number"),
    (CAUSE, "minutes: 30", "minutes: 30min", "12:12: bad-value: minutes: '30min' is not a whole number (write 30 alone)"),
    (CAUSE, "lossOfSignal", "loss of signal", "5:1: bad-value: probable_cause: 'loss of signal' is no probable_cause (near are lossOfSignal"),
    (CAUSE, "verify:", "verified:", "13:5: unknown-field: unknown field 'verified' (did you mean 'verify'?)"),
    (CAUSE, "title: {en: Cable a cut, zh: 线缆a断}", "title: 线缆a断", "2:1: one-language: title: '线缆a断' is in one language"),
    (CAUSE, "cause: cable_a", "cause: Cable-a", "1:1: bad-value: cause: 'Cable-a_cut' is no id (lower-case letters, digits and _: cable_a_cut)"),
    ("indicators.yaml", "colour: green", "colour: pink", "5:25: bad-value: colour: 'pink' is no colour (one of red, green,"),
    ("indicators.yaml", "colour: green", "color: green", "5:25: unknown-field: unknown field 'color' (did you mean 'colour'?)"),
    ("base.yaml", "version: 1.0.0", "version: 1.0", "3:1: bad-value: version: the number 1.0 where a text is wanted (three numbers: 1.0.0)"),
    ("fault_tree.yaml", "[cable_a_cut, module_a_failed]", "[cable_a_cut, module_a_failed, cable_a_cut]", "8:3: bad-value: inputs: 'cable_a_cut' stands twice"),
    ("fault_tree.yaml", "[cable_a_cut, module_a_failed]", "\n    - cable_a_cut\n    - module_a_failed\n    -", "8:3: bad-value: inputs: an empty '-' stands where an id is wanted"),
    ("fault_tree.yaml", "[cable_a_cut, module_a_failed]", "[cable_a_cut, module_a_failed, 5]", "8:3: bad-value: inputs: '5' stands where an id is wanted"),
    ("base.yaml", "[common]", "[comon]", "4:1: unknown-base: imports unknown base 'comon' (did you mean 'common'?)"),
    ("rules/rx_a_ok_clears_cable.yaml", "[rx_a_ok, log_a_down]", "[cable_a_cut]", "3:9: unknown-id: unknown finding 'cable_a_cut' ('cable_a_cut' is a cause, and no finding)"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "told"), SLIPS)
def test_a_slip_is_told_where_it_is_and_with_what_would_be_right(
    sound: Path, file: str, old: str, new: str, told: str
) -> None:
    path = sound / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    said = [str(p).partition(f"{file}:")[2] for p in own_problems(sound)]

    assert any(each.startswith(told) for each in said), said
    assert {each.split(": ")[1] for each in said} <= {told.split(": ")[1], "missing-field", "one-language", "missing-source"}  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "told"), [("gb18030", "this looks like GBK"), ("utf-16", "this looks like UTF-16")]
)
def test_a_file_in_another_encoding_is_one_problem(sound: Path, encoding: str, told: str) -> None:
    path = sound / CAUSE
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)

    [problem] = own_problems(sound)

    assert problem.message.startswith(told)
    assert problem.hint == "save the file as UTF-8"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (CAUSE, "causes/cable_a_cut.yml", "its name does not end in .yaml (call it cable_a_cut.yaml)"),
        (CAUSE, "causes/cable_a_cut.yaml.txt", "its name does not end in .yaml (call it cable_a_cut.yaml)"),
        (CAUSE, "cable_a_cut.yaml", "it holds a cause (put it into causes/)"),
        (LOGS, "log.yaml", "no file of a base has this name (did you mean logs.yaml?)"),
    ],
)
def test_a_file_that_is_not_read_is_told_and_nothing_beside_it(sound: Path, before: str, after: str, told: str) -> None:
    kept = check(sound)
    (sound / before).rename(sound / after)

    [problem] = own_problems(sound)

    assert kept.problems == ()
    assert (problem.code, problem.severity) == ("unread-file", "error")
    assert str(problem).endswith(f"/{after}:1:1: unread-file: the file is not read: {told}")


def test_a_folder_that_lacks_its_head_is_told(sound: Path) -> None:
    other = sound.parent / "other"
    (other / "causes").mkdir(parents=True)

    [problem] = check(sound.parent).problems

    assert (problem.code, problem.message) == ("no-base", "'other' is not read: it has no base.yaml")


def test_a_copy_of_a_cause_under_another_id_is_told(sound: Path) -> None:
    text = (sound / CAUSE).read_text(encoding="utf-8")
    (sound / "causes/cable_a_cut_2.yaml").write_text(text.replace("cause: cable_a_cut", "cause: cable_a_cut_2"))
    tree = sound / "fault_tree.yaml"
    tree.write_text(tree.read_text(encoding="utf-8").replace("[cable_a_cut,", "[cable_a_cut, cable_a_cut_2,"))

    codes = {p.code: p.message for p in own_problems(sound)}

    assert codes["same-name"] == "cause 'sound:cable_a_cut_2' has the title of 'sound:cable_a_cut'"
