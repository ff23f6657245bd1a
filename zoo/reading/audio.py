"""Recordings to predict: a .wav file, or a folder of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from zoo.data._walking import walked
from zoo.errors import BadData
from zoo.preparation import Preparation, objects
from zoo.registry import register
from zoo.resampling import resampled
from zoo.waves import read_wave

SUFFIXES = (".wav", ".wave")


@register()
def audio(path: Path, preparation: Preparation) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the waves (n,) in a .wav file, or in those of a folder by name, and the files' names; raise BadData.

    Waves are float32 (samples,), of one channel and of the rate that the model learned from.
    """
    files = _files(path)
    rate = preparation.facts["rate"]
    found = [read_wave(file) for file in files]
    waves = objects([resampled(wave.samples, wave.header.rate, rate) for wave in found])
    return waves, tuple(file.relative_to(path).as_posix() if path.is_dir() else file.name for file in files)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadData(f"{path} does not exist; give a .wav file, or a folder of them.")
    files = walked(path, SUFFIXES).wanted()
    if not files:
        raise BadData(f"{path} holds no .wav file; this model takes sound. Give another folder, or a file.")
    return files
