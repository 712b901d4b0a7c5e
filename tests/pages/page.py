"""A page as it should be: each command of it is run, on the files that it tells to write, and shown as it prints."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner

from diagnoser.cli.main import app
from tests.pages import ROOT
from tests.pages.gaps import json_again, lines_again

WIDTH = "80"
"""Columns of the terminal of a page."""

NEEDS_MORE = re.compile(r"kb (?:eval|diff|import|export)\b|--accept|^make\b|^curl\b|^git\b")
"""Commands on files that only the reader has, and those of other programs."""

SLIPS = "4 errors"
"""Stands where a page shows what is told of slips, which it does not show."""

JSON_OF = ("diagnose", "--evidence", "docs/examples/uplink_down.json", "--top", "2", "--json", "--keep-secrets")
"""What the excerpt of an answer in JSON is of."""

_FILE = re.compile(r"```yaml\n(# (?P<name>(?:ours|knowledge)/[\w/]+\.yaml)\b.*?)```", re.DOTALL)
_COMMENT = re.compile(r" +# .*$|(?<=\.yaml):.*$", re.MULTILINE)
_CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_COMMAND = re.compile(r"^(?P<prompt>\$ (?P<command>(?:.*\\\n)*.*)\n)(?P<shown>(?:(?!\$ ).*\n)*)", re.MULTILINE)
_REPORT = re.compile(r"(?P<before><!-- report: (?P<evidence>\S+) -->\n```text\n)(?P<shown>.*?)(?=```)", re.DOTALL)
_JSON = re.compile(r"(?<=```json\n)\{\n  \"id\".*?(?=```)", re.DOTALL)


class CommandFailed(Exception):
    """A command of a page could not be run."""


def renewed(page: str) -> str:
    """A page with what its commands print now.

    Raises:
        CommandFailed: a command ends with an error.
        LookupError: what stands between gaps is not found again; it is to be written by hand.
    """
    with _folder_of_a_reader(page):
        page = _CONSOLE.sub(lambda block: _COMMAND.sub(_transcript, block[0]), page)
        page = _REPORT.sub(lambda m: m["before"] + _printed(["diagnose", "--evidence", m["evidence"]]), page)
        return _JSON.sub(lambda m: json_again(m[0], json.loads(_printed(list(JSON_OF)))), page)


def written_files(page: str) -> dict[str, str]:
    """The files that a page tells to write: blocks of YAML that begin with their name, without remarks to the reader."""
    return {m["name"]: _COMMENT.sub("", m[1]) for m in _FILE.finditer(page)}


def is_run(command: str, shown: str) -> bool:
    """Whether a command can be run with nothing but what the page shows."""
    return not NEEDS_MORE.search(command) and SLIPS not in shown


@contextlib.contextmanager
def _folder_of_a_reader(page: str) -> Iterator[None]:
    """Work meanwhile in a folder with the examples and the files that a page tells to write."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        Path("docs").symlink_to(ROOT / "docs")
        for path, content in written_files(page).items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(content, encoding="utf-8")
        yield


def _transcript(match: re.Match[str]) -> str:
    command, shown = match["command"].replace("\\\n", " "), match["shown"].rstrip("\n")
    if not is_run(command, shown):
        return match[0]
    words = shlex.split(command, comments=True)
    if words[0] == "echo":
        Path(words[-1]).write_text(f"{words[1]}\n", encoding="utf-8")
        return match[0]
    if words[0] != "diagnoser":
        raise CommandFailed(f"{command}: not a command of this program")
    lines = lines_again(shown.splitlines(), _printed(words[1:]).splitlines())
    return match["prompt"] + "".join(f"{line}\n" for line in lines) + match["shown"][len(shown) + bool(shown) :]


def _printed(words: list[str]) -> str:
    """What a command prints, what goes to stderr last."""
    result = CliRunner().invoke(app, words, env={"COLUMNS": WIDTH})
    if result.exit_code not in (0, 1):
        raise CommandFailed(f"diagnoser {shlex.join(words)}: {result.output}")
    return result.stdout + result.stderr
