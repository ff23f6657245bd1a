"""The values that data takes on its way to a model: a Dataset as read, then Splits as prepared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from zoo.lazy import LazyRows
    from zoo.preparation import Preparation
    from zoo.recipe import Source
    from zoo.scale import Scale
    from zoo.task import Task


@dataclass(frozen=True)
class Dataset:
    """Rows as a reader found them, before any split or preparation.

    `x` is (rows, ...) of numbers, NaN where a cell is missing; in a table's columns of text, which `categories` maps
    to their texts, a number is the place of the cell's text among these, or -1 (in `x_test`) where it is none of
    them, and in those of times, `dates`, seconds since 1970. Rows of text are texts, rows of audio float32 waves of
    `facts["rate"]` samples a second, and rows of images of several sizes (height, width, channels) arrays: then `x`
    is (rows,) of objects. Rows that do not fit into memory are LazyRows.

    `y` is (rows,): int32, an index into `classes`, or, where there are no classes, float64, a quantity; a forecast's
    is (rows, horizon). `missing` counts the missing cells of a table's columns, in `x` only. `weights` are (rows,),
    at least 0; `groups` (rows,) int32 places among `group_names`, of rows that are not to be parted; `times` (rows,)
    order the rows. `validation` are the places of rows that the data itself names for that part. `names` say where
    each row comes from, as its file. `facts` are JSON values that further rows are read by. `noise` are waves.
    """

    name: str
    source: Source
    modality: str
    x: np.ndarray | LazyRows
    y: np.ndarray
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    x_test: np.ndarray | LazyRows | None = None
    y_test: np.ndarray | None = None
    missing: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    weights: np.ndarray | None = None
    groups: np.ndarray | None = None
    groups_test: np.ndarray | None = None
    group_names: tuple[str, ...] = ()
    times: np.ndarray | None = None
    validation: np.ndarray | None = None
    names: tuple[str, ...] = ()
    names_test: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    noise: np.ndarray | None = None

    @property
    def kind(self) -> str:
        """The kind of answer that is learned: classification or regression."""
        return "classification" if self.classes else "regression"

    @property
    def horizon(self) -> int:
        """How many quantities an answer holds: more than one in forecasts of several steps."""
        return self.y.shape[1] if self.y.ndim > 1 else 1


@dataclass(frozen=True)
class Split:
    """Prepared rows: `x` is (rows, *task.input_shape) of task.dtype.

    `y` is (rows,): int32 indices into the classes, or float32 targets as `scale` puts them (None for classes), of
    forecasts (rows, horizon). `weights` (rows,) float32 are those of training rows; None weighs all alike.
    """

    x: np.ndarray
    y: np.ndarray
    scale: Scale | None = None
    weights: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.y)

    @property
    def kind(self) -> str:
        """The kind of answer that `y` holds: classification or regression."""
        return "classification" if self.scale is None else "regression"


@dataclass(frozen=True)
class Places:
    """The rows of each part, by their places in a data set's `x`; `test` is None where the data brings its own.

    `how` says by what rule they were parted.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray | None
    how: str


@dataclass(frozen=True)
class Splits:
    """Three prepared parts of one data set, and what prepared them; `test` is opened once, at the end.

    `places` says which rows of the data set are in which part.
    """

    task: Task
    preparation: Preparation
    train: Split
    validation: Split
    test: Split
    dataset: Dataset
    places: Places | None = None

    @property
    def how(self) -> str:
        """By what rule the rows were parted."""
        return self.places.how if self.places else "as given"
