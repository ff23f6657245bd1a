"""Make what images show larger or smaller."""

from __future__ import annotations

from typing import Annotated, Any

from zoo.augmentations._affine import Moving, affine
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",), moves=True)
class Scale(Moving):
    """Zoom each image about its centre by a factor between 1 - strength and 1 + strength, the size staying.

    Where a smaller picture leaves room, it continues its nearest edge.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.3)), Live] = 0.1) -> None:
        super().__init__(strength)

    def places(self, x: Any, strength: Any) -> Any:
        """Return where in images (rows, height, width, channels) each place of the zoomed ones is read."""
        step = 1 / self.uniform(x, 1, low=1 - strength, high=1 + strength)[:, 0]
        to_row, to_column = ((1 - step) * (size - 1) / 2 for size in x.shape[1:3])
        return affine((step, 0.0, to_column), (0.0, step, to_row))
