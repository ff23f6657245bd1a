"""Images in the idx files of MNIST and its kin (LeCun, Cortes and Burges 1998), packed with gzip or not."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import IO

import numpy as np

from zoo.data._labels import indices_in
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.recipe import Source
from zoo.registry import register

MOST_BYTES = 2 << 30
MOST_PACKED = 1032  # deflate packs no more than 1032 bytes into one
_AXES = {"labels": 1, "images": 3}
_TEST = "the test part is optional, but its two files come together"


@register(folder=("train-*-ubyte*", "t10k-*-ubyte*"))
def idx(source: Source) -> Dataset:
    """A folder of train-images-idx3-ubyte, train-labels-idx1-ubyte and their t10k test files, .gz or not."""
    folder = Path(source.path)
    x, labels, path = _part(folder, "train")
    digits = np.unique(labels)
    classes = tuple(map(str, digits))
    y = indices_in(labels, classes, str(path))
    test = _part(folder, "t10k") if any(folder.glob("t10k-*ubyte*")) else None
    if test is None:
        return Dataset(folder.resolve().name, source, "image", x, y, classes)
    x_test, labels_test, path = test
    if x_test.shape[1:] != x.shape[1:]:
        sizes = " and ".join(f"{height}x{width}" for height, width in (x.shape[1:3], x_test.shape[1:3]))
        raise BadData(f"{folder}: the training and test images are of {sizes}; they must be alike. Get the set again.")
    y_test = indices_in(labels_test, classes, str(path))
    return Dataset(folder.resolve().name, source, "image", x, y, classes, x_test=x_test, y_test=y_test)


def _part(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray, Path]:
    """Return the images (n, height, width, 1), their labels (n,), both uint8, and the path of the labels."""
    images_path, labels_path = _found(folder, f"{part}-images-idx3-ubyte"), _found(folder, f"{part}-labels-idx1-ubyte")
    images, labels = read_idx(images_path, "images"), read_idx(labels_path, "labels")
    if len(images) != len(labels):
        raise BadData(
            f"{images_path} holds {len(images):,} images and {labels_path.name} {len(labels):,} labels; "
            "each image needs one. Get both files again."
        )
    return images[..., np.newaxis], labels, labels_path


def _found(folder: Path, name: str) -> Path:
    spelled = (name, name.replace("-idx", ".idx"))
    paths = [path for text in spelled for path in (folder / text, folder / f"{text}.gz") if path.is_file()]
    if len(paths) > 1:
        names = " and ".join(path.name for path in paths)
        raise BadData(f"{folder} holds {names}, which may differ; one is read. Remove the other.")
    if paths:
        return paths[0]
    rule = _TEST if name.startswith("t10k") else "images and labels come together"
    raise BadData(f"{folder} has no file {name} or {name}.gz; {rule}. Add it.")


def read_idx(path: Path, kind: str) -> np.ndarray:
    """Return the bytes in one idx file of `kind` "images" (n, height, width) or "labels" (n,); raise BadData.

    No more is unpacked than the file's header tells of, and that is held against the file's size first.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            shape = _shape(file, path, kind)
            content = file.read(int(np.prod(shape, dtype=object)))
            rest = file.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadData(f"{path} cannot be read ({error}); it is cut off or damaged. Get it again.") from error
    found = np.frombuffer(content, np.uint8)
    if rest or found.size != np.prod(shape, dtype=object):
        size = "more" if rest else f"{found.size:,}"
        announced = " x ".join(f"{length:,}" for length in shape)
        raise BadData(f"{path} announces {announced} bytes and holds {size}; it is damaged. Get it again.")
    return found.reshape(shape)


def _shape(file: IO[bytes], path: Path, kind: str) -> tuple[int, ...]:
    """Return the lengths of the axes that the header announces: a magic number, then a big-endian one an axis."""
    axes = _AXES[kind]
    header = file.read(4 + 4 * axes)
    magic, expected = int.from_bytes(header[:4], "big"), 0x800 + axes
    if len(header) >= 4 and magic != expected:
        other = next((name for name, count in _AXES.items() if magic == 0x800 + count), None)
        found = f"holds {other}" if other else "is no idx file of bytes"
        raise BadData(f"{path} {found} (magic number {magic}); {kind} begin with {expected}. Get it again.")
    if len(header) < 4 + 4 * axes:
        raise BadData(f"{path} is cut off in its header ({len(header)} bytes). Get it again.")
    shape = tuple(int(length) for length in np.frombuffer(header, ">u4", axes, 4))
    _require_sane(shape, path)
    return shape


def _require_sane(shape: tuple[int, ...], path: Path) -> None:
    announced = " x ".join(f"{length:,}" for length in shape)
    if 0 in shape:
        raise BadData(f"{path} announces {announced} bytes; there is nothing to learn from. Get it again.")
    size, stored = int(np.prod(shape, dtype=object)), path.stat().st_size
    if size > stored * (MOST_PACKED if path.suffix == ".gz" else 1):
        raise BadData(f"{path} announces {announced} bytes, more than its {stored:,} can hold. Get it again.")
    if size > MOST_BYTES:
        raise BadData(f"{path} announces {announced} bytes; at most {MOST_BYTES:,} are read. Split the set.")
