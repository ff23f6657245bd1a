"""Images to predict: one file, or all in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._decoding import decoded, each
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.memory import budget
from zoo.preparation.resize import Resize
from zoo.raw.pixels import SUFFIXES, head
from zoo.reading import Read
from zoo.reading._files import files_in, readable
from zoo.registry import register

if TYPE_CHECKING:
    from zoo.preparation import Preparation


@register(leaves=(".npz", ".npy", ".csv", ".tsv"))
def image(path: Path, preparation: Preparation) -> Read:
    """Images of a file or of all in and below a folder, by name, read as those that were trained on; and their names.

    Raises BadData for a file that is no image, and for a model of numbers that no image file holds. Of a folder, files
    that cannot be read are named and left out.
    """
    return read_images(*files_in(path, SUFFIXES, "image"), preparation)


def read_images(
    files: Sequence[Path], names: Sequence[str], preparation: Preparation, memory: int | None = None
) -> Read:
    """Images of files, named so, as `image` reads them; those beyond `memory` bytes are left on the disk.

    Where those that were trained on were all of one size, others are resized to it.
    """
    if preparation.dtype != "uint8":
        cure = "Give them as .npz, .npy or .csv."
        raise BadData(f"{files[0]}: this model takes images of numbers that are not bytes. {cure}")
    shape = preparation.raw_shape
    channels = shape[-1] if shape else preparation.facts.get("channels", 3)
    found = decoded(files, each(head, files), channels, budget(memory))
    kept, said = readable(names, found.refused, "image")
    rows = found.rows
    if shape and found.shapes != {shape}:
        rows = _resized(rows, Resize(*shape, framing=_framing(preparation)))
    return Read(rows, tuple(names[place] for place in kept), said)


def _resized(rows: np.ndarray | LazyRows, resize: Resize) -> np.ndarray | LazyRows:
    if not isinstance(rows, LazyRows):
        return resize.apply(rows)
    return replace(rows, fetch=lambda places: resize.apply(rows.fetch(places)))


def _framing(preparation: Preparation) -> str:
    steps = (step.framing for step in preparation.steps if isinstance(step, Resize))
    return next(steps, "crop")
