"""`diagnoser logs`: what the known patterns find in logs, and what no pattern knows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from diagnoser.cli.exit_codes import DONE, INCONCLUSIVE
from diagnoser.cli.knowledge import prepared_knowledge
from diagnoser.cli.options import BasePathOption, DeviceOption, JsonOption, KeepSecrets, Lang, UsedBases
from diagnoser.cli.redact import tell_replaced
from diagnoser.cli.streams import say, write_json, write_lines

if TYPE_CHECKING:
    from diagnoser.evidence import Observation
    from diagnoser.evidence.bundles import LogPart
    from diagnoser.evidence.log_reading import LogRead, UnknownLine

MAX_HELD = 5_000
"""Unknown lines, and characters of each, that are held of a file in a bundle of which nobody knows yet whether it is a log."""

logs = typer.Typer(help="Look through logs, command outputs and bundles.", no_args_is_help=True, rich_markup_mode=None)

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Logs, command outputs or bundles; - reads stdin.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of what is said about the files.")]


@logs.command()
def scan(
    files: Files,
    device: DeviceOption = None,
    base: UsedBases = None,
    base_path: BasePathOption = None,
    as_json: JsonOption = False,
    keep_secrets: KeepSecrets = False,
    lang: LangOption = Lang.en,
) -> None:
    """Which patterns and readings hit, where and how often. With --json, secrets become tokens."""
    from diagnoser.evidence.redaction import Redactor

    redactor = Redactor()
    quote = redactor.line if as_json and not keep_secrets else str
    read = list(_read(files, device, base, base_path, quote=quote))
    hits = [
        _hit(o)
        for _, found in read
        if found is not None
        for o in sorted(found.observations, key=lambda o: (o.source.line or 0, o.id, o.component or ""))
    ]
    if as_json:
        write_json({"files": [_file(*each) for each in read], "hits": hits})
    else:
        write_lines(map(_hit_line, hits))
    _tell(read, lang)
    tell_replaced(redactor.tokens.counts(), lang)
    raise typer.Exit(DONE if hits else INCONCLUSIVE)


@logs.command()
def unknown(
    files: Files,
    device: DeviceOption = None,
    base: UsedBases = None,
    base_path: BasePathOption = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many templates to show.")] = 50,
    as_json: JsonOption = False,
    keep_secrets: KeepSecrets = False,
    lang: LangOption = Lang.en,
) -> None:
    """What no pattern knows, rarest and newest first, ready to become patterns.

    Secrets are blanks in the patterns and neutral values in the examples.
    """
    from dataclasses import asdict

    from diagnoser.evidence.redaction import Redactor, neutral
    from diagnoser.evidence.templates import MAX_TEXT, Templates, as_yaml

    templates, redactor = Templates(), Redactor()

    def shown(line: str) -> str:
        return line if keep_secrets else neutral(redactor.line(line[: 2 * MAX_TEXT]))

    def note(part: LogPart) -> UnknownLine:
        return lambda line, number: templates.add(line, f"{part.name}:{number}", shown)

    read = list(_read(files, device, base, base_path, note))
    found = templates.rarest(top)
    if as_json:
        entries = [{"id": template.id, **asdict(template)} for template in found]
        write_json({"files": [_file(*each) for each in read], "templates": entries})
    else:
        sys.stdout.writelines(as_yaml(found))
    if templates.dropped:
        left_out = (
            f"{templates.dropped} lines of further templates were left out",
            f"其余模板共{templates.dropped}行未列出",
        )
        say(left_out[lang == "zh"])
    _tell(read, lang)
    tell_replaced(redactor.tokens.counts(), lang)


def _read(
    files: list[str],
    device: str | None,
    bases: list[str] | None,
    base_path: list[Path] | None,
    note: Any = None,
    quote: Callable[[str], str] = str,
) -> Iterator[tuple[LogPart, LogRead | None]]:
    """Each part of each file, with what it says; None where it was skipped."""
    from dataclasses import replace

    from diagnoser.cli.reading import open_log
    from diagnoser.evidence.log_reading import LogReader
    from diagnoser.evidence.not_read import NEITHER
    from diagnoser.evidence.observe import as_quoted

    knowledge = prepared_knowledge(base_path)
    base, observables = knowledge.base, knowledge.observables
    active = base.active_bases(device, tuple(bases or ()))
    for file in files:
        for part in open_log(file):
            if part.chunks is None:
                yield part, None
                continue
            held = _Held(note(part)) if note else None
            reader = LogReader(observables.logs, active, part.name, held.take if held else None)
            if held:
                held.is_log = (lambda: True) if part.sure else reader.looks_like_a_log
            reader.read(part.chunks)
            if not part.sure and not reader.looks_like_a_log():
                yield replace(part, chunks=None, skipped=NEITHER), None
                continue
            if held:
                held.pass_on()
            found = reader.finish()
            quoting = replace(part, quote=quote)
            yield part, replace(found, observations=tuple(as_quoted(o, quoting) for o in found.observations))


def _hit(o: Observation) -> dict[str, Any]:
    """What was read in a log, as JSON tells it."""
    return {
        "finding": o.id if o.subject != "measurement" else None,
        "quantity": o.id if o.subject == "measurement" else None,
        "component": o.component,
        "value": o.value,
        "unit": o.unit,
        "count": o.count,
        "first": o.first,
        "last": o.last,
        "file": o.source.file,
        "line": o.source.line,
        "text": o.text,
    }


def _hit_line(hit: dict[str, Any]) -> str:
    what = hit["finding"] or f"{hit['quantity']} = {hit['value']:g} {hit['unit'] or ''}".rstrip()
    place = f" at {hit['component']}" if hit["component"] else ""
    span = "" if hit["first"] is None else f" [{hit['first']} .. {hit['last']}]"
    return f"{hit['file']}:{hit['line']}: {what}{place} x{hit['count']}{span}: {hit['text']}"


class _Held:
    """Unknown lines of a file, held back until it is known to be a log."""

    def __init__(self, note: UnknownLine) -> None:
        self._note = note
        self._lines: list[tuple[str, int]] | None = []
        self.is_log: Callable[[], bool] = lambda: False

    def take(self, line: str, number: int) -> None:
        if self._lines is not None and self.is_log():
            self.pass_on()
        if self._lines is None:
            self._note(line, number)
        elif len(self._lines) < MAX_HELD:
            self._lines.append((line[:MAX_HELD], number))

    def pass_on(self) -> None:
        """It is a log: give the lines away, and those that follow as they come."""
        lines, self._lines = self._lines or (), None
        for line, number in lines:
            self._note(line, number)


def _file(part: LogPart, read: LogRead | None) -> dict[str, Any]:
    if read is None:
        return {"name": part.name, "skipped": part.skipped.en if part.skipped else ""}
    return {
        "name": part.name,
        "lines": read.lines,
        "unknown": read.unknown,
        "first": None if read.first is None else read.first.text(),
        "last": None if read.last is None else read.last.text(),
        "warnings": [warning.en for warning in read.warnings],
    }


def _tell(read: list[tuple[LogPart, LogRead | None]], lang: Lang) -> None:
    """What a person should know about the files, on stderr."""
    for part, found in read:
        if found is None:
            say(part.why_not()[lang])
            continue
        for warning in found.warnings:
            say(f"{part.name}: {warning[lang]}")
        say(_summary(part.name, found, lang))


def _summary(name: str, found: LogRead, lang: Lang) -> str:
    span = None if found.first is None or found.last is None else (found.first.text(), found.last.text())
    if lang == "zh":
        return f"{name}：{found.lines}行，{found.unknown}行未能识别" + (f"，{span[0]}至{span[1]}" if span else "")
    lines = f"{found.lines} {'line' if found.lines == 1 else 'lines'}"
    return f"{name}: {lines}, {found.unknown} unknown" + (f", {span[0]} to {span[1]}" if span else "")
