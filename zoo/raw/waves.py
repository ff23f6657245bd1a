"""Sound out of .wav files (Microsoft and IBM 1991, RIFF WAVE), with the standard library and NumPy only."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from zoo.errors import BadData

LOWEST_RATE, HIGHEST_RATE = 1_000, 384_000  # Hz
MOST_CHANNELS = 64
MOST_SECONDS = 3_600
MOST_BYTES = 1 << 30
MOST_CHUNKS = 1_000
UNKNOWN_SIZES = (0, 0x7FFFFFFF, 0xFFFFFFFF)  # what recorders of streams write, who cannot go back and mend it
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_CODECS = {2: "ADPCM", 6: "A-law", 7: "mu-law", 17: "IMA ADPCM", 49: "GSM", 80: "MPEG", 85: "MP3"}
_INTEGERS = {8: "u1", 16: "<i2", 32: "<i4"}
_FLOATS = {32: "<f4", 64: "<f8"}
AGAIN = "Get it again, or remove it."


@dataclass(frozen=True)
class WaveHeader:
    """What a .wav file says of itself: `rate` in Hz, `bits` a sample, `frames` of one sample a channel.

    `start` is the byte where the sound begins; `is_cut` tells that the file ends before the sound it announces.
    """

    rate: int
    channels: int
    bits: int
    is_float: bool
    start: int
    frames: int
    is_cut: bool


@dataclass(frozen=True)
class Wave:
    """Sound of one channel, (samples,) float32 where full scale is -1 to 1, and the header that it stood behind."""

    samples: np.ndarray
    header: WaveHeader


def read_wave(path: Path) -> Wave:
    """Return the sound in a .wav file of PCM (8, 16, 24, 32 bits) or floats (32, 64), channels averaged to one.

    A file that ends before its sound should gives what is there. Raises BadData, naming the file, for all else.
    """
    try:
        with path.open("rb") as file:
            header = _header(file, path)
            file.seek(header.start)
            content = file.read(header.frames * header.channels * header.bits // 8)
    except OSError as error:
        raise BadData(f"{path} cannot be read ({error.strerror or error}). {AGAIN}") from error
    return Wave(_mono(content, header, path), header)


def read_header(path: Path) -> WaveHeader:
    """Return what a .wav file says of itself, its sound unread; raise BadData as `read_wave` does."""
    try:
        with path.open("rb") as file:
            return _header(file, path)
    except OSError as error:
        raise BadData(f"{path} cannot be read ({error.strerror or error}). {AGAIN}") from error


def _header(file: IO[bytes], path: Path) -> WaveHeader:
    stored = file.seek(0, 2)
    if not stored:
        raise BadData(f"{path} is empty; a .wav file holds sound. {AGAIN}")
    file.seek(0)
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise BadData(f"{path} is no .wav file (it begins with {head[:4]!r}); sound is read from those. Convert it.")
    form = None
    for _ in range(MOST_CHUNKS):
        name, size = _chunk(file, path)
        if name == b"data" and form is not None:
            return _measured(form, file.tell(), size, stored, path)
        end = file.tell() + size + size % 2  # parts begin at even bytes
        if name == b"fmt ":
            form = _form(file.read(min(size, 40)), path)
        file.seek(min(end, stored))
    raise BadData(f"{path} has {MOST_CHUNKS:,} parts before any sound; it is damaged. {AGAIN}")


def _chunk(file: IO[bytes], path: Path) -> tuple[bytes, int]:
    """Return the name and the announced bytes of the part of the file that comes next."""
    head = file.read(8)
    if len(head) < 8:
        raise BadData(f"{path} ends before its sound begins; it is cut off or damaged. {AGAIN}")
    return head[:4], int.from_bytes(head[4:], "little")


def _form(fields: bytes, path: Path) -> tuple[int, int, int, bool]:
    """Return rate, channels, bits a sample and whether these are floats."""
    if len(fields) < 16:
        raise BadData(f"{path} is cut off in its header ({len(fields)} of 16 bytes). {AGAIN}")
    codec, channels, rate, _, frame, bits = struct.unpack("<HHIIHH", fields[:16])
    if codec == _EXTENSIBLE and len(fields) >= 26:
        codec = int.from_bytes(fields[24:26], "little")
    known = {_PCM: (8, 16, 24, 32), _FLOAT: tuple(_FLOATS)}
    if codec not in known:
        name = _CODECS.get(codec, f"codec {codec}")
        raise BadData(f"{path} holds {name}; PCM and floats are read. Convert it to PCM of 16 bits.")
    if not 1 <= channels <= MOST_CHANNELS or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        rule = f"1 to {MOST_CHANNELS} channels of {LOWEST_RATE:,} to {HIGHEST_RATE:,} Hz are read"
        raise BadData(f"{path} announces {channels} channels of {rate:,} Hz; {rule}. {AGAIN}")
    stored = 8 * frame // channels if codec == _PCM and not frame % channels else bits  # 12 bits lie in 16
    if stored not in known[codec] or bits > stored:
        rule = "8, 16, 24 and 32 bits of PCM and 32 and 64 of floats are read"
        raise BadData(f"{path} announces samples of {bits} bits in frames of {frame} bytes; {rule}. Convert it.")
    return rate, channels, stored, codec == _FLOAT


def _measured(form: tuple[int, int, int, bool], start: int, announced: int, stored: int, path: Path) -> WaveHeader:
    """Return the header of a sound that begins at byte `start`; what it announces is held against what is there."""
    rate, channels, bits, is_float = form
    there = stored - start
    size = there if announced in UNKNOWN_SIZES else min(announced, there)
    frames = size // (channels * bits // 8)
    if not frames:
        raise BadData(f"{path} holds no sound: its header stands alone. {AGAIN}")
    if frames > MOST_SECONDS * rate or size > MOST_BYTES:
        what = f"{frames / rate:,.0f} seconds in {size:,} bytes"
        raise BadData(
            f"{path} holds {what}; at most {MOST_SECONDS:,} seconds and {MOST_BYTES:,} bytes are read. Cut it."
        )
    return WaveHeader(
        rate, channels, bits, is_float, start, frames, size < announced and announced not in UNKNOWN_SIZES
    )


def _mono(content: bytes, header: WaveHeader, path: Path) -> np.ndarray:
    numbers = _numbers(content, header).reshape(-1, header.channels)
    mono = numbers[:, 0] if header.channels == 1 else numbers.mean(axis=1, dtype=np.float64)
    with np.errstate(over="ignore"):
        samples = mono.astype(np.float32)
    if header.is_float and not np.isfinite(samples).all():
        raise BadData(f"{path} holds samples that are no finite numbers; it is damaged. {AGAIN}")
    return samples


def _numbers(content: bytes, header: WaveHeader) -> np.ndarray:
    if header.is_float:
        return np.frombuffer(content, _FLOATS[header.bits])
    if header.bits == 24:
        raw = np.frombuffer(content, np.uint8).reshape(-1, 3)
        widened = np.zeros((len(raw), 4), np.uint8)  # the three bytes become the upper ones of 32 bits
        widened[:, 1:] = raw
        return widened.view("<i4")[:, 0] / np.float32(2**31)
    numbers = np.frombuffer(content, _INTEGERS[header.bits])
    if header.bits == 8:
        return (numbers - np.float32(128)) / np.float32(128)
    return numbers / np.float32(2 ** (header.bits - 1))
