"""Redaction over HTTP, and no secret of a request in an error or a log."""

from __future__ import annotations

import logging
import logging.config
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from tests.conftest import COMMON, SMALL

from diagnoser_api.app import app_from_folders
from diagnoser_api.server_log import AccessWithoutQuery, RedactedFormatter, log_config

TICKET = {
    "report": "客户：宏远科技有限公司，联系人：王建国，电话13812345678，密码是Huawei@123。端口不UP link down since the road works",
    "logs": [
        "IFNET/4/LINK_DOWN: interface GE0/0/1 down",
        "snmp-agent community read cipher Publ1c@24",
        "peer 10.20.30.40 down",
    ],
    "tests": [{"check": "rx power", "result": "-31 dBm"}],
}
SECRETS = ["宏远", "王建国", "13812345678", "Huawei@123", "Publ1c@24", "10.20.30.40"]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(app_from_folders((COMMON, SMALL)), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("accept", ["application/json", "text/plain", "text/markdown"])
def test_a_redacted_diagnosis_tells_no_secret(client: TestClient, accept: str) -> None:
    answer = client.post("/v1/diagnoses?redact=true", json=TICKET, headers={"accept": accept})

    assert answer.status_code == 200
    assert [s for s in SECRETS if s in answer.text] == []


def test_a_redacted_diagnosis_has_the_same_causes(client: TestClient) -> None:
    plain, redacted = (client.post(f"/v1/diagnoses?redact={r}", json=TICKET).json() for r in ("false", "true"))

    assert [(c["id"], c["posterior"]) for c in redacted["causes"]] == [
        (c["id"], c["posterior"]) for c in plain["causes"]
    ]
    assert SECRETS[3] in plain["reported"]
    assert "<password-1>" in redacted["reported"]
    assert {o["component"] for o in redacted["observations"]} == {o["component"] for o in plain["observations"]}
    for seen in redacted["observations"]:
        if seen["source"]["kind"] == "report" and seen["source"]["start"] is not None:
            span = redacted["reported"][seen["source"]["start"] : seen["source"]["end"]]
            assert seen["text"].strip() in span or span in seen["text"]


@pytest.mark.parametrize("accept", ["text/plain", "text/markdown"])
def test_a_note_holds_tokens_unless_they_are_to_be_kept(client: TestClient, accept: str) -> None:
    note, plain = (
        client.post("/v1/diagnoses" + query, json=TICKET, headers={"accept": accept}).text
        for query in ("", "?redact=false")
    )

    assert [s for s in SECRETS if s in note] == []
    assert note != plain


def test_a_session_keeps_tokens(client: TestClient) -> None:
    kept, plain = (client.post("/v1/sessions" + query, json=TICKET) for query in ("", "?redact=false"))
    again = client.get(kept.headers["location"] + "?report=true")

    assert [s for s in SECRETS if s in kept.text + again.text] == []
    assert SECRETS[3] in plain.text
    assert kept.json()["step"] == plain.json()["step"]


def test_an_explanation_is_redacted_when_asked(client: TestClient) -> None:
    answer = client.post("/v1/explanations?redact=true&cause=fibre_broken", json=TICKET)

    assert answer.status_code == 200
    assert [s for s in SECRETS if s in answer.text] == []


def test_evidence_redacted_beforehand_gives_the_same_answer(client: TestClient) -> None:
    redacted = client.post("/v1/redactions", json={"evidence": TICKET}).json()

    assert redacted["counts"] == {"community": 1, "customer": 1, "ip": 1, "password": 1, "person": 1, "phone": 1}
    assert "shown" not in redacted["replacements"][0]
    assert (
        client.post("/v1/diagnoses", json=redacted["evidence"]).content
        == client.post("/v1/diagnoses?redact=true", json=TICKET).content
    )


def test_a_text_is_redacted_with_counts(client: TestClient) -> None:
    answer = client.post(
        "/v1/redactions", json={"text": "peer 10.1.1.1 down\npeer 10.1.1.1 up, SN: 2102351BTJ10L4000123"}
    ).json()

    assert answer["text"] == "peer <ip-1> down\npeer <ip-1> up, SN: 2102351BTJ10L4000123"
    assert answer["counts"] == {"ip": 2}
    assert answer["replacements"] == [{"token": "<ip-1>", "kind": "ip", "count": 2, "place": "1"}]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "give either text or evidence"),
        ({"text": "a", "evidence": {}}, "give either text or evidence"),
        ({"txt": "a"}, "unknown field 'txt'; did you mean 'text'?"),
        ({"text": 5}, "must be a string; this is a number"),
    ],
)
def test_a_wrong_request_is_a_problem(client: TestClient, body: object, detail: str) -> None:
    answer = client.post("/v1/redactions", json=body)

    assert answer.status_code == 422
    assert detail in answer.json()["detail"]


def test_an_error_quotes_no_secret(client: TestClient) -> None:
    for body in ({"answers": {"10.20.30.40": "present"}}, {"mail bob.smith@example.com": 1}):
        answer = client.post("/v1/diagnoses", json=body)

        assert answer.status_code == 422
        assert "10.20.30.40" not in answer.text
        assert "bob.smith" not in answer.text


def _record(name: str, message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "x.py", 1, message, args, None)


def test_the_log_holds_neither_secrets_nor_queries() -> None:
    error = RedactedFormatter("%(message)s").format(
        _record("uvicorn.error", "ValueError: password=Huawei@123 at 10.20.30.40")
    )
    access = AccessWithoutQuery('%(client_addr)s "%(request_line)s" %(status_code)s', use_colors=False).format(
        _record(
            "uvicorn.access",
            '%s - "%s %s HTTP/%s" %d',
            "127.0.0.1:5",
            "GET",
            "/v1/knowledge/findings?q=secret",
            "1.1",
            200,
        )
    )

    assert error == "ValueError: password=<password-1> at <ip-1>"
    assert "secret" not in access
    assert "GET /v1/knowledge/findings HTTP/1.1" in access
    logging.config.dictConfig(log_config())


def test_openapi_describes_redactions(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    body = description["paths"]["/v1/redactions"]["post"]["requestBody"]["content"]["application/json"]

    answer = client.post("/v1/redactions", json=body["examples"]["ticket"]["value"]).json()

    assert answer["counts"] == {"community": 1, "customer": 1, "ip": 2, "person": 1, "phone": 1}
    assert "alarms" in description["components"]["schemas"]["Evidence"]["properties"]
