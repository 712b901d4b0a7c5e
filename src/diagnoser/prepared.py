"""Knowledge ready for diagnosing, from the compiled form that was kept where the files are still the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from diagnoser.diagnosis import PreparedKnowledge, prepare
from diagnoser.knowledge import cache, shipped_knowledge
from diagnoser.knowledge.files import contents
from diagnoser.knowledge.loading import built, without_collection


def _unsaid() -> None:
    """Nobody waits."""


def prepared(
    *folders: Path | str, with_cases: bool = False, compiling: Callable[[], object] = _unsaid
) -> PreparedKnowledge:
    """The knowledge under some folders, loaded and compiled.

    The content of every file is read and hashed each time, so that an edit is always seen.

    Args:
        folders: folders of bases; the shipped knowledge if none is given.
        with_cases: load the cases too; a diagnosis does not need them.
        compiling: called before the knowledge is compiled, which takes long, because nothing that was kept fits.

    Raises:
        KnowledgeError: the knowledge has problems; all of them.
        UnsupportedRule: a rule asks for something that the rule engine does not do.
    """
    found = contents(*(folders or (shipped_knowledge(),)), with_cases=with_cases)
    # Locations are part of the value, and are written as seen from where the command runs.
    made_from = "\0".join((found.hash_with_cases, *sorted({_root(f.shown, f.relative) for f in found.files})))
    if not found.problems:
        with without_collection():
            kept = cache.fetch("knowledge", made_from)
        if isinstance(kept, PreparedKnowledge) and kept.base.hash == found.hash:
            return kept
    compiling()
    with without_collection():
        fresh = prepare(built(found))
        cache.keep("knowledge", made_from, fresh)
    return fresh


def _root(shown: str, relative: str) -> str:
    return shown.removesuffix(relative)
