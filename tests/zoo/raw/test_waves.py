"""Sound out of .wav files: every width that is read against the standard library, and refusals in one line."""

import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.errors import BadData, ZooError
from zoo.raw.waves import MOST_SECONDS, read_header, read_wave

from ..recordings import tone, wave_bytes, write_wave

SOUND = tone(440, 0.05)


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2])
def test_whole_numbers_are_read_as_the_standard_library_wrote_them(tmp_path, bits, channels):
    path = tmp_path / "sound.wav"
    low, high = (0, 256) if bits == 8 else (-(2 ** (bits - 1)), 2 ** (bits - 1))
    numbers = np.random.default_rng(0).integers(low, high, (100, channels))
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, bits // 8, 11_025, 0, "NONE", ""))
        file.writeframes(b"".join(int(n).to_bytes(bits // 8, "little", signed=bits > 8) for n in numbers.ravel()))
    found = read_wave(path)
    oracle = (numbers.mean(axis=1) - (128 if bits == 8 else 0)) / 2.0 ** (bits - 1)
    np.testing.assert_allclose(found.samples, oracle, atol=1e-7)
    assert found.samples.dtype == np.float32
    assert (found.header.rate, found.header.channels, found.header.bits) == (11_025, channels, bits)


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("extensible", [False, True])
def test_floats_are_read_in_plain_and_extensible_files(tmp_path, bits, extensible):
    path = write_wave(tmp_path / "sound.wav", SOUND, bits=bits, is_float=True, extensible=extensible)
    np.testing.assert_allclose(read_wave(path).samples, SOUND, atol=1e-7)


def test_extensible_whole_numbers_are_read(tmp_path):
    path = write_wave(tmp_path / "sound.wav", SOUND, bits=24, extensible=True)
    np.testing.assert_allclose(read_wave(path).samples, SOUND, atol=1e-6)


def test_parts_of_odd_length_before_the_sound_are_passed_over(tmp_path):
    before = b"LIST" + struct.pack("<I", 5) + b"INFOx\0"
    np.testing.assert_allclose(
        read_wave(write_wave(tmp_path / "a.wav", SOUND, before=before)).samples, SOUND, atol=1e-4
    )


@pytest.mark.parametrize("announced", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_stream_that_does_not_know_its_size_is_read_to_its_end(tmp_path, announced):
    found = read_wave(write_wave(tmp_path / "sound.wav", SOUND, announced=announced))
    assert len(found.samples) == len(SOUND)
    assert not found.header.is_cut


def test_a_file_that_ends_early_gives_what_is_there_and_is_known_for_it(tmp_path):
    path = tmp_path / "sound.wav"
    path.write_bytes(wave_bytes(SOUND)[:-101])
    found = read_wave(path)
    assert len(found.samples) == len(SOUND) - 51
    assert found.header.is_cut


def test_one_sample_is_a_sound(tmp_path):
    assert len(read_wave(write_wave(tmp_path / "sound.wav", SOUND[1:2])).samples) == 1


def test_a_header_tells_what_the_sound_has(tmp_path):
    path = write_wave(tmp_path / "só und.wav", np.stack([SOUND, SOUND], 1), rate=44_100, bits=24)
    assert read_header(path) == read_wave(path).header


WHOLE = wave_bytes(SOUND)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"label,value\n1,2\n", "is no .wav file"),
        (b"RIFX" + WHOLE[4:], "is no .wav file"),
        (WHOLE[:12], "ends before its sound begins"),
        (WHOLE[:30], "is cut off in its header"),
        (WHOLE[:44], "holds no sound"),
        (wave_bytes(SOUND[:0]), "holds no sound"),
        (WHOLE[:20] + struct.pack("<H", 85) + WHOLE[22:], "holds MP3"),
        (WHOLE[:20] + struct.pack("<H", 999) + WHOLE[22:], "holds codec 999"),
        (WHOLE[:22] + struct.pack("<H", 0) + WHOLE[24:], "announces 0 channels"),
        (WHOLE[:24] + struct.pack("<I", 3) + WHOLE[28:], "of 3 Hz"),
        (WHOLE[:32] + struct.pack("<HH", 5, 40) + WHOLE[36:], "announces samples of 40 bits"),
        (wave_bytes(np.array([0.1, np.nan]), bits=32, is_float=True), "no finite numbers"),
        (wave_bytes(np.array([0.1, 1e300]), bits=64, is_float=True), "no finite numbers"),
        (wave_bytes(np.zeros(1000 * (MOST_SECONDS + 1)), rate=1000, bits=8), "at most 3,600 seconds"),
        (b"RIFF1234WAVE" + b"junk\0\0\0\0" * 2000, "before any sound"),
    ],
)
def test_what_is_no_sound_is_refused_in_one_line_that_names_the_file(tmp_path, content, words):
    path = tmp_path / "sound.wav"
    path.write_bytes(content)
    with pytest.raises(BadData) as refused:
        read_wave(path)
    assert words in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        read_wave(tmp_path / "none.wav")


@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(lambda rest: WHOLE[:12] + rest),
        st.tuples(st.integers(12, 60), st.binary(min_size=1, max_size=8)).map(
            lambda change: WHOLE[: change[0]] + change[1] + WHOLE[change[0] + len(change[1]) :]
        ),
        st.integers(0, len(WHOLE)).map(lambda end: WHOLE[:end]),
    )
)
def test_any_bytes_are_sound_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.wav"
    path.write_bytes(content)
    try:
        samples = read_wave(path).samples
    except ZooError as error:
        assert "\n" not in str(error)
    else:
        assert samples.dtype == np.float32
        assert samples.ndim == 1
        assert len(samples)
        assert np.isfinite(samples).all()
