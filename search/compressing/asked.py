"""What is asked of a compression: kept on disk from its beginning, so that it can be told how to go on with it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from search.aims import FORMAT, read_limits
from search.compressing.rows import Bounds, Row, floor_of
from search.record.addresses import checked
from zoo import manifest
from zoo.devices import device_named, format_for
from zoo.errors import BadValue
from zoo.formats import precisions_of

ASKED = "asked.json"  # in a compression's folder


@dataclass(frozen=True)
class Asked:
    """What is asked of a compression.

    `max_drop` is what the score may lose, as `search.compressing.rows.floor_of` says; `limit` are texts such as
    `bytes=20kB`; with a `device` only files are made that run there; after `budget_s` seconds nothing more is begun;
    `tracking_uri` is the MLflow server that the root's record goes to from now on, or `local`.
    """

    max_drop: float = 0.01
    limit: tuple[str, ...] = ()
    budget_s: float = math.inf
    device: str | None = None
    tracking_uri: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", (self.limit,) if isinstance(self.limit, str) else tuple(self.limit))
        read_limits(self.limit)
        if not 0 <= self.max_drop < 1:
            raise BadValue(f"max_drop is {self.max_drop:g}; it must be a share from 0 to below 1. Try 0.01, or 1%.")
        if not self.budget_s > 0:
            raise BadValue(f"the budget is {self.budget_s:g} s; it must be above 0. Try 10m.")
        if self.device is not None:
            device_named(self.device)
        if self.tracking_uri is not None:
            checked(self.tracking_uri)

    @property
    def precisions(self) -> tuple[str, ...]:
        """The precisions that files may have; float32 is among them, to compare with."""
        known = precisions_of(self.format)
        allowed = known if self.device is None else device_named(self.device).precisions
        return tuple(name for name in known if name in allowed)

    @property
    def format(self) -> str:
        """The format of the files: LiteRT's, unless the device is given another."""
        return format_for(self.device)

    @property
    def device_of_format(self) -> str | None:
        """The device, where it has a format of its own."""
        return None if self.format == FORMAT else self.device

    @property
    def options(self) -> tuple[str, ...]:
        """The options of `zoo compress` that ask for the same."""
        drop = ["--max-drop", f"{_plain(100 * self.max_drop)}%"]
        limits = [word for text in self.limit for word in ("--limit", text)]
        device = [] if self.device is None else ["--device", self.device]
        budget = [] if math.isinf(self.budget_s) else ["--budget", f"{_plain(self.budget_s)}s"]
        return (*drop, *limits, *device, *budget)

    def bounds(self, goal: str, score: float) -> Bounds:
        """Return what files must hold where the model as it is is worth `score`."""
        return Bounds(goal, floor_of(goal, score, self.max_drop), read_limits(self.limit))

    def kept(self, every: Sequence[Row], root: Path) -> tuple[Row, ...]:
        """Return what is there already of what is asked.

        Files that somebody has removed are made again, and so are, once, those that their converter was lost with.
        """
        lost = Counter(row.key for row in every if row.lost)
        there = (row for row in every if row.path is None or (root / row.path / manifest.NAME).is_file())
        wanted = (row for row in there if row.format == self.format and row.precision in self.precisions)
        return tuple({row.key: row for row in wanted if not row.lost or lost[row.key] > 1}.values())

    def to_json(self) -> dict[str, Any]:
        """Return what goes on with the compression as plain JSON values; a budget without end is null."""
        budget = None if math.isinf(self.budget_s) else self.budget_s
        return {"max_drop": self.max_drop, "limit": list(self.limit), "device": self.device, "budget_s": budget}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Asked:
        """Return what `to_json` wrote; raise KeyError, TypeError or ZooError for anything else."""
        budget = math.inf if values["budget_s"] is None else values["budget_s"]
        return cls(values["max_drop"], tuple(values["limit"]), budget, values["device"])


def _plain(number: float) -> str:
    """Return a number without an exponent, which no option takes, and without what it was rounded by."""
    return f"{number:.12f}".rstrip("0").rstrip(".")


class Options(TypedDict, total=False):
    """The fields of `Asked`."""

    max_drop: float
    limit: Iterable[str]
    budget_s: float
    device: str | None
    tracking_uri: str | None
