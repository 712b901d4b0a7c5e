"""`diagnoser tree` as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.conftest import SMALL

from diagnoser.cli.tree import shown_most, top_of_case
from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.fault_tree.logic_tree import LogicGate, LogicTree
from diagnoser.fault_tree.picture import Case

PUMPS = b"""<opsa-mef><define-fault-tree name="pumps">
<define-gate name="no_water"><or><gate name="both"/><basic-event name="valve"/></or></define-gate>
<define-gate name="both"><and><basic-event name="pump_1"/><basic-event name="pump_2"/></and></define-gate>
</define-fault-tree><model-data>
<define-basic-event name="valve"><float value="0.01"/></define-basic-event>
<define-basic-event name="pump_1"><float value="0.1"/></define-basic-event>
<define-basic-event name="pump_2"><float value="0.2"/></define-basic-event>
</model-data></opsa-mef>"""


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "diagnoser.cli.main", "tree", *arguments], input=stdin, capture_output=True, timeout=120
    )


def analyzed(*arguments: str, stdin: bytes = b"") -> dict[str, Any]:
    done = run("analyze", "--json", *arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_a_file_with_one_top_event_gives_its_fields_at_the_top(tmp_path: Path) -> None:
    (tmp_path / "pumps.xml").write_bytes(PUMPS)

    answer = analyzed(str(tmp_path / "pumps.xml"))

    assert (answer["basic_events"], answer["gates"], answer["minimal_cut_sets"]) == (3, 2, 2)
    assert answer["probability"] == pytest.approx(0.0298)
    assert [m["event"] for m in answer["importance"]] == ["pump_1", "pump_2", "valve"]
    assert answer["cut_sets"] == [["pump_1", "pump_2"], ["valve"]]
    assert answer["trees"][0]["top_event"] == "no_water"


def test_a_base_gives_one_tree_for_each_top_event() -> None:
    answer = analyzed("small", "--base-path", str(SMALL))

    tops = [t["top_event"] for t in answer["trees"]]
    assert tops == ["small:no_power", "small:port_down"]
    assert "probability" not in answer
    assert all(t["importance"] and t["minimal_cut_sets"] for t in answer["trees"])


def test_a_base_that_only_adds_causes_to_another_ones_events_shows_those_events(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "causes").mkdir(parents=True)
    head = "base: mine\ntitle: {en: mine, zh: 我的}\nversion: 1.0.0\nimports: [common, small]\n"
    (mine / "base.yaml").write_text(head, encoding="utf-8")
    cause = (SMALL / "causes/fibre_bent.yaml").read_text(encoding="utf-8").replace("fibre_bent", "mouse_bites")
    (mine / "causes/mouse_bites.yaml").write_text(cause, encoding="utf-8")
    (mine / "fault_tree.yaml").write_text("- event: small:port_down\n  inputs: [mouse_bites]\n", encoding="utf-8")

    done = run("export", "mine", "-f", "dot", "--base-path", str(SMALL), "--base-path", str(mine))

    assert done.returncode == 0, done.stderr.decode()
    assert b"mine:mouse_bites" in done.stdout


def test_infinite_worth_is_null() -> None:
    one = b'<opsa-mef><define-fault-tree name="t"><define-gate name="g"><basic-event name="e"/></define-gate>'
    one += b'<define-basic-event name="e"><float value="0.5"/></define-basic-event></define-fault-tree></opsa-mef>'

    assert analyzed("-", stdin=one)["importance"][0]["rrw"] is None


def test_the_table_reads_well() -> None:
    done = run("analyze", "-", stdin=PUMPS)

    lines = done.stdout.decode().splitlines()
    assert lines[:2] == ["no_water", "  probability 0.0298, 2 minimal cut sets, 3 basic events, 2 gates"]
    assert lines[4] == "        0.02  pump_1 + pump_2"
    assert lines[-1] == "     0.3356      0.98   0.3289    33.56     1.49  valve"


def test_the_table_has_titles_and_the_words_of_its_language() -> None:
    lines = run("analyze", "small", "--base-path", str(SMALL), "--lang", "zh").stdout.decode().splitlines()

    port = lines.index("端口Down  (small:port_down)")
    assert lines[port + 1].startswith("  概率 ")
    assert lines[port + 3].startswith("  概率最大的割集")
    assert any(line.endswith("光纤断裂  (small:fibre_broken)") for line in lines[port:])
    assert any(
        line.endswith("“光纤弯折”引起“物理链路故障”  (small:physical_fault<-small:fibre_bent)") for line in lines[port:]
    )
    assert not [line for line in lines if "probab" in line or "importance" in line or "event" in line]


def test_what_is_exported_is_the_same_tree() -> None:
    exported = run("export", "small", "--base-path", str(SMALL), "--top", "port_down").stdout

    again = analyzed("-", stdin=exported)
    direct = analyzed("small", "--base-path", str(SMALL), "--top", "small:port_down")["trees"][0]
    assert again["top_event"] == "small:port_down"
    assert again["probability"] == pytest.approx(direct["probability"], rel=1e-12)
    assert again["cut_sets"] == direct["cut_sets"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [("svg", b"<svg"), ("dot", b"digraph"), ("mermaid", b"flowchart"), ("graphml", b"<?xml"), ("mef", b"<?xml")],
)
def test_every_format(form: str, begins: bytes) -> None:
    assert run("export", "-", "--format", form, stdin=PUMPS).stdout.startswith(begins)


def test_a_case_is_lit_on_the_tree() -> None:
    evidence = json.dumps({"logs": ["shutdown command on GE0/0/1", "IFNET/4/LINK_DOWN: interface GE0/0/1 down"]})

    done = run("draw", "small", "--base-path", str(SMALL), "--evidence", "-", "--lang", "zh", stdin=evidence.encode())

    assert done.returncode == 0, done.stderr.decode()
    text = "".join(ElementTree.fromstring(done.stdout).itertext())
    assert "端口Down" in text
    assert "已观察到" in text
    assert "已排除" in text


def test_a_lit_tree_is_drawn_from_the_knowledge_that_was_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DIAGNOSER_CACHE", str(tmp_path))
    evidence = b'{"report": "port down"}'

    done = [run("draw", "small", "--base-path", str(SMALL), "-e", "-", stdin=evidence) for _ in range(2)]

    assert done[0].stdout == done[1].stdout != b""
    assert list(tmp_path.rglob("knowledge*"))


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "message"),
    [
        (["analyze", "missing.xml"], b"", 3, "diagnoser: missing.xml: No such file or directory"),
        (["analyze", "-"], b"<html/>", 3, "diagnoser: stdin:1: the document is <html>; an Open-PSA file is <opsa-mef>"),
        (
            ["analyze", "smal", "--base-path", str(SMALL)],
            b"",
            2,
            "diagnoser: unknown base 'smal'; did you mean 'small'",
        ),
        (["analyze", "-", "--top", "bot"], PUMPS, 2, "diagnoser: unknown gate 'bot'; did you mean 'both'?"),
        (
            ["draw", "small", "--base-path", str(SMALL)],
            b"",
            2,
            "there are 2 top events; name one with --top: small:no_power, small:port_down",
        ),
        (["draw", "-", "--format", "mef"], PUMPS, 2, "'mef' is no picture"),
        (["draw", "x.xml", "--evidence", "-"], b"{}", 2, "a case is lit on a base's tree; name a base, not a file"),
        (["export", "-", "-o", "/nowhere/x"], PUMPS, 4, "diagnoser: cannot write '/nowhere/x': No such file"),
    ],
)
def test_mistakes_get_one_clear_message(arguments: list[str], stdin: bytes, code: int, message: str) -> None:
    done = run(*arguments, stdin=stdin)

    assert done.returncode == code
    assert message in " ".join(done.stderr.decode().split())


def test_the_top_event_drawn_is_one_under_which_something_was_seen() -> None:
    tree = LogicTree(
        "t",
        {
            "service_down": LogicGate("or", ("disk", "fan", "power")),
            "array_degraded": LogicGate("or", ("disk_failed",)),
            "disk_failed": LogicGate("or", ("disk",)),
            "too_hot": LogicGate("or", ("fan",)),
        },
        {"disk": 0.1, "fan": 0.1, "power": 0.1},
    )
    posterior = {"disk": 0.6, "fan": 0.3}

    assert top_of_case(tree, tree.top_events(), Case(frozenset({"disk_failed"}), posterior)) == "array_degraded"
    assert (
        top_of_case(tree, tree.top_events(), Case(frozenset({"disk_failed", "too_hot"}), posterior)) == "array_degraded"
    )
    assert top_of_case(tree, tree.top_events(), Case(posterior=posterior)) == "service_down"


def test_an_event_that_a_finding_only_hints_at_is_not_lit_as_seen(shipped: PreparedKnowledge) -> None:
    lamp = shipped.base.findings["server:server_fault_light"]

    assert len(lamp.parents) > 3
    assert list(shown_most(lamp)) == ["server:fan_fault"]
