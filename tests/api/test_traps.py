"""What breaks servers, tried against a real one on loopback: each trap has an answer, and the next request too."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import COMMON, SMALL

from diagnoser_api.app import app_from_folders
from diagnoser_api.settings import Settings

LIMITS = Settings(max_body_bytes=1 << 20, max_body_seconds=1.0)
JSON = {"content-type": "application/json"}


class _Served:
    """The application behind uvicorn, on a port of its own."""

    def __init__(self, *folders: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = uvicorn.Config(app_from_folders(folders, LIMITS), port=self.port, log_level="critical", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def stop(self) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join(timeout=10)

    def raw(self, request: bytes) -> bytes:
        """The status line and headers that some bytes are answered with."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            return connection.recv(65536)


@pytest.fixture(scope="module")
def served() -> Iterator[_Served]:
    server = _Served(COMMON, SMALL)
    yield server
    server.stop()


def _is_problem(answer: httpx2.Response, status: int) -> bool:
    details = answer.json()
    return (
        answer.status_code == status == details["status"]
        and answer.headers["content-type"] == "application/problem+json"
        and bool(details["title"])
        and bool(details["detail"])
    )


ROUTES = ["/v1/diagnoses", "/v1/redactions"]

BODIES: dict[str, tuple[bytes, int]] = {
    "NaN": (b'{"report": NaN}', 400),
    "infinity": (b'{"report": -Infinity}', 400),
    "1e999": (b'{"text": 1e999}', 400),
    "100,000 brackets": (b"[" * 100_000, 400),
    "100,000 objects": (b'{"a":' * 100_000, 400),
    "5,000 digits": (b'{"report": ' + b"7" * 5000 + b"}", 400),
    "a key twice": (b'{"report": "x", "report": "y"}', 400),
    "a key twice, deep down": (b'{"alarms": [{"a": 1, "a": 2}]}', 400),
    "half of a pair": (b'{"report": "\\udc00x", "text": "\\udc00x"}', 422),
    "half of a pair as a name": (b'{"\\ud800": 1}', 422),
    "NUL": (b'{"report": "a\\u0000", "text": "\\u0000"}', 422),
    "NUL in an alarm": (b'{"alarms": [{"a\\u0000": 1}]}', 422),
    "not UTF-8": (b'{"report": "\xb6\xcb\xbf\xda"}', 400),
    "UTF-16": ('{"report": "x"}'.encode("utf-16"), 400),
    "cut off": (b'{"report": "x', 400),
    "two documents": (b'{"report": "x"} {}', 400),
    "nothing": (b"", 400),
    "blanks": (b"   ", 400),
    "null": (b"null", 422),
    "a string": (b'"x"', 422),
    "a number": (b"1", 422),
    "a list": (b"[1]", 422),
    "deep alarm": (b'{"alarms": [{"a": ' + b"[" * 60 + b"]" * 60 + b"}]}", 422),
    "half of a pair in a redaction": (b'{"evidence": {"a": ["\\ud800"]}}', 422),
    "NUL in a redaction": (b'{"text": "\\u0000"}', 422),
    "a redaction nested deeply": (b'{"evidence": {"a": ' + b"[" * 300 + b"]" * 300 + b"}}", 422),
    "a label nested deeply": (b'{"report": 5, "id": ' + b"[" * 300 + b"]" * 300 + b"}", 422),
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_a_problem(served: _Served, route: str, name: str) -> None:
    body, status = BODIES[name]

    assert _is_problem(served.client.post(route, content=body, headers=JSON), status)
    assert served.client.get("/healthz").json() == {"status": "ok"}


def test_a_large_body_with_a_key_twice_is_a_problem_at_once(served: _Served) -> None:
    keys = ",".join(f'"k{number}":0' for number in range(50_000))
    body = f'{{"report":"x","id":{{{keys},"z":0,"z":1}}}}'.encode()

    started = time.monotonic()

    assert _is_problem(served.client.post("/v1/diagnoses", content=body, headers=JSON), 400)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("label", ['"\\ud800"', "[" * 300 + "]" * 300, "9" * 400])
def test_a_label_is_no_evidence_whatever_it_holds(served: _Served, label: str) -> None:
    answer = served.client.post(
        "/v1/diagnoses", content=f'{{"report": "link down", "id": {label}}}'.encode(), headers=JSON
    )

    assert answer.content == served.client.post("/v1/diagnoses", json={"report": "link down"}).content


@pytest.mark.parametrize("route", ROUTES)
def test_fifty_megabytes_are_refused_before_they_are_taken(served: _Served, route: str) -> None:
    head = f"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode()
    started = time.monotonic()

    assert b" 413 " in served.raw(head + b"Content-Length: 52428800\r\n\r\n{").splitlines()[0]
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    assert b" 413 " in served.raw(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 17).splitlines()[0]
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "length",
    [b"Content-Length: 100\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"],
    ids=["length", "chunked"],
)
@pytest.mark.parametrize("route", ROUTES)
def test_a_half_sent_body_is_given_up(served: _Served, route: str, length: bytes) -> None:
    request = f"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode() + length

    assert b" 408 " in served.raw(request).splitlines()[0]


def test_a_body_that_drips_is_given_up(served: _Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall(
            b"POST /v1/diagnoses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
        )
        connection.settimeout(0.3)
        answer, started = b"", time.monotonic()
        while not answer and time.monotonic() - started < 8:
            connection.sendall(b" ")
            try:
                answer = connection.recv(4096)
            except TimeoutError:
                continue

    assert b" 408 " in answer.splitlines()[0]


@pytest.mark.parametrize(
    "media", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "application/xml", "nonsense"]
)
@pytest.mark.parametrize("route", ROUTES)
def test_another_media_type_is_a_problem(served: _Served, route: str, media: str) -> None:
    assert _is_problem(served.client.post(route, content=b"{}", headers={"content-type": media}), 415)


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_compressed_body_is_refused_with_its_reason(served: _Served, coding: str) -> None:
    answer = served.client.post("/v1/diagnoses", content=b"\x1f\x8b", headers={**JSON, "content-encoding": coding})

    assert _is_problem(answer, 415)
    assert coding in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/diagnose", "/v2/diagnoses", "/v1/diagnoses/1", "/%00", "/../etc/passwd", "/v1//diagnoses"]
)
def test_an_unknown_path_is_a_problem(served: _Served, path: str) -> None:
    assert _is_problem(served.client.get(path), 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("route", ROUTES)
def test_a_method_that_a_route_does_not_have_is_a_problem_that_names_those_it_has(
    served: _Served, route: str, method: str
) -> None:
    answer = served.client.request(method, route)

    assert _is_problem(answer, 405)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/knowledge", "/v1/knowledge/findings"])
def test_head_answers_as_get_without_a_body(served: _Served, path: str) -> None:
    head, whole = served.client.head(path), served.client.get(path)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


@pytest.mark.parametrize(
    "query",
    [
        "top=0",
        "top=x",
        "top=1e3",
        "top=99999999999999999999",
        "redact=perhaps",
        "base=",
        "base=%00",
        "base=../etc",
        "base=%ff",
    ],
)
def test_a_bad_query_is_a_problem(served: _Served, query: str) -> None:
    assert _is_problem(served.client.post(f"/v1/diagnoses?{query}", json={"report": "x"}), 422)


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "offset=-1", "offset=x", "q=" + "x" * 501])
def test_a_bad_search_is_a_problem(served: _Served, query: str) -> None:
    assert _is_problem(served.client.get(f"/v1/knowledge/findings?{query}"), 422)


@pytest.mark.parametrize("q", ["%00", "%ff%fe", "%F0%9F%94%A5", "'", "*", "(", "%E7%81%AF"])
def test_any_words_can_be_searched(served: _Served, q: str) -> None:
    assert served.client.get(f"/v1/knowledge/findings?q={q}").status_code == 200


def test_the_knowledge_is_replaced_while_it_is_used(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "small")
    symptoms = tmp_path / "small" / "symptoms.yaml"
    good = symptoms.read_text(encoding="utf-8")
    server = _Served(COMMON, tmp_path)
    try:

        def diagnosed(_: int) -> tuple[int, str, str]:
            answer = server.client.post("/v1/diagnoses", json={"report": "link down since the road works"})
            report = answer.json()
            assert answer.status_code == 200, report
            return answer.status_code, report["knowledge"]["hash"], json.dumps(report["causes"])

        hashes = [server.client.get("/v1/knowledge").json()["hash"]]
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(diagnosed, n) for n in range(40)]
            for text in (good.replace("background: rare", "background: uncommon"), "- [", good):
                symptoms.write_text(text, encoding="utf-8")
                answer = server.client.post("/v1/knowledge/reload")
                assert answer.status_code == (422 if text == "- [" else 200)
                if answer.status_code == 200:
                    hashes.append(answer.json()["hash"])
            answers = {a.result() for a in asked}

        assert {status for status, _, _ in answers} == {200}
        assert {used for _, used, _ in answers} <= set(hashes)
        assert len({(used, causes) for _, used, causes in answers}) == len({used for _, used, _ in answers})
        assert hashes[0] == hashes[-1]
    finally:
        server.stop()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(
    [
        "device",
        "lang",
        "report",
        "indicators",
        "logs",
        "tests",
        "alarms",
        "circumstances",
        "answers",
        "id",
        "source",
        "text",
        "evidence",
        "serials",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ROUTES), st.dictionaries(_FIELDS, _VALUES, max_size=4) | _VALUES, st.booleans())
def test_no_document_makes_the_server_fail(served: _Served, route: str, document: object, redact: bool) -> None:
    query = "?redact=true" if redact and route == "/v1/diagnoses" else ""
    answer = served.client.post(route + query, content=json.dumps(document).encode(), headers=JSON)

    assert answer.status_code in (200, 400, 422)
    assert "Internal" not in answer.text
    answer.json()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ROUTES), st.binary(max_size=200))
def test_no_bytes_make_the_server_fail(served: _Served, route: str, body: bytes) -> None:
    assert served.client.post(route, content=body, headers=JSON).status_code in (200, 400, 422)
