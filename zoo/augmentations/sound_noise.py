"""Add noise to sound, at a signal-to-noise ratio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import tensorflow as tf

from zoo.augmentations._bands import log_mel_in
from zoo.augmentations._layer import Augmentation
from zoo.preparation.log_mel import FLOOR
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("audio",), needs=("steps",))
class SoundNoise(Augmentation):
    """Add noise to the power in each mel band; strength is the noise's amplitude as a share of the sound's.

    Strength s is a signal-to-noise ratio of -20 log10(s) dB: 1 is 0 dB, 0.32 is 10 dB, 0.1 is 20 dB. Each clip's own
    ratio is that of a share drawn evenly between 0 and s. The sound's power is the mean over the frames that are not
    silent. The noise has the spectrum of one of the data's own recordings of noise, or is white where it has none;
    its power in a frame and band scatters as that of normal noise does, in mean and variance.
    """

    def __init__(
        self,
        *,
        strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.3)), Live] = 0.1,
        steps: Sequence[Mapping[str, Any]],
    ) -> None:
        super().__init__(strength)
        step = log_mel_in(steps, "sound_noise")
        self.means, self.deviations = (
            np.asarray(values, np.float32)[:, None] for values in (step.means, step.deviations)
        )
        self.spectra = _spectra(step.noises, step.filters)
        spread = (step.filters**2).sum(axis=0) / step.filters.sum(axis=0) ** 2  # variance / mean^2 of white noise
        self.logs = np.sqrt(np.log1p(spread)).astype(np.float32)[:, None]

    def changed(self, x: Any, strength: Any) -> Any:
        """Return clips (rows, frames, bands, 1), noisy."""
        shares = self.uniform(x, high=strength)
        kinds = tf.cast(self.uniform(x, high=float(len(self.spectra))), "int32")
        spectra = tf.gather(self.spectra, tf.minimum(kinds, len(self.spectra) - 1))
        return self.mixed(x, shares, spectra)

    def mixed(self, x: Any, shares: Any, spectra: Any) -> Any:
        """Return clips with noise of amplitude `shares` (rows,) and relative power `spectra` (rows, bands)."""
        sound = tf.maximum(tf.exp(x * self.deviations + self.means) - FLOOR, 0.0)
        totals = tf.reduce_sum(sound, axis=(2, 3))
        audible = tf.cast(totals > FLOOR * sound.shape[2], "float32")
        level = tf.reduce_sum(totals * audible, axis=1) / tf.maximum(tf.reduce_sum(audible, axis=1), 1.0)
        power = (level * shares**2)[:, tf.newaxis, tf.newaxis, tf.newaxis] * spectra[:, tf.newaxis, :, tf.newaxis]
        scatter = tf.exp(self.logs * self.normal(tf.shape(x)) - self.logs**2 / 2)  # its mean is 1
        return (tf.math.log(sound + power * scatter + FLOOR) - self.means) / self.deviations


def _spectra(noises: Sequence[Sequence[float]], filters: np.ndarray) -> np.ndarray:
    """Return how the power of each noise, or of white noise, is parted among the bands, (noises, bands)."""
    known = np.asarray([noise for noise in noises if sum(noise) > 0] or [filters.sum(axis=0)], np.float64)
    return (known / known.sum(axis=1, keepdims=True)).astype(np.float32)
