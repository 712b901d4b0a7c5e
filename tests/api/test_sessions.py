"""Troubleshooting over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from tests.conftest import COMMON, SMALL

from diagnoser.evidence import evidence_from
from diagnoser.troubleshooting import begin
from diagnoser_api.app import app_from_folders
from diagnoser_api.session_store import Full, SessionStore
from diagnoser_api.settings import Settings, settings_from

EVIDENCE = {"report": "the link is down since the road works"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = app_from_folders((COMMON, SMALL), Settings(max_sessions=50))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_session_from_the_first_check_to_the_end(client: TestClient) -> None:
    begun = client.post("/v1/sessions", json=EVIDENCE)
    url = begun.headers["location"]

    checked = client.post(f"{url}/answers", json={"answer": "-31 dBm", "step": 1})
    failed = client.post(f"{url}/answers", json={"answer": "no"})
    undone = client.delete(f"{url}/answers/last")
    done = client.post(f"{url}/answers", json={"answer": "yes"})
    got = client.get(url, params={"report": True})

    assert begun.status_code == 201
    assert begun.json()["step"]["check"]["id"] == "small:rx_power"
    assert checked.json()["step"]["repairs"][0]["cause"]["id"] == "small:fibre_broken"
    assert failed.json()["record"]["evidence"]["repaired"] == ["small:fibre_broken"]
    assert undone.json()["step"] == checked.json()["step"]
    assert done.json()["step"]["action"] == "done"
    assert done.json()["record"]["turns"][1]["verify"]["en"] == "The fault is gone"
    assert done.json()["record"]["written"]
    assert [t["said"] for t in got.json()["record"]["turns"]] == ["-31 dBm", "yes"]
    assert got.json()["report"]["causes"][0]["id"] == "fibre_broken"
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"answer": "purple"}, 422, "/answer"),
        ({"answer": "1", "step": 2}, 409, None),
        ({"answer": 1}, 422, "/answer"),
        ({}, 422, "/answer"),
        ({"answer": "1", "colour": "red"}, 422, "/colour"),
        ([], 422, ""),
    ],
)
def test_a_bad_answer_is_a_problem_and_changes_nothing(
    client: TestClient, body: object, status: int, pointer: str | None
) -> None:
    begun = client.post("/v1/sessions", json=EVIDENCE)
    url = begun.headers["location"]

    refused = client.post(f"{url}/answers", json=body)

    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert [e["pointer"] for e in refused.json()["errors"]] == ([] if pointer is None else [pointer])
    assert client.get(url).json()["step"] == begun.json()["step"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"answer": 1}, '/answer: it is a string; put it in quotes, also a number: "2"'),
        ({}, '/answer: it is missing; send an object such as {"answer": "2", "step": 1}'),
        ({"answer": "1", "stpe": 1}, "/stpe: unknown field 'stpe'; did you mean 'step'?"),
        ([1], 'an answer is a JSON object such as {"answer": "2", "step": 1}'),
    ],
)
def test_a_body_that_is_no_answer_is_told_as_one(client: TestClient, body: object, detail: str) -> None:
    url = client.post("/v1/sessions", json=EVIDENCE).headers["location"]

    refused = client.post(f"{url}/answers", json=body).json()

    assert (refused["title"], refused["detail"]) == ("The answer cannot be used", detail)


@pytest.mark.parametrize(
    ("lang", "said", "told"),
    [
        ("en", "undo", "this takes nothing back here; send DELETE {url}/answers/last"),
        ("zh", "撤销", "此处不能撤销；请发送DELETE {url}/answers/last"),
        ("en", "why", "reasons are in the report; send GET {url}?report=true"),
        ("zh", "退出", "会话无需结束；如需删除，请发送DELETE {url}"),
    ],
)
def test_words_of_the_terminal_are_told_their_place(client: TestClient, lang: str, said: str, told: str) -> None:
    url = client.post("/v1/sessions", json={**EVIDENCE, "lang": lang}).headers["location"]

    refused = client.post(f"{url}/answers", json={"answer": said})

    assert refused.status_code == 422
    assert [e["message"] for e in refused.json()["errors"]] == [told.format(url=url)]


def test_after_the_end_nothing_of_the_terminal_is_told(client: TestClient) -> None:
    begun = client.post("/v1/sessions", json={"report": "not a single known word", "lang": "zh"})

    refused = client.post(f"{begun.headers['location']}/answers", json={"answer": "1"})

    assert [e["message"] for e in refused.json()["errors"]] == ["会话已结束；可撤销上一回答"]


def test_nothing_to_undo_and_nobody_there(client: TestClient) -> None:
    url = client.post("/v1/sessions", json=EVIDENCE).headers["location"]

    assert client.delete(f"{url}/answers/last").status_code == 409
    for call in (client.get, client.delete):
        assert call("/v1/sessions/nobody").status_code == 404
    assert client.post("/v1/sessions/nobody/answers", json={"answer": "1"}).status_code == 404
    assert client.post("/v1/sessions", json={}).status_code == 422


def test_more_sessions_than_allowed_are_refused() -> None:
    with TestClient(app_from_folders((COMMON, SMALL), Settings(max_sessions=1))) as client:
        first = client.post("/v1/sessions", json=EVIDENCE)
        second = client.post("/v1/sessions", json=EVIDENCE)
        client.delete(first.headers["location"])
        third = client.post("/v1/sessions", json=EVIDENCE)

    assert (first.status_code, second.status_code, third.status_code) == (201, 503, 201)
    assert second.json()["title"] == "Too many sessions"


def test_sessions_expire_and_use_keeps_them() -> None:
    now = [0.0]
    store = SessionStore(2, 10.0, lambda: now[0])
    used, unused = (store.add(begin(evidence_from(EVIDENCE))) for _ in range(2))

    now[0] = 9.0
    assert store.get(used.id) is not None
    with pytest.raises(Full) as full:
        store.add(begin(evidence_from(EVIDENCE)))
    now[0] = 11.0

    assert full.value.seconds == 1.0
    assert store.get(unused.id) is None
    assert store.get(used.id) is not None


def test_of_two_changes_at_once_one_wins() -> None:
    store = SessionStore(2, 10.0)
    kept = store.add(begin(evidence_from(EVIDENCE)))
    other = begin(evidence_from({"report": "something else"}))

    assert store.replace(kept.id, kept.session, other) is not None
    assert store.replace(kept.id, kept.session, other) is None


def test_settings_of_sessions() -> None:
    found = settings_from({"DIAGNOSER_MAX_SESSIONS": "7", "DIAGNOSER_SESSION_SECONDS": "90"})

    assert (found.max_sessions, found.session_seconds) == (7, 90.0)


def test_the_description_has_examples(client: TestClient) -> None:
    description = client.get("/openapi.json").json()

    body = description["paths"]["/v1/sessions/{id}/answers"]["post"]["requestBody"]["content"]["application/json"]
    assert body["examples"]["value"]["value"] == {"answer": "-31 dBm", "step": 1}
    assert description["components"]["schemas"]["AnswerIn"]["required"] == ["answer"]


def test_why_and_what_would_change_it(client: TestClient) -> None:
    answer = client.post("/v1/explanations", params={"cause": "transceiver_failed"}, json=EVIDENCE)
    unknown = client.post("/v1/explanations", params={"cause": "transciever_failed"}, json=EVIDENCE)
    report = client.post("/v1/diagnoses", params={"changes": True}, json=EVIDENCE)

    change = answer.json()["would_change"]
    assert change["first"] == "small:transceiver_failed"
    told = {f["finding"]: f["state"] for f in change["findings"]}
    after = client.post("/v1/diagnoses", json={**EVIDENCE, "answers": told}).json()
    assert after["causes"][0]["id"] == "transceiver_failed"
    assert unknown.status_code == 422
    assert "did you mean 'transceiver_failed'?" in unknown.json()["detail"]
    assert report.json()["would_change"]["first"] != "small:fibre_broken"
