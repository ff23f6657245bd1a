"""Log-mel frames in C, against the same formula in float64."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.preparation import Preparation, objects
from zoo.preparation.log_mel import FLOOR, LogMel

from .compiled import Compiled, needs_compiler

RANDOM = np.random.default_rng(0)
RATE = 8000
CLIPS = objects([RANDOM.normal(0, 0.1, 1500 + 90 * place).astype("float32") for place in range(12)])


@pytest.fixture(params=[(40, 10, 25), (20, 16, 32), (10, 20, 16)], ids=str)
def step(request):
    mel_bins, hop, window = request.param
    return LogMel.fit(CLIPS, rate=RATE, mel_bins=mel_bins, hop=hop, window=window)


@pytest.fixture
def prepare(step, tmp_path):
    return Compiled(Preparation((), (), (step,), modality="audio", facts={"rate": RATE}), tmp_path)


def in_float64(step, clip):
    """Return the frames of a clip by a plain DFT in float64."""
    whole = np.zeros(step.samples)
    whole[: len(clip)] = clip[: step.samples]
    hann = np.hanning(step.window + 1)[:-1]
    taper, size = hann / np.sqrt((hann**2).sum()), 2 * (len(step.filters) - 1)
    starts = range(0, step.samples - step.window + 1, step.hop)
    frames = np.stack([whole[start : start + step.window] * taper for start in starts])
    wave = np.exp(-2j * np.pi * np.outer(np.arange(step.window), np.arange(size // 2 + 1)) / size)
    power = np.abs(frames @ wave) ** 2 @ step.filters.astype(np.float64)
    return ((np.log(power + FLOOR) - step.means) / step.deviations)[..., np.newaxis]


@needs_compiler
def test_clips_shorter_and_longer_than_a_row_become_its_frames(step, prepare):
    clips = [*CLIPS, CLIPS[0][:3], CLIPS[0][:0]]
    expected = [in_float64(step, clip) for clip in clips]
    np.testing.assert_allclose(prepare.all(clips), expected, rtol=1e-5, atol=2e-5)


@needs_compiler
def test_a_tone_at_full_scale_costs_the_bands_beside_it_four_digits_at_most(step, prepare):
    clip = np.sin(2 * np.pi * 440 / RATE * np.arange(3000)).astype("float32")
    np.testing.assert_allclose(prepare.all([clip])[0], in_float64(step, clip), atol=1e-4)


@needs_compiler
def test_clips_of_one_length_need_no_count(step, tmp_path):
    clips = np.stack([clip[:1400] for clip in CLIPS])
    preparation = Preparation((), (1400,), (step,), modality="audio", facts={"rate": RATE})
    np.testing.assert_allclose(
        Compiled(preparation, tmp_path).all(clips), preparation.apply(clips), rtol=1e-5, atol=2e-5
    )
