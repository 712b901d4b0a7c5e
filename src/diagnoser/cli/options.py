"""Options that several commands take."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """Languages of answers."""

    en = "en"
    zh = "zh"


BasePathOption = Annotated[
    list[Path] | None,
    typer.Option("--base-path", metavar="DIR", help="More knowledge beside the shipped one. Repeatable."),
]
UsedBases = Annotated[
    list[str] | None, typer.Option("--base", metavar="NAME", help="Use this base (with what it imports). Repeatable.")
]
OnlyBases = Annotated[
    list[str] | None, typer.Option("--base", metavar="NAME", help="Only this base. Repeatable; all by default.")
]
OneBase = Annotated[str, typer.Option("--base", metavar="NAME", help="The base.")]
DeviceOption = Annotated[str | None, typer.Option("--device", metavar="MODEL", help="Maker and model, or what it is.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
KeepSecrets = Annotated[
    bool,
    typer.Option("--keep-secrets", help="Leave passwords, addresses, names ... in what is passed on, as they are."),
]
