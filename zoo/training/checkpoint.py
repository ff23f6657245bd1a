"""Checkpoints of a running training: whole or not there, however the process ends."""

from __future__ import annotations

import hashlib
import io
import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from zoo.durable import whole_file
from zoo.raw.arrays import BROKEN

KEPT = 2
LARGEST_SHARE = 0.1  # of the time is spent on saving
FACTS, ARRAY = "facts", "array/"

State = tuple[dict[str, np.ndarray], dict[str, Any]]


class Checkpoints:
    """The last two states of one training in `folder`, each an `.npz` without pickles.

    `key` is what a state must have been saved with to be loaded, a hash of what the training follows from. A file is
    named by the first 12 digits of it, its number and its sha256: states of other keys are left alone. `clock`
    returns seconds.
    """

    def __init__(
        self, folder: Path, key: str, every_s: float = 5.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._key, self._every_s, self._clock = folder, key, every_s, clock
        self._prefix = f"checkpoint-{key[:12]}-"
        self._next = clock() + every_s

    def due(self) -> bool:
        """Return whether `every_s` seconds have passed since the last state, more where saving takes long."""
        return self._clock() >= self._next

    def save(self, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
        """Put a state on the disk and forget all but the last two; `facts` are JSON values.

        Raises OSError when the disk is full or the folder cannot be written: older states stay as they are. Raises
        ValueError for arrays of Python objects.
        """
        began = self._clock()
        content = _packed(arrays, {"key": self._key, "facts": dict(facts)})
        self._folder.mkdir(parents=True, exist_ok=True)
        number = max((number for number, _, _ in self._found()), default=-1) + 1
        with whole_file(self._folder / f"{self._prefix}{number:08}-{hashlib.sha256(content).hexdigest()}.npz") as file:
            file.write(content)
        for _, _, path in self._found()[KEPT:]:
            path.unlink(missing_ok=True)
        self._sweep()
        ended = self._clock()
        self._next = ended + max(self._every_s, (ended - began) / LARGEST_SHARE)

    def load(self) -> State | None:
        """Return the arrays and facts of the newest whole state of this key, or None; others are passed over."""
        for _, sha256, path in self._found():
            with suppress(*BROKEN):
                content = path.read_bytes()
                if hashlib.sha256(content).hexdigest() == sha256:
                    arrays, stored = _unpacked(content)
                    if stored["key"] == self._key:
                        return arrays, stored["facts"]
        return None

    def clear(self) -> None:
        """Remove all states of this key, and the folder when nothing else is in it."""
        for _, _, path in self._found():
            path.unlink(missing_ok=True)
        self._sweep()
        with suppress(OSError):
            self._folder.rmdir()

    def _found(self) -> list[tuple[int, str, Path]]:
        """Return number, sha256 and path of each state, the newest first."""
        if not self._folder.is_dir():
            return []
        name = re.compile(re.escape(self._prefix) + r"(\d{8})-([0-9a-f]{64})\.npz")
        named = [(name.fullmatch(path.name), path) for path in self._folder.iterdir()]
        return sorted(((int(match[1]), match[2], path) for match, path in named if match), reverse=True)

    def _sweep(self) -> None:
        """Remove what a kill left of states that were being written."""
        for left in self._folder.glob(f".{self._prefix}*.part"):
            left.unlink(missing_ok=True)


def _packed(arrays: Mapping[str, np.ndarray], stored: Mapping[str, Any]) -> memoryview:
    file = io.BytesIO()
    text = np.frombuffer(json.dumps(stored).encode(), "uint8")
    held = {ARRAY + name: np.asarray(array) for name, array in arrays.items()}
    np.savez(file, allow_pickle=False, **{FACTS: text}, **held)
    return file.getbuffer()


def _unpacked(content: bytes) -> State:
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        stored = json.loads(held[FACTS].tobytes())
        return {name.removeprefix(ARRAY): held[name] for name in held.files if name.startswith(ARRAY)}, stored
