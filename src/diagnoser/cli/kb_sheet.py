"""`diagnoser kb export` and `import`: a base as a spreadsheet, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from diagnoser.cli.exit_codes import BAD_INPUT, USAGE
from diagnoser.cli.kb_lines import counted
from diagnoser.cli.knowledge import folder_of, folders
from diagnoser.cli.options import BasePathOption, OneBase
from diagnoser.cli.streams import fail, say, write_lines


def export(base: OneBase, base_path: BasePathOption = None) -> None:
    """A spreadsheet (CSV) of a base's events, symptoms, log patterns and causes, on stdout."""
    from diagnoser.authoring.sheet import exported, left_out
    from diagnoser.errors import KnowledgeError
    from diagnoser.knowledge import read

    folder = folder_of(base, base_path)
    draft = read(folder, with_cases=True)
    if draft.problems:
        raise KnowledgeError(draft.problems)
    text = exported(draft.entries, folder.name)
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
    else:
        sys.stdout.write(text)
    without = ", ".join(counted(count, name) for name, count in left_out(draft.entries, folder.name).items())
    if without:
        say(f"not in the sheet, only in {folder}: {without}")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A sheet as `kb export` writes it.")],
    base: OneBase,
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="Folder that holds (or will hold) the base.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace files that are there.")] = False,
) -> None:
    """Turn a spreadsheet (CSV) of causes and findings into a base.

    A team's own list serves too: a row for each fault, with a heading cause (原因), and symptom, log, solution.
    """
    from diagnoser.authoring.sheet import SEPARATORS, imported
    from diagnoser.authoring.sheet_files import write_base
    from diagnoser.authoring.sheet_imports import imports_of
    from diagnoser.authoring.team_sheet import team_sheet
    from diagnoser.evidence.encodings import decode_file
    from diagnoser.knowledge import read

    try:
        raw = file.read_bytes()
    except OSError as error:
        fail(f"cannot read {file}: {error.strerror}", BAD_INPUT)
    text = decode_file(raw)
    own = team_sheet(text, SEPARATORS)
    files = imported(own.text if own else text, str(file))
    others = [folder for name, folder in folders([into]).items() if name != base]
    try:
        written = write_base(into / base, base, files, replace, imports_of(files, read(*others)))
    except FileExistsError as error:
        fail(f"{error.filename} is there already; --replace replaces it", USAGE)
    except OSError as error:
        fail(f"cannot write {error.filename}: {error.strerror}", BAD_INPUT)
    write_lines(map(str, written))
    if own:
        say(
            f"taken as {', '.join(f'{what}: {name}' for name, what in own.taken.items())}"
            + (f"; not used: {', '.join(own.unused)}" if own.unused else "")
        )
        say(
            "what the list does not say is TODO, in each cause the other language too; hang the causes under events (kb find)"
        )
    say(f"{len(written)} files; now: diagnoser kb check {into / base}")
