"""Rows of benchmarks, each appended to a file as soon as it is made: a stopped benchmark goes on where it was."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .processes import HERE, PROJECT, watch

ROWS, EARLIER = "ZOO_BENCHMARK_ROWS", "ZOO_BENCHMARK_EARLIER"  # environment: where rows go; those of any sources count
PACKAGES = ("tensorflow", "keras", "keras-tuner", "optuna", "mlflow", "ai-edge-litert", "ai-edge-quantizer")
Row = Mapping[str, Any]


def kept(name: str, what: Mapping[str, Any], make: Callable[[], Row], sources: Iterable[Path] | None = None) -> Row:
    """Return the row of benchmark `name` that `what` decides, from the file where it is there, or make and append it.

    Decided it is by the versions, the cores and the `sources` too, by default those of the package `zoo`. Beside what
    `make` returns it tells when it was made, its seconds, and how many cores were busy with what is no part of it.
    Rows lie in a file of the benchmark's name; delete it to measure everything anew. Where `EARLIER` is set, a row
    that earlier sources made will do.
    """
    path, key = rows_of(name), json.loads(json.dumps({**what, **_conditions(sources or sources_of("zoo"))}))
    same = [row for row in _read(path) if row["key"] == key or (EARLIER in os.environ and _alike(row["key"], key))]
    if same:
        return same[-1]
    told, at = watch(), time.strftime("%Y-%m-%dT%H:%M:%S")
    made = make()
    return _append(path, {"key": key, "at": at, **told(), **made})


def rows_of(name: str) -> Path:
    """Return the file of a benchmark's rows."""
    return Path(os.environ.get(ROWS, HERE / "rows")) / f"{name}.jsonl"


def sources_of(*packages: str) -> list[Path]:
    """Return the files of the project's own `packages`."""
    return sorted(path for package in packages for path in (PROJECT / package).rglob("*.py"))


def _conditions(sources: Iterable[Path]) -> Row:
    content = sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    versions = {"python": platform.python_version(), **{name: _installed(name) for name in PACKAGES}}
    return {"versions": versions, "cores": os.cpu_count(), "sources": content}


def _installed(name: str) -> str | None:
    """Return a package's version; a peer that is no requirement of the project may be absent."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _alike(one: Row, other: Row) -> bool:
    return {**one, "sources": ""} == {**other, "sources": ""}


def _read(path: Path) -> list[Row]:
    """Return the rows of a file; a line that a kill has cut short is none."""
    rows = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        with suppress(json.JSONDecodeError):
            rows.append(json.loads(line))
    return rows


def _append(path: Path, row: Row) -> Row:
    """Write a row on a line of its own, whatever the last one ended with; return it as it is read again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line, before = json.dumps(row), path.read_bytes() if path.exists() else b""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n" if before.endswith(b"\n") or not before else f"\n{line}\n")
    return json.loads(line)
