"""Arrays in files, read without ever unpickling anything."""

from __future__ import annotations

import lzma
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import IO

import numpy as np

from zoo.errors import BadData

BROKEN = (OSError, ValueError, EOFError, TypeError, AttributeError, RuntimeError, SyntaxError, LookupError)
BROKEN += (ArithmeticError, MemoryError, tokenize.TokenError, struct.error)  # damaged headers raise them all
BROKEN += (zlib.error, lzma.LZMAError, zipfile.BadZipFile)
MOST_PACKED = 1032  # deflate packs no more than 1032 bytes into one


def read_arrays(path: Path, keys: Collection[str], most: int | None = None) -> dict[str, np.ndarray]:
    """Return those arrays of an `.npz` that `keys` name, or the one of an `.npy` as x; raise BadData if unreadable.

    An `.npy` of more than `most` bytes stays on the disk, as np.memmap.
    """
    if not path.stat().st_size:
        raise BadData(f"{path} is empty (0 bytes); write it with np.savez(path, x=x).")
    try:
        with path.open("rb") as file:
            if path.suffix.lower() == ".npy":
                size = path.stat().st_size
                return {"x": _array(file, size) if most is None or size <= most else _mapped(file, path, size)}
            with zipfile.ZipFile(file) as archive:
                members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
                return {key: _member(archive, info) for key, info in members.items() if key in keys}
    except BROKEN as error:
        raise _refusal(path, error) from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(info) as file:
        return _array(file, info.file_size if info.compress_type == zipfile.ZIP_STORED else _unpacked(info))


def _unpacked(info: zipfile.ZipInfo) -> int:
    return min(info.file_size, info.compress_size * MOST_PACKED)


def _array(file: IO[bytes], size: int) -> np.ndarray:
    """Return the array in a file of `size` bytes; raise ValueError where it announces more than that."""
    _require_whole(file, size)
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


def _mapped(file: IO[bytes], path: Path, size: int) -> np.ndarray:
    """Return the array in a file of `size` bytes, which stay there; raise ValueError as `_array` does."""
    _require_whole(file, size)
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _require_whole(file: IO[bytes], size: int) -> None:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(file)
    announced = kind.itemsize * math.prod(shape)
    if announced > size and not kind.hasobject:
        raise ValueError(f"it announces {announced:,} bytes and holds at most {size:,}")


def _refusal(path: Path, error: Exception) -> BadData:
    if "pickle" in str(error):  # NumPy's own message advises to load it unsafely
        return BadData(
            f"{path} holds Python objects (an object array), which could run code when read; arrays must be of "
            "numbers or text. Convert them with .astype(...) and save them again."
        )
    kind = "an .npy file" if path.suffix.lower() == ".npy" else "an .npz archive"
    reason = " ".join(str(error).split()) or type(error).__name__
    return BadData(f"{path} is not {kind} that can be read ({reason}); write it with np.savez(path, x=x).")
