"""Images of one channel, as bright as they were in colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.errors import BadData
from zoo.registry import register

RED, GREEN, BLUE = 0.299, 0.587, 0.114  # luma, ITU-R BT.601, as Pillow and cameras have it


@register(modalities=("image",))
@dataclass(frozen=True)
class Grey:
    """Weigh red, green and blue to one channel; images of one channel stay as they are."""

    channels: int

    @classmethod
    def fit(cls, rows: np.ndarray) -> Grey:
        """Return the step for images of as many channels as the first of `rows` has; raise BadData for 2 or over 3."""
        channels = int(rows[0].shape[-1])
        if channels not in (1, 3):
            raise BadData(f"an image has {channels} channels; grey is made of 3. Set preparation.channels=own.")
        return cls(channels)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Grey:
        """Return the step that `to_json` wrote."""
        return cls(int(values["channels"]))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return images (n, h, w, 1), or (n,) of (h, w, 1): bytes rounded, other numbers float32."""
        if rows.dtype.kind != "O":
            return _grey(rows)
        found = np.empty(len(rows), object)
        for place, row in enumerate(rows):
            found[place] = _grey(row)
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the name and the channels that come in."""
        return {"name": "grey", "channels": self.channels}


def _grey(rows: np.ndarray) -> np.ndarray:
    if rows.shape[-1] != 3:
        return rows
    red, green, blue = (rows[..., channel].astype(np.float32) for channel in range(3))
    luma = np.float32(RED) * red + np.float32(GREEN) * green + np.float32(BLUE) * blue
    return (np.rint(luma).astype(np.uint8) if rows.dtype == np.uint8 else luma)[..., np.newaxis]
