"""Rows: what each file that a compression tried is worth, a JSON line each, kept at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from search.aims import FORMAT, Limit
from zoo.aside import writing
from zoo.errors import BadData
from zoo.goals import SHARES, gain

Steps = tuple[Mapping[str, Any], ...]
ROUNDING = 1e-9  # of a share: a loss of just what may go is within it
FLOATS = "float32"  # the precision that others are compared with
JOURNAL = "files.jsonl"  # in a compression's folder


@dataclass(frozen=True)
class Row:
    """One file: how its model was made smaller, its precision, what it takes and is worth; or why it is not there.

    `validation` is measured on the file itself, `parameters` and `macs` are the model's; `path` is the bundle's, from
    the root, and `sha256` its hash. `gzip_bytes` are those of the file when it is packed, as for a download; `seconds`
    what it took, the training of its model with the first file of it. `footprint` is what the file takes of the device
    that its `format` is for; `lost` says that it was skipped for a converter that crashed, hung or filled the memory.
    """

    steps: Steps
    precision: str
    bytes: int | None = None
    ram: int | None = None
    macs: int | None = None
    latency: float | None = None
    parameters: int | None = None
    validation: Mapping[str, float] | None = None
    proof: Mapping[str, Any] | None = None
    path: str | None = None
    skipped: str | None = None
    seconds: float = 0.0
    gzip_bytes: int | None = None
    sha256: str | None = None
    format: str = FORMAT
    footprint: Mapping[str, Any] | None = None
    lost: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from others."""
        return key_of(self.steps), self.file

    @property
    def file(self) -> str:
        """The kind of file, fit for a name: its precision, behind its format where that is not the usual one."""
        return self.precision if self.format == FORMAT else f"{self.format}-{self.precision}"

    @property
    def method(self) -> str:
        """How the model was made smaller, for reading: `channels .5, quantize_aware 8 bits` or `as trained`."""
        return ", ".join(map(_words, self.steps)) or "as trained"

    @property
    def costs(self) -> dict[str, float]:
        """What the file takes, by the names of limits, as far as that is known."""
        known = {"bytes": self.bytes, "ram": self.ram, "macs": self.macs, "latency": self.latency}
        known["params"] = self.parameters
        return {name: value for name, value in known.items() if value is not None}


@dataclass(frozen=True)
class Bounds:
    """What a file may lose and take: `floor` is the worst `goal` that is good enough, on validation rows."""

    goal: str
    floor: float
    limits: tuple[Limit, ...] = ()

    def holds_score(self, row: Row) -> bool:
        """Return whether the file is proven, and is worth enough."""
        if row.validation is None or row.proof is None or not row.proof["passed"]:
            return False
        return gain(self.goal, row.validation[self.goal]) >= gain(self.goal, self.floor)

    def holds(self, row: Row) -> bool:
        """Return whether the file is proven, worth enough and within the limits."""
        known = {**(row.validation or {}), **row.costs}
        broken = (limit for limit in self.limits if limit.name not in known or limit.excess(known[limit.name]) > 0)
        return self.holds_score(row) and not any(True for _ in broken)


def floor_of(goal: str, score: float, max_drop: float) -> float:
    """Return the worst `goal` that is good enough: `max_drop` points of a share below `score`, or so much of an error.

    .01 allows an accuracy of .970 to fall to .960, and an rmse of 50 to grow to 50.5.
    """
    if goal in SHARES or goal == "r2":
        return score - max_drop - ROUNDING
    return score * (1 + max_drop)


def plain_of(rows: Iterable[Row]) -> Row | None:
    """Return the float32 file of the model as it is, which others are compared with."""
    return next((row for row in rows if not row.steps and row.precision == FLOATS), None)


def incomparable(plain: Row, folder: Path, again: bool = False) -> str:
    """Return why a compression in `folder` has nothing to compare with, and the cure; "" where it has.

    `plain` is the float32 file of the model as it is; `again` says that the same command would try it once more.
    """
    if plain.validation is not None:
        return ""
    reason = (plain.skipped or "its answers are not finite numbers").rstrip(".")
    cure = f"Compress a model whose layers LiteRT runs, or remove {folder} to have it tried again."
    once_more = "The same command tries it once more."
    return f"the model as it is gives no {FLOATS} file to compare with: {reason}. {once_more if again else cure}"


def pick_of(rows: Iterable[Row], bounds: Bounds) -> Row | None:
    """Return the smallest file that holds the bounds, of equals the one worth most; None where none does."""
    held = [row for row in rows if bounds.holds(row)]
    return min(held, key=lambda row: (row.bytes, -gain(bounds.goal, row.validation[bounds.goal])), default=None)


def front_of(rows: Sequence[Row], goal: str, cost: str = "bytes") -> tuple[Row, ...]:
    """Return the proven files that none beats in both `cost` and `goal`, those first that take least of it.

    Files of which the cost is not known are none of them.
    """
    proven = [row for row in rows if row.validation is not None and row.proof is not None and row.proof["passed"]]
    known = [row for row in proven if cost in row.costs]
    best, found = None, []
    for row in sorted(known, key=lambda one: (one.costs[cost], -gain(goal, one.validation[goal]))):
        score = gain(goal, row.validation[goal])
        if best is None or score > best:
            best = score
            found.append(row)
    return tuple(found)


class Journal:
    """The rows of one compression in a file of JSON lines; a line that a kill cut short is left out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self) -> tuple[Row, ...]:
        """Return what was kept, in its order; raise BadData for a line that is no row."""
        if not self._path.exists():
            return ()
        lines = self._path.read_bytes().split(b"\n")[:-1]
        try:
            return tuple(_row(json.loads(line)) for line in lines)
        except (ValueError, TypeError, KeyError) as error:
            raise BadData(f"{self._path} is damaged ({error}); remove its folder to begin again.") from error

    def add(self, rows: Iterable[Row]) -> None:
        """Keep `rows`, on disk when this returns; what a kill left of a line goes. ZooError: the disk is full."""
        content = b"".join(json.dumps(asdict(row)).encode() + b"\n" for row in rows)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with writing(self._path), self._path.open("ab+") as file:
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def key_of(steps: Steps) -> str:
    """Return a short name for a chain of steps, fit for a file: `plain`, or twelve hexadecimal digits."""
    text = json.dumps([dict(step) for step in steps], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:12] if steps else "plain"


def _row(values: Mapping[str, Any]) -> Row:
    return Row(**{**values, "steps": tuple(values["steps"])})


def _words(step: Mapping[str, Any]) -> str:
    """Return a step for reading, by the value that says how far it goes and for how long it trains if that is said."""
    epochs = f" ({step['epochs']} epochs)" if "epochs" in step else ""
    for name, words in (("bits", "{} bits"), ("share", "{}"), ("sparsity", "{}"), ("kept", "{}")):
        if name in step:
            value = step[name]
            told = f"{value:.3g}".removeprefix("0") if isinstance(value, float) else str(value)
            return f"{step['method']} {words.format(told)}{epochs}"
    return f"{step['method']}{epochs}"
