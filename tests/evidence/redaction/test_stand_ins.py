"""Evidence is read alike with and without its secrets, and is given back as it was written."""

from __future__ import annotations

from typing import Any

import pytest
from tests.evidence.redaction.planted import planted

from diagnoser.diagnosis import PreparedKnowledge, diagnose, read
from diagnoser.evidence import Observation, evidence_from
from diagnoser.evidence.redaction import redact_text, redact_value, stood_in

SECRETS = planted()


def _read(knowledge: PreparedKnowledge, document: Any) -> tuple[Any, list[tuple[Any, ...]]]:
    """What reasoning is given: the evidence that is read, and what is observed in it but for how it was written."""
    reading = read(knowledge, evidence_from(document))
    return (reading.evidence, reading.bearing), sorted(map(_observed, reading.observed.observations))


def _observed(o: Observation) -> tuple[Any, ...]:
    kept = (o.subject, o.id, o.state, o.certainty, o.value, o.unit, o.colour, o.behaviour, o.count)
    return tuple("" if part is None else str(part) for part in kept)


def test_every_shipped_case_with_a_secret_in_it_is_read_alike_when_redacted(shipped: PreparedKnowledge) -> None:
    for number, case in enumerate(shipped.base.cases.values()):
        lang = "en" if number % 2 else "zh"
        told, secret = case.document.tells[lang], SECRETS[number % len(SECRETS)].text
        document = {**case.document.evidence, "lang": lang}
        document["report"] = f"{secret}\n{told}" if number % 3 else f"{told} {secret}, {document.get('report', '')}"
        document["logs"] = [*document.get("logs", []), SECRETS[-number % len(SECRETS)].text]

        plain, redacted = _read(shipped, document), _read(shipped, redact_value(document))

        assert redacted == plain, case.id


@pytest.mark.parametrize(
    "report",
    [
        "duplicate IP 10.1.1.5 conflict with 00:11:22:33:44:55",
        "call 13812345678 about the broken fibre",
        "mail bob.smith@example.com, the fibre is broken at 10.2.3.4",
        "联系张经理13812345678，光猫LOS红灯",
        "联系人：王建国13812345678，机房停电",
        "客户：宏远科技有限公司，身份证11010519491231002X，光纤断了",
    ],
)
def test_a_secret_of_any_form_changes_no_probability(shipped: PreparedKnowledge, report: str) -> None:
    redacted = redact_text(report)

    assert redacted != report
    plain, hidden = (diagnose(shipped, evidence_from({"report": said}), top=None) for said in (report, redacted))
    assert [(c.id, c.posterior) for c in hidden.causes] == [(c.id, c.posterior) for c in plain.causes]


@pytest.mark.parametrize(
    ("report", "first"),
    [
        ("联系人：机房停电", "power_feed_lost"),
        ("客户名称：光纤断了，LOS红灯", "fibre_broken"),
        ("call 13812345678 about the broken fibre", "fibre_broken"),
    ],
)
def test_a_fault_behind_a_label_is_told(shipped: PreparedKnowledge, report: str, first: str) -> None:
    assert diagnose(shipped, evidence_from({"report": report})).causes[0].id == first


def test_what_is_read_is_quoted_as_it_was_written(small: PreparedKnowledge) -> None:
    report = "密码是Huawei@123，peer 10.1.1.1 and 13812345678 say the link is down since the road works at 10.1.1.1"
    document = {"report": report, "logs": ["00e0-fc12-3456: IFNET/4/LINK_DOWN: interface GE0/0/1 down"]}

    observed = read(small, evidence_from(document)).observed

    said = [o for o in observed.observations if o.source.start is not None]
    assert said
    assert all(o.text == report[o.source.start : o.source.end] for o in said)
    [line] = [o for o in observed.observations if o.subject == "log" and o.source.kind == "log"]
    assert line.text == document["logs"][0]


def test_places_behind_a_private_key_are_those_of_the_report(small: PreparedKnowledge) -> None:
    key = "\n".join(("-----BEGIN PRIVATE KEY-----", *["QUJD" * 16] * 3, "-----END PRIVATE KEY-----"))
    report = f"{key}\npeer 10.1.1.1, the link is down"

    observed = read(small, evidence_from({"report": report})).observed

    [down] = [o for o in observed.observations if o.source.start is not None]
    assert down.text == report[down.source.start : down.source.end] != ""
    assert "link is down" in down.text


def test_evidence_without_secrets_is_read_as_it_is() -> None:
    evidence = evidence_from(
        {"report": "GE0/0/1 is down, rx power -31 dBm", "answers": {"x:password_wrong": "present"}}
    )

    assert stood_in(evidence).evidence is evidence


def test_a_log_file_keeps_its_name() -> None:
    evidence = evidence_from({"report": "peer 10.1.1.1 down", "logs": [{"file": "/tmp/10.1.1.1.log"}]})

    assert stood_in(evidence).evidence.logs == evidence.logs
