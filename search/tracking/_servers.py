"""A remote MLflow server: whether it answers, asked so that a server that is away costs a command next to nothing."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from search.record.addresses import LOCAL, hidden

CONNECT_S = 2.0  # for which a connection is waited for
PATIENCE = 10  # a server that took t seconds to fail is asked again after this many times t
_ELSE = f"or keep the record below mlruns with --tracking-uri {LOCAL}"
_AWAY = f"cannot be reached: {{}}. Start it, {_ELSE}"
_REFUSED = (
    "refuses: {}. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, as it knows"
    f" them, {_ELSE}"
)
_UNKNOWN = (401, 403)  # statuses of HTTP for who is not known, or not allowed
_PORTS = {"http": 80, "https": 443}
_left_alone: dict[str, tuple[float, str]] = {}  # by address: until when, on the monotonic clock, and why


def require_answer(address: str, ask: Callable[[], Any]) -> None:
    """Raise ConnectionError, which says why and the cure, unless the server at `address` answers what `ask` asks."""
    until, why = _left_alone.get(address, (0.0, ""))
    if (began := time.monotonic()) < until:
        raise ConnectionError(why)
    try:
        _go_past_proxies(address)
        _connect(address)
        ask()
    except Exception as error:
        status = getattr(error, "get_http_status_code", int)()
        why = f"{address} {(_REFUSED if status in _UNKNOWN else _AWAY).format(_plain(error))}"
        ended = time.monotonic()
        _left_alone[address] = ended + PATIENCE * (ended - began), why
        raise ConnectionError(why) from error


def _go_past_proxies(address: str) -> None:
    """Keep what is meant for this machine on it, whatever proxies the environment names."""
    host = urlsplit(address).hostname or ""
    known = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    if _is_here(host) and host not in known.split(","):
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, (known, host)))


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _connect(address: str) -> None:
    """Knock first: MLflow's client would wait for a silent host as long as for a slow answer."""
    parts = urlsplit(address)
    if parts.scheme in getproxies() and not proxy_bypass(parts.hostname):
        return
    socket.create_connection((parts.hostname, parts.port or _PORTS[parts.scheme]), CONNECT_S).close()


def _plain(error: BaseException) -> str:
    """Return why in a few words: the error that began it says it shortest."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    text = re.sub(r"<[^<>]* object at 0x\w+>:? ?", "", hidden(text))  # or it would differ each time
    text = " ".join(text.split())[:160].rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
