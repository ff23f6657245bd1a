"""Many image files at once: their pixels, in memory or read as they are needed, and which cannot be read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.memory import told
from zoo.preparation._fitted import objects
from zoo.raw.pixels import Head, pixels

T = TypeVar("T")
THREADS = min(4, os.cpu_count() or 1)  # a thread holds one image whole, up to 150 MB of the largest
_REASON = re.compile(r" \(|[.;] ")


def each(read: Callable[[Path], T], files: Sequence[Path]) -> list[T | BadData]:
    """Return what `read` makes of every file, in their order, or the BadData that it raised."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(partial(_attempt, read), files, chunksize=16))


def _attempt(read: Callable[[Path], T], path: Path) -> T | BadData:
    try:
        return read(path)
    except BadData as error:
        return error


def reason(path: Path, error: BadData) -> str:
    """Return in a few words why a file cannot be read."""
    return _REASON.split(str(error).removeprefix(f"{path} "))[0]


def images_of(files: Sequence[Path], channels: int) -> list[np.ndarray | BadData]:
    """Return the pixels of each file, uint8 (height, width, channels), or why there are none."""
    return each(partial(pixels, channels=channels), files)


def shapes_of(files: Sequence[Path], channels: int) -> list[tuple[int, ...] | BadData]:
    """Return the shape of each image, of which all pixels were read and none is kept, or why there is none."""
    return each(lambda path: pixels(path, channels).shape, files)


def together(images: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Return images of one `shape` as (n, *shape), others, where it is (), as (n,) of objects; the list is emptied."""
    if not shape:
        return objects(images)
    found = np.empty((len(images), *shape), np.uint8)
    for place in range(len(images)):
        found[place], images[place] = images[place], None  # so that no image is twice in memory for long
    return found


def left_on_disk(files: Sequence[Path], channels: int, shape: tuple[int, ...], row_bytes: int) -> LazyRows:
    """Return rows that are read from their files as they are needed; a file that has changed raises BadData then."""

    def fetch(places: np.ndarray) -> np.ndarray:
        chosen = [files[place] for place in places]
        images = images_of(chosen, channels)
        for path, image in zip(chosen, images, strict=True):
            if isinstance(image, BadData):
                raise image
            if shape and image.shape != shape:
                raise BadData(f"{path} has changed since it was looked at first. Restore it, or start anew.")
        return together(images, shape)

    return LazyRows(fetch, np.arange(len(files)), row_bytes)


@dataclass(frozen=True)
class Decoded:
    """Rows of all parts, one after the other, without those that cannot be read."""

    rows: np.ndarray | LazyRows
    shapes: set[tuple[int, ...]]
    refused: dict[int, BadData]
    notes: tuple[str, ...] = ()


def decoded(files: Sequence[Path], heads: Sequence[Head | BadData], channels: int, most: int) -> Decoded:
    """Return the images that can be read: in memory, or on the disk where they would fill more than `most` bytes."""
    sizes = [known.height * known.width * channels for known in heads if isinstance(known, Head)]
    refused = {place: known for place, known in enumerate(heads) if isinstance(known, BadData)}
    kept = [place for place in range(len(files)) if place not in refused]
    read = shapes_of if sum(sizes) > most else images_of
    found = dict(zip(kept, read([files[place] for place in kept], channels), strict=True))
    refused |= {place: error for place, error in found.items() if isinstance(error, BadData)}
    good = [place for place in kept if place not in refused]
    images = [found.pop(place) for place in good]
    shapes = {image if read is shapes_of else image.shape for image in images}
    shape = shapes.copy().pop() if len(shapes) == 1 else ()
    if read is images_of:
        return Decoded(together(images, shape) if images else np.empty(0, object), shapes, refused, _sizes(shapes))
    rows = left_on_disk([files[place] for place in good], channels, shape, sum(sizes) // len(sizes))
    note = f"images of {told(sum(sizes))} are read from the disk as they are needed: {told(most)} may be filled"
    return Decoded(rows, shapes, refused, (*_sizes(shapes), f"{note} (--memory)"))


def _sizes(shapes: set[tuple[int, ...]]) -> tuple[str, ...]:
    if len(shapes) < 2:
        return ()
    small, large = (f"{shape[1]}x{shape[0]}" for shape in (min(shapes), max(shapes)))
    return (f"images are of {len(shapes):,} sizes, from {small} to {large} pixels: brought to one (preparation.size)",)
