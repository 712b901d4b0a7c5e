"""The knowledge that the server answers from, and its replacement while it runs."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

from diagnoser.diagnosis import PreparedKnowledge
from diagnoser.prepared import prepared


class Library:
    """Holds one prepared knowledge base; a reload builds a new one and swaps the reference."""

    def __init__(self, folders: tuple[Path, ...] = ()) -> None:
        self._folders = folders
        self._reloading = threading.Lock()
        self._knowledge: PreparedKnowledge | None = None

    @property
    def knowledge(self) -> PreparedKnowledge | None:
        """The knowledge in use; None before the first load."""
        return self._knowledge

    def reload(self) -> PreparedKnowledge:
        """Load from disk. Requests under way keep what they began with.

        Raises:
            KnowledgeError: the knowledge is broken; the one in use stays.
            UnsupportedRule: a rule cannot be run; likewise.
        """
        with self._reloading:
            fresh = prepared(*self._folders)
            self._knowledge = fresh
            gc.freeze()  # knowledge stays: to look through its objects each time holds up whoever is asking
            return fresh
