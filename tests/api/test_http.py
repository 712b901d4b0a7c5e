"""The API over HTTP, and what it does with bodies that mean harm."""

from __future__ import annotations

import inspect
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient
from tests.conftest import COMMON, SMALL

from diagnoser_api.app import app_from_folders
from diagnoser_api.settings import Settings, settings_from

LIMITS = Settings(max_body_bytes=1 << 20, max_body_seconds=1.0)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(app_from_folders((COMMON, SMALL), LIMITS), raise_server_exceptions=False) as client:
        yield client


def test_evidence_in_report_out(client: TestClient) -> None:
    answer = client.post(
        "/v1/diagnoses",
        json={"report": "link down since the road works", "tests": [{"check": "rx power", "result": "-31 dBm"}]},
    )

    report = answer.json()
    assert answer.status_code == 200
    assert report["causes"][0]["id"] == "fibre_broken"
    assert set(report) >= {
        "id", "knowledge", "device", "observations", "unplaced", "conflicts", "causes", "explanations", "unexplained",
        "method", "next_checks", "severity", "escalation", "trace",
    }  # fmt: skip
    assert set(report["causes"][0]) >= {
        "id", "base", "title", "kind", "item", "posterior", "group", "path", "weights", "repair",
    }  # fmt: skip
    assert set(report["escalation"]) >= {
        "functional",
        "hierarchic",
        "level",
        "reasons",
        "deadline",
        "collect",
        "missing",
    }
    assert report["method"] == {"name": "exact", "exact": True, "bound": 0.0}


@pytest.mark.parametrize(("accept", "start"), [("text/plain", "link down"), ("text/markdown", "**MAJOR**")])
def test_a_note_for_the_ticket(client: TestClient, accept: str, start: str) -> None:
    answer = client.post("/v1/diagnoses", json={"report": "link down"}, headers={"accept": accept})

    assert answer.headers["content-type"].startswith(accept)
    assert answer.text.startswith(start)
    assert "diagnoser explain" not in answer.text


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json, text/plain, */*", "application/json"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.8", "application/json"),
        ("text/plain;q=0", "application/json"),
        ("text/plain;q=0.5, application/json;q=0.4", "text/plain"),
        ("text/plain, */*", "text/plain"),
        ("TEXT/PLAIN; charset=utf-8", "text/plain"),
        ("text/*", "text/plain"),
        ("application/json;q=0.2, text/markdown;q=0.9", "text/markdown"),
        ("text/plain;q=nan, text/markdown;q=0.001", "text/markdown"),
        ("image/png", "application/json"),
        ("", "application/json"),
    ],
)
def test_the_media_type_that_is_wanted_most_is_sent(client: TestClient, accept: str, media: str) -> None:
    answer = client.post("/v1/diagnoses", json={"report": "link down"}, headers={"accept": accept})

    assert answer.headers["content-type"].partition(";")[0] == media


def test_a_search_does_not_hold_the_event_loop(client: TestClient) -> None:
    routes = {route.path: route.endpoint for route in client.app.routes if hasattr(route, "endpoint")}  # type: ignore[attr-defined]

    assert not inspect.iscoroutinefunction(routes["/v1/knowledge/findings"])
    assert not inspect.iscoroutinefunction(routes["/v1/knowledge/panels"])


def test_the_same_question_has_the_same_answer(client: TestClient) -> None:
    one, two = (client.post("/v1/diagnoses", json={"report": "link down"}) for _ in range(2))

    assert one.content == two.content


BAD: list[tuple[bytes, int, str]] = [
    (b"", 400, "not JSON"),
    (b'{"report": NaN}', 400, "NaN"),
    (b'{"report": "x", "y": 1e999}', 400, "too large for a number"),
    (b'{"report": "x", "report": "y"}', 400, "stands twice"),
    (b"[" * 100_000 + b"]" * 100_000, 400, "nested too deeply"),
    (b'{"report": ' + b"9" * 5_000 + b"}", 400, ""),
    (b"\xff\xfe\xfa", 400, "not UTF-8"),
    (b'{"report": "\\ud800"}', 422, "half of a surrogate pair"),
    (b'{"report": "a\\u0000b"}', 422, "NUL byte"),
    (b"{}", 422, "nothing was reported"),
    (b"[]", 422, "JSON object"),
    (b'{"reprot": "x"}', 422, "did you mean 'report'"),
    (b'{"logs": [{"file": "/etc/passwd"}]}', 422, "send its lines"),
    (b'{"answers": {"nonsense": "present"}}', 422, "unknown finding"),
    (b'{"report": "' + b"x" * (1 << 20) + b'"}', 413, "at most 1 MiB"),
]


@pytest.mark.parametrize(("body", "status", "message"), BAD, ids=range(len(BAD)))
def test_a_bad_body_is_a_problem_with_a_reason(client: TestClient, body: bytes, status: int, message: str) -> None:
    answer = client.post("/v1/diagnoses", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert message in answer.text
    assert client.get("/healthz").json() == {"status": "ok"}


def test_the_pointer_names_the_field(client: TestClient) -> None:
    answer = client.post("/v1/diagnoses", json={"indicators": [{"colour": 5}]})

    assert answer.json()["errors"] == [
        {"pointer": "/indicators/0/colour", "message": "must be a string; this is a number"}
    ]


def test_a_name_of_megabytes_is_not_echoed(client: TestClient) -> None:
    unknown = client.post("/v1/diagnoses", json={"report": "x", "k" * 900_000: 1})
    finding = client.post("/v1/diagnoses", json={"answers": {"f" * 1_900: "present"}})

    assert [len(answer.content) < 1_000 for answer in (unknown, finding)] == [True, True]


def test_a_log_file_and_a_base_are_pointed_at(client: TestClient) -> None:
    file = client.post("/v1/diagnoses", json={"logs": ["port down", {"file": "switch.log"}]})
    base = client.post("/v1/diagnoses?base=smal", json={"report": "x"})
    media = client.post("/v1/diagnoses", content=b"{}", headers={"content-type": ""})

    assert file.json()["errors"] == [
        {"pointer": "/logs/1", "message": "log file 'switch.log' cannot be read here; send its lines"}
    ]
    assert base.json()["errors"][0]["pointer"] == "/query/base"
    assert media.json()["detail"] == "send application/json as content-type; it is empty"


def test_another_media_type_is_refused(client: TestClient) -> None:
    assert client.post("/v1/diagnoses", content=b"a: 1", headers={"content-type": "text/yaml"}).status_code == 415


def test_an_unknown_base_names_the_nearest(client: TestClient) -> None:
    answer = client.post("/v1/diagnoses?base=smal", json={"report": "x"})

    assert (answer.status_code, answer.json()["detail"]) == (422, "unknown base 'smal'; did you mean 'small'?")


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/v1/knowledge/findings?limit=0", 422)])
def test_every_error_is_problem_details(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.delete("/v1/diagnoses").headers["content-type"] == "application/problem+json"


def test_knowledge_is_described(client: TestClient) -> None:
    summary = client.get("/v1/knowledge").json()

    assert len(summary["hash"]) == 64
    assert [b["base"] for b in summary["bases"]] == ["common", "small"]
    assert summary["counts"]["causes"] == 7


@pytest.mark.parametrize("words", ["link light", "端口灯", "port_down"])
def test_findings_are_searched_in_both_languages(client: TestClient, words: str) -> None:
    page = client.get("/v1/knowledge/findings", params={"q": words}).json()

    assert page["findings"][0]["id"] == "small:port_down"


def test_findings_are_searched_by_the_initials_of_pinyin(client: TestClient) -> None:
    page = client.get("/v1/knowledge/findings", params={"q": "dkd"}).json()

    assert "small:port_down" in [finding["id"] for finding in page["findings"]]


def test_a_light_is_picked_from_a_panel_and_given_back(client: TestClient) -> None:
    [panel] = [p for p in client.get("/v1/knowledge/panels").json() if p["part"] == "power supply"]
    state = next(s for light in panel["lights"] for s in light["states"] if not s["normal"])

    report = client.post("/v1/diagnoses", json={"answers": {state["id"]: "present"}})

    assert report.status_code == 200
    assert report.json()["unplaced"] == []


def test_a_broken_reload_leaves_the_old_knowledge_serving(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "small")
    with TestClient(app_from_folders((COMMON, tmp_path), LIMITS)) as client:
        before = client.get("/v1/knowledge").json()["hash"]
        symptoms = tmp_path / "small" / "symptoms.yaml"
        good = symptoms.read_text(encoding="utf-8")

        symptoms.write_text(good.replace("shows: port_down", "shows: nothing"), encoding="utf-8")
        refused = client.post("/v1/knowledge/reload")

        assert refused.status_code == 422
        assert refused.json()["detail"] == "1 problem"
        assert "unknown event or cause 'nothing'" in refused.json()["errors"][0]["message"]
        assert client.get("/v1/knowledge").json()["hash"] == before
        assert client.post("/v1/diagnoses", json={"report": "link down"}).status_code == 200

        symptoms.write_text(good.replace("background: rare", "background: uncommon"), encoding="utf-8")
        assert client.post("/v1/knowledge/reload").json()["hash"] != before


def test_openapi_shows_the_documents(client: TestClient) -> None:
    description = client.get("/openapi.json").json()

    assert {"Evidence", "Report", "ProblemDetails", "CauseOut"} <= set(description["components"]["schemas"])
    body = description["paths"]["/v1/diagnoses"]["post"]["requestBody"]["content"]["application/json"]
    assert client.post("/v1/diagnoses", json=body["examples"]["uplink"]["value"]).status_code == 200


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """A real server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(app_from_folders((COMMON, SMALL), LIMITS), port=port, log_level="error", lifespan="on")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield "127.0.0.1", port
    server.should_exit = True
    thread.join(timeout=10)


def test_a_body_that_never_ends_is_given_up(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(
            b"POST /v1/diagnoses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
        answer = connection.recv(4096)

    assert b" 408 " in answer.splitlines()[0]


def test_a_huge_body_is_refused_before_it_is_taken(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(
            b"POST /v1/diagnoses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 52428800\r\n\r\n{"
        )
        answer = connection.recv(4096)

    assert b" 413 " in answer.splitlines()[0]


def test_a_chunked_body_is_counted_as_it_comes(address: tuple[str, int]) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * (1 << 16)

    try:
        answer: Any = httpx2.post(
            f"http://{address[0]}:{address[1]}/v1/diagnoses",
            content=chunks(),
            headers={"content-type": "application/json"},
        )
    except httpx2.TransportError:
        return  # the server may close while the rest is still being sent
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "address", "pointers", "told"),
    [
        ("POST", "/v1/diagnoses?tpo=2", ["/query/tpo"], "unknown parameter 'tpo'; did you mean 'top'?"),
        ("POST", "/v1/diagnoses?redcat=true", ["/query/redcat"], "unknown parameter 'redcat'; did you mean 'redact'?"),
        (
            "POST",
            "/v1/diagnoses?lang=zh&Top=3",
            ["/query/lang", "/query/Top"],
            "unknown parameter 'lang'; there are: base, changes, redact, top; unknown parameter 'Top'; did you mean 'top'?",
        ),
        ("POST", "/v1/explanations?cuase=x", ["/query/cuase"], "unknown parameter 'cuase'; did you mean 'cause'?"),
        ("POST", "/v1/sessions?redakt=true", ["/query/redakt"], "unknown parameter 'redakt'; did you mean 'redact'?"),
        ("GET", "/v1/knowledge/findings?query=fan", ["/query/query"], "unknown parameter 'query'; there are: limit, offset, q"),
        ("GET", "/v1/knowledge?a~/b=1", ["/query/a~0~1b"], "unknown parameter 'a~/b'; this route takes none"),
    ],
)  # fmt: skip
def test_a_parameter_that_the_route_does_not_have_is_refused(
    client: TestClient, method: str, address: str, pointers: list[str], told: str
) -> None:
    answer = client.request(method, address, json={"report": "link down"} if method == "POST" else None)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert answer.json()["detail"] == told


def test_settings_come_from_the_environment() -> None:
    assert settings_from({"DIAGNOSER_MAX_BODY_BYTES": "1000"}).max_body_bytes == 1000
    with pytest.raises(ValueError, match="DIAGNOSER_MAX_BODY_SECONDS: 'soon' is not a number"):
        settings_from({"DIAGNOSER_MAX_BODY_SECONDS": "soon"})


def test_an_explanation_takes_a_cause_by_its_title(client: TestClient) -> None:
    evidence = {"report": "link down since the road works"}

    named = client.post("/v1/explanations", params={"cause": "光纤断裂"}, json=evidence)
    unknown = client.post("/v1/explanations", params={"cause": "Fibre brokn"}, json=evidence)

    assert named.json() == client.post("/v1/explanations", params={"cause": "fibre_broken"}, json=evidence).json()
    assert unknown.status_code == 422
    assert unknown.json()["detail"] == "unknown cause 'Fibre brokn'; did you mean 'Fibre broken'?"
