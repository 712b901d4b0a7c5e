"""`/docs`: the description of the API as one plain page, which needs neither scripts nor the internet."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Nothing is loaded from anywhere."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #1e293b; background: #fff }
h2 { border-top: 1px solid #cbd5e1; padding-top: 1rem } code, pre { font: 14px/1.45 ui-monospace, monospace; background: #f1f5f9 }
pre { padding: .75rem; overflow-x: auto } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #e2e8f0 }
"""


def add_docs(app: FastAPI) -> None:
    """Add the page to an application."""

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        page = "\n".join(_page(app.openapi()))
        return HTMLResponse(page, headers={"content-security-policy": POLICY})


def _page(description: Mapping[str, Any]) -> Iterator[str]:
    info, schemas = description["info"], description["components"]["schemas"]
    title = f"{escape(info['title'])} {escape(info['version'])}"
    yield f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{_prose(info['description'])}"
    yield '<p>The same for a machine: <a href="openapi.json">openapi.json</a></p><ul>'
    operations = [
        (method.upper(), path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    for method, path, operation in operations:
        name = f"{method} {path}"
        yield f'<li><a href="#{escape(f"{method}{path}")}"><code>{escape(name)}</code></a> {escape(operation["summary"])}</li>'
    yield "</ul>"
    for method, path, operation in operations:
        yield from _operation(method, path, operation)
    yield "<h1>Documents</h1>"
    for name in sorted(schemas):
        if "properties" in schemas[name]:
            yield from _document(name, schemas[name])
    yield "</body></html>"


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{escape(f"{method}{path}")}"><code>{method} {escape(path)}</code> {escape(operation["summary"])}</h2>'
    yield _prose(operation.get("description", ""))
    given = operation.get("parameters", ())
    if given:
        yield _table(
            ("in the address", "is", ""), ((p["name"], _kind(p["schema"]), p.get("description", "")) for p in given)
        )
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "$ref" in content.get("schema", {}):
        yield f"<p>Body: {_kind(content['schema'])}</p>"
    for example in content.get("examples", {}).values():
        body = json.dumps(example["value"], ensure_ascii=False)
        wanted = "".join(f"?{p['name']}=..." for p in given if p.get("required") and p["in"] == "query")
        call = f"curl -s 'http://127.0.0.1:8000{path}{wanted}' -H 'content-type: application/json' \\\n  -d {shlex.quote(body)}"
        yield f"<p>{escape(example['summary'])}:</p><pre>{escape(call)}</pre>"
    answers = ((status, _answer(r), r["description"]) for status, r in operation["responses"].items())
    yield _table(("answer", "is", ""), answers)


def _answer(response: Mapping[str, Any]) -> str:
    """What an answer holds, as HTML."""
    return " or ".join(dict.fromkeys(_kind(media["schema"]) for media in response.get("content", {}).values()))


def _document(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{escape(name)}">{escape(name)}</h2>{_prose(schema.get("description", ""))}'
    fields = schema["properties"].items()
    yield _table(("field", "is", ""), ((n, _kind(field), field.get("description", "")) for n, field in fields))


def _table(head: tuple[str, str, str], rows: Iterator[tuple[str, str, str]]) -> str:
    """Rows of a name, what it is as HTML, and what is said of it."""
    heads = "".join(f"<th>{escape(each)}</th>" for each in head)
    body = "".join(
        f"<tr><td><code>{escape(n)}</code></td><td>{kind}</td><td>{_inline(told)}</td></tr>" for n, kind, told in rows
    )
    return f"<table><tr>{heads}</tr>{body}</table>"


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value is, as HTML, with a link to a document."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(escape(json.dumps(each)) for each in schema["enum"])
    if schema.get("type") == "array":
        inner = _kind(schema.get("items", {}))
        return f"array of {inner}" if inner else "array"
    return escape(str(schema.get("type", "")))


def _prose(text: str) -> str:
    """Paragraphs, in which words between backticks are code."""
    return "".join(f"<p>{_inline(each)}</p>" for each in re.split(r"\n\s*\n", text.strip()) if each)


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
