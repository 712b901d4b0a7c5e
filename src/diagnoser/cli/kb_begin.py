"""`diagnoser kb new`, `find` and `schema`: what an author needs to begin an entry."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from diagnoser.cli.exit_codes import BAD_INPUT, DONE, INCONCLUSIVE, USAGE
from diagnoser.cli.knowledge import folder_of, prepared_knowledge
from diagnoser.cli.options import BasePathOption, JsonOption
from diagnoser.cli.streams import fail, say, write_json, write_lines


class Begun(StrEnum):
    """What can be begun anew."""

    base = "base"
    cause = "cause"
    rule = "rule"
    case = "case"
    symptom = "symptom"
    check = "check"
    log = "log"
    light = "light"
    overlay = "overlay"


class Named(StrEnum):
    """What an entry may name."""

    event = "event"
    cause = "cause"
    symptom = "symptom"
    light = "light"
    log = "log"
    outcome = "outcome"
    check = "check"
    circumstance = "circumstance"
    part = "part"
    tool = "tool"
    reason = "reason"
    collect = "collect"


def new(
    kind: Annotated[Begun, typer.Argument(help="base, cause, rule, case, symptom, check, log, light or overlay.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="Its id: lower-case letters, digits and _.")],
    base: Annotated[
        str | None, typer.Option("--base", metavar="NAME", help="The base that it goes to; not for a base.")
    ] = None,
    base_path: BasePathOption = None,
    printed: Annotated[bool, typer.Option("--print", help="Print it; write no file.")] = False,
) -> None:
    """Begin an entry: every field in place, with a comment on each, in both languages.

    A base, a cause, a rule or a case becomes a file; the others are printed, to be put into their list.
    """
    from diagnoser.authoring.templates import ENTRY_KINDS, FILE_KINDS, template

    try:
        text = template(kind.value, id_)
    except ValueError as error:
        fail(str(error), USAGE)
    folder = _home(id_, base_path) if kind is Begun.base else _folder(base, base_path)
    if kind.value in ENTRY_KINDS:
        sys.stdout.write(text)
        name = ENTRY_KINDS[kind.value]
        place = folder / name if (folder / name).is_dir() else folder / f"{name}.yaml"
        say(f"fill in what is marked TODO and put it into {place}")
    elif printed:
        sys.stdout.write(text)
    else:
        path = folder / FILE_KINDS[kind.value] / f"{'base' if kind is Begun.base else id_}.yaml"
        _write_anew(path, text)
        checked = f" {base_path[0]}" if base_path else ""
        say(f"fill in what is marked TODO, then: diagnoser kb check{checked}")


def _home(base: str, base_path: list[Path] | None) -> Path:
    """The folder of a base that is yet to be."""
    if not base_path:
        fail("say where your bases lie: --base-path knowledge; the folder is made", USAGE)
    return base_path[0] / base


def _folder(base: str | None, base_path: list[Path] | None) -> Path:
    """The folder of the base that an entry goes to."""
    if base is None:
        fail("say which base it goes to: --base NAME; diagnoser kb new base NAME begins one", USAGE)
    return folder_of(base, base_path)


def _write_anew(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True, parents=path.name == "base.yaml")
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path} exists already; choose another id", USAGE)
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}", BAD_INPUT)
    write_lines([str(path)])


def find(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="Words in either language, or an id; '' for all.")],
    kind: Annotated[Named | None, typer.Option("--kind", help="Only what is of this kind.")] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="NAME", help="Only what this base has.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000)] = 20,
    base_path: BasePathOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find what the knowledge has already, to name it in an entry: events, causes, findings, checks, parts ..."""
    from diagnoser.authoring.find import find as found_by

    if base is not None:
        folder_of(base, base_path)
    found = found_by(prepared_knowledge(base_path), words, kind.value if kind else None, base)
    if as_json:
        write_json([{"kind": i.kind, "id": i.id, "title": i.title.model_dump()} for i in found[:limit]])
    else:
        write_lines(f"{i.kind:12} {i.id}\n{'':12} {i.title.en} / {i.title.zh}" for i in found[:limit])
    if len(found) > limit:
        say(f"{len(found) - limit} more: --limit, --kind or another word")
    elif not found:
        say("nothing is called so: try fewer or other words")
    raise typer.Exit(DONE if found else INCONCLUSIVE)


def schema() -> None:
    """The JSON Schema of the knowledge format, for editors."""
    from diagnoser.authoring.schema import schema as schema_of

    write_json(schema_of())
