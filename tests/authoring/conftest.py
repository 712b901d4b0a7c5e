"""The sound base, for the tests of what authors use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.sound import write_sound_base


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_sound_base(tmp_path)
