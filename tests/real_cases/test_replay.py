"""Real solved cases, replayed where they are at hand: the true cause is usually among the first three."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CASES = HERE.parents[2] / "shared" / "cases" / "cases-dev.jsonl"


@pytest.mark.skipif(not CASES.is_file(), reason="the real cases are not part of the project")
def test_the_true_cause_is_first_in_60_and_among_the_first_three_in_85_of_100_real_cases() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "diagnoser.cli.main", "kb", "eval", str(CASES), "--answers", str(HERE / "answers.yaml"), "--json"],
        capture_output=True,
        check=False,
        timeout=1800,
    )  # fmt: skip

    evaluated = json.loads(done.stdout)
    assert not evaluated["unmatched"]
    assert evaluated["total"]["top1"] >= 0.60, evaluated["total"]
    assert evaluated["total"]["top3"] >= 0.85, evaluated["total"]
