"""A spreadsheet goes out and comes back as the same knowledge, and no cell is run as a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnoser.authoring.sheet import exported, guarded, imported, left_out, unguarded
from diagnoser.authoring.sheet_files import write_base
from diagnoser.authoring.sheet_imports import imports_of
from diagnoser.errors import KnowledgeError
from diagnoser.evidence.encodings import decode_file
from diagnoser.knowledge import KnowledgeBase, load, read
from diagnoser.knowledge.yaml_source import read_yaml, write_yaml
from tests.authoring.sound import write_sound_base
from tests.conftest import COMMON, SMALL


def sheet_of(folder: Path) -> str:
    return exported(read(folder).entries, folder.name)


def test_causes_symptoms_patterns_and_tree_come_back_the_same(tmp_path: Path) -> None:
    source = write_sound_base(tmp_path / "out")
    target = write_sound_base(tmp_path / "in")
    for path in [*target.glob("causes/*.yaml"), *(target / f"{n}.yaml" for n in ("symptoms", "logs", "fault_tree"))]:
        path.unlink()

    write_base(target, "sound", imported(sheet_of(source), "sheet.csv"), replace=False)
    before, after = load(COMMON, source), load(COMMON, target)

    assert after.causes == before.causes
    assert after.findings == before.findings
    assert after.patterns == before.patterns
    assert {e: g.inputs for e, g in after.tree.gates.items()} == {e: g.inputs for e, g in before.tree.gates.items()}


def test_what_the_small_base_says_of_causes_survives_too() -> None:
    files = imported(sheet_of(SMALL), "sheet.csv")
    base: KnowledgeBase = load(COMMON, SMALL)

    for cause in base.causes.values():
        data = read_yaml(files[f"causes/{cause.id.partition(':')[2]}.yaml"], "cause.yaml").data
        assert type(cause.document).model_validate(data) == cause.document.model_copy(
            update={"explains": {k: v or "almost_always" for k, v in cause.document.explains.items()}}
        )


def test_the_file_begins_with_a_byte_order_mark_and_opens_chinese() -> None:
    raw = sheet_of(SMALL).encode()

    assert raw.startswith(b"\xef\xbb\xbf")
    assert "光纤断裂" in raw.decode("utf-8-sig")
    assert b"\r\n" in raw


def test_no_cell_begins_as_a_formula(tmp_path: Path) -> None:
    folder = write_sound_base(tmp_path)
    path = folder / "symptoms.yaml"
    evil = '=HYPERLINK("x")'
    path.write_text(path.read_text(encoding="utf-8").replace("[no glow on a]", f"['{evil}', '@SUM(A1)']"), "utf-8")
    text = sheet_of(folder)

    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)
    back = read_yaml(imported(text, "sheet.csv")["symptoms.yaml"], "symptoms.yaml").data
    assert back[0]["aliases"]["en"] == [evil, "@SUM(A1)"]


@given(st.text())
def test_guarding_a_cell_is_undone(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(st.recursive(st.none() | st.booleans() | st.integers(-999, 999) | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Cn", "Co")), max_size=12), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"\A[a-z]{1,4}\Z"), inner, max_size=3), max_leaves=12))  # fmt: skip
def test_written_yaml_is_read_back(data: object) -> None:
    assert read_yaml(write_yaml(data), "f.yaml").data == data


def test_words_that_another_yaml_would_turn_are_quoted() -> None:
    for text in ("1e3", "0o17", "on", "null", "~", "012", "12:30", "", "- x", "a: b", "#c", "true"):
        assert read_yaml(write_yaml({"x": text}), "f.yaml").data == {"x": text}


def test_every_wrong_row_is_named_with_its_line() -> None:
    text = (
        "row,id,title_en,title_zh,source,kind\n"
        "symptom,port_down,Port down,,experience,\n"
        "wish,x,,,,\n"
        "symptom,port_down,Port down,端口down,experience,\n"
        "symptom,port_down,Port down,端口down,experience,\n"
    )

    with pytest.raises(KnowledgeError) as caught:
        imported(text, "sheet.csv")

    told = [str(p) for p in caught.value.problems]
    assert told[0].startswith("sheet.csv:2:")
    assert "one-language" in told[0]
    assert told[1] == "sheet.csv:3:1: row: unknown row 'wish' (one of event, symptom, log, cause)"
    assert any("sheet.csv:4:2: duplicate-id: 'port_down' is already in line 2" in line for line in told)


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(KnowledgeError, match=r"sheet\.csv:1:3: unknown-column: unknown column 'titel'"):
        imported("row,id,titel\n", "sheet.csv")
    with pytest.raises(KnowledgeError, match=r"'title_eng' \(did you mean 'title_en'\?\)"):
        imported("row,id,title_eng\n", "sheet.csv")


def test_a_list_of_something_else_is_one_problem_with_the_way_out() -> None:
    with pytest.raises(KnowledgeError) as caught:
        imported("date,engineer\n2025-01-01,Li\n", "sheet.csv")

    [problem] = caught.value.problems
    assert (problem.code, "kb export" in problem.hint) == ("missing-column", True)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_stands_between_cells_is_seen_in_the_first_line(separator: str) -> None:
    rows = list(csv.reader(io.StringIO(sheet_of(SMALL).removeprefix("\ufeff"))))
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)

    assert imported(out.getvalue(), "sheet.csv") == imported(sheet_of(SMALL), "sheet.csv")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_a_sheet_is_read_however_it_was_saved(encoding: str) -> None:
    text = sheet_of(SMALL).removeprefix("\ufeff")

    assert decode_file(text.encode(encoding)) == text


def test_a_new_base_imports_what_its_rows_name(tmp_path: Path) -> None:
    sound = write_sound_base(tmp_path)
    text = (
        "row,id,title_en,title_zh,under,kind,item_en,prior,probable_cause,checks,circumstances,why_en,why_zh,source\n"
        "cause,mouse,Mouse bites,老鼠咬线,sound:link_a_fault,hardware,cable,rare,lossOfSignal,{},{},so,如此,experience\n"
    )

    by_full_id = imports_of(imported(text.format("", ""), "s.csv"), read(COMMON, sound))
    by_bare_name = imports_of(
        imported(text.replace("sound:", "").format("rx_a", "moved_a=x2"), "s.csv"), read(COMMON, sound)
    )
    write_base(tmp_path / "mine", "mine", imported(text.format("rx_a", ""), "s.csv"), False, by_full_id)

    assert by_full_id == by_bare_name == ("common", "sound")
    assert load(COMMON, sound, tmp_path / "mine").causes["mine:mouse"].checks == ("sound:rx_a",)


def test_what_has_no_row_is_counted(tmp_path: Path) -> None:
    sound = write_sound_base(tmp_path)

    assert left_out(read(sound, with_cases=True).entries, "sound") == {
        "case": 10, "check": 5, "circumstance": 5, "light": 5, "part": 5, "rule": 5, "tool": 5,
    }  # fmt: skip


def test_what_is_there_is_replaced_only_when_told(tmp_path: Path) -> None:
    files = imported(sheet_of(SMALL), "sheet.csv")
    write_base(tmp_path / "mine", "mine", files, replace=False)
    path = tmp_path / "mine" / "symptoms.yaml"
    path.write_text("changed", encoding="utf-8")

    with pytest.raises(FileExistsError):
        write_base(tmp_path / "mine", "mine", files, replace=False)
    assert path.read_text(encoding="utf-8") == "changed"
    write_base(tmp_path / "mine", "mine", files, replace=True)
    assert path.read_text(encoding="utf-8") == files["symptoms.yaml"]
