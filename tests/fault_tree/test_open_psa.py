"""Open-PSA files, read and written; and files that mean harm."""

from __future__ import annotations

import pytest

from diagnoser.errors import UnusableTree
from diagnoser.fault_tree.analysis import analyze
from diagnoser.fault_tree.logic_tree import LogicGate, LogicTree
from diagnoser.fault_tree.open_psa import as_open_psa, read_open_psa
from tests.fault_tree.oracle import random_trees


def document(gates: str, events: str = "") -> bytes:
    model = "".join(
        f'<define-basic-event name="{e}"><float value="{p}"/></define-basic-event>'
        for e, p in (("a", 0.1), ("b", 0.2), ("c", 0.3))
    )
    return (
        f'<opsa-mef><define-fault-tree name="t">{gates}</define-fault-tree>'
        f"<model-data>{model}{events}</model-data></opsa-mef>"
    ).encode()


def top(formula: str) -> bytes:
    return document(f'<define-gate name="top">{formula}</define-gate>')


A, B, C = (f'<basic-event name="{e}"/>' for e in "abc")


@pytest.mark.parametrize(
    ("formula", "probability"),
    [
        (A, 0.1),
        (f"<and>{A}{B}</and>", 0.02),
        (f"<or>{A}{B}</or>", 0.28),
        (f"<xor>{A}{B}</xor>", 0.26),
        (f"<not>{A}</not>", 0.9),
        (f"<nand>{A}{B}</nand>", 0.98),
        (f"<nor>{A}{B}</nor>", 0.72),
        (f"<iff>{A}{B}</iff>", 0.74),
        (f"<imply>{A}{B}</imply>", 0.92),
        (f'<atleast min="2">{A}{B}{C}</atleast>', 0.098),
        (f'<cardinality min="1" max="1">{A}{B}{C}</cardinality>', 0.398),
        (f"<or><and>{A}{B}</and><not>{C}</not></or>", 0.706),
        (f'<and>{A}<constant value="true"/></and>', 0.1),
        ('<event name="a"/>', 0.1),
        ('<event name="a" type="basic-event"/>', 0.1),
    ],
)
def test_every_formula_means_what_the_format_says(formula: str, probability: float) -> None:
    tree = read_open_psa(top(formula))

    analysis = analyze(tree, "top")

    assert analysis.probability == pytest.approx(probability)
    assert analysis.gates == ("top",)


def test_gates_events_and_parameters_may_stand_anywhere() -> None:
    tree = read_open_psa(
        document(
            '<define-component name="pump"><define-gate name="g"><label>Pump</label><or><house-event name="on"/>'
            '<basic-event name="d"/></or></define-gate></define-component><define-gate name="top"><and><gate name="pump.g"/>'
            f"{A}</and></define-gate><define-house-event name='on'><constant value='false'/></define-house-event>",
            "<define-basic-event name='d'><mul><parameter name='rate'/><float value='2'/></mul></define-basic-event>"
            "<define-parameter name='rate'><float value='0.25'/></define-parameter>",
        )
    )

    assert tree.top_events() == ("top",)
    assert tree.labels == {"g": "Pump"}
    assert tree.constants == {"on": False}
    assert analyze(tree, "top").probability == pytest.approx(0.05)


def test_a_file_may_have_several_top_events() -> None:
    tree = read_open_psa(
        document(f"<define-gate name='one'>{A}</define-gate><define-gate name='two'><or>{A}{B}</or></define-gate>")
    )

    assert tree.top_events() == ("one", "two")


PRIVATE = (
    '<define-component name="{0}" role="private"><define-gate name="g"><or><basic-event name="e"/>{1}</or></define-gate>'
    '<define-basic-event name="e"><parameter name="p"/></define-basic-event>'
    '<define-parameter name="p"><float value="{2}"/></define-parameter></define-component>'
)


def test_private_elements_of_two_components_may_have_one_name() -> None:
    components = PRIVATE.format("A", "", 0.1) + PRIVATE.format("B", A, 0.2)
    both = "<define-gate name='top'><and><gate name='A.g'/><gate name='t.B.g'/></and></define-gate>"

    tree = read_open_psa(document(components + both))

    assert tree.gates["top"].inputs == ("t.A.g", "t.B.g")
    assert tree.gates["t.B.g"].inputs == ("t.B.e", "a")
    assert tree.probabilities == {"a": 0.1, "t.A.e": 0.1, "t.B.e": 0.2}
    assert read_open_psa(as_open_psa(tree).encode()).gates == tree.gates


def test_what_is_public_in_a_private_component_is_known_everywhere() -> None:
    inside = f"<define-component name='A' role='private'><define-gate name='g' role='public'>{A}</define-gate>"

    tree = read_open_psa(document(f"{inside}</define-component><define-gate name='top'><gate name='g'/></define-gate>"))

    assert tree.gates["top"].inputs == ("g",)


def test_chinese_encodings_are_read() -> None:
    text = f"<define-gate name='g'><label>端口中断</label>{A}</define-gate>"

    tree = read_open_psa(b'<?xml version="1.0" encoding="GB2312"?>' + document(text).decode().encode("gbk"))

    assert tree.labels == {"g": "端口中断"}


@pytest.mark.parametrize(("low", "high", "probability"), [(0, 1, 0.902), (2, 3, 0.098), (0, 3, 1.0), (0, 0, 0.504)])
def test_a_cardinality_with_an_open_side_is_written_so_that_it_reads_back(
    low: int, high: int, probability: float
) -> None:
    tree = read_open_psa(top(f'<cardinality min="{low}" max="{high}">{A}{B}{C}</cardinality>'))

    again = read_open_psa(as_open_psa(tree).encode())

    assert analyze(tree, "top").probability == pytest.approx(probability)
    assert analyze(again, "top").probability == pytest.approx(probability)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t.xml:1:1: not XML: no element found: line 1, column 0"),
        (b"<opsa-mef>", "t.xml:1:11: not XML: no element found: line 1, column 10"),
        (b"<html/>", "t.xml:1: the document is <html>; an Open-PSA file is <opsa-mef>"),
        (b"<opsa-mef/>", "t.xml:1: there is no gate; a fault tree has <define-gate name=...>"),
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opsa-mef>&b;</opsa-mef>',
            "t.xml:1: a document type or entity; for safety they are refused, remove the <!DOCTYPE>",
        ),
        (
            b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><opsa-mef/>',
            "t.xml:1: a document type or entity; for safety they are refused, remove the <!DOCTYPE>",
        ),
        (b"<a>" * 200, "t.xml:1: elements nest over 100 deep"),
        (b"\xff\xfe\x00", "t.xml:1:2: not XML"),
        (
            b"<?xml version='1.0' encoding='big5'?><opsa-mef/>",
            "t.xml: not XML: multi-byte encodings are not supported; save it as UTF-8",
        ),
        (b"<?xml version='1.0' encoding='gbk'?><opsa-mef>\xff", "t.xml: not XML: 'gb18030' codec can't decode"),
        (
            document(
                "<define-gate name='T'><not><gate name='U'/></not></define-gate>\n"
                f"<define-gate name='U'><or>{A}<and><gate name='T'/></and></or></define-gate>"
            ),
            "t.xml:1: the gates form a circle, T -> U -> T; no gate of a fault tree is under itself",
        ),
        (
            document(
                f"<define-gate name='top'>{A}</define-gate>\n<define-gate name='T'><or><gate name='T'/></or></define-gate>"
            ),
            "t.xml:2: the gates form a circle, T -> T; no gate of a fault tree is under itself",
        ),
        (top("<and/>"), "t.xml:1: <and> has no input"),
        (top(""), "t.xml:1: <define-gate> has 0 formulas; it has one"),
        (top(f"<not>{A}{B}</not>"), "t.xml:1: <not> has 2 inputs; it has 1"),
        (top(f'<atleast min="4">{A}{B}</atleast>'), "t.xml:1: min='4'; with 2 inputs it is 1 to 2"),
        (top(f'<atleast min="9{"9" * 5000}">{A}{B}</atleast>'), "t.xml:1: min='99"),
        (top('<basic-event name="z"/>'), "t.xml:1: basic-event 'z' is not defined; add <define-basic-event name='z'>"),
        (top(f"<frob>{A}</frob>"), "t.xml:1: <frob> is no formula; there are: and, atleast,"),
        (
            document(f"<define-gate name='g'>{A}</define-gate>\n<define-gate name='g'>{B}</define-gate>"),
            "t.xml:2: 'g' stands twice; it is defined on line 1 already",
        ),
        (
            document(
                f"<define-gate name='g'>{A}</define-gate>",
                "<define-basic-event name='d'><float value='1.5'/></define-basic-event>",
            ),
            "t.xml:1: basic event 'd' has probability 1.5; it is 0 to 1",
        ),
        (
            document(
                f"<define-gate name='g'>{A}</define-gate>",
                "<define-basic-event name='d'><float value='nan'/></define-basic-event>",
            ),
            "t.xml:1: basic event 'd' has probability nan; it is 0 to 1",
        ),
        (
            document(
                f"<define-gate name='g'>{A}</define-gate>",
                "<define-basic-event name='d'><exponential/></define-basic-event>",
            ),
            "t.xml:1: the expression <exponential> is not supported; give a <float value=.../>",
        ),
        (
            document(
                f"<define-gate name='g'>{A}</define-gate>",
                "<define-basic-event name='d'><parameter name='p'/></define-basic-event>"
                "<define-parameter name='p'><parameter name='p'/></define-parameter>",
            ),
            "t.xml:1: parameter 'p' is defined by itself",
        ),
        (
            document(f"<define-gate name='g'>{A}</define-gate>", "<define-CCF-group name='x' model='beta-factor'/>"),
            "t.xml:1: common cause groups (<define-CCF-group>) are not supported",
        ),
    ],
)
def test_bad_files_get_one_clear_message(content: bytes, message: str) -> None:
    with pytest.raises(UnusableTree) as caught:
        read_open_psa(content, "t.xml")

    assert str(caught.value).startswith(message)


def test_what_is_written_reads_back_the_same() -> None:
    for tree in random_trees(100, most_events=10, negations=True):
        again = read_open_psa(as_open_psa(tree).encode())

        assert again.probabilities == {e: tree.probabilities[e] for e in again.probabilities}
        assert analyze(again, "top").probability == pytest.approx(analyze(tree, "top").probability, rel=1e-12)
        assert analyze(again, "top").gates == analyze(tree, "top").gates
        assert analyze(again, "top").cut_sets == analyze(tree, "top").cut_sets


def test_ids_and_labels_survive_names_that_the_format_forbids() -> None:
    tree = LogicTree(
        "华为 <1>",
        {
            "a:top": LogicGate("or", ("a:x&", "a-top", "9")),
            "a:x&": LogicGate("and", ("a:x", "a:top<-a:x"), anonymous=True),
        },
        {"a:x": 0.1, "a:top<-a:x": 0.4, "a-top": 1e-300, "9": 0.0},
        {},
        {"a:x": 'Fibre <bent> & "broken" \x00\ud800', "a:top": "端口中断"},
    )

    again = read_open_psa(as_open_psa(tree).encode())

    assert set(again.probabilities.items()) == set(tree.probabilities.items())
    assert analyze(again, "a:top").cut_sets == analyze(tree, "a:top").cut_sets
    assert again.labels == {"a:x": 'Fibre <bent> & "broken"', "a:top": "端口中断"}
