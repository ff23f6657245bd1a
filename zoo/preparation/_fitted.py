"""A fitted preparation: its steps, its checks and its JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from zoo.errors import BadData, BadValue, UnknownName
from zoo.preparation import PREPARATIONS
from zoo.scale import Scale
from zoo.task import MODALITIES

SCHEMA = 2
READABLE = (1, 2)
_BY_AXES = {1: "table", 2: "series", 3: "image"}  # what rows of so many axes are where it is not said
_BLANKS = {"text": "", "audio": np.zeros(1, np.float32)}


class Step(Protocol):
    """One fitted step; every entry of PREPARATIONS is a frozen dataclass that offers this."""

    @classmethod
    def fit(cls, rows: np.ndarray) -> Step:
        """Return the step fitted to training rows of shape (n, *raw_shape)."""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Step:
        """Return the step that `to_json` wrote."""

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return the prepared rows, of the same shape but for more or fewer columns of a table."""

    def to_json(self) -> dict[str, Any]:
        """Return the step's name and fitted values as plain JSON values."""


@dataclass(frozen=True)
class Preparation:
    """The steps from raw to prepared rows, and the scale of a quantity that is learned (None for classes).

    `columns` name one flat raw row, or are empty when they have no names. `categories` maps columns of text to the
    texts whose places raw rows hold there; `dates` are those of times. `raw_shape` is () where rows are texts, waves
    or images of several sizes. `facts` are what the reader of further rows must know.
    """

    columns: tuple[str, ...]
    raw_shape: tuple[int, ...]
    steps: tuple[Step, ...]
    dtype: str = "float32"
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    target: Scale | None = None
    modality: str = ""
    dates: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.modality:
            object.__setattr__(self, "modality", _BY_AXES.get(len(self.raw_shape), "table"))

    @property
    def is_ragged(self) -> bool:
        """Return whether raw rows are objects: texts, waves, or images of several sizes."""
        return not self.raw_shape

    @property
    def vocabulary(self) -> int:
        """How many different tokens prepared rows of text may hold; 0 for other rows."""
        return next((step.tokens for step in self.steps if hasattr(step, "tokens")), 0)

    def apply(self, rows: Any) -> np.ndarray:
        """Return prepared rows (n, ...) of `dtype`; `rows` are (n, *raw_shape) or flat (n, prod(raw_shape)).

        Images and series of one channel may come without its axis; where `raw_shape` is (), rows are (n,) of objects.
        Raises BadData for another shape, for text in place of numbers, for a prepared value that is not finite, and,
        where `dtype` is uint8, for anything but whole numbers from 0 to 255.
        """
        prepared = self._objects(rows) if self.is_ragged else self._shaped(_array(rows))
        if self.dtype == "uint8":
            prepared = _each_in_bytes(prepared) if prepared.dtype.kind == "O" else _bytes(prepared)
        for step in self.steps:
            prepared = step.apply(prepared)
        if self.dtype != "float32":
            return prepared.astype(self.dtype, copy=False)
        with np.errstate(over="ignore"):
            prepared = prepared.astype(np.float32, copy=False)
        self._require_finite(prepared, rows)
        return prepared

    def to_json(self) -> dict[str, Any]:
        """Return the preparation as plain JSON values, with its schema version."""
        return {
            "schema": SCHEMA,
            "columns": list(self.columns),
            "raw_shape": list(self.raw_shape),
            "dtype": self.dtype,
            "steps": [step.to_json() for step in self.steps],
            "categories": {column: list(texts) for column, texts in self.categories.items()},
            "target": self.target and self.target.to_json(),
            "modality": self.modality,
            "dates": list(self.dates),
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Preparation:
        """Return the preparation that `to_json` wrote; raise BadValue for another schema, a key or a value amiss."""
        try:
            if values.get("schema") not in READABLE:
                known = " and ".join(map(str, READABLE))
                raise BadValue(f"the preparation's schema is {values.get('schema')!r}; this version reads {known}.")
            steps = tuple(PREPARATIONS.get(step["name"]).from_json(step) for step in values["steps"])
            texts = {column: tuple(found) for column, found in values.get("categories", {}).items()}
            target = Scale.from_json(values["target"]) if values.get("target") else None
            rest = values.get("modality", ""), tuple(values.get("dates", ())), dict(values.get("facts", {}))
            columns, shape = tuple(values["columns"]), tuple(values["raw_shape"])
            found = cls(columns, shape, steps, values["dtype"], texts, target, *rest)
            found.shape_of_rows()
        except (KeyError, TypeError, AttributeError, ValueError, IndexError, UnknownName) as error:
            raise BadValue(f"not a preparation: {error!r}. Export the model again.") from error
        return found

    def shape_of_rows(self) -> tuple[int, ...]:
        """Return the shape of one prepared row; raise ValueError or the like where the parts do not fit."""
        _require_sound(self)
        prepared = self._blank()
        with np.errstate(all="ignore"):
            for step in self.steps:
                prepared = step.apply(prepared)
        return prepared.shape[1:]

    def _blank(self) -> np.ndarray:
        if not self.is_ragged:
            return np.zeros((1, *self.raw_shape), np.uint8 if self.dtype == "uint8" else np.float64)
        pixel = np.zeros((1, 1, self.facts.get("channels", 1)), np.uint8)
        return objects([_BLANKS.get(self.modality, pixel)])

    def _objects(self, rows: Any) -> np.ndarray:
        """Return texts, waves or images (n,) of objects; raise BadData for what is none of them."""
        if isinstance(rows, str):
            raise BadData(f"rows are one text ({rows!r:.60}); they must be several. Pass a list of texts.")
        found = rows if isinstance(rows, np.ndarray) and rows.dtype.kind == "O" else objects(list(rows))
        is_sound = _is_text if self.modality == "text" else _is_numbers
        if self.modality != "text":
            found = objects([_array(row) if isinstance(row, list | tuple) else row for row in found])
        odd = next((place for place, row in enumerate(found) if not is_sound(row)), None)
        if odd is not None:
            what = "a text" if self.modality == "text" else "an array of numbers"
            raise BadData(f"row {odd + 1} is {found[odd]!r:.60}; it must be {what}. Pass such rows, or a file.")
        return found

    def _shaped(self, rows: np.ndarray) -> np.ndarray:
        if rows.dtype.kind not in "biuf":
            cure = "Pass a data frame or a file instead." if self.categories else "Convert them first."
            raise BadData(f"rows are of dtype {rows.dtype}; they must be numbers. {cure}")
        shapes = (self.raw_shape, (math.prod(self.raw_shape),))
        if not rows.ndim or rows.shape[1:] not in shapes and rows.shape[1:] + (1,) != self.raw_shape:
            flat = "" if len(self.raw_shape) == 1 else f" or (n, {math.prod(self.raw_shape)})"
            expected = ", ".join(map(str, self.raw_shape))
            raise BadData(f"rows have shape {rows.shape}; this model takes (n, {expected}){flat}. Reshape them.")
        return rows.reshape(len(rows), *self.raw_shape)

    def _require_finite(self, prepared: np.ndarray, rows: Any) -> None:
        flat = prepared.reshape(len(prepared), -1)
        if np.isfinite(flat).all():
            return
        row, place = map(int, np.argwhere(~np.isfinite(flat))[0])
        numeric = [at for at, column in enumerate(self.columns) if column not in self.categories]
        largest = max(numeric, key=lambda at: abs(np.nan_to_num(rows[row][at])), default=0)
        where = f"column '{self.columns[largest]}'" if numeric else f"cell {place + 1}"
        raise BadData(f"row {row + 1}: {where} is not finite once prepared. Correct that cell, or remove the row.")


def _require_sound(preparation: Preparation) -> None:
    """Raise ValueError for fields that no fitted preparation has."""
    columns, texts, shape = preparation.columns, preparation.categories, preparation.raw_shape
    scale, named = preparation.target, [*columns, *(text for found in texts.values() for text in found)]
    if not all(type(size) is int and size > 0 for size in shape):
        raise ValueError(f"raw_shape is {list(shape)}")
    if not shape and preparation.modality not in ("text", "audio", "image"):
        raise ValueError(f"raw_shape is empty and modality {preparation.modality!r}")
    if preparation.dtype not in ("float32", "uint8", "int32") or preparation.modality not in MODALITIES:
        raise ValueError(f"dtype is {preparation.dtype!r} and modality {preparation.modality!r}")
    if not all(isinstance(name, str) for name in named) or len(columns) not in (0, math.prod(shape)):
        raise ValueError(f"columns do not name the {math.prod(shape)} cells of a row")
    if not set(columns).issuperset(texts):
        raise ValueError("categories are of columns that there are not")
    if scale is not None and not (math.isfinite(scale.mean) and 0 < scale.deviation < math.inf):
        raise ValueError(f"the target's deviation is {scale.deviation} and its mean {scale.mean}")


def objects(rows: Sequence[Any]) -> np.ndarray:
    """Return rows (n,) of objects, whatever their shapes."""
    found = np.empty(len(rows), object)
    for place, row in enumerate(rows):
        found[place] = row
    return found


def _array(rows: Any) -> np.ndarray:
    """Return rows, or a row, as an array; raise BadData for lists of different lengths."""
    is_held = isinstance(rows, np.ndarray) and rows.dtype.kind == "O" and rows.ndim == 1
    try:
        return np.asarray(rows.tolist() if is_held else rows)
    except ValueError as error:
        raise BadData("rows are of different shapes; this model takes them all of one. Bring them to it.") from error


def _is_text(row: Any) -> bool:
    return isinstance(row, str)


def _is_numbers(row: Any) -> bool:
    return isinstance(row, np.ndarray) and row.dtype.kind in "biuf"


def _each_in_bytes(images: np.ndarray) -> np.ndarray:
    return objects([image if image.dtype == np.uint8 else _bytes(image) for image in images])


def _bytes(rows: np.ndarray) -> np.ndarray:
    if rows.dtype != np.uint8 and not ((rows >= 0) & (rows <= 255) & (rows == np.floor(rows))).all():
        raise BadData("a pixel is not a whole number from 0 to 255, as this model was trained on. Rescale the images.")
    return rows.astype(np.uint8)
