"""The dialogue in the terminal, with answers piped in."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
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
    assert said.splitlines()[-2] == "Ended: the fault is gone"
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
    assert "第1步 检查：接收光功率" in said
    assert "升级建议" in said
    assert "  [以dBm为单位的数值、a-b、是（a）、否（b）、跳过、撤销、为什么、更多、退出]" in said
    assert "  已理解为：接收光功率：低于下限" in said
    assert "回答：低于下限；结果：接收光功率：低于下限" in record.read_text(encoding="utf-8")


def test_a_call_is_an_end_that_says_so() -> None:
    done = run("troubleshoot", "没有一个认识的词", *USE, stdin=b"1\n")

    said, complained = done.stdout.decode(), done.stderr.decode()
    assert "第1步 升级：" in said
    assert "  技术升级：转二线，2小时内" in said
    assert "  [会话已结束：撤销、为什么、更多、退出]" in said
    assert complained == "'1': 会话已结束；可撤销上一回答\n"


def test_answers_cannot_share_stdin_with_the_evidence() -> None:
    done = run("troubleshoot", "-", *USE, stdin=b"link down")

    assert done.returncode == 2
    assert b"answers are read from stdin" in done.stderr


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("nowhere/all.json", "there is no folder '{parent}'; name one that is there"),
        ("", "this is a folder; name a file in it"),
    ],
)
def test_a_record_that_cannot_be_written_is_told_before_the_first_question(
    tmp_path: Path, record: str, told: str
) -> None:
    named = tmp_path / record

    done = run("troubleshoot", SAID, *USE, "--record", str(named), stdin=b"quit\n")

    assert done.returncode == 3
    assert done.stdout == b""
    said = f"diagnoser: cannot write the record '{named}': {told.format(parent=named.parent)}\n"
    assert done.stderr.decode() == said


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupt_keeps_the_record(tmp_path: Path, name: str) -> None:
    record = tmp_path / "record.json"
    command = [sys.executable, "-m", "diagnoser.cli.main", "troubleshoot", SAID, *USE, "--record", str(record)]

    with _not_ignored(getattr(signal, name)), _running(command) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b"-31 dBm\n")
        running.stdin.flush()
        for line in running.stdout:
            if line.startswith(b"Step 2"):
                break
        running.send_signal(getattr(signal, name))
        rest = running.stdout.read().decode()
        code = running.wait(timeout=60)

    written = json.loads(record.read_text(encoding="utf-8"))
    assert code == 130
    assert [(t["said"], t["outcome"]["id"]) for t in written["turns"]] == [("-31 dBm", "small:rx_power_low")]
    assert (written["ended"], written["last"]["number"]) == ("open", 2)
    assert "answer: -31 dBm; result: Receive optical power: below the minimum" in rest


@contextmanager
def _not_ignored(number: int) -> Iterator[None]:
    """Let what is started meanwhile obey a signal: under nohup, or in the background of a script, it is ignored."""
    before = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, before)


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A command with pipes; it is killed when it takes longer than two minutes, so that nobody waits for its output."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        limit = threading.Timer(120, running.kill)
        limit.start()
        try:
            yield running
        finally:
            limit.cancel()
            running.kill()


def test_explain_says_what_would_change_it() -> None:
    done = run("explain", "small:transceiver_failed", SAID, *USE, "--json")

    change = json.loads(done.stdout)["would_change"]
    assert change["first"] == "small:transceiver_failed"
    assert change["findings"]
