"""`diagnoser logs` as it is typed."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from tests.cli.test_command import diagnose, run
from tests.conftest import SMALL

DOWN = "Jun 14 2023 15:16:01 sw IFNET/4/LINK_DOWN: interface GE0/0/1 down"


def bundle(path: Path) -> Path:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("var/log/messages", f"{DOWN}\nJun 14 2023 15:17:01 sw something else\n")
        archive.writestr("readme.txt", "just words\n")
        archive.writestr("core", b"\x7fELF....")
    path.write_bytes(buffer.getvalue())
    return path


def test_scan_tells_what_hits_where_and_how_often(tmp_path: Path) -> None:
    path = bundle(tmp_path / "b.zip")

    done = run("logs", "scan", str(path), "--base-path", str(SMALL), "--base", "small", "--json")

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    [hit] = answer["hits"]
    assert (hit["finding"], hit["component"], hit["count"], hit["first"]) == (
        "small:log_link_down", "GE0/0/1", 1, "2023-06-14T15:16:01",
    )  # fmt: skip
    assert (hit["file"], hit["line"]) == (f"{path}!/var/log/messages", 1)
    assert {f["name"].rpartition("!/")[2]: f.get("skipped") for f in answer["files"]} == {
        "var/log/messages": None,
        "readme.txt": "neither a log nor a known command's output",
        "core": "not text",
    }


def test_scan_reads_stdin_and_says_when_nothing_hits() -> None:
    done = run("logs", "scan", "-", "--base-path", str(SMALL), "--base", "small", stdin=b"nothing known\n")

    assert (done.returncode, done.stdout) == (1, b"")
    assert b"stdin: 1 line, 1 unknown" in done.stderr


def test_unknown_lines_are_printed_as_patterns(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text(f"{DOWN}\n" + "".join(f"Jun 14 2023 15:17:0{n} sw disk {n} says hello\n" for n in range(4)))

    done = run("logs", "unknown", str(path), "--base-path", str(SMALL), "--base", "small")

    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines()[:3] == [
        f"# 4 lines, first at {path}:2, last written 2023-06-14T15:17:03",
        "- id: log_disk_says_hello",
        r"  pattern: 'sw\s+disk\s+\d+(?:\.\d+)?\s+says\s+hello'",
    ]


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    done = run("logs", "scan", str(tmp_path / "none.log"), "--base-path", str(SMALL))

    assert (done.returncode, done.stdout) == (3, b"")
    assert b"none.log': No such file" in done.stderr


def test_a_bundle_is_evidence_and_what_was_skipped_is_listed(tmp_path: Path) -> None:
    report = diagnose("--log", str(bundle(tmp_path / "b.zip")), "--base", "small")

    [seen] = [o for o in report["observations"] if o["finding"] == "small:log_link_down"]
    assert seen["source"]["file"].endswith("b.zip!/var/log/messages")
    skipped = [u["said"] for u in report["unplaced"] if "skipped" in u["text"]]
    assert {tuple(said[lang].rpartition("!/")[2] for lang in ("en", "zh")) for said in skipped} == {
        ("core: skipped: not text", "core：未读取：不是文本"),
        (
            "readme.txt: skipped: neither a log nor a known command's output",
            "readme.txt：未读取：既不是日志，也不是已知命令的输出",
        ),
    }


def test_a_file_that_is_no_log_gives_no_patterns(tmp_path: Path) -> None:
    path = bundle(tmp_path / "b.zip")

    done = run("logs", "unknown", str(path), "--base-path", str(SMALL), "--base", "small")

    assert b"just words" not in done.stdout
    assert b"something else" in done.stdout
