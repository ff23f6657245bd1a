"""MLflow's page as `zoo ui` shows it: opened for training, without the assistant's panel over a quarter of it.

MLflow remembers both in the browser, by names that no tag, address or variable sets. They are set before its own
script runs and only where a browser remembers nothing, so whoever turns back finds it that way. This is an app of
`mlflow server --app-name zoo` by the entry point `mlflow.app`; the names are pinned by a test in a browser.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cached_property
from typing import Any

Message = MutableMapping[str, Any]
Receive, Send = Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]

CHOICES = {"mlflow.workflowType_v1": '"machine_learning"', "mlflow.assistant.fab.autoOpenedOnFirstLoad_v1": "true"}
SCRIPT = (
    f"<script>for (const [name, value] of Object.entries({json.dumps(CHOICES)}))"
    " localStorage.getItem(name) ?? localStorage.setItem(name, value)</script>"
)
_HEAD = b"<head>"
_OF_A_COPY = (b"if-none-match", b"if-modified-since")  # asks for a page that a browser kept: it may be another one
_OF_THE_FILE = (b"content-length", b"etag", b"last-modified", b"accept-ranges")


class Page:
    """MLflow's server, whose first page makes the choices; an ASGI application."""

    @cached_property
    def _server(self) -> Callable[[Message, Receive, Send], Awaitable[None]]:
        from mlflow.server.fastapi_app import app  # 2 s, and only the process that answers needs it

        return app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer as MLflow does."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._server(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name.lower() not in _OF_A_COPY]
        await self._server({**scope, "headers": asked}, receive, _Choosing(send))


class _Choosing:
    """Sends a page on, with the script at the beginning of its head."""

    def __init__(self, send: Send) -> None:
        self._send, self._is_open = send, True

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.lower() not in _OF_THE_FILE]
            message = {**message, "headers": kept}
        elif self._is_open and _HEAD in message.get("body", b""):
            self._is_open = False
            message = {**message, "body": message["body"].replace(_HEAD, _HEAD + SCRIPT.encode(), 1)}
        await self._send(message)


page = Page()
