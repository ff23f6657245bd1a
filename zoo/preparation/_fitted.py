"""A fitted preparation: its steps, its checks and its JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from zoo.errors import BadData, BadValue, UnknownName
from zoo.preparation import PREPARATIONS
from zoo.scale import Scale

SCHEMA = 1
_PLANS = {"table": ("impute", "standardise"), "image": ("rescale",), "series": ("normalise",)}


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
    texts whose places raw rows hold there.
    """

    columns: tuple[str, ...]
    raw_shape: tuple[int, ...]
    steps: tuple[Step, ...]
    dtype: str = "float32"
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    target: Scale | None = None

    def apply(self, rows: Any) -> np.ndarray:
        """Return prepared rows (n, ...) of `dtype`; `rows` are (n, *raw_shape) or flat (n, prod(raw_shape)).

        Images and series of one channel may come without its axis. Raises BadData for another shape, for text, for a
        prepared value that is not finite, and, where `dtype` is uint8, for anything but whole numbers from 0 to 255.
        """
        prepared = self._shaped(np.asarray(rows))
        if self.dtype == "uint8":
            return _bytes(prepared)
        for step in self.steps:
            prepared = step.apply(prepared)
        with np.errstate(over="ignore"):
            prepared = prepared.astype(np.float32)
        self._require_finite(prepared)
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
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Preparation:
        """Return the preparation that `to_json` wrote; raise BadValue for another schema, a key or a value amiss."""
        try:
            if values.get("schema") != SCHEMA:
                raise BadValue(f"the preparation's schema is {values.get('schema')!r}; this version reads {SCHEMA}.")
            steps = tuple(PREPARATIONS.get(step["name"]).from_json(step) for step in values["steps"])
            texts = {column: tuple(found) for column, found in values.get("categories", {}).items()}
            target = Scale.from_json(values["target"]) if values.get("target") else None
            found = cls(tuple(values["columns"]), tuple(values["raw_shape"]), steps, values["dtype"], texts, target)
            found.shape_of_rows()
        except (KeyError, TypeError, AttributeError, ValueError, IndexError, UnknownName) as error:
            raise BadValue(f"not a preparation: {error!r}. Export the model again.") from error
        return found

    def shape_of_rows(self) -> tuple[int, ...]:
        """Return the shape of one prepared row; raise ValueError or the like where the parts do not fit."""
        _require_sound(self)
        prepared = np.zeros((1, *self.raw_shape))
        with np.errstate(all="ignore"):
            for step in self.steps:
                prepared = step.apply(prepared)
        return prepared.shape[1:]

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

    def _require_finite(self, prepared: np.ndarray) -> None:
        flat = prepared.reshape(len(prepared), -1)
        if np.isfinite(flat).all():
            return
        row, place = map(int, np.argwhere(~np.isfinite(flat))[0])
        numeric = [column for column in self.columns if column not in self.categories]  # they stand first
        where = f"column '{numeric[place]}'" if numeric else f"cell {place + 1}"
        raise BadData(f"row {row + 1}: {where} is not finite once prepared. Correct that cell, or remove the row.")


def fit_preparation(
    modality: str,
    x_train: np.ndarray,
    columns: Sequence[str] = (),
    categories: Mapping[str, tuple[str, ...]] | None = None,
) -> Preparation:
    """Return the preparation fitted to training rows: of tables text is encoded, gaps filled, numbers standardised.

    Images are rescaled, series normalised channel by channel. Images of bytes get no step: their rescaling belongs
    into the model's graph, where it costs no accuracy in int8. Raises BadData for a column without any value and for
    numbers too large to average.
    """
    raw_shape, texts = x_train.shape[1:], dict(categories or {})
    if x_train.dtype == np.uint8 and modality == "image":
        return Preparation(tuple(columns), raw_shape, (), "uint8")
    places = tuple(map(list(columns).index, texts))
    if modality != "series":
        _require_values(x_train, columns, places)
    return Preparation(tuple(columns), raw_shape, tuple(_steps(modality, x_train, places)), categories=texts)


def narrowed(preparation: Preparation) -> Preparation:
    """Return the preparation with those texts alone that it tells apart; its rows hold places among these.

    Names of people that stand once in a column are thus in no bundle: they are unseen texts, prepared as before.
    """
    if not preparation.categories:
        return preparation
    encode, *others = preparation.steps
    facts = zip(preparation.categories.items(), encode.kept, strict=True)
    texts = {column: tuple(map(found.__getitem__, kept)) for (column, found), kept in facts}
    encode = replace(encode, kept=tuple(tuple(range(len(kept))) for kept in encode.kept))
    return replace(preparation, categories=texts, steps=(encode, *others))


def _steps(modality: str, rows: np.ndarray, places: Sequence[int]) -> Iterator[Step]:
    fits = [partial(PREPARATIONS.get("encode").fit, columns=places)] if places else []
    for fit in (*fits, *(PREPARATIONS.get(name).fit for name in _PLANS[modality])):
        step = fit(rows)
        rows = step.apply(rows)
        yield step


def _require_values(rows: np.ndarray, columns: Sequence[str], texts: Sequence[int]) -> None:
    flat = rows.reshape(len(rows), -1)
    empty = np.setdiff1d(np.flatnonzero(np.isnan(flat).all(axis=0)), texts)
    if len(empty):
        name = columns[empty[0]] if columns else f"cell {empty[0] + 1}"
        raise BadData(f"column '{name}' has no value in any training row; nothing can be learned of it. Remove it.")


def _require_sound(preparation: Preparation) -> None:
    """Raise ValueError for fields that no fitted preparation has."""
    columns, texts, shape = preparation.columns, preparation.categories, preparation.raw_shape
    scale, named = preparation.target, [*columns, *(text for found in texts.values() for text in found)]
    if not shape or not all(type(size) is int and size > 0 for size in shape):
        raise ValueError(f"raw_shape is {list(shape)}")
    if preparation.dtype not in ("float32", "uint8"):
        raise ValueError(f"dtype is {preparation.dtype!r}")
    if not all(isinstance(name, str) for name in named) or len(columns) not in (0, math.prod(shape)):
        raise ValueError(f"columns do not name the {math.prod(shape)} cells of a row")
    if not set(columns).issuperset(texts):
        raise ValueError("categories are of columns that there are not")
    if scale is not None and not (math.isfinite(scale.mean) and 0 < scale.deviation < math.inf):
        raise ValueError(f"the target's deviation is {scale.deviation} and its mean {scale.mean}")


def _bytes(rows: np.ndarray) -> np.ndarray:
    if rows.dtype != np.uint8 and not ((rows >= 0) & (rows <= 255) & (rows == np.floor(rows))).all():
        raise BadData("a pixel is not a whole number from 0 to 255, as this model was trained on. Rescale the images.")
    return rows.astype(np.uint8)
