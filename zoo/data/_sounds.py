"""Recordings as waves of one rate, in memory or on the disk, and what is to be said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.memory import told
from zoo.preparation import objects
from zoo.preparation.log_mel import LONGEST
from zoo.raw.waves import WaveHeader, read_header, read_wave
from zoo.resampling import resampled

T = TypeVar("T")
HIGHEST = 16_000  # Hz: speech and most other sounds are told apart below half of it
MOST_UNREADABLE = 0.1
_NAMED = 3


@dataclass(frozen=True)
class Sounds:
    """Waves (n,) of float32 (samples,) at `rate` Hz, of those files whose places are `kept`, and notes on them."""

    waves: np.ndarray | LazyRows
    rate: int
    kept: list[int]
    notes: tuple[str, ...]


def sounds_of(files: Sequence[Path], names: Sequence[str], where: Path, most: int) -> Sounds:
    """Return the sound of `files`, left on the disk where it would fill more than `most` bytes.

    The rate is that of most files, and at most 16 kHz. Files that cannot be read are left out; raises BadData where
    these are more than a tenth.
    """
    headers = [_tried(read_header, file) for file in files]
    rate = _common_rate([header for header in headers if isinstance(header, WaveHeader)])
    size = sum(4 * header.frames * rate // header.rate for header in headers if isinstance(header, WaveHeader))
    is_lazy = size > most
    waves = [_wave(file, header, rate, is_lazy) for file, header in zip(files, headers, strict=True)]
    refused = {place: wave for place, wave in enumerate(waves) if isinstance(wave, BadData)}
    _require_readable(refused, names, where)
    kept = [place for place in range(len(files)) if place not in refused]
    known = {names[place]: headers[place] for place in kept}
    notes = [*_unreadable(refused, names), *_mixed(known, rate), *_odd(known)]
    if is_lazy:
        note = f"sound of {told(size)} is read from the disk as it is needed: {told(most)} may be filled (--memory)"
        notes.append(note)
        return Sounds(_left_on_disk([files[place] for place in kept], rate, size // len(kept)), rate, kept, (*notes,))
    silent = [names[place] for place in kept if not waves[place].any()]
    notes += [f"{_count(silent)} silent throughout{_such(silent)}"] if silent else []
    return Sounds(objects([waves[place] for place in kept]), rate, kept, (*notes,))


def wave_at(path: Path, rate: int) -> np.ndarray:
    """Return the sound in a .wav file, float32 (samples,) at `rate` Hz; raise BadData."""
    found = read_wave(path)
    return resampled(found.samples, found.header.rate, rate)


def _left_on_disk(files: Sequence[Path], rate: int, row_bytes: int) -> LazyRows:
    def fetch(places: np.ndarray) -> np.ndarray:
        return objects([wave_at(files[place], rate) for place in places])

    return LazyRows(fetch, np.arange(len(files)), row_bytes)


def _tried(read: Callable[[Path], T], path: Path) -> T | BadData:
    """Return what `read` says of a file, or its error."""
    try:
        return read(path)
    except BadData as error:
        return error


def _wave(path: Path, header: WaveHeader | BadData, rate: int, is_lazy: bool) -> np.ndarray | BadData | None:
    """Return the sound of a file; of sound that stays on the disk only the error, if it has one."""
    if isinstance(header, BadData):
        return header
    if is_lazy and not header.is_float:  # whole numbers are always finite
        return None
    found = _tried(partial(wave_at, rate=rate), path)
    return None if is_lazy and not isinstance(found, BadData) else found


def _common_rate(headers: Sequence[WaveHeader]) -> int:
    counts = Counter(header.rate for header in headers)
    return min(HIGHEST, max(counts, key=lambda rate: (counts[rate], rate), default=HIGHEST))


def _require_readable(refused: Mapping[int, BadData], names: Sequence[str], where: Path) -> None:
    if len(refused) > MOST_UNREADABLE * len(names):
        first = next(iter(refused.values()))
        raise BadData(
            f"{where}: {len(refused):,} of {len(names):,} recordings cannot be read, more than a tenth. First: {first}"
        )


def _unreadable(refused: Mapping[int, BadData], names: Sequence[str]) -> list[str]:
    if not refused:
        return []
    named = [names[place] for place in refused]
    count = "1 recording" if len(named) == 1 else f"{len(named):,} recordings"
    return [f"{count} cannot be read: left out{_such(named)}"]


def _mixed(headers: Mapping[str, WaveHeader], rate: int) -> list[str]:
    rates = Counter(header.rate for header in headers.values())
    several = [name for name, header in headers.items() if header.channels > 1]
    found = []
    if set(rates) != {rate}:
        most = ", ".join(f"{hertz:,} Hz ({count:,})" for hertz, count in rates.most_common(_NAMED))
        rest = " and others" if len(rates) > _NAMED else ""
        found.append(f"recordings are of {most}{rest}: brought to {rate:,} Hz")
    if several:
        found.append(f"{_count(several)} of several channels, averaged to one{_such(several)}")
    return found


def _odd(headers: Mapping[str, WaveHeader]) -> list[str]:
    cut = [name for name, header in headers.items() if header.is_cut]
    long = [name for name, header in headers.items() if header.frames > LONGEST * header.rate]
    found = [f"{_count(cut)} cut off before the end that the file announces: what is there is used{_such(cut)}"]
    ways = "what lies beyond the clips' length (preparation.seconds) is left out"
    found.append(f"{_count(long)} longer than {LONGEST:g} seconds: {ways}{_such(long)}")
    return [note for note, names in zip(found, (cut, long), strict=True) if names]


def _count(names: Sequence[str]) -> str:
    return "1 recording is" if len(names) == 1 else f"{len(names):,} recordings are"


def _such(names: Sequence[str]) -> str:
    return f" ({', '.join(names[:_NAMED])}{', ...' if len(names) > _NAMED else ''})"
