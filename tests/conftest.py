"""Knowledge that tests share: a small base of our own, and the shipped one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from diagnoser.diagnosis import PreparedKnowledge, prepare
from diagnoser.knowledge import load

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "knowledge" / "small"
COMMON = ROOT / "knowledge" / "common"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests, and the commands that they start, keep compiled knowledge in a folder of this run, for all its workers."""
    before = os.environ.get("DIAGNOSER_CACHE")
    mine = tmp_path_factory.getbasetemp()
    run = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine
    os.environ["DIAGNOSER_CACHE"] = str(run / "cache")
    yield
    if before is None:
        del os.environ["DIAGNOSER_CACHE"]
    else:
        os.environ["DIAGNOSER_CACHE"] = before


@pytest.fixture(scope="session")
def small() -> PreparedKnowledge:
    """The small base of `tests/knowledge/small`, with `common`."""
    return prepare(load(COMMON, SMALL, with_cases=True))


@pytest.fixture(scope="session")
def shipped() -> PreparedKnowledge:
    """Everything that comes with diagnoser."""
    return prepare(load(ROOT / "knowledge", with_cases=True))
