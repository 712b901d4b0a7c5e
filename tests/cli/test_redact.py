"""`diagnoser redact`: text of any size, evidence documents, previews."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.test_command import run
from tests.conftest import SMALL

COMMAND = [sys.executable, "-c", "from diagnoser.cli.main import main; main()", "redact"]
TEXT = "peer 10.1.1.1 down\r\n密码：Abc@123\r\n-----BEGIN PRIVATE KEY-----\r\nQUJDREVG\r\nR0hJSktM\r\n-----END PRIVATE KEY-----\r\nend"
HIDDEN = "peer <ip-1> down\r\n密码：<password-1>\r\n-----BEGIN PRIVATE KEY-----\r\n<private-key-1>\r\n-----END PRIVATE KEY-----\r\nend"


def _run(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, check=False, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_text_goes_through_with_its_line_ends(encoding: str) -> None:
    code, out, err = _run("-", given=TEXT.encode(encoding))

    assert (code, out) == (0, HIDDEN)
    assert err == "4 replaced: 1 ip, 1 password, 2 private-key\n"


def test_an_evidence_document_keeps_its_structure(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps({"report": "from 10.1.1.1", "password": "x y z"}), encoding="utf-8")

    code, out, _ = _run(str(file))

    assert (code, json.loads(out)) == (0, {"report": "from <ip-1>", "password": "<password-1>"})


def test_json_holds_the_text_and_the_counts() -> None:
    _, out, _ = _run("-", "--json", given=b"10.1.1.1 and 10.1.1.1")

    answer = json.loads(out)
    assert answer["redacted"] == "<ip-1> and <ip-1>"
    assert answer["counts"] == {"ip": 2}
    assert answer["replacements"] == [
        {"token": "<ip-1>", "kind": "ip", "count": 2, "shown": "10... (8 characters)", "place": "1"}
    ]


def test_a_preview_shows_what_would_be_replaced_and_no_secret() -> None:
    _, out, _ = _run("-", "--preview", given="x\n密码：Abc@123".encode())

    assert out.split() == ["<password-1>", "1", "x", "2", "Ab...", "(7", "characters)"]


def test_a_log_that_begins_with_a_bracket_is_a_text() -> None:
    assert _run("-", given=b"[2024-05-01] peer 10.1.1.1 down\n")[1] == "[2024-05-01] peer <ip-1> down\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04" + bytes(60), "is a bundle; unpack it and redact its files one by one / 是压缩包，请解压后逐个文件脱敏"),
        (b"\x1f\x8b\x08" + bytes(60), "is a bundle; unpack it and redact its files one by one / 是压缩包，请解压后逐个文件脱敏"),
        (b"\x7fELF" + bytes(60), "is no text; its secrets cannot be replaced / 不是文本，无法替换其中的敏感信息"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)

    code, out, err = _run(str(file))

    assert (code, out, err) == (3, "", f"diagnoser: evidence: '{file}' {said}\n")


def test_a_missing_file_is_bad_input() -> None:
    code, out, err = _run("/nowhere/at/all")

    assert (code, out, err) == (3, "", "diagnoser: evidence: '/nowhere/at/all': No such file or directory\n")


def test_alarms_go_in_from_files(tmp_path: Path) -> None:
    from diagnoser.cli.reading import evidence_of

    alarm = {"resource": "GE0/0/1", "alarm-type-id": "x:los", "alarm-text": "link down"}
    one, rows, lines = tmp_path / "a.json", tmp_path / "b.ndjson", tmp_path / "c.log"
    one.write_text(json.dumps(alarm), encoding="utf-8")
    rows.write_text(f"{json.dumps(alarm)}\n\n{json.dumps(alarm)}\n", encoding="utf-8")
    lines.write_text("<131>1 - sw1 - - - - link down\n", encoding="utf-8")

    evidence = evidence_of(None, None, [], [], [], None, None, [one, rows, lines])

    assert evidence.alarms == (alarm, alarm, alarm, "<131>1 - sw1 - - - - link down")


SECRETS = ("10.2.3.4", "s3cr3t1", "13812345678")
SAID = "10.2.3.4 link is down, snmp community is s3cr3t1, call 13812345678"


def _diagnoser(*arguments: str, given: str = "") -> tuple[str, str]:
    base = ("--base", "small", "--base-path", str(SMALL))
    done = run(*arguments, *base, stdin=given.encode())
    return done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("form", ["--json", "--markdown"])
def test_a_report_to_be_passed_on_holds_tokens(tmp_path: Path, form: str) -> None:
    log = tmp_path / "a.log"
    log.write_text("IFNET/4/LINK_DOWN: interface GE0/0/1 down, peer 10.2.3.4\n")

    out, err = _diagnoser("diagnose", SAID, "--log", str(log), form)

    assert not any(secret in out for secret in SECRETS)
    assert "<phone-1" in out or "phone-1\\>" in out
    assert err.strip().endswith("to leave them, add --keep-secrets")
    assert "3 replaced: 1 community, 1 ip, 1 phone" in err or "4 replaced: 1 community, 2 ip, 1 phone" in err


def test_what_is_shown_on_the_terminal_stays() -> None:
    assert SECRETS[0] in _diagnoser("diagnose", SAID)[0]
    assert SECRETS[1] in _diagnoser("diagnose", SAID, "--json", "--keep-secrets")[0]


@pytest.mark.parametrize("name", ["r.json", "r.txt"])
def test_a_record_holds_tokens(tmp_path: Path, name: str) -> None:
    record = tmp_path / name

    _, err = _diagnoser("troubleshoot", SAID, "--record", str(record), "--lang", "zh", given="退出\n")

    assert not any(secret in record.read_text(encoding="utf-8") for secret in SECRETS)
    assert "已替换3处：1 community, 1 ip, 1 phone；如需保留原值，请加 --keep-secrets" in err
    _diagnoser("troubleshoot", SAID, "--record", str(record), "--keep-secrets", given="quit\n")
    assert name == "r.txt" or all(secret in record.read_text(encoding="utf-8") for secret in SECRETS)


def test_entries_of_unknown_lines_hold_neither_secrets_nor_tokens() -> None:
    line = "Jun 14 2023 15:16:01 sw CFG/5/SET: snmp community s3cr3t9 from 10.9.8.7 by user\n"

    out, err = _diagnoser("logs", "unknown", "-", given=line)

    assert "s3cr3t9" not in out
    assert "10.9.8.7" not in out
    assert "snmp community hidden-community-1 from 198.18.0.2 by user" in out
    assert r"community\s+\S+\s+from\s+\d{1,3}(?:\.\d{1,3}){3}" in out
    assert "2 replaced: 1 community, 1 ip" in err
    assert "s3cr3t9" in _diagnoser("logs", "unknown", "-", "--keep-secrets", given=line)[0]
