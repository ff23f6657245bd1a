"""The values that data takes on its way to a model: a Dataset as read, then Splits as prepared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from zoo.preparation import Preparation
    from zoo.recipe import Source
    from zoo.task import Task


@dataclass(frozen=True)
class Dataset:
    """Rows as a reader found them, before any split or preparation.

    `x` is (rows, ...) of numbers, NaN where a cell is missing; `y` is (rows,) int32, an index into `classes`.
    """

    name: str
    source: Source
    modality: str
    x: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...]
    columns: tuple[str, ...] = ()
    x_test: np.ndarray | None = None
    y_test: np.ndarray | None = None
    missing: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Split:
    """Prepared rows: `x` is (rows, *task.input_shape) of task.dtype, `y` is (rows,) int32."""

    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class Splits:
    """Three prepared parts of one data set, and what prepared them; `test` is opened once, at the end."""

    task: Task
    preparation: Preparation
    train: Split
    validation: Split
    test: Split
    dataset: Dataset
