"""Near rows of each kind, and rows that only look so."""

from dataclasses import replace

import numpy as np
import pytest

from zoo.checking.near import near
from zoo.checking.near._audio import spectrum
from zoo.checking.near._places import correlated, first_of
from zoo.checking.near._text import near_rows as near_texts
from zoo.data import load_data

RANDOM = np.random.default_rng(0)


def table(x, columns=()):
    dataset = load_data((x, np.arange(len(x)) % 2))
    return replace(dataset, columns=columns or dataset.columns)


def objects(values):
    made = np.empty(len(values), object)
    made[:] = values
    return made


def test_rows_equal_in_three_digits_are_near():
    x = RANDOM.normal(size=(50, 4))
    others = np.stack([x[7] * (1 + 1e-8), x[9] * 1.1, np.full(4, np.nan)])
    np.testing.assert_array_equal(near(table(x), x, others), [7, -1, -1])


def test_columns_that_number_rows_do_not_part_them():
    x = np.column_stack([RANDOM.integers(0, 50, (200, 4)) / 7, np.arange(200)])
    others = x[150:].copy()
    others[0, :4] = x[3, :4]
    assert near(table(x), x[:150], others)[0] == 3


def test_what_chance_makes_near_is_not():
    """Two columns of 1,000 different values each leave 40 million pairs of 10,000 and 4,000 rows some 40 repeats."""
    x = RANDOM.uniform(0.1, 1, (14_000, 2))
    assert (near(table(x), x[:10_000], x[10_000:]) < 0).all()


def test_tables_of_whole_numbers_beyond_float32_are_compared_whole():
    x = np.column_stack([np.repeat(10.0**9 + 7 * np.arange(25), 2), RANDOM.normal(size=50)])
    assert (near(table(x), x[:40], x[40:]) == -1).all()


def test_the_same_picture_a_little_brighter_is_near_and_another_is_not():
    images = RANDOM.integers(0, 200, (20, 16, 16, 1), np.uint8)
    others = np.stack([np.minimum(images[4] + 2, 255), 255 - images[5]]).astype(np.uint8)
    dataset = load_data((images, np.arange(20) % 2))
    np.testing.assert_array_equal(near(dataset, images, others), [4, -1])


def test_images_of_several_sizes_are_near_only_in_one_size():
    images = objects([RANDOM.integers(0, 200, (12 + i % 2, 12, 1), np.uint8) for i in range(10)])
    others = objects([images[3].copy(), np.repeat(np.repeat(images[4], 2, 0), 2, 1)])
    dataset = load_data((np.zeros((10, 2)) + np.arange(10)[:, None], np.arange(10) % 2))
    dataset = replace(dataset, modality="image", x=images)
    np.testing.assert_array_equal(near(dataset, images, others), [3, -1])


def test_texts_of_the_same_words_and_those_with_most_runs_in_common_are_near():
    base = [f"story {i} of a long way home and of {i * 7} people who went there by night" for i in range(30)]
    long = "the quick brown fox jumps over the lazy dog while nobody in the whole town is watching it at all today"
    others = [base[4].upper() + "!", " ".join(reversed(base[5].split())), long.replace("today", "tonight"), "story 4"]
    found = near_texts(None, objects([*base, long]), objects(others))
    np.testing.assert_array_equal(found, [4, 5, 30, -1])


def test_short_texts_are_not_called_near():
    assert near_texts(None, objects(["yes please"]), objects(["Yes, please"]))[0] == -1


def test_texts_without_words_are_near_nothing():
    assert near_texts(None, objects(["", "..."]), objects(["", "!"])).tolist() == [-1, -1]


def test_series_and_recordings_are_near_whatever_their_loudness():
    waves = [RANDOM.normal(size=4000 + i).astype(np.float32) for i in range(10)]
    dataset = replace(table(RANDOM.normal(size=(10, 2))), modality="audio", x=objects(waves))
    others = objects([waves[6] * 0.5, RANDOM.normal(size=4000).astype(np.float32), np.zeros(3, np.float32)])
    np.testing.assert_array_equal(near(dataset, objects(waves), others), [6, -1, -1])
    series = RANDOM.normal(size=(10, 30, 2)).astype(np.float32)
    np.testing.assert_array_equal(
        near(replace(dataset, modality="series"), series, np.stack([series[2] * 3, series[2][::-1]])), [2, -1]
    )


def test_a_spectrum_has_one_size_for_any_length():
    assert {spectrum(np.ones(length)).shape for length in (1, 100, 8000, 30_001)} == {(512,)}


@pytest.mark.parametrize("length", [0, 1])
def test_no_rows_are_near_no_rows(length):
    x = RANDOM.normal(size=(12, 2))
    assert len(near(table(x), x[:0], x[:length])) == length


def test_the_first_of_equal_keys_is_found():
    assert first_of(np.array([5, 3, 5, 1]), np.array([5, 2, 1, 9])).tolist() == [0, -1, 3, -1]


def test_correlation_is_numpys():
    base, others = RANDOM.normal(size=(6, 40)), RANDOM.normal(size=(5, 40))
    others[2] = base[1] + 0.001 * RANDOM.normal(size=40)
    expected = np.corrcoef(others, base)[:5, 5:]
    np.testing.assert_array_equal(correlated(base, others), np.where(expected.max(1) > 0.9999, expected.argmax(1), -1))
