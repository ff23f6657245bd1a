"""Images to predict: one file, or all in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.errors import BadData
from zoo.pixels import SUFFIXES, pixels
from zoo.preparation._fitted import objects
from zoo.preparation.resize import Resize
from zoo.registry import register

if TYPE_CHECKING:
    from zoo.preparation import Preparation


@register(leaves=(".npz", ".npy", ".csv", ".tsv"))
def image(path: Path, preparation: Preparation) -> tuple[np.ndarray, tuple[str, ...]]:
    """Images of a file or of all in and below a folder, by name, read as those that were trained on; and their names.

    Where these were all of one size, others are resized to it. Raises BadData for a file that is no image, and for a
    model of numbers that no image file holds.
    """
    if preparation.dtype != "uint8":
        raise BadData(f"{path}: this model takes images of numbers that are not bytes. Give them as .npz or .npy.")
    files, names = _files(path)
    shape = preparation.raw_shape
    channels = shape[-1] if shape else preparation.facts.get("channels", 3)
    images = objects([pixels(file, channels) for file in files])
    return (Resize(*shape, framing=_framing(preparation)).apply(images) if shape else images), names


def _files(path: Path) -> tuple[list[Path], tuple[str, ...]]:
    if path.is_file():
        return [path], (path.name,)
    if not path.is_dir():
        raise BadData(f"{path} does not exist; give an image, or a folder of images.")
    from zoo.data._walking import walked

    files = walked(path, SUFFIXES).wanted()
    if not files:
        raise BadData(f"{path} holds no image ({' '.join(SUFFIXES)}). Give a folder that does.")
    return files, tuple(file.relative_to(path).as_posix() for file in files)


def _framing(preparation: Preparation) -> str:
    steps = (step.framing for step in preparation.steps if isinstance(step, Resize))
    return next(steps, "crop")
