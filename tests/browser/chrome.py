"""A real browser that is asked by the DevTools protocol: pages load in real time, are looked at, and answer scripts."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]
WHOLE = ["--virtual-time-budget=15000", "--window-size=2400,900"]  # a column outside the window is not in the document
_START_S, _ANSWER_S, _PAUSE_S = 60.0, 60.0, 0.05
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10  # kinds of frames; RFC 6455, section 5.2
_direct = build_opener(ProxyHandler({}))


def installed() -> str:
    """Return the browser that is installed; skip the test without one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    return found


def document(address: str, folder: Path) -> str:
    """Return the document that a new browser makes of a page; its profile lies in `folder`."""
    command = [installed(), *FLAGS, *WHOLE, f"--user-data-dir={folder / 'profile'}", "--dump-dom", address]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=True).stdout


class Page:
    """One page of a browser; it is asked one thing after another."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._socket = socket.create_connection((parts.hostname, parts.port), _ANSWER_S)
        self._asked, self._read = 0, b""
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._read:
            self._read += self._more()
        head, self._read = self._read.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101"), head

    def open(self, address: str) -> None:
        """Go to an address, as one that was typed: what an earlier one left on the page is gone."""
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=address)

    def run(self, script: str) -> Any:
        """Return what an expression of JavaScript is, as JSON has it."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = 60.0) -> Any:
        """Return what an expression of JavaScript is once it is true of the page."""
        until = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < until, f"not within {seconds} s: {script}\n{self.text()}"
            time.sleep(_PAUSE_S)
        return value

    def text(self) -> str:
        """Return the words that the page shows."""
        return self.run("document.body ? document.body.innerText : ''")

    def wait_for_text(self, *texts: str, seconds: float = 60.0) -> str:
        """Return the page's words once all of `texts` are among them."""
        wanted = json.dumps(texts)
        self.wait_for(f"document.body && {wanted}.every(text => document.body.innerText.includes(text))", seconds)
        return self.text()

    def picture(self, path: Path) -> Path:
        """Keep a picture of what the window shows as PNG."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))
        return path

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the answer to a command of the DevTools protocol."""
        self._asked += 1
        self._send(_TEXT, json.dumps({"id": self._asked, "method": method, "params": params}).encode())
        while (answer := json.loads(self._message())).get("id") != self._asked:
            pass  # news that nobody asked for
        assert "error" not in answer, answer
        return answer["result"]

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _send(self, kind: int, content: bytes) -> None:
        size, mask = len(content), os.urandom(4)
        head = bytes([0x80 | kind]) + (bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0x80 | 126, size))
        assert size < 2**16
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(content))
        self._socket.sendall(head + mask + masked)

    def _message(self) -> bytes:
        content = b""
        while True:
            first, second = self._take(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(self._take(2 if size == 126 else 8), "big")
            part, kind = self._take(size), first & 0x0F
            if kind == _PING:
                self._send(_PONG, part)
            elif kind == _CLOSE:
                raise ConnectionError("the browser hung up")
            else:
                content += part
                if first & 0x80:
                    return content

    def _take(self, size: int) -> bytes:
        parts, have = [self._read], len(self._read)
        while have < size:
            parts.append(self._more())
            have += len(parts[-1])
        whole = b"".join(parts)
        self._read = whole[size:]
        return whole[:size]

    def _more(self) -> bytes:
        received = self._socket.recv(2**20)
        if not received:
            raise ConnectionError("the browser hung up")
        return received


@contextmanager
def browser(folder: Path, width: int = 1600, height: int = 1000) -> Iterator[Page]:
    """Run a browser with a new profile in `folder` and yield its page."""
    profile = folder / "profile"
    command = [installed(), *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}"]
    command += ["--remote-debugging-port=0", "about:blank"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet, start_new_session=True) as process:
        try:
            page = Page(_address(profile / "DevToolsActivePort"))
            yield page
            page.close()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _address(told: Path) -> str:
    """Return where a browser's first page is asked, once the browser tells at which port."""
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        with suppress(OSError, ValueError, LookupError, StopIteration):
            port = int(told.read_text().split()[0])
            request = Request(f"http://127.0.0.1:{port}/json/list")
            with _direct.open(request, timeout=5) as answer:
                pages = json.load(answer)
            return next(one["webSocketDebuggerUrl"] for one in pages if one["type"] == "page")
        time.sleep(_PAUSE_S)
    raise AssertionError("the browser did not start")
