"""A list of faults as a team keeps it becomes a base; what the list does not say is told as still to be written."""

from __future__ import annotations

from pathlib import Path

from diagnoser.authoring.check import check
from diagnoser.authoring.sheet import SEPARATORS, imported
from diagnoser.authoring.sheet_files import write_base
from diagnoser.authoring.team_sheet import team_sheet
from diagnoser.knowledge import load
from tests.conftest import COMMON

LIST = """\
\ufeff故障现象;原因;处理;频率;备注
微波断;接头进水;换头并做防水;经常;张工
电平低;接头进水;;;
微波断;天线被风吹偏;重新对准天线;偶尔;
;;;;
"""


def written(text: str, folder: Path) -> Path:
    sheet = team_sheet(text, SEPARATORS)
    assert sheet is not None
    write_base(folder / "ours", "ours", imported(sheet.text, "list.csv"), replace=False)
    return folder / "ours"


def test_a_list_in_chinese_becomes_a_base_that_loads(tmp_path: Path) -> None:
    base = load(COMMON, written(LIST, tmp_path))

    assert {cause.title.zh: cause.document.prior for cause in base.causes.values()} == {
        "接头进水": "common", "天线被风吹偏": "uncommon",
    }  # fmt: skip
    shown = {f.title.zh: {p for p, _ in f.parents} for f in base.findings.values() if f.kind == "symptom"}
    assert shown == {"微波断": {"ours:fault_1", "ours:fault_2"}, "电平低": {"ours:fault_1"}}
    assert base.causes["ours:fault_1"].document.repair[0].do.zh == "换头并做防水"


def test_what_the_list_lacks_is_told_and_nothing_else_is_wrong(tmp_path: Path) -> None:
    problems = check(written(LIST, tmp_path)).problems

    assert {p.code for p in problems} == {"placeholder", "no-case", "no-check", "unused-id"}
    assert {p.code for p in problems if p.severity == "error"} == {"placeholder"}


def test_a_line_of_a_log_becomes_a_pattern_that_matches_it(tmp_path: Path) -> None:
    text = "Fault,Root cause,Symptom,Log,Time\nRadio,Water (rain) in plug,Link drops,ODU 2 low [36.1 V],45 min\n"
    sheet = team_sheet(text, SEPARATORS)

    base = load(COMMON, written(text, tmp_path))

    assert sheet is not None
    assert (sheet.taken["Symptom"], sheet.unused) == ("symptom", ["Fault"])
    [pattern] = base.patterns.values()
    assert pattern.pattern == r"ODU 2 low \[36\.1 V\]"
    assert list(base.causes) == ["ours:water_rain_in_plug"]
    assert {p.code for p in check(tmp_path / "ours").problems if p.severity == "error"} == {"placeholder"}


def test_a_sheet_of_ours_and_one_without_causes_are_left_alone() -> None:
    assert team_sheet("row,id,cause\n", SEPARATORS) is None
    assert team_sheet("date,engineer\n", SEPARATORS) is None
