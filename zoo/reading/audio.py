"""Recordings to predict: a .wav file, or a folder of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from zoo.data._sounds import wave_at
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.memory import budget
from zoo.preparation import Preparation, objects
from zoo.raw.waves import WaveHeader, read_header
from zoo.reading import Read
from zoo.reading._files import files_in, readable
from zoo.registry import register

T = TypeVar("T")
SUFFIXES = (".wav", ".wave")


@register()
def audio(path: Path, preparation: Preparation) -> Read:
    """Return the waves (n,) in a .wav file, or in those of a folder by name, and the files' names; raise BadData.

    Waves are float32 (samples,), of one channel and of the rate that the model learned from. Of a folder, files that
    cannot be read are named and left out.
    """
    return read_waves(*files_in(path, SUFFIXES, ".wav file"), preparation)


def read_waves(
    files: Sequence[Path], names: Sequence[str], preparation: Preparation, memory: int | None = None
) -> Read:
    """Return the waves in files, named so, as `audio` reads them; those beyond `memory` bytes are left on the disk."""
    rate = preparation.facts["rate"]
    headers = [_tried(read_header, file) for file in files]
    known = [header for header in headers if isinstance(header, WaveHeader)]
    size = sum(4 * header.frames * rate // header.rate for header in known)
    is_lazy = size > budget(memory)

    def read(file: Path, header: WaveHeader | BadData) -> np.ndarray | BadData | None:
        if isinstance(header, BadData):
            return header
        wave = _tried(lambda path: wave_at(path, rate), file)
        return None if is_lazy and not isinstance(wave, BadData) else wave

    waves = [read(file, header) for file, header in zip(files, headers, strict=True)]
    refused = {place: wave for place, wave in enumerate(waves) if isinstance(wave, BadData)}
    kept, said = readable(names, refused, ".wav file")
    good = [files[place] for place in kept]
    lazy = LazyRows(lambda places: objects([wave_at(good[place], rate) for place in places]), *_extent(good, size))
    rows = lazy if is_lazy else objects([waves[place] for place in kept])
    return Read(rows, tuple(names[place] for place in kept), said)


def _extent(files: Sequence[Path], size: int) -> tuple[np.ndarray, int]:
    return np.arange(len(files)), size // len(files)


def _tried(read: Callable[[Path], T], path: Path) -> T | BadData:
    try:
        return read(path)
    except BadData as error:
        return error
