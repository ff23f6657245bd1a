"""A run is a fresh process, and contenders run in turn; each run's row is kept at once."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .keeping import Row, kept, sources_of
from .peers.job import Job, Spec
from .peers.prepared import write_prepared
from .processes import HERE, run

if TYPE_CHECKING:
    from zoo.artifact import Artifact

ROUNDS = "ZOO_BENCHMARK_ROUNDS"  # environment: smaller runs
LESS = {"trials": "ZOO_BENCHMARK_TRIALS", "epochs": "ZOO_BENCHMARK_EPOCHS", "seconds": "ZOO_BENCHMARK_SECONDS"}
OWN = ("zoo_study", "zoo_command", "engine_alone")  # measured again whenever the project's own code has changed


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


def by_precision(files: Iterable[Artifact]) -> dict[str, Row]:
    """Return what exported files take and are worth on test rows, by their precision."""
    return {
        file.precision: {
            **{"bytes": file.bytes, "test": file.test.metrics["accuracy"]},
            **{"passed": file.proof.passed, "latency": file.latency_ms},
        }
        for file in files
    }


@dataclass(frozen=True)
class Bench:
    """One benchmark: `name` is its file of rows, `folder` where its runs leave their files."""

    name: str
    folder: Path

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
        what = {"module": contender.module, "spec": contender.spec.to_json(), "values": _hash(values), "limit": limit}

        def make() -> Row:
            return self._measured(contender, values, data or contender.spec.data, limit)

        return kept(self.name, what, make, _sources(contender.module))

    def _measured(self, contender: Contender, values: Sequence[Row], data: str, limit: float | None) -> Row:
        module, spec = contender
        folder = self.folder / f"{len(list(self.folder.iterdir()))}-{module}"
        folder.mkdir()
        prepared = self.folder / f"{spec.data}-{spec.rows}.npz"
        if not prepared.exists():
            write_prepared(data, spec.rows, prepared)
        job = Job(spec, folder, prepared, data, time.time(), values)
        return run(module, job, limit)


def _hash(values: Sequence[Row]) -> str | None:
    return sha256(json.dumps(list(values), sort_keys=True).encode()).hexdigest()[:12] if values else None


def _sources(module: str) -> list[Path]:
    """Return what decides a row besides its settings: the script and, for the project's own, its sources."""
    return [HERE / "peers" / f"{module}.py", *(sources_of("zoo", "search") if module in OWN else ())]
