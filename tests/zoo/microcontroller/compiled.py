"""C code as gcc compiles it, called from Python: strictly C99, and every warning is an error."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoo.microcontroller._sources import preparation_sources, raw_rows
from zoo.preparation import Preparation

COMPILER = shutil.which("gcc")
STRICT = ("-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic")
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="needs gcc, to compile the C code")


class Compiled:
    """The C code of a preparation in a shared library in `folder`, whose rows go in and come out as NumPy's."""

    def __init__(self, preparation: Preparation, folder: Path, classes: Sequence[str] = ()) -> None:
        sources = preparation_sources(preparation, classes)
        (folder / "preparation.h").write_text(sources.header, "ascii")
        (folder / "preparation.c").write_text(sources.code, "ascii")
        self.library = ctypes.CDLL(str(shared(folder, "preparation.c")))
        self.preparation, self.raw = preparation, raw_rows(preparation)
        self.shape = preparation.shape_of_rows()

    def __call__(self, row: Any) -> tuple[int, np.ndarray]:
        """Return what zoo_prepare answers to one raw row, and the prepared row that it writes."""
        prepared = np.full(self.shape, 99, self.preparation.dtype)
        arguments = [row.encode() if isinstance(row, str) else pointer(np.ascontiguousarray(row, self._dtype))]
        if self.preparation.is_ragged and not isinstance(row, str):
            arguments += list(map(ctypes.c_int32, row.shape[:2]))
        return self.library.zoo_prepare(*arguments, pointer(prepared)), prepared

    def all(self, rows: Any) -> np.ndarray:
        """Return prepared rows, each of which the C code must take."""
        answers = [self(row) for row in rows]
        assert [code for code, _ in answers] == [0] * len(rows)
        return np.stack([prepared for _, prepared in answers])

    @property
    def _dtype(self) -> str:
        return {"double": "float64", "float": "float32", "uint8_t": "uint8"}[self.raw.kind]


def pointer(array: np.ndarray) -> Any:
    """Return the address of an array's numbers, which lives as long as the array."""
    return array.ctypes.data_as(ctypes.c_void_p)


def shared(folder: Path, *sources: str) -> Path:
    """Compile C sources in `folder` to a shared library, and return its path."""
    library = folder / "compiled.so"
    gcc(folder, *STRICT, "-shared", "-fPIC", *sources, "-o", library.name, "-lm")
    return library


def gcc(folder: Path, *arguments: str, compiler: str | None = None) -> None:
    """Run the compiler in `folder`; what it says is the assertion's message."""
    done = subprocess.run([compiler or COMPILER, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
