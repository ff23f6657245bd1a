"""Recordings to predict."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.preparation import Preparation, objects
from zoo.preparation.log_mel import LogMel
from zoo.reading.audio import audio
from zoo.resampling import resampled
from zoo.rows import read_rows

from ..recordings import RATE, tone, write_wave


@pytest.fixture(scope="module")
def preparation():
    step = LogMel.fit(objects([tone(440, 0.3)]), rate=RATE)
    return Preparation((), (), (step,), modality="audio", facts={"rate": RATE})


def test_a_file_is_one_wave_at_the_rate_that_was_learned_from(tmp_path, preparation):
    path = write_wave(tmp_path / "one.wav", np.stack([tone(440, rate=16_000)] * 2, 1), rate=16_000)
    rows, names = audio(path, preparation)
    assert names == ("one.wav",)
    np.testing.assert_allclose(rows[0], resampled(tone(440, rate=16_000), 16_000, RATE), atol=1e-3)


def test_a_folder_is_read_by_name_whatever_its_letters(tmp_path, preparation):
    folder = tmp_path / "só und"
    for name in ("b.WAV", "ü x/a.wav", ".hidden.wav"):
        write_wave(folder / name, tone(440))
    (folder / "notes.txt").write_text("no sound")
    rows, names = audio(folder, preparation)
    assert names == ("b.WAV", "ü x/a.wav")
    assert preparation.apply(rows).shape[0] == len(read_rows(folder, preparation)) == 2


@pytest.mark.parametrize(("name", "words"), [("", "holds no .wav file"), ("none.wav", "does not exist")])
def test_a_folder_without_sound_and_a_file_that_is_not_there_are_refused(tmp_path, preparation, name, words):
    with pytest.raises(BadData, match=words):
        read_rows(tmp_path / name, preparation)


def test_an_unreadable_recording_is_refused_by_name(tmp_path, preparation):
    write_wave(tmp_path / "a.wav", tone(440))
    (tmp_path / "b.wav").write_text("text")
    with pytest.raises(BadData, match=r"b\.wav is no \.wav file"):
        audio(tmp_path, preparation)
