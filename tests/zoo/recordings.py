"""Recordings that tests write: tones in .wav files, by an encoder of their own."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

RATE = 8_000


def tone(hertz: float, seconds: float = 0.3, rate: int = RATE, amplitude: float = 0.5) -> np.ndarray:
    """Return a sine, (samples,) float64."""
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def encoded(samples: np.ndarray, bits: int = 16, is_float: bool = False) -> bytes:
    """Return samples (n,) or (n, channels) between -1 and 1 as little-endian numbers."""
    if is_float:
        return samples.astype(f"<f{bits // 8}").tobytes()
    if bits == 8:
        return np.round(samples * 127 + 128).astype("u1").tobytes()
    whole = np.round(samples * (2 ** (bits - 1) - 1)).astype("<i8").ravel()
    return b"".join(int(number).to_bytes(bits // 8, "little", signed=True) for number in whole)


def wave_bytes(
    samples: np.ndarray,
    rate: int = RATE,
    bits: int = 16,
    is_float: bool = False,
    announced: int | None = None,
    before: bytes = b"",
    extensible: bool = False,
) -> bytes:
    """Return a .wav file; `announced` is the size of the sound that its header tells, `before` are further parts."""
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    codec, frame = 3 if is_float else 1, channels * bits // 8
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else codec, channels, rate, rate * frame, frame, bits)
    if extensible:
        form += struct.pack("<HHIH", 22, bits, 0, codec) + bytes.fromhex("000000001000800000aa00389b71")
    content = encoded(samples, bits, is_float)
    size = len(content) if announced is None else announced
    parts = b"fmt " + struct.pack("<I", len(form)) + form + before + b"data" + struct.pack("<I", size) + content
    return b"RIFF" + struct.pack("<I", (4 + len(parts)) % 2**32) + b"WAVE" + parts


def write_wave(path: Path, samples: np.ndarray, rate: int = RATE, **how: object) -> Path:
    """Write a .wav file, its folder with it, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wave_bytes(samples, rate, **how))
    return path


def write_tones(folder: Path, names: list[str], hertz: dict[str, float], **how: object) -> Path:
    """Write a noisy tone a name, of the pitch of the first key of `hertz` that is a part of the name."""
    random = np.random.default_rng(0)
    for name in names:
        pitch = next(hertz[key] for key in hertz if key in name)
        sound = tone(pitch * random.uniform(0.95, 1.05), random.uniform(0.25, 0.4))
        write_wave(folder / name, sound + random.normal(0, 0.01, sound.shape), **how)
    return folder
