"""Arrays in files, read without ever unpickling anything."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path

import numpy as np

from zoo.errors import BadData

BROKEN = (OSError, ValueError, EOFError, TypeError, AttributeError, RuntimeError, zipfile.BadZipFile, zlib.error)


def read_arrays(path: Path, keys: Collection[str]) -> dict[str, np.ndarray]:
    """Return those arrays of an `.npz` that `keys` name, or the one of an `.npy` as x; raise BadData if unreadable."""
    if not path.stat().st_size:
        raise BadData(f"{path} is empty (0 bytes); write it with np.savez(path, x=x).")
    try:
        with path.open("rb") as file:
            if path.suffix.lower() == ".npy":
                return {"x": np.lib.format.read_array(file, allow_pickle=False)}
            with np.lib.npyio.NpzFile(file, allow_pickle=False) as archive:
                return {key: archive[key] for key in archive.files if key in keys}
    except BROKEN as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: Exception) -> BadData:
    if "pickle" in str(error):  # NumPy's own message advises to load it unsafely
        return BadData(
            f"{path} holds Python objects (an object array), which could run code when read; arrays must be of "
            "numbers or text. Convert them with .astype(...) and save them again."
        )
    kind = "an .npy file" if path.suffix.lower() == ".npy" else "an .npz archive"
    return BadData(f"{path} is not {kind} that can be read ({error}); write it with np.savez(path, x=x).")
