"""What a compression found, as a value: every file that was tried, those that none beats, and the one to ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from search.compressing.rows import Bounds, Row, floor_of, front_of, pick_of
from zoo.goals import COSTS, gain, shown

WEIGHED = ("bytes", "ram", "latency")  # what every file is shown by
TESTS = "tests.json"  # in a compression's folder: what was measured on test rows, by the paths of bundles
EXPORTED = ("path", "format", "precision", "bytes", "sha256", "test", "proof")  # what an export prints of its file


@dataclass(frozen=True)
class Compressed:
    """The rows of a compression of `name`, and what its files had to hold.

    `score` is the validation score of the model as it is, `max_drop` what may go of it. `test` is what the file to
    ship is worth on test rows and `test_before` what the model as it is, None where no file holds;
    `test_change_interval` is where the change in the goal lies by 95 %, None where the pairs of answers tell none.
    `is_over` says that all was tried, and not that a time limit came first; `folder` is where the files lie, from the
    root.
    """

    name: str
    bounds: Bounds
    score: float
    max_drop: float
    rows: tuple[Row, ...]
    folder: str
    is_over: bool
    validation_rows: int = 0
    test: Mapping[str, float] | None = None
    test_before: Mapping[str, float] | None = None
    test_change_interval: tuple[float, float] | None = None

    @property
    def pick(self) -> Row | None:
        """The smallest file that holds."""
        return pick_of(self.rows, self.bounds)

    @property
    def test_change(self) -> float | None:
        """What the goal has changed by on test rows, in its own units; None before these were opened."""
        if self.test is None or self.test_before is None:
            return None
        return self.test[self.bounds.goal] - self.test_before[self.bounds.goal]

    @property
    def loses_more(self) -> bool:
        """Whether the file to ship loses more on test rows than it may on validation rows."""
        goal = self.bounds.goal
        if self.test is None or self.test_before is None:
            return False
        return gain(goal, self.test[goal]) < gain(goal, floor_of(goal, self.test_before[goal], self.max_drop))

    @property
    def front(self) -> tuple[Row, ...]:
        """The proven files that none beats in both bytes and score, the smallest first."""
        return front_of(self.rows, self.bounds.goal)

    @property
    def costs(self) -> tuple[str, ...]:
        """What a file's score is held against: bytes, memory and time, and whatever else has a limit."""
        limited = (limit.name for limit in self.bounds.limits if limit.name in COSTS)
        return tuple(dict.fromkeys((*WEIGHED, *limited)))

    @property
    def fronts(self) -> dict[str, tuple[Row, ...]]:
        """By each of the costs the proven files that none beats in both it and the score, the cheapest first."""
        return {cost: front_of(self.rows, self.bounds.goal, cost) for cost in self.costs}

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo compress --json` prints: of the file to ship what an export does, and all that was tried."""
        fronts = {cost: {row.key for row in rows} for cost, rows in self.fronts.items()}
        pick = self.pick
        variants = [
            {
                **{**self._variant(row), "front": row.key in fronts["bytes"]},
                "fronts": [cost for cost, keys in fronts.items() if row.key in keys],
                "holds": self.bounds.holds(row),
            }
            for row in self.rows
        ]
        shipped = None if pick is None else {**self._variant(pick), "test": dict(self.test or {}) or None}
        return {
            **{"model": self.name, "goal": self.bounds.goal, "validation": self.score},
            **{"max_drop": self.max_drop, "floor": self.bounds.floor},
            "limits": [str(limit) for limit in self.bounds.limits],
            **{name: (shipped or {}).get(name) for name in EXPORTED},
            **{"over": self.is_over, "folder": self.folder, "variants": variants},
            **{"pick": shipped, "test_before": None if self.test_before is None else dict(self.test_before)},
            **{"test_change": self.test_change, "loses_more": self.loses_more, "validation_rows": self.validation_rows},
            "test_change_interval": None if self.test_change_interval is None else list(self.test_change_interval),
        }

    def summary(self) -> str:
        """Return the file to ship in one line."""
        pick, goal = self.pick, self.bounds.goal
        if pick is None:
            return f"no file holds {goal} {shown(goal, self.bounds.floor)} and the limits"
        found = shown(goal, pick.validation[goal])
        return f"{pick.method}, {pick.precision}: {pick.bytes:,} bytes, validation {goal} {found}"

    def _variant(self, row: Row) -> dict[str, Any]:
        values = asdict(row)
        validation = None if row.validation is None else dict(row.validation)
        steps = [dict(step) for step in row.steps]
        return {"method": row.method, "format": row.format, **values, "steps": steps, "validation": validation}

    def _repr_html_(self) -> str:
        """Show the file to ship in a notebook."""
        return f"<p>{self.summary()}</p>"
