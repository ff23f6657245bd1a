"""Recordings as waves of one rate, in memory or on the disk."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.data._sounds import sounds_of
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.resampling import resampled

from ..recordings import tone, wave_bytes, write_wave

PLENTY = 1 << 30


def read(folder, files, most=PLENTY):
    return sounds_of(files, [file.name for file in files], folder, most)


@pytest.fixture
def files(tmp_path):
    """Nine recordings at 8 kHz, one at 44.1 kHz, in several widths, one of two channels."""
    found = [
        write_wave(tmp_path / f"{place}.wav", tone(400 + 20 * place), bits=(8, 16, 24)[place % 3]) for place in range(9)
    ]
    sound = tone(400, rate=44_100)
    return [*found, write_wave(tmp_path / "high.wav", np.stack([sound, sound], 1), rate=44_100, bits=32, is_float=True)]


def test_all_are_brought_to_the_rate_of_most_and_to_one_channel_aloud(tmp_path, files):
    found = read(tmp_path, files)
    assert found.rate == 8_000
    np.testing.assert_allclose(found.waves[9], resampled(tone(400, rate=44_100), 44_100, 8_000), atol=1e-6)
    assert all(wave.dtype == np.float32 and wave.ndim == 1 for wave in found.waves)
    assert found.notes == (
        "recordings are of 8,000 Hz (9), 44,100 Hz (1): brought to 8,000 Hz",
        "1 recording is of several channels, averaged to one (high.wav)",
    )


def test_a_high_rate_becomes_16_khz(tmp_path):
    path = write_wave(tmp_path / "a.wav", tone(440, rate=48_000), rate=48_000)
    found = read(tmp_path, [path])
    assert (found.rate, len(found.waves[0])) == (16_000, 4_800)
    assert "48,000 Hz (1): brought to 16,000 Hz" in found.notes[0]


def test_sound_left_on_the_disk_has_the_same_content(tmp_path, files):
    held, left = read(tmp_path, files), read(tmp_path, files, most=1000)
    assert isinstance(left.waves, LazyRows)
    assert any("(--memory)" in note for note in left.notes)
    for one, other in zip(held.waves, left.waves.read(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("most", [PLENTY, 1000])
def test_unreadable_files_are_counted_named_and_left_out(tmp_path, files, most):
    bad = tmp_path / "bad.wav"
    bad.write_text("text")
    found = read(tmp_path, [*files[:5], bad, *files[5:]], most)
    assert found.kept == [*range(5), *range(6, 11)]
    assert len(found.waves) == 10
    assert "1 recording cannot be read: left out (bad.wav)" in found.notes


@pytest.mark.parametrize("most", [PLENTY, 1000])
def test_more_unreadable_files_than_a_tenth_are_refused(tmp_path, files, most):
    (tmp_path / "empty.wav").write_bytes(b"")
    write_wave(tmp_path / "odd.wav", np.array([0.1, np.inf]), bits=32, is_float=True)
    with pytest.raises(BadData, match=r"2 of 12 recordings cannot be read.*empty\.wav is empty"):
        read(tmp_path, [tmp_path / "empty.wav", tmp_path / "odd.wav", *files], most)


def test_silent_cut_and_long_recordings_are_told_of(tmp_path, files):
    silent = write_wave(tmp_path / "silent.wav", np.zeros(100))
    long = write_wave(tmp_path / "long.wav", np.tile(tone(440, 1.0), 13), bits=8)
    cut = tmp_path / "cut.wav"
    cut.write_bytes(wave_bytes(tone(440))[:-100])
    notes = read(tmp_path, [*files[:9], silent, long, cut]).notes
    assert any(note.startswith("1 recording is silent throughout (silent.wav)") for note in notes)
    assert any(note.startswith("1 recording is cut off before the end") and "cut.wav" in note for note in notes)
    assert any(note.startswith("1 recording is longer than 10 seconds") and "long.wav" in note for note in notes)
