"""Sound as an image: the logarithm of its power in mel bands (Davis and Mermelstein 1980), frame by frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from zoo.errors import BadData
from zoo.registry import register

FLOOR = 1e-6  # of power: what is 60 dB below full scale is silence
LOWEST = 20.0  # Hz, the lower edge of the first band
SHORTEST, LONGEST = 0.25, 10.0  # seconds of a clip, where its length comes from the data
PERCENTILE = 95
FITTED = 4_000  # clips are enough to average over
_BLOCK = 1 << 23  # numbers that are held at once


@register()
@dataclass(frozen=True)
class LogMel:
    """Frames of `window` samples, one every `hop`, of the first `samples` of a clip, with silence behind short ones.

    A frame's power is |DFT(Hann window * frame)|^2 / sum(Hann window^2), the transform being no shorter than the
    frame. Bands are triangles on the mel scale 2595 log10(1 + f / 700) (HTK book, 5.4), evenly spaced from 20 Hz to
    half the rate. Prepared is (log(power in a band + FLOOR) - mean) / deviation, by the `means` and `deviations` of
    each band over training rows. `noises` are the mean power of the data's own noise in each band.
    """

    rate: int
    samples: int
    window: int
    hop: int
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    noises: tuple[tuple[float, ...], ...] = ()

    @classmethod
    def fit(
        cls,
        rows: np.ndarray,
        *,
        rate: int = 16_000,
        mel_bins: int = 40,
        hop: int = 10,
        window: int = 25,
        seconds: float = 0.0,
        noise: Sequence[np.ndarray] | None = None,
    ) -> LogMel:
        """Return the step fitted to clips (n,) of (samples,) each; `hop` and `window` are in milliseconds.

        With `seconds` 0 clips become as long as 95 % of `rows` are, within 0.25 and 10 seconds.
        """
        lengths = [len(wave) for wave in rows]
        taken = seconds or float(np.clip(np.percentile(lengths, PERCENTILE) / rate, SHORTEST, LONGEST))
        size, step = (max(1, round(rate * span / 1000)) for span in (window, hop))
        frames = 1 + max(0, round(taken * rate) - size) // step
        bare = cls(rate, size + (frames - 1) * step, size, step, (0.0,) * mel_bins, (1.0,) * mel_bins)
        means, deviations = bare._spread(rows[:: -(-len(rows) // FITTED)])
        noises = tuple(bare._mean_power(wave) for wave in ([] if noise is None else noise))
        return replace(bare, means=means, deviations=deviations, noises=noises)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> LogMel:
        """Return the step that `to_json` wrote; raise ValueError for what none did."""
        sizes = [values[name] for name in ("rate", "samples", "window", "hop")]
        if not all(type(size) is int and size > 0 for size in sizes) or sizes[1] < sizes[2]:
            raise ValueError(f"rate, samples, window and hop are {sizes}")
        numbers = (tuple(values[name]) for name in ("means", "deviations"))
        return cls(*sizes, *numbers, tuple(map(tuple, values.get("noises", ()))))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return clips (n,) of (samples,) as float32 (n, frames, bands, 1); raise BadData for what is no clip."""
        found = np.empty((len(rows), self.frames, len(self.means)), np.float32)
        means, deviations = (np.asarray(values, np.float32) for values in (self.means, self.deviations))
        at = 0
        for power in self._powers(rows):
            found[at : at + len(power)] = (np.log(power + np.float32(FLOOR)) - means) / deviations
            at += len(power)
        return found[..., np.newaxis]

    def to_json(self) -> dict[str, Any]:
        """Return the name, the sizes in samples, and what was fitted."""
        sizes = {"rate": self.rate, "samples": self.samples, "window": self.window, "hop": self.hop}
        fitted = {"means": list(self.means), "deviations": list(self.deviations)}
        return {"name": "log_mel", **sizes, **fitted, "noises": [list(noise) for noise in self.noises]}

    @property
    def frames(self) -> int:
        """How many frames a prepared clip has."""
        return 1 + (self.samples - self.window) // self.hop

    @property
    def silence(self) -> np.ndarray:
        """What silence becomes, (bands,) float32."""
        return ((np.log(FLOOR) - np.asarray(self.means)) / np.asarray(self.deviations)).astype(np.float32)

    @cached_property
    def filters(self) -> np.ndarray:
        """Weights (frequencies, bands) float32; the transform is lengthened until no band is without a frequency."""
        size = 1 << (self.window - 1).bit_length()
        while True:
            weights = mel_filters(self.rate, size, len(self.means))
            if weights.any(axis=0).all():
                return weights.astype(np.float32)
            size *= 2

    def _powers(self, rows: np.ndarray) -> Iterator[np.ndarray]:
        """Return the power (k, frames, bands) of k clips at a time."""
        filters = self.filters
        size = 2 * (len(filters) - 1)
        hann = np.hanning(self.window + 1)[:-1]
        taper = (hann / np.sqrt((hann**2).sum())).astype(np.float32)
        step = max(1, _BLOCK // (self.frames * size))
        for at in range(0, len(rows), step):
            clips = _cut(rows[at : at + step], self.samples)
            frames = np.lib.stride_tricks.sliding_window_view(clips, self.window, axis=1)[:, :: self.hop]
            spectrum = np.fft.rfft(frames * taper, size, axis=2)
            yield np.matmul(spectrum.real**2 + spectrum.imag**2, filters)

    def _spread(self, rows: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return mean and deviation of each band's logarithm; a band without any change is divided by 1."""
        total, squares, count, least = 0.0, 0.0, 0, 1e-4
        for power in self._powers(rows):
            logs = np.log(power.reshape(-1, power.shape[-1]).astype(np.float64) + FLOOR)
            total, squares, count = total + logs.sum(axis=0), squares + (logs**2).sum(axis=0), count + len(logs)
        means = total / count
        deviations = np.sqrt(np.maximum(squares / count - means**2, 0))
        return tuple(means.tolist()), tuple(np.where(deviations < least, 1.0, deviations).tolist())

    def _mean_power(self, wave: np.ndarray) -> tuple[float, ...]:
        pieces = [wave[at : at + self.samples] for at in range(0, len(wave), self.samples)]
        whole = pieces[:-1] or pieces  # the last one has silence behind it
        sums = sum(power.sum(axis=(0, 1), dtype=np.float64) for power in self._powers(whole))
        return tuple((sums / (len(whole) * self.frames)).tolist())


def mel_filters(rate: int, size: int, bands: int) -> np.ndarray:
    """Return the weights (size // 2 + 1, bands) of a transform's frequencies in triangles that reach 1."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (LOWEST, rate / 2))
    edges = np.linspace(low, high, bands + 2)
    mels = 2595 * np.log10(1 + np.arange(size // 2 + 1) * (rate / size) / 700)[:, np.newaxis]
    width = edges[1] - edges[0]
    return np.clip(1 - np.abs(mels - edges[1:-1]) / width, 0, None)


def _cut(rows: Sequence[np.ndarray], samples: int) -> np.ndarray:
    """Return clips as float32 (n, samples), cut off or with silence behind them."""
    clips = np.zeros((len(rows), samples), np.float32)
    for place, wave in enumerate(rows):
        if np.ndim(wave) != 1 or np.asarray(wave).dtype.kind not in "fiu":
            what = f"has shape {np.shape(wave)} and dtype {np.asarray(wave).dtype}"
            raise BadData(f"clip {place + 1} {what}; a clip is (samples,) of numbers from -1 to 1. Convert it.")
        largest = np.abs(wave, dtype=np.float64).max(initial=0) if np.asarray(wave).dtype.kind in "iu" else 0
        if largest > 1:
            rule = "samples are from -1 to 1. Divide them by what full scale is"
            raise BadData(f"clip {place + 1} holds whole numbers up to {largest:,.0f}; {rule}.")
        clips[place, : len(wave)] = wave[:samples]
    return clips
