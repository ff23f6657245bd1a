"""A run is a fresh process; its row is appended to a file at once, so that a stopped benchmark goes on where it was."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from .peers.job import Job, Spec
from .peers.prepared import write_prepared
from .processes import HERE, PROJECT, run

ROWS, ROUNDS = "ZOO_BENCHMARK_ROWS", "ZOO_BENCHMARK_ROUNDS"  # environment: where rows go, and smaller runs
LESS = {"trials": "ZOO_BENCHMARK_TRIALS", "epochs": "ZOO_BENCHMARK_EPOCHS", "seconds": "ZOO_BENCHMARK_SECONDS"}
PACKAGES = ("tensorflow", "keras", "keras-tuner", "optuna", "mlflow")
OWN = ("zoo_study", "zoo_command", "engine_alone")  # measured again whenever the project's own code has changed
Row = Mapping[str, Any]


class Contender(NamedTuple):
    """A module of `peers` and the settings it runs with."""

    module: str
    spec: Spec


def rounds(usual: int = 3) -> int:
    """Return how often each contender runs."""
    return min(usual, int(os.environ.get(ROUNDS, usual)))


def at_most(what: str, usual: int) -> int:
    """Return `usual`, or less where the environment asks for a smaller run."""
    return min(usual, int(os.environ.get(LESS[what], usual)))


def is_small() -> bool:
    """Return whether the environment asks for a run too small to be quoted."""
    return any(name in os.environ for name in (ROUNDS, *LESS.values()))


@dataclass(frozen=True)
class Bench:
    """One benchmark: `name` is its file of rows, `folder` where its runs leave their files."""

    name: str
    folder: Path

    @property
    def path(self) -> Path:
        """The file of rows; delete it to measure everything anew."""
        return Path(os.environ.get(ROWS, HERE / "rows")) / f"{self.name}.jsonl"

    def interleaved(self, contenders: Mapping[str, Contender], limit: float | None = None) -> dict[str, list[Row]]:
        """Run A B C A B C ...; return each contender's rows, one a round, whose number is the seed."""
        found: dict[str, list[Row]] = {name: [] for name in contenders}
        for number in range(rounds()):
            for name, (module, spec) in contenders.items():
                found[name].append(self.row(Contender(module, replace(spec, seed=number)), limit=limit))
        return found

    def row(
        self, contender: Contender, values: Sequence[Row] = (), data: str | None = None, limit: float | None = None
    ) -> Row:
        """Return the row of one run, from the file where it is there.

        `values` are those that an earlier run drew, `data` a path where the settings bear a mere name. A run that takes
        longer than `limit` seconds is ended; its row says that it was `censored`.
        """
        key = _key(contender, values, limit)
        for line in self.path.read_text("utf-8").splitlines() if self.path.exists() else ():
            known = json.loads(line)
            if known["key"] == key:
                return known
        row = {"key": key, **self._measured(contender, values, data or contender.spec.data, limit)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        return row

    def _measured(self, contender: Contender, values: Sequence[Row], data: str, limit: float | None) -> Row:
        module, spec = contender
        folder = self.folder / f"{len(list(self.folder.iterdir()))}-{module}"
        folder.mkdir()
        prepared = self.folder / f"{spec.data}-{spec.rows}.npz"
        if not prepared.exists():
            write_prepared(data, spec.rows, prepared)
        job = Job(spec, folder, prepared, data, time.time(), values)
        return {"at": time.strftime("%Y-%m-%dT%H:%M:%S"), **run(module, job, limit)}


def _key(contender: Contender, values: Sequence[Row], limit: float | None) -> Row:
    """Return what decides a row: module, settings, versions, cores and, for the project's own, its sources."""
    module, spec = contender
    versions = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    scripts = [HERE / "peers" / f"{module}.py"]
    if module in OWN:
        scripts += sorted(path for part in ("zoo", "search") for path in (PROJECT / part).rglob("*.py"))
    sources = sha256(b"".join(path.read_bytes() for path in scripts)).hexdigest()[:12]
    given = sha256(json.dumps(list(values), sort_keys=True).encode()).hexdigest()[:12] if values else None
    return {
        **{"module": module, "spec": spec.to_json(), "values": given, "limit": limit},
        **{"versions": versions, "cores": os.cpu_count(), "sources": sources},
    }
