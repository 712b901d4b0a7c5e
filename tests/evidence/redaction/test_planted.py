"""None of two hundred planted secrets leaks, and what is no secret stays."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from tests.evidence.redaction.planted import Planted, planted, private_keys

from diagnoser.diagnosis import PreparedKnowledge, diagnose
from diagnoser.evidence import evidence_from
from diagnoser.evidence.redaction import Redactor, redact, redact_text

AROUND = [
    "Huawei Versatile Routing Platform Software, VRP (R) software, Version 5.170 (S5720 V200R021C10SPC600)",
    "May  1 2024 10:00:00+08:00 SW1 %%01IFNET/4/LINK_DOWN(l)[12]: interface GE0/0/1 down",
    "今天上午十点端口就不UP了，收光 -31 dBm",
    "Hello, the uplink GE0/0/24 went down at 10:05:33.120, firmware 5.170.6.10.",
]
SECRETS = planted()


def _text(secrets: list[Planted]) -> str:
    r = random.Random(7)
    return "\n".join(line for p in secrets for line in (r.choice(AROUND), p.text))


def test_there_are_two_hundred_of_twenty_kinds() -> None:
    assert len(SECRETS) == 200
    assert set(Counter(p.kind for p in SECRETS).values()) == {10}
    assert all(p.secret in p.text for p in SECRETS)


@pytest.mark.parametrize("one", [*SECRETS, *private_keys()], ids=lambda p: p.kind)
def test_a_secret_does_not_leak(one: Planted) -> None:
    assert one.secret not in redact_text(one.text)


def test_none_leaks_from_a_long_text_and_the_rest_stays() -> None:
    text = _text([*SECRETS, *private_keys()])
    redacted = redact_text(text)

    assert [p for p in SECRETS if p.secret in redacted] == []
    for line in AROUND:
        assert redacted.count(line) == text.count(line)


def test_none_leaks_from_an_evidence_document() -> None:
    document = {
        "device": "S5720",
        "report": _text(SECRETS[:70]),
        "logs": [p.text for p in SECRETS[70:140]] + [line for p in private_keys() for line in p.text.split("\n")],
        "tests": [{"check": "look", "result": p.text} for p in SECRETS[140:]],
        "alarms": [{"alarm-text": p.text, "resource": "GE0/0/1"} for p in SECRETS],
    }
    redacted = redact(document)

    said = json.dumps(redacted.content, ensure_ascii=False)
    assert [p for p in [*SECRETS, *private_keys()] if p.secret in said] == []
    assert redacted.content["device"] == "S5720"
    assert sum(redacted.counts.values()) >= 400
    evidence_from(redacted.content)


def test_the_same_secret_has_the_same_token_everywhere() -> None:
    redactor = Redactor()
    for one in SECRETS:
        first, again = redactor.line(one.text), redactor.line(one.text)

        assert first == again
    assert redact_text(_text(SECRETS)) == redact_text(_text(SECRETS))


def test_the_diagnosis_is_the_same_with_secrets_taken_out(small: PreparedKnowledge) -> None:
    for start in range(0, len(SECRETS), 10):
        document = {
            "report": "link is down since the road works. " + SECRETS[start].text,
            "logs": ["IFNET/4/LINK_DOWN: interface GE0/0/1 down", *(p.text for p in SECRETS[start : start + 10])],
            "tests": [{"check": "rx power", "result": "-31 dBm"}],
        }
        plain = diagnose(small, evidence_from(document), top=None)
        redacted = diagnose(small, evidence_from(redact(document).content), top=None)

        assert [(c.id, c.posterior) for c in redacted.causes] == [(c.id, c.posterior) for c in plain.causes]
        assert "GE0/0/1" in {o.component for o in redacted.observations}
        assert not any(p.secret in redacted.model_dump_json() for p in SECRETS)
