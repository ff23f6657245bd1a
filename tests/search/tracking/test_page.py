"""The first page of MLflow's server has the script that makes the choices; all else is answered as it is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from search.tracking._page import CHOICES, SCRIPT, Page

HTML = b'<!doctype html><html lang="en"><head><title>MLflow</title></head></html>'


def answered(path: str, body: bytes = HTML, **scope: Any) -> tuple[list[tuple[bytes, bytes]], bytes, dict[str, Any]]:
    """Return headers and body that a page answers with, and what MLflow's server was asked."""
    sent, asked = [], {}

    async def server(scope, receive, send):
        asked.update(scope)
        own = [(b"content-type", b"text/html"), (b"content-length", b"%d" % len(body)), (b"etag", b'"1"')]
        await send({"type": "http.response.start", "status": 200, "headers": own})
        for part in (body[:9], body[9:]):
            await send({"type": "http.response.body", "body": part, "more_body": part is not body[9:]})

    async def send(message):
        sent.append(message)

    page = Page()
    vars(page)["_server"] = server
    headers = [(b"if-none-match", b'"1"'), (b"accept", b"text/html")]
    asyncio.run(page({"type": "http", "path": path, "headers": headers, **scope}, None, send))
    return sent[0]["headers"], b"".join(message["body"] for message in sent[1:]), asked


def test_the_first_page_makes_the_choices_before_anything_else_runs():
    headers, body, asked = answered("/")
    assert body == HTML.replace(b"<head>", b"<head>" + SCRIPT.encode())
    assert all(name in SCRIPT for name in CHOICES)
    assert headers == [(b"content-type", b"text/html")]  # length and identity are those of another text
    assert asked["headers"] == [(b"accept", b"text/html")]  # or a browser's copy of it would do


@pytest.mark.parametrize("path", ["/api/2.0/mlflow/runs/search", "/static-files/index.html", "/health"])
def test_all_else_is_answered_as_it_is(path):
    headers, body, asked = answered(path)
    assert (body, len(headers), len(asked["headers"])) == (HTML, 3, 2)


def test_a_page_without_a_head_stays_as_it_is():
    assert answered("/", b"Unable to display MLflow UI")[1] == b"Unable to display MLflow UI"


def test_what_is_no_request_goes_to_the_server():
    assert answered("/", type="lifespan")[2]["type"] == "lifespan"
