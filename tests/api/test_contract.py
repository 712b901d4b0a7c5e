"""What a client sees that was generated from the API's own description: every answer is as described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from jsonschema import Draft202012Validator
from tests.conftest import COMMON, SMALL

from diagnoser_api.app import app_from_folders
from diagnoser_api.settings import Settings

ROAD_WORKS = {"report": "link down since the road works", "tests": [{"check": "rx power", "result": "-31 dBm"}]}
"""Evidence with a sentence, a test and a circumstance."""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    limits = Settings(max_body_bytes=1 << 20, max_sessions=50)
    with TestClient(app_from_folders((COMMON, SMALL), limits), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict[str, Any]:
    return strict(client.get("/openapi.json").json())  # type: ignore[no-any-return]


def strict(schema: Any) -> Any:
    """The same description, in which an object has no fields but those that are named."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: strict(value) for key, value in schema.items()}
    if inner.get("type") == "object" and "properties" in inner:
        inner.setdefault("additionalProperties", False)
    return inner


def assert_as_described(description: dict[str, Any], answer: Response, path: str) -> None:
    """The status, the media type and the body of an answer stand in the description."""
    operation = description["paths"][path][answer.request.method.lower()]
    described = operation["responses"].get(str(answer.status_code), operation["responses"].get("default"))
    assert described is not None, answer.status_code
    if answer.status_code == 204:
        assert answer.content == b""
        return
    media = answer.headers["content-type"].partition(";")[0]
    assert media in described["content"], (answer.status_code, media)
    if answer.status_code >= 400:
        assert media == "application/problem+json" or path == "/readyz"
    if media.endswith("json"):
        schema = {**described["content"][media]["schema"], "components": description["components"]}
        problems = [f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema).iter_errors(answer.json())]
        assert problems == []


DOCUMENTS: list[dict[str, Any]] = [
    ROAD_WORKS,
    {"report": "修路之后端口down", "lang": "zh"},
    {"report": "the moon is blue"},
    {"answers": {"port_down": "present", "box_dead": "absent"}},
    {"indicators": [{"light": "PWR", "colour": "red"}, {"light": "PWR", "colour": "green"}]},
    {"logs": ["nobody knows this line"], "circumstances": ["after_construction_work", "nonsense"]},
    {"alarms": [{"specificProblem": "link down", "perceivedSeverity": "major"}], "repaired": ["fibre_broken"]},
]


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("query", ["", "?changes=true&top=1", "?redact=true&base=small"])
def test_reports_are_as_described(
    client: TestClient, description: dict[str, Any], document: dict[str, Any], query: str
) -> None:
    answer = client.post(f"/v1/diagnoses{query}", json=document)

    assert answer.status_code == 200
    assert_as_described(description, answer, "/v1/diagnoses")


@pytest.mark.parametrize("accept", ["text/plain", "text/markdown", "application/json"])
def test_notes_are_as_described(client: TestClient, description: dict[str, Any], accept: str) -> None:
    assert_as_described(
        description, client.post("/v1/diagnoses", json=ROAD_WORKS, headers={"accept": accept}), "/v1/diagnoses"
    )


@pytest.mark.parametrize("cause", ["fibre_broken", "small:port_shut", "光纤断裂", "feed_lost", "none_such"])
def test_explanations_are_as_described(client: TestClient, description: dict[str, Any], cause: str) -> None:
    answer = client.post("/v1/explanations", params={"cause": cause}, json=ROAD_WORKS)

    assert answer.status_code == (422 if cause == "none_such" else 200)
    assert_as_described(description, answer, "/v1/explanations")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/knowledge", "/v1/knowledge/findings?q=port", "/v1/knowledge/findings?limit=0", "/v1/knowledge/panels?device=x",
        "/healthz", "/readyz",
    ],
)  # fmt: skip
def test_what_is_got_is_as_described(client: TestClient, description: dict[str, Any], path: str) -> None:
    assert_as_described(description, client.get(path), path.partition("?")[0])


def test_reloads_and_redactions_are_as_described(client: TestClient, description: dict[str, Any]) -> None:
    assert_as_described(description, client.post("/v1/knowledge/reload"), "/v1/knowledge/reload")
    for document in ({"text": "password: Secret123"}, {"evidence": ROAD_WORKS}, {}, {"text": 5}):
        assert_as_described(description, client.post("/v1/redactions", json=document), "/v1/redactions")


def test_a_session_to_its_end_is_as_described(client: TestClient, description: dict[str, Any]) -> None:
    begun = client.post("/v1/sessions", json=ROAD_WORKS)
    assert begun.status_code == 201
    assert_as_described(description, begun, "/v1/sessions")
    here, one = begun.headers["location"], "/v1/sessions/{id}"
    for said in ({"answer": "skip"}, {"answer": "skip", "step": 9}, {"answer": "perhaps"}, {"answer": "no"}, {}, []):
        assert_as_described(description, client.post(f"{here}/answers", json=said), f"{one}/answers")
    for _ in range(3):
        assert_as_described(description, client.delete(f"{here}/answers/last"), f"{one}/answers/last")
    for query in ("", "?report=true", "?report=perhaps"):
        assert_as_described(description, client.get(here + query), one)
    for _ in range(2):
        assert_as_described(description, client.delete(here), one)
    assert_as_described(description, client.get(here), one)


WRONG: list[tuple[Any, str]] = [
    ([], ""),
    ({}, ""),
    ({"report": 5}, "/report"),
    ({"reprot": "x"}, "/reprot"),
    ({"report": "x", "lang": "fr"}, "/lang"),
    ({"report": "x", "time": "yesterday"}, "/time"),
    ({"report": "x", "device": ["a"]}, "/device"),
    ({"report": "x", "indicators": {}}, "/indicators"),
    ({"report": "x", "indicators": [{}]}, "/indicators/0"),
    ({"report": "x", "indicators": [{"color": "red"}]}, "/indicators/0/color"),
    ({"report": "x", "logs": "line"}, "/logs"),
    ({"report": "x", "logs": ["a", {"file": "/etc/passwd"}]}, "/logs/1"),
    ({"report": "x", "logs": [None]}, "/logs/0"),
    ({"report": "x", "tests": [{"check": 1}]}, "/tests/0/check"),
    ({"report": "x", "tests": [{"value": 1}]}, "/tests/0/value"),
    ({"report": "x", "alarms": [5]}, "/alarms/0"),
    ({"report": "x", "circumstances": [True]}, "/circumstances/0"),
    ({"report": "x", "circumstances": [""]}, "/circumstances/0"),
    ({"report": "x", "answers": {"port_down": True}}, "/answers/port_down"),
    ({"report": "x", "answers": {"port_dwon": "present"}}, "/answers/port_dwon"),
    ({"report": "x", "answers": {"a/b~c": "present"}}, "/answers/a~1b~0c"),
    ({"report": "x", "repaired": ["nothing_such"]}, "/repaired/0"),
    ({"report": "x\0y"}, "/report"),
]


@pytest.mark.parametrize("route", ["/v1/diagnoses", "/v1/sessions", "/v1/explanations"])
@pytest.mark.parametrize(("document", "pointer"), WRONG)
def test_every_wrong_field_is_a_problem_with_its_pointer(
    client: TestClient, description: dict[str, Any], route: str, document: Any, pointer: str
) -> None:
    query = {"cause": "fibre_broken"} if route == "/v1/explanations" else {}
    answer = client.post(route, params=query, json=document)

    assert answer.status_code == 422
    assert_as_described(description, answer, route)
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert all(error["message"] for error in answer.json()["errors"])


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("top=0", "/query/top"), ("top=many", "/query/top"), ("changes=perhaps", "/query/changes"),
        ("redact=perhaps", "/query/redact"), ("base=smal", "/query/base"),
    ],
)  # fmt: skip
def test_every_wrong_option_is_a_problem_with_its_pointer(
    client: TestClient, description: dict[str, Any], query: str, pointer: str
) -> None:
    answer = client.post(f"/v1/diagnoses?{query}", json=ROAD_WORKS)

    assert_as_described(description, answer, "/v1/diagnoses")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [(b"{", "application/json", 400), (b"\xff", "application/json", 400), (b"{}", "text/csv", 415),
     (b" " * (1 << 21), "application/json", 413), (b'{"report": NaN}', "application/json", 400)],
)  # fmt: skip
def test_every_unreadable_body_is_as_described(
    client: TestClient, description: dict[str, Any], body: bytes, media: str, status: int
) -> None:
    answer = client.post("/v1/diagnoses", content=body, headers={"content-type": media})

    assert answer.status_code == status
    assert_as_described(description, answer, "/v1/diagnoses")


def test_the_examples_are_taken(client: TestClient, description: dict[str, Any]) -> None:
    taken = 0
    for path in ("/v1/diagnoses", "/v1/sessions", "/v1/explanations", "/v1/redactions"):
        content = description["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        schema = {**content["schema"], "components": description["components"]}
        for example in content["examples"].values():
            taken += 1
            assert list(Draft202012Validator(schema).iter_errors(example["value"])) == []
            params = {"cause": "fibre_broken"} if path == "/v1/explanations" else {}
            assert client.post(path, params=params, json=example["value"]).status_code in (200, 201)
    assert taken >= 4


def test_no_reference_of_the_description_is_broken(description: dict[str, Any]) -> None:
    told = json.dumps(description)
    names = {part.partition('"')[0] for part in told.split('"#/components/schemas/')[1:]}

    assert names <= set(description["components"]["schemas"])


def test_a_route_or_method_that_is_not_there_says_which_are(client: TestClient) -> None:
    assert client.get("/v1/nothing").json()["detail"] == "there is no /v1/nothing; /docs lists the routes"
    assert client.put("/v1/diagnoses").json()["detail"] == "PUT is not for /v1/diagnoses; it takes POST"
    wrong = client.post("/v1/diagnoses?top=many&changes=perhaps", json=ROAD_WORKS).json()
    assert wrong["detail"] == "query/top: must be a whole number; query/changes: must be true or false"


def test_the_page_of_the_api_needs_no_internet_and_shows_everything(
    client: TestClient, description: dict[str, Any]
) -> None:
    answer = client.get("/docs")
    page = answer.text

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in page
    assert [part[:20] for part in page.split("https://")[1:]] == []
    anchors = {part.partition('"')[0] for part in page.split('id="')[1:]}
    assert {part.partition('"')[0] for part in page.split('href="#')[1:]} <= anchors
    for path, methods in description["paths"].items():
        assert all(f"{method.upper()}{path}" in anchors for method in methods)
    for field in ("severity", "verdict", "would_change", "repaired"):
        assert f"<code>{field}</code>" in page
