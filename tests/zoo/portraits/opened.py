"""A drawn PNG, opened."""

from __future__ import annotations

import io

from PIL import Image


def opened(content: bytes) -> Image.Image:
    """Return the picture; require a PNG that fits on a screen or is scrolled down it, with something on it."""
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "PNG"
    assert 300 < picture.width < 6000
    assert 200 < picture.height < 3000
    assert len(picture.convert("L").getcolors()) > 20
    return picture


def colors(content: bytes) -> set[tuple[int, int, int]]:
    """Return every colour of a picture."""
    picture = opened(content).convert("RGB")
    return {color for _, color in picture.getcolors(picture.width * picture.height)}
