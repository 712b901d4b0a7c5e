"""The knowledge that the options name: the shipped one, and what lies beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from diagnoser.cli.exit_codes import USAGE
from diagnoser.cli.progress import tell_compiling
from diagnoser.cli.streams import fail

if TYPE_CHECKING:
    from diagnoser.diagnosis import PreparedKnowledge


def prepared_knowledge(
    base_path: list[Path] | None, with_cases: bool = False, lang: Literal["en", "zh"] = "en"
) -> PreparedKnowledge:
    """All bases, compiled; that it takes a while is told where it does, in a language.

    Raises:
        KnowledgeError: some base has problems.
    """
    from diagnoser.knowledge import shipped_knowledge
    from diagnoser.prepared import prepared

    return prepared(
        shipped_knowledge(), *(base_path or ()), with_cases=with_cases, compiling=lambda: tell_compiling(lang)
    )


def folders(base_path: Iterable[Path] | None) -> dict[str, Path]:
    """Base -> its folder; of two with the same name, what lies beside the shipped knowledge."""
    from diagnoser.knowledge import shipped_knowledge
    from diagnoser.knowledge.files import base_folders

    return base_folders(*(base_path or ()), shipped_knowledge())


def folder_of(base: str, base_path: Iterable[Path] | None) -> Path:
    """The folder of a base; where there is no such base, the command ends."""
    from diagnoser.errors import did_you_mean

    known = folders(base_path)
    if base not in known:
        near = did_you_mean(base, known, most=0)
        fail(
            f"unknown base '{base}'{near or f'; diagnoser kb new base {base} --base-path DIR begins it'}",
            USAGE,
        )
    return known[base]
