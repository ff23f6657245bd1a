"""Noise on sound, by its power in mel bands and its ratio to the sound's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.preparation import objects
from zoo.preparation.log_mel import FLOOR, LogMel

from ..recordings import RATE, tone


def powers(rows, step):
    """Return the power in each frame and band that prepared rows stand for."""
    return np.exp(np.asarray(rows, "float64")[..., 0] * step.deviations + step.means) - FLOOR


@pytest.mark.parametrize("strength", [0.1, 1.0])
def test_what_is_added_has_the_share_that_was_drawn_and_the_spectrum_of_a_noise(augmented, clips, log_mel, strength):
    spectra = np.random.default_rng(1).uniform(1, 2, (2, clips.shape[2]))
    step = replace(log_mel, noises=tuple(map(tuple, spectra)))
    after, (shares, kinds, normal) = augmented("sound_noise", clips, strength, steps=[step.to_json()])
    assert shares.max() <= strength
    weights = step.filters.astype("float64")
    spread = np.log1p((weights**2).sum(axis=0) / weights.sum(axis=0) ** 2)
    sound = np.maximum(powers(clips, step), 0)
    for place in range(len(clips)):
        totals = sound[place].sum(axis=1)
        level = totals[totals > FLOOR * clips.shape[2]].mean()
        spectrum = spectra[int(kinds[place])] / spectra[int(kinds[place])].sum()
        noise = level * shares[place] ** 2 * spectrum * np.exp(np.sqrt(spread) * normal[place, ..., 0] - spread / 2)
        oracle = (np.log(sound[place] + noise + FLOOR) - step.means) / step.deviations
        np.testing.assert_allclose(after[place, ..., 0], oracle, atol=2e-3)


def test_mixed_clips_are_as_loud_as_waves_mixed_at_that_ratio(augmented, log_mel):
    sound, white = tone(1000, 0.5, amplitude=0.3), np.random.default_rng(2).normal(size=4000)
    share = 0.5
    noise = white * share * np.sqrt((sound**2).mean() / (white**2).mean())
    clean = log_mel.apply(objects([sound]))
    forced = [[share], [0.0], np.random.default_rng(3).normal(size=clean.shape)]
    after, _ = augmented("sound_noise", clean, 1.0, forced=forced, steps=[log_mel.to_json()])
    oracle = powers(log_mel.apply(objects([sound + noise])), log_mel) - powers(clean, log_mel)
    found = powers(after, log_mel) - powers(clean, log_mel)
    voiced = np.abs(np.arange(found.shape[2]) - powers(clean, log_mel)[0].sum(axis=0).argmax()) > 3
    ratio = found[..., voiced].mean() / oracle[..., voiced].mean()
    assert 0.5 < ratio < 2  # within 3 dB: the tone's own bands weigh more than the rest of the spectrum


def test_a_silent_clip_stays_silent(augmented, log_mel):
    silent = log_mel.apply(objects([np.zeros(4000)]))
    after, _ = augmented("sound_noise", silent, 1.0, steps=[log_mel.to_json()])
    np.testing.assert_allclose(after, silent, atol=1e-3)


def test_white_noise_scatters_about_its_power_as_the_bands_of_real_noise_do(augmented):
    noise = objects([np.random.default_rng(seed).normal(0, 0.1, RATE) for seed in range(20)])
    step = LogMel.fit(noise, rate=RATE, mel_bins=20)
    oracle = powers(step.apply(noise), step)
    sound = step.apply(objects([tone(1000, 1.0, amplitude=0.02)] * 20))
    after, (shares, *_) = augmented("sound_noise", sound, 1.0, steps=[step.to_json()])
    found = (powers(after, step) - powers(sound, step)) / shares[:, None, None] ** 2
    band = slice(12, 20)  # above the tone
    ratio = (found[..., band].std(axis=(0, 1)) / found[..., band].mean(axis=(0, 1))) / (
        oracle[..., band].std(axis=(0, 1)) / oracle[..., band].mean(axis=(0, 1))
    )
    assert (ratio > 0.5).all()
    assert (ratio < 1.5).all()
