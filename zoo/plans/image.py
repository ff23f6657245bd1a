"""How images are prepared: brought to one size, grey if asked for, and rescaled unless they are bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated

import numpy as np

from zoo.dataset import Dataset
from zoo.lazy import LazyRows
from zoo.plans import Fit
from zoo.preparation import PREPARATIONS
from zoo.preparation.resize import OWN
from zoo.registry import register
from zoo.space import Choice, Int, Parameter

LARGE = 32  # pixels a side above which a smaller size may serve as well in less time


@register()
def image(
    dataset: Dataset,
    *,
    size: Annotated[int, Int(0, 256, search=(32, 48, 64, 96))] = 0,
    framing: Annotated[str, Choice("crop", "pad", "stretch", search=())] = "crop",
    channels: Annotated[str, Choice("own", "grey", search=())] = "own",
) -> list[Fit]:
    """Images get `size` pixels a side; 0 keeps the one size that all have, up to 96 pixels, and is else 64.

    `framing` says what becomes of another ratio of the sides: the middle is cut out, black is put beside, or the image
    is stretched. Bytes stay bytes: their rescaling belongs into the model's graph, where it costs no accuracy in int8.
    """
    grey = [PREPARATIONS.get("grey").fit] if channels == "grey" else []
    resize = [partial(PREPARATIONS.get("resize").fit, size=size, framing=framing)] if _changes(dataset, size) else []
    return [*grey, *resize, *([] if _are_bytes(dataset) else [PREPARATIONS.get("rescale").fit])]


def narrowed(dataset: Dataset, space: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the space with the sizes that images of this data have pixels for, or with none where they are small."""
    sides, alike = _largest(dataset)
    largest = max(sides)
    size = space["size"]
    smaller = tuple(side for side in size.domain.points() if side <= largest) if largest > LARGE else ()
    own = (0,) if smaller and alike and largest <= OWN and sides != (smaller[-1],) * 2 else ()
    return {**space, "size": replace(size, domain=replace(size.domain, search=(*own, *smaller)))}


def _changes(dataset: Dataset, size: int) -> bool:
    """Return whether images are to be resized at all."""
    sides, alike = _largest(dataset)
    if not alike:
        return True
    return sides != (size, size) if size else max(sides) > OWN


def _largest(dataset: Dataset) -> tuple[tuple[int, ...], bool]:
    """Return the height and width of the largest image, and whether all have that size."""
    rows, known = dataset.x, dataset.facts.get("largest")
    if known:
        return tuple(known), not dataset.facts["ragged"]
    if isinstance(rows, LazyRows):  # of an array in a file
        rows = rows[:1].read()
    if rows.dtype.kind != "O":
        return rows.shape[1:3], True
    return max((row.shape[:2] for row in rows), key=max), False


def _are_bytes(dataset: Dataset) -> bool:
    rows = dataset.x
    if isinstance(rows, LazyRows):
        return True
    return (rows[0] if rows.dtype.kind == "O" else rows).dtype == np.uint8
