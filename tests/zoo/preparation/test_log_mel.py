"""Log-mel frames against a direct transform in float64, written from the formulas."""

import json

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.preparation import objects
from zoo.preparation.log_mel import FLOOR, LogMel, mel_filters

from ..recordings import tone

RATE = 8_000
RANDOM = np.random.default_rng(0)
CLIPS = objects(
    [(tone(300 + 90 * i, 0.2 + 0.02 * i) + RANDOM.normal(0, 0.01, round((0.2 + 0.02 * i) * RATE))) for i in range(5)]
)


def mel(hertz):
    return 2595 * np.log10(1 + hertz / 700)


def direct(wave, step):
    """Return (frames, bands) in float64: each frame's transform by its definition, each band by its triangle."""
    size = 2 * (len(step.filters) - 1)
    padded = np.zeros(step.samples)
    padded[: len(wave)] = wave[: step.samples]
    n = np.arange(step.window)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * n / step.window)
    basis = np.exp(-2j * np.pi * np.outer(np.arange(size // 2 + 1), n) / size)
    hertz = np.arange(size // 2 + 1) * RATE / size
    edges = np.linspace(mel(20.0), mel(RATE / 2), len(step.means) + 2)
    found = np.empty((step.frames, len(step.means)))
    for frame in range(step.frames):
        piece = padded[frame * step.hop : frame * step.hop + step.window] * hann
        power = np.abs(basis @ piece) ** 2 / (hann**2).sum()
        for band in range(len(step.means)):
            low, middle, high = edges[band : band + 3]
            rising, falling = (mel(hertz) - low) / (middle - low), (high - mel(hertz)) / (high - middle)
            found[frame, band] = np.log((np.maximum(0, np.minimum(rising, falling)) * power).sum() + FLOOR)
    return found


@pytest.mark.parametrize(("mel_bins", "hop"), [(20, 20), (40, 10), (64, 8)])
def test_it_is_the_standardised_logarithm_of_the_power_in_triangles(mel_bins, hop):
    step = LogMel.fit(CLIPS, rate=RATE, mel_bins=mel_bins, hop=hop)
    logs = np.stack([direct(wave, step) for wave in CLIPS])
    np.testing.assert_allclose(step.means, logs.mean(axis=(0, 1)), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(step.deviations, logs.std(axis=(0, 1)), rtol=1e-3)
    oracle = (logs - logs.mean(axis=(0, 1))) / logs.std(axis=(0, 1))
    found = step.apply(CLIPS)
    assert found.dtype == np.float32
    assert found.shape == (len(CLIPS), step.frames, mel_bins, 1)
    np.testing.assert_allclose(found[..., 0], oracle, atol=5e-3)


@pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread
@pytest.mark.parametrize("bands", [20, 32, 40, 64])
@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_the_filters_are_those_of_tensorflow(bands, rate):
    import tensorflow as tf

    low, high = 20.0, rate / 2
    oracle = tf.signal.linear_to_mel_weight_matrix(bands, 513, rate, low, high, tf.float64).numpy()
    found = mel_filters(rate, 1024, bands)
    np.testing.assert_allclose(found[1:], oracle[1:], atol=2e-3)  # it rounds 2595 / ln 10 to 1127


@pytest.mark.parametrize("window", [16, 25])
def test_no_band_is_empty(window):
    step = LogMel.fit(CLIPS, rate=RATE, mel_bins=64, window=window)
    assert step.filters.any(axis=0).all()


def test_a_clip_is_prepared_alike_alone_and_among_others():
    step = LogMel.fit(CLIPS, rate=RATE)
    np.testing.assert_array_equal(step.apply(CLIPS[3:4])[0], step.apply(CLIPS)[3])


def test_the_length_is_that_of_95_percent_of_the_clips_or_as_asked():
    clips = objects([tone(440, 0.5)] * 95 + [tone(440, 3.0)] * 4)
    assert 0.45 * RATE <= LogMel.fit(clips, rate=RATE).samples <= 0.5 * RATE
    assert 1.9 * RATE <= LogMel.fit(clips, rate=RATE, seconds=2.0).samples <= 2.0 * RATE


def test_single_samples_and_long_clips_fit_into_a_row():
    clips = objects([np.array([0.5], np.float32), tone(440, 20.0), np.zeros(300)])
    step = LogMel.fit(clips, rate=RATE)
    assert step.samples <= 10 * RATE
    assert np.isfinite(step.apply(clips)).all()
    lone = LogMel.fit(clips[:1], rate=RATE).apply(clips[:1])
    assert lone.shape[1] > 8
    assert np.isfinite(lone).all()


def test_silence_alone_becomes_zeros_and_behind_a_sound_what_the_step_says():
    silent = objects([np.zeros(4000)] * 3)
    assert not LogMel.fit(silent, rate=RATE).apply(silent).any()
    step = LogMel.fit(CLIPS, rate=RATE, seconds=1.0)
    np.testing.assert_allclose(step.apply(CLIPS)[0, -1, :, 0], step.silence, atol=1e-4)


def test_json_both_ways_gives_the_same_step_with_its_noise():
    noise = objects([RANDOM.normal(0, 0.1, 9000), np.zeros(10)])
    step = LogMel.fit(CLIPS, rate=RATE, noise=noise)
    again = LogMel.from_json(json.loads(json.dumps(step.to_json())))
    assert again == step
    assert len(again.noises) == 2
    assert min(again.noises[0]) > 0
    np.testing.assert_array_equal(again.apply(CLIPS), step.apply(CLIPS))


@pytest.mark.parametrize("changes", [{"window": 0}, {"hop": 1.5}, {"samples": 10}, {"rate": None}])
def test_sizes_that_nothing_wrote_are_refused(changes):
    with pytest.raises(ValueError, match="rate, samples, window and hop"):
        LogMel.from_json({**LogMel.fit(CLIPS, rate=RATE).to_json(), **changes})


@pytest.mark.parametrize("row", [np.zeros((3, 2)), np.array(["a"])])
def test_what_is_no_clip_is_refused(row):
    step = LogMel.fit(CLIPS, rate=RATE)
    with pytest.raises(BadData, match="clip 1 has shape"):
        step.apply(objects([row]))


def test_samples_that_are_whole_numbers_of_16_bits_are_refused():
    step = LogMel.fit(objects([tone(440, 0.3)]), rate=RATE)
    with pytest.raises(BadData, match="clip 2 holds whole numbers up to 32,768; samples are from -1 to 1"):
        step.apply(objects([np.zeros(9), np.array([0, -32768], np.int16)]))
