"""Show a part of images in the size of the whole."""

from __future__ import annotations

from typing import Annotated, Any

from zoo.augmentations._affine import Moving, affine
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",), moves=True)
class Crop(Moving):
    """Cut off up to a share `strength` of height and width, at a place of its own, and stretch the rest to the size.

    Height and width lose the same share, so that shapes keep their proportions.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.3)), Live] = 0.1) -> None:
        super().__init__(strength)

    def places(self, x: Any, strength: Any) -> Any:
        """Return where in images (rows, height, width, channels) each place of the stretched parts is read."""
        cut, starts = self.uniform(x, 1, high=strength)[:, 0], self.uniform(x, 2)
        to_row, to_column = (cut * starts[:, axis] * (size - 1) for axis, size in enumerate(x.shape[1:3]))
        return affine((1 - cut, 0.0, to_column), (0.0, 1 - cut, to_row))
