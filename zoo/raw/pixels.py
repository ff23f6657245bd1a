"""The pixels of an image file: upright, grey or in colour, in bytes, bounded in size; or why it has none."""

from __future__ import annotations

import math
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from zoo.errors import BadData

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")  # Pillow's others may start programs, as EPS does
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm")
MOST_PIXELS = 50_000_000
LONGEST = 512  # pixels a side; an image with more is shrunk by a whole number while it is read
_SHORT_RANGE, _LONG_RANGE = 257, 65_535  # 16 bits are 257 times 8 bits
_GREY = ("1", "L", "LA", "La", "I", "F")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, AttributeError, RuntimeError)
_BROKEN += (ArithmeticError, MemoryError, AssertionError, struct.error, zlib.error, Image.DecompressionBombError)

warnings.filterwarnings("ignore", module=r"PIL\.")  # what it warns of is refused here, or does no harm


class _Strange(ValueError):
    """Pixels that are whole and no colours: measurements, which 8 bits would cut."""


@dataclass(frozen=True)
class Head:
    """What an image is before its pixels are read: its size once shrunk, and 1 channel (grey) or 3."""

    height: int
    width: int
    channels: int
    shrunk: bool


def head(path: Path) -> Head:
    """Return what the file's first bytes tell of an image; raise BadData for no image and one of too many pixels."""
    try:
        with _opened(path) as image:
            width, height = image.size
            _draft(image)
            factor = _factor(image)
            size = tuple(math.ceil(side / factor) for side in image.size)
            return Head(size[1], size[0], 1 if _is_grey(image) else 3, size != (width, height))
    except _BROKEN as error:
        raise _refusal(path, error) from error


def pixels(path: Path, channels: int) -> np.ndarray:
    """Return the image in a file as uint8 (height, width, channels), grey for 1 channel and red, green, blue for 3.

    It is turned upright as its EXIF says, what is transparent is white, 16 bits a channel become 8, and the first
    picture of an animation is taken. An image longer than LONGEST is averaged over squares of pixels. Raises BadData
    for a file that is no image, is cut off or damaged, or has more than MOST_PIXELS.
    """
    try:
        with _opened(path) as image:
            _draft(image)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            found = _plain(image, "L" if channels == 1 else "RGB")
            factor = _factor(found)
            found = np.asarray(found.reduce(factor) if factor > 1 else found)
            return found[..., np.newaxis] if channels == 1 else found
    except _BROKEN as error:
        raise _refusal(path, error) from error


def _opened(path: Path) -> Image.Image:
    image = Image.open(path, formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        image.close()
        raise BadData(
            f"{path} has {width:,} x {height:,} pixels; at most {MOST_PIXELS:,} are read. Shrink it, or remove it."
        )
    return image


def _draft(image: Image.Image) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth where it is shrunk anyway."""
    factor = _factor(image)
    if factor > 1:
        image.draft(None, (image.width // factor, image.height // factor))


def _factor(image: Image.Image) -> int:
    return math.ceil(max(image.size) / LONGEST)


def _is_grey(image: Image.Image) -> bool:
    if image.mode != "P":
        return image.mode in _GREY or image.mode.startswith("I;16")
    kind, colours = image.palette.getdata() if image.palette else ("", b"")
    table = np.frombuffer(bytes(colours), np.uint8)
    return kind == "RGB" and bool((table.reshape(-1, 3) == table[::3, np.newaxis]).all())


def _plain(image: Image.Image, mode: str) -> Image.Image:
    """Return the image in `mode`, "L" or "RGB", without what it may have beside: bits, a palette, transparency."""
    if image.mode == "F":
        raise _Strange("fractions for pixels")
    if image.mode.startswith("I"):
        image = _in_bytes(np.asarray(image))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image if image.mode == mode else image.convert(mode)


def _in_bytes(values: np.ndarray) -> Image.Image:
    if values.min() < 0 or values.max() > _LONG_RANGE:
        raise _Strange("pixels of more than 16 bits, or below 0")
    return Image.fromarray(((values.astype(np.uint32) + _SHORT_RANGE // 2) // _SHORT_RANGE).astype(np.uint8))


def _refusal(path: Path, error: Any) -> BadData:
    if isinstance(error, Image.DecompressionBombError):
        return BadData(f"{path} has more than {MOST_PIXELS:,} pixels. Save it smaller, or remove it.")
    if isinstance(error, _Strange):
        return BadData(f"{path} has {error}; images are of 8 or 16 bits a channel. Save it so, or remove it.")
    if isinstance(error, Image.UnidentifiedImageError):
        known = ", ".join(FORMATS)
        return BadData(f"{path} is no image ({known} are read), whatever its name says. Save it as PNG, or remove it.")
    if isinstance(error, FileNotFoundError | PermissionError):
        return BadData(f"{path} cannot be read ({error.strerror}). Get it again, or remove it.")
    reason = " ".join(str(error).split()) or type(error).__name__
    return BadData(f"{path} is cut off or damaged ({reason}). Get it again, or remove it.")
