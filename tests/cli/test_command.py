"""The command as it is typed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, SMALL

from diagnoser.cli.progress import COMPILING, tell_compiling
from diagnoser.evidence import evidence_from
from diagnoser.report import language_of


def run(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "diagnoser.cli.main", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=120,
    )


def diagnose(*arguments: str, stdin: bytes = b"") -> dict[str, Any]:
    done = run("diagnose", "--base-path", str(SMALL), "--json", *arguments, stdin=stdin)
    assert done.returncode in (0, 1), done.stderr.decode()
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_help_names_the_commands() -> None:
    done = run("--help")

    assert done.returncode == 0
    for word in (b"diagnose", b"explain", b"serve", b"kb", b"Exit codes"):
        assert word in done.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from diagnoser.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'networkx', 'numpy', 'fastapi', 'experta', 'pydantic', 'yaml', 'uvicorn'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr


class Screen(io.StringIO):
    """Standard error where a person looks at it."""

    def isatty(self) -> bool:
        return True


def test_that_the_knowledge_is_compiled_is_told_to_a_person_in_the_language_of_the_evidence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen, pipe = Screen(), io.StringIO()

    for stream in (screen, pipe):
        monkeypatch.setattr(sys, "stderr", stream)
        tell_compiling()
        tell_compiling(language_of(evidence_from({"report": "端口down，收光低"})))

    assert screen.getvalue().splitlines() == [COMPILING["en"], COMPILING["zh"]]
    assert pipe.getvalue() == ""


def test_all_kinds_of_evidence_go_in_together(tmp_path: Path) -> None:
    log = tmp_path / "device.log"
    log.write_bytes("端口 IFNET/4/LINK_DOWN: interface GE0/0/1 down\n".encode("gb18030"))

    report = diagnose(
        "link is down", "--light", "PWR green steady", "--log", str(log), "--measure", "rx power=-31 dBm",
        "--device", "Acme AX100", "--base", "small",
    )  # fmt: skip

    assert report["causes"][0]["id"] == "fibre_broken"
    assert {o["source"]["kind"] for o in report["observations"]} == {"report", "indicator", "log", "test"}
    assert [o["source"]["line"] for o in report["observations"] if o["source"]["kind"] == "log"] == [1]


def test_an_evidence_document_comes_from_stdin() -> None:
    report = diagnose("--evidence", "-", "--base", "small", stdin='{"report": "端口down"}'.encode())

    assert report["lang"] == "zh"
    assert report["observations"][0]["finding"] == "small:port_down"


def test_text_comes_from_stdin_in_gbk() -> None:
    report = diagnose("-", "--base", "small", stdin="端口down，修路".encode("gbk"))

    assert [o["finding"] for o in report["observations"]] == ["common:after_construction_work", "small:port_down"]


def test_the_report_fits_a_terminal() -> None:
    from wcwidth import wcswidth

    for lang in ("en", "zh"):
        done = run(
            "diagnose", "--base-path", str(SMALL), "--base", "small", "--lang", lang, "link down since the road works"
        )
        lines = done.stdout.decode().splitlines()

        assert done.returncode in (0, 1)  # conclusive or not
        assert all(wcswidth(line) <= 80 for line in lines), max(lines, key=wcswidth)


def test_nothing_conclusive_is_exit_code_1_and_said_first() -> None:
    done = run("diagnose", "the coffee machine makes a strange noise", "--base-path", str(SMALL), "--base", "small")

    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[2] == "I do not know: nothing that was reported could be placed."


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["diagnose"], 3, "diagnoser: evidence: nothing was reported; give report, indicators, logs, tests"),
        (["diagnose", "x", "--base", "smal"], 2, "diagnoser: unknown base 'smal'; did you mean 'small'?"),
        (["diagnose", "--log", "missing.log"], 3, "diagnoser: evidence/logs: log file 'missing.log': no such file"),
        (
            ["diagnose", "--measure", "-31"],
            3,
            "diagnoser: evidence/tests: '-31': write a measurement as 'name=value unit'",
        ),
        (
            ["diagnose", "--evidence", "missing.json"],
            3,
            "diagnoser: evidence: 'missing.json': No such file or directory",
        ),
        (["diagnose", "x", "--top", "0"], 2, "Invalid value for '--top': must be at least 1"),
        (["diagnose", "x", "--top", "all"], 2, "Invalid value for '--top': must be a whole number"),
        (["diagnose", "x", "--lang", "fr"], 2, "Invalid value for '--lang': 'fr' is not one of 'en', 'zh'"),
        (["diagnose", "x", "--base", "qqq"], 2, "diagnoser: unknown base 'qqq'; there are: "),
        (["diagnose", "x", "--log", "/"], 3, "diagnoser: evidence/logs: log file '/': is a folder; give its files"),
        (["diagnose", "x", "--light", ""], 3, "diagnoser: evidence/indicators/0: says nothing; give part, light"),
        (["explain", "fibre_brokn", "x"], 2, "diagnoser: unknown cause 'fibre_brokn'; did you mean"),
    ],
)
def test_bad_input_gets_one_clear_message(arguments: list[str], code: int, message: str) -> None:
    done = run(arguments[0], "--base-path", str(SMALL), *arguments[1:])

    assert done.returncode == code
    assert message in done.stderr.decode()
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "stdin:1:2: not JSON"),
        (b'{"report": NaN}', "NaN is not a number JSON knows"),
        (b'{"x": 1e999}', "1e999 is too large for a number"),
        (b'{"report": "a", "report": "b"}', "key 'report' stands twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"report": ' + b"9" * 5000 + b"}", "stdin: "),
        ('{"report": "端口"}'.encode("gbk"), "not UTF-8 at byte"),
        (b"[]", "an evidence document is a JSON object"),
    ],
)
def test_a_bad_document_gets_one_clear_message(content: bytes, message: str) -> None:
    done = run("diagnose", "--evidence", "-", "--base-path", str(SMALL), stdin=content)

    assert done.returncode == 3
    assert message in done.stderr.decode()


@pytest.mark.parametrize(
    ("document", "option", "field"),
    [
        ({"report": 123}, ["link down"], "report"),
        ({"indicators": "PWR red"}, ["--light", "PWR red"], "indicators"),
        ({"logs": {"file": "a.log"}}, ["--log", __file__], "logs"),
        ({"tests": "rx power -31 dBm"}, ["--measure", "rx power=-31 dBm"], "tests"),
    ],
)
def test_a_wrong_field_of_the_document_is_told_although_an_option_adds_to_it(
    document: dict[str, Any], option: list[str], field: str
) -> None:
    done = run("diagnose", "-e", "-", "--base-path", str(SMALL), *option, stdin=json.dumps(document).encode())

    assert done.returncode == 3
    assert done.stderr.decode().startswith(f"diagnoser: evidence/{field}: ")


def test_read_marks_what_is_only_understood_so() -> None:
    sure, guessed = (
        run("read", text, "--base-path", str(SMALL)).stdout.decode() for text in ("端口灯不亮", "开网页特别慢")
    )

    assert "perhaps: " not in sure
    assert "      A port will not come up or went down / 端口不UP或Down\n" in sure
    assert "      perhaps: Network slow or losing packets / 可能：网络慢或丢包\n" in guessed


def test_explain_tells_why_and_why_not() -> None:
    done = run(
        "explain",
        "small:port_shut",
        "link down",
        "--measure",
        "rx power=-31 dBm",
        "--base-path",
        str(SMALL),
        "--base",
        "small",
    )

    text = done.stdout.decode()
    assert done.returncode == 0
    assert text.startswith("Port shut by configuration  (small:port_shut)")
    for section in ("Speaks for it", "Speaks against it", "Not looked at yet", "Its numbers"):
        assert section in text


def test_explain_tells_what_ruled_a_cause_out() -> None:
    evidence = json.dumps({"logs": ["shutdown command on GE0/0/1", "IFNET/4/LINK_DOWN: interface GE0/0/1 down"]})

    done = run("explain", "small:fibre_broken", "--evidence", "-", "--base-path", str(SMALL), stdin=evidence.encode())

    said = " ".join(done.stdout.decode().split())
    assert "ruled out: the port went down because somebody shut it (rule small:shut_explains_down)" in said


def test_the_schema_is_valid_json_and_knows_every_file() -> None:
    schema = json.loads(run("kb", "schema").stdout)

    assert {"file_causes", "file_symptoms", "file_rules", "Outcome"} <= set(schema["definitions"])


def test_checking_a_base_reports_its_problems_only() -> None:
    done = run("kb", "check", str(SMALL))

    assert done.returncode == 0
    assert "no problem found" not in done.stdout.decode()
    assert all("tests/knowledge/small" in line for line in done.stdout.decode().splitlines())


def test_broken_knowledge_is_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "base.yaml").write_text("base: broken\nversion: one\n")

    done = run("diagnose", "x", "--base-path", str(tmp_path))

    assert done.returncode == 3
    assert "broken/base.yaml" in done.stderr.decode()
    assert "2 problems" in done.stderr.decode()


def test_the_examples_of_the_readme_are_evidence() -> None:
    from diagnoser.evidence import evidence_from

    for path in (ROOT / "docs" / "examples").glob("*.json"):
        assert not evidence_from(json.loads(path.read_text(encoding="utf-8"))).is_empty()
