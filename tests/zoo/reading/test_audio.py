"""Recordings to predict."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.preparation import Preparation, objects
from zoo.preparation.log_mel import LogMel
from zoo.reading.audio import audio, read_waves
from zoo.resampling import resampled
from zoo.rows import read_rows

from ..recordings import RATE, tone, write_wave


@pytest.fixture(scope="module")
def preparation():
    step = LogMel.fit(objects([tone(440, 0.3)]), rate=RATE)
    return Preparation((), (), (step,), modality="audio", facts={"rate": RATE})


def test_a_file_is_one_wave_at_the_rate_that_was_learned_from(tmp_path, preparation):
    path = write_wave(tmp_path / "one.wav", np.stack([tone(440, rate=16_000)] * 2, 1), rate=16_000)
    rows, names, _ = audio(path, preparation)
    assert names == ("one.wav",)
    np.testing.assert_allclose(rows[0], resampled(tone(440, rate=16_000), 16_000, RATE), atol=1e-3)


def test_a_folder_is_read_by_name_whatever_its_letters(tmp_path, preparation):
    folder = tmp_path / "só und"
    for name in ("b.WAV", "ü x/a.wav", ".hidden.wav"):
        write_wave(folder / name, tone(440))
    (folder / "notes.txt").write_text("no sound")
    rows, names, _ = audio(folder, preparation)
    assert names == ("b.WAV", "ü x/a.wav")
    assert preparation.apply(rows).shape[0] == len(read_rows(folder, preparation)) == 2


@pytest.mark.parametrize(("name", "words"), [("", "holds no .wav file"), ("none.wav", "does not exist")])
def test_a_folder_without_sound_and_a_file_that_is_not_there_are_refused(tmp_path, preparation, name, words):
    with pytest.raises(BadData, match=words):
        read_rows(tmp_path / name, preparation)


def test_an_unreadable_recording_of_a_folder_is_left_out_by_name_and_refused_alone(tmp_path, preparation):
    write_wave(tmp_path / "a.wav", tone(440))
    (tmp_path / "b.wav").write_text("text")
    rows, names, (said,) = audio(tmp_path, preparation)
    assert (len(rows), names) == (1, ("a.wav",))
    assert said.startswith("1 of 2 .wav files cannot be read: left out: b.wav")
    with pytest.raises(BadData, match=r"b\.wav is no \.wav file"):
        audio(tmp_path / "b.wav", preparation)


def test_sound_beyond_the_memory_stays_on_the_disk_and_is_the_same(tmp_path, preparation):
    files = [write_wave(tmp_path / f"{place}.wav", tone(100 * place, 0.1 * place)) for place in (1, 2, 3)]
    names = tuple(file.name for file in files)
    held, left = (read_waves(files, names, preparation, memory).rows for memory in (None, 1))
    assert isinstance(left, LazyRows)
    assert all(map(np.array_equal, left.read(), held))
