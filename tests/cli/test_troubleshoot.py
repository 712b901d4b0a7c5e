"""The dialogue in the terminal, with answers piped in."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_command import run
from tests.conftest import SMALL

SAID = "the link is down since the road works"
USE = ("--base", "small", "--base-path", str(SMALL))


def test_from_the_first_question_to_the_repair(tmp_path: Path) -> None:
    record = tmp_path / "record.json"

    done = run("troubleshoot", SAID, *USE, "--record", str(record), stdin=b"purple\nwhy\nb\nundo\n-31 dBm\nyes\n")

    said, complained = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == 0, complained
    assert "Step 1 - check: Receive optical power" in said
    assert "    a  below the minimum" in said
    assert "  [the value in dBm, a-b, yes (a), no (b), skip, undo, why, more, quit]" in said
    assert "  understood: Receive optical power: within range" in said
    assert "  understood: Receive optical power: below the minimum" in said
    assert "  understood: the fault is gone" in said
    assert "what each outcome would do:" in said
    assert "Step 2 - repair:" in said
    assert said.rstrip().endswith("Ended: the fault is gone")
    assert "'purple': answer with the value in dBm, a letter from a to b, or skip" in complained
    written = json.loads(record.read_text(encoding="utf-8"))
    assert written["ended"] == "fixed"
    assert [(t["said"], t["result"]) for t in written["turns"]] == [("-31 dBm", "outcome"), ("yes", "gone")]


def test_in_chinese_with_a_text_record(tmp_path: Path) -> None:
    record = tmp_path / "record.txt"

    done = run(
        "troubleshoot", "修路之后端口down", *USE, "--record", str(record), stdin="低于下限\nmore\n否\n退出\n".encode()
    )

    said = done.stdout.decode()
    assert done.returncode == 1
    assert "第1步 - 检查: 接收光功率" in said
    assert "升级建议" in said
    assert "  [以dBm为单位的数值、a-b、是（a）、否（b）、跳过、撤销、为什么、更多、退出]" in said
    assert "  已理解为：接收光功率：低于下限" in said
    assert "回答：低于下限；结果：接收光功率：低于下限" in record.read_text(encoding="utf-8")


def test_answers_cannot_share_stdin_with_the_evidence() -> None:
    done = run("troubleshoot", "-", *USE, stdin=b"link down")

    assert done.returncode == 2
    assert b"answers are read from stdin" in done.stderr


def test_a_record_that_cannot_be_written_is_told() -> None:
    done = run("troubleshoot", SAID, *USE, "--record", "/nowhere/at/all.json", stdin=b"quit\n")

    assert done.returncode == 3
    assert b"record '/nowhere/at/all.json'" in done.stderr


def test_explain_says_what_would_change_it() -> None:
    done = run("explain", "small:transceiver_failed", SAID, *USE, "--json")

    change = json.loads(done.stdout)["would_change"]
    assert change["first"] == "small:transceiver_failed"
    assert change["findings"]
