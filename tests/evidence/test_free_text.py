"""What kinds of sentences say, and what they do not say, with all knowledge loaded."""

from __future__ import annotations

import itertools

import pytest

from diagnoser.evidence import evidence_from, relevance
from diagnoser.evidence.observe import read_told
from diagnoser.evidence.statements import Said
from diagnoser.evidence.words import LONGEST_CLAUSE, LONGEST_SENTENCE, clause_spans, sentence_ends
from diagnoser.prepared import PreparedKnowledge


def read(knowledge: PreparedKnowledge, report: str) -> Said:
    bases = relevance(knowledge.base, evidence_from({"report": report}), knowledge.base.active_bases(None))
    return read_told(report, knowledge.observables, bases)


@pytest.mark.parametrize("text", ["the port is down and " * 500, "端口断了" * 2000, "x" * 5000, "a, " * 3000])
def test_nothing_is_said_in_a_breath_without_end(text: str) -> None:
    ends = [0, *sentence_ends(text), len(text)]

    assert max(b - a for a, b in clause_spans(text)) <= LONGEST_CLAUSE
    assert max(b - a for a, b in itertools.pairwise(ends)) <= LONGEST_SENTENCE + 1


@pytest.mark.parametrize("text", ["alm led flashes red ", "告警灯红灯快闪", "灯红，闪，"])
def test_a_light_in_a_text_without_a_full_stop_is_read(shipped: PreparedKnowledge, text: str) -> None:
    said = read(shipped, text * 400)

    assert any(o.subject == "light" or o.id.endswith("red_light") for o in said.observations) or said.unplaced
