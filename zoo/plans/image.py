"""How images are prepared: bytes stay as they are, other pixels are rescaled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoo.dataset import Dataset
from zoo.preparation import PREPARATIONS
from zoo.registry import register

if TYPE_CHECKING:
    from zoo.plans import Fit


@register()
def image(dataset: Dataset) -> list[Fit]:
    """Pixels in bytes stay: their rescaling belongs into the model's graph, where it costs no accuracy in int8."""
    is_bytes = getattr(dataset.x, "dtype", np.uint8) in (np.uint8, np.object_)
    return [] if is_bytes else [PREPARATIONS.get("rescale").fit]
