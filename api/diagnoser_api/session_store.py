"""Sessions of troubleshooting, kept in memory: a limited number, each for a limited time after its last use."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from diagnoser.troubleshooting import Session


@dataclass(frozen=True, slots=True)
class Kept:
    """A session under its id, and until when it is kept, in seconds of the store's clock."""

    id: str
    session: Session
    until: float


class Full(Exception):
    """No more sessions can be kept; one is given up after so many `seconds` at the latest."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(seconds)


class SessionStore:
    """Sessions by id. Safe to use from several threads; shared by no other process."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            limit: how many sessions are kept at once.
            seconds: how long a session is kept after its last use.
            clock: seconds that never go back.
        """
        self._limit, self._seconds, self._clock = limit, seconds, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        """Longest unused first."""

    def add(self, session: Session) -> Kept:
        """Keep a new session, under an id that nobody can guess.

        Raises:
            Full: the limit is reached.
        """
        with self._lock:
            self._forget_old()
            if len(self._kept) >= self._limit:
                raise Full(max(0.0, next(iter(self._kept.values())).until - self._clock()))
            return self._put(secrets.token_urlsafe(18), session)

    def get(self, id_: str) -> Kept | None:
        """A session, which is thereby used; None if there is none, or it is too old."""
        with self._lock:
            self._forget_old()
            kept = self._kept.get(id_)
            return None if kept is None else self._put(id_, kept.session)

    def replace(self, id_: str, before: Session, after: Session) -> Kept | None:
        """Put a session in the place of what it was made from; None if that is no longer there."""
        with self._lock:
            self._forget_old()
            kept = self._kept.get(id_)
            return None if kept is None or kept.session is not before else self._put(id_, after)

    def remove(self, id_: str) -> bool:
        """Forget a session; whether there was one."""
        with self._lock:
            self._forget_old()
            return self._kept.pop(id_, None) is not None

    def _put(self, id_: str, session: Session) -> Kept:
        kept = Kept(id_, session, self._clock() + self._seconds)
        self._kept[id_] = kept
        self._kept.move_to_end(id_)
        return kept

    def _forget_old(self) -> None:
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if oldest.until > now:
                return
            del self._kept[oldest.id]
