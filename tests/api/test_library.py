"""The knowledge that the server holds."""

from __future__ import annotations

import gc

from diagnoser_api.library import Library


def test_knowledge_is_kept_from_the_collector_and_what_it_replaces_is_not() -> None:
    gc.unfreeze()
    gc.collect()
    library = Library()

    library.reload()
    first = gc.get_freeze_count()
    library.reload()

    assert library.knowledge is not None
    assert first > len(library.knowledge.base.findings)
    assert gc.get_freeze_count() < 1.5 * first
    gc.unfreeze()
