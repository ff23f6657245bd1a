"""Rows that are measured in the benchmark's own process, kept at once: a stopped benchmark goes on where it was."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .measuring import ROWS, Row
from .processes import HERE, PROJECT

PACKAGES = ("tensorflow", "keras", "ai-edge-litert")


def kept(name: str, what: Mapping[str, Any], make: Callable[[], Row]) -> Row:
    """Return the row of benchmark `name` that `what` decides, with the project's sources and the versions, or make it.

    Rows lie in a file of the benchmark's name; delete it to measure everything anew.
    """
    path = Path(os.environ.get(ROWS, HERE / "rows")) / f"{name}.jsonl"
    key = {**what, **_conditions()}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        known = json.loads(line)
        if known["key"] == key:
            return known
    row = {"key": key, "at": time.strftime("%Y-%m-%dT%H:%M:%S"), **make()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    return row


def _conditions() -> dict[str, Any]:
    sources = sorted((PROJECT / "zoo").rglob("*.py"))
    content = sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    versions = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    return {"versions": versions, "cores": os.cpu_count(), "sources": content}
