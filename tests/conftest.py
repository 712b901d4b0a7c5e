"""Knowledge that tests share: a small base of our own, and the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnoser.diagnosis import PreparedKnowledge, prepare
from diagnoser.knowledge import load

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "knowledge" / "small"
COMMON = ROOT / "knowledge" / "common"


@pytest.fixture(scope="session")
def small() -> PreparedKnowledge:
    """The small base of `tests/knowledge/small`, with `common`."""
    return prepare(load(COMMON, SMALL, with_cases=True))


@pytest.fixture(scope="session")
def shipped() -> PreparedKnowledge:
    """Everything that comes with diagnoser."""
    return prepare(load(ROOT / "knowledge", with_cases=True))
