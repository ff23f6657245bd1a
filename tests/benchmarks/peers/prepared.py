"""The rows that every contender learns from: split and prepared once, by this project, and handed on as arrays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zoo.task import Task


@dataclass(frozen=True)
class Prepared:
    """Training and validation rows, prepared, with labels as whole numbers, and the task they belong to."""

    task: Task
    x: np.ndarray
    y: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray


def write_prepared(data: str, rows: int | None, path: Path) -> None:
    """Write what a study of `data`, of at most `rows` rows, learns from and watches."""
    from zoo.data import load_data
    from zoo.splits import split

    splits = split(load_data(data, rows=rows))
    train, validation = splits.train, splits.validation
    arrays = {"x": train.x, "y": train.y, "x_validation": validation.x, "y_validation": validation.y}
    np.savez(path, task=np.array(json.dumps(splits.task.to_json())), **arrays)


def read_prepared(path: Path) -> Prepared:
    """Return the rows that `write_prepared` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in ("x", "y", "x_validation", "y_validation")}
        return Prepared(Task.from_json(json.loads(str(stored["task"]))), **arrays)
