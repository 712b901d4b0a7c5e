"""Knowledge ready for diagnosing, from the compiled form that was kept where the files are still the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from diagnoser.diagnosis import PreparedKnowledge, prepare
from diagnoser.knowledge import cache, shipped_knowledge
from diagnoser.knowledge.files import Contents, contents
from diagnoser.knowledge.loading import built, without_collection


def _unsaid() -> None:
    """Nobody waits."""


def prepared(
    *folders: Path | str, with_cases: bool = False, compiling: Callable[[], object] = _unsaid
) -> PreparedKnowledge:
    """The knowledge under some folders, loaded and compiled.

    The content of every file is read and hashed each time, so that an edit is always seen. Nothing is compiled
    of cases: where only they changed, what was kept fits.

    Args:
        folders: folders of bases; the shipped knowledge if none is given.
        with_cases: read the cases too, anew each time; a diagnosis does not need them.
        compiling: called before the knowledge is compiled, which takes long, because nothing that was kept fits.

    Raises:
        KnowledgeError: the knowledge has problems; all of them.
        UnsupportedRule: a rule asks for something that the rule engine does not do.
    """
    places = folders or (shipped_knowledge(),)
    if not with_cases:
        return _compiled(contents(*places), compiling)
    with without_collection():
        read = built(contents(*places, with_cases=True))
    compiled = _compiled(contents(*places), compiling)
    return replace(compiled, base=replace(compiled.base, cases=read.cases, locations=read.locations))


def _compiled(found: Contents, compiling: Callable[[], object]) -> PreparedKnowledge:
    # Locations are part of the value, and are written as seen from where the command runs.
    made_from = "\0".join((found.hash, *sorted({_root(f.shown, f.relative) for f in found.files})))
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
