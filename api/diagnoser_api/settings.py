"""What can be set from the environment, all under `DIAGNOSER_`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Attributes:
        knowledge: folders of knowledge; the shipped one if empty (`DIAGNOSER_KNOWLEDGE`,
            separated as in PATH).
        max_body_bytes: `DIAGNOSER_MAX_BODY_BYTES`.
        max_body_seconds: `DIAGNOSER_MAX_BODY_SECONDS`.
        max_sessions: sessions of troubleshooting kept at once (`DIAGNOSER_MAX_SESSIONS`).
        session_seconds: how long one is kept after its last use (`DIAGNOSER_SESSION_SECONDS`).
    """

    knowledge: tuple[Path, ...] = ()
    max_body_bytes: int = 8 * 1024 * 1024
    max_body_seconds: float = 20.0
    max_sessions: int = 1000
    session_seconds: float = 3600.0


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings of an environment.

    Raises:
        ValueError: a number is none, or not above zero; the message names the variable.
    """

    def number(name: str, default: float) -> float:
        said = environment.get(name)
        if said is None:
            return default
        try:
            value = float(said)
        except ValueError:
            raise ValueError(f"{name}: '{said}' is not a number") from None
        if not 0 < value < float("inf"):
            raise ValueError(f"{name}: '{said}' is not above zero")
        return value

    default = Settings()
    folders = environment.get("DIAGNOSER_KNOWLEDGE", "")
    return Settings(
        knowledge=tuple(Path(f) for f in folders.split(os.pathsep) if f),
        max_body_bytes=int(number("DIAGNOSER_MAX_BODY_BYTES", default.max_body_bytes)),
        max_body_seconds=number("DIAGNOSER_MAX_BODY_SECONDS", default.max_body_seconds),
        max_sessions=int(number("DIAGNOSER_MAX_SESSIONS", default.max_sessions)),
        session_seconds=number("DIAGNOSER_SESSION_SECONDS", default.session_seconds),
    )
