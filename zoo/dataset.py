"""The values that data takes on its way to a model: a Dataset as read, then Splits as prepared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from zoo.preparation import Preparation
    from zoo.recipe import Source
    from zoo.scale import Scale
    from zoo.task import Task


@dataclass(frozen=True)
class Dataset:
    """Rows as a reader found them, before any split or preparation.

    `x` is (rows, ...) of numbers, NaN where a cell is missing; in a table's columns of text, which `categories` maps
    to their texts, a number is the place of the cell's text among these, or -1 (in `x_test`) where it is none of
    them. `y` is (rows,): int32, an index into `classes`, or, where there are no classes, float64, a quantity.
    `missing` counts the missing cells of a table's columns, in `x` only.
    """

    name: str
    source: Source
    modality: str
    x: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    x_test: np.ndarray | None = None
    y_test: np.ndarray | None = None
    missing: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of answer that is learned: classification or regression."""
        return "classification" if self.classes else "regression"


@dataclass(frozen=True)
class Split:
    """Prepared rows: `x` is (rows, *task.input_shape) of task.dtype.

    `y` is (rows,): int32 indices into the classes, or float32 targets as `scale` puts them (None for classes).
    """

    x: np.ndarray
    y: np.ndarray
    scale: Scale | None = None

    def __len__(self) -> int:
        return len(self.y)

    @property
    def kind(self) -> str:
        """The kind of answer that `y` holds: classification or regression."""
        return "classification" if self.scale is None else "regression"


@dataclass(frozen=True)
class Splits:
    """Three prepared parts of one data set, and what prepared them; `test` is opened once, at the end."""

    task: Task
    preparation: Preparation
    train: Split
    validation: Split
    test: Split
    dataset: Dataset
