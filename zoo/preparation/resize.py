"""Images of one size: averaged over areas where they shrink, interpolated between pixels where they grow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.errors import BadData
from zoo.preparation._sampling import resized
from zoo.registry import register

OWN = 96  # images of one size, at most so many pixels a side, keep it unless another is asked for
USUAL = 64  # pixels a side of all others
FRAMINGS = ("crop", "pad", "stretch")


@register(modalities=("image",))
@dataclass(frozen=True)
class Resize:
    """Bring images to `height` x `width` pixels: the mean over areas where they shrink, linear in between elsewhere.

    `framing` says what becomes of another ratio of the sides: the middle is cut out ("crop"), black is put beside
    ("pad"), or the image is distorted ("stretch"). Bytes stay bytes, rounded to the nearest; other numbers become
    float32. The same pixels give the same bits alone and among others, on every machine.
    """

    height: int
    width: int
    channels: int
    framing: str = "crop"

    @classmethod
    def fit(cls, rows: np.ndarray, size: int = 0, framing: str = "crop") -> Resize:
        """Return the step to `size` pixels a side; 0 keeps the size of `rows` (n, h, w, c) up to 96, else takes 64."""
        height, width = (size or USUAL,) * 2
        if not size and rows.dtype.kind != "O" and max(rows.shape[1:3]) <= OWN:
            height, width = rows.shape[1:3]
        return cls(int(height), int(width), int(_shaped(rows[0]).shape[-1]), framing)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Resize:
        """Return the step that `to_json` wrote."""
        sides = (int(values[name]) for name in ("height", "width", "channels"))
        found = cls(*sides, values["framing"])
        if min(found.height, found.width, found.channels) < 1 or found.framing not in FRAMINGS:
            raise ValueError(f"no size of an image: {dict(values)}")
        return found

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return images (n, height, width, channels); `rows` are (n, h, w, channels) or (n,) of (h, w, channels).

        Raises BadData for an image of other channels or without any pixel.
        """
        if rows.dtype.kind != "O":
            return self._alike(rows)
        images = [_shaped(row) for row in rows]
        kind = np.uint8 if all(image.dtype == np.uint8 for image in images) else np.float32
        found = np.empty((len(images), self.height, self.width, self.channels), kind)
        for places, stacked in _stacks(images):
            found[places] = self._alike(stacked)
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the name, the size and how images are fitted into it."""
        sides = {"height": self.height, "width": self.width, "channels": self.channels}
        return {"name": "resize", **sides, "framing": self.framing}

    def _alike(self, rows: np.ndarray) -> np.ndarray:
        """Return images of one size (n, h, w, channels), resized."""
        if rows.shape[-1] != self.channels or not rows.size:
            shape = " x ".join(map(str, rows.shape[1:]))
            raise BadData(f"an image is of {shape}; this model takes {self.channels} channels. Convert it first.")
        kept = np.uint8 if rows.dtype == np.uint8 else np.float32
        if rows.shape[1:3] == (self.height, self.width):
            return rows.astype(kept)
        height, width = self._scaled(*rows.shape[1:3])
        scaled = resized(_middle(rows, *self._cut(*rows.shape[1:3])), height, width)
        top, left = (self.height - height) // 2, (self.width - width) // 2
        if (height, width) == (self.height, self.width):
            return scaled
        found = np.zeros((len(rows), self.height, self.width, self.channels), kept)
        found[:, top : top + height, left : left + width] = scaled
        return found

    def _cut(self, height: int, width: int) -> tuple[int, int]:
        """Return how much of an image's middle is kept: all of it, or as much as has the ratio of the size."""
        if self.framing != "crop":
            return height, width
        if height * self.width > width * self.height:
            return max(1, round(width * self.height / self.width)), width
        return height, max(1, round(height * self.width / self.height))

    def _scaled(self, height: int, width: int) -> tuple[int, int]:
        """Return the size that the image itself gets: all of the size, or as much as keeps its ratio."""
        if self.framing != "pad":
            return self.height, self.width
        factor = min(self.height / height, self.width / width)
        return max(1, round(height * factor)), max(1, round(width * factor))


def _middle(rows: np.ndarray, height: int, width: int) -> np.ndarray:
    top, left = (rows.shape[1] - height) // 2, (rows.shape[2] - width) // 2
    return rows[:, top : top + height, left : left + width]


def _shaped(image: np.ndarray) -> np.ndarray:
    if not isinstance(image, np.ndarray) or image.ndim not in (2, 3) or image.dtype.kind not in "biuf":
        shape = getattr(image, "shape", type(image).__name__)
        raise BadData(f"an image is {shape}; it must be an array (height, width, channels) of numbers. Convert it.")
    return image[..., np.newaxis] if image.ndim == 2 else image


def _stacks(images: list[np.ndarray]) -> Iterator[tuple[list[int], np.ndarray]]:
    """Return images of the same shape together, and their places."""
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, image in enumerate(images):
        places.setdefault((*image.shape, image.dtype), []).append(place)
    for alike in places.values():
        yield alike, np.stack([images[place] for place in alike])
