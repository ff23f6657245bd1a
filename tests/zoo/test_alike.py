"""Fingerprints: the same for the same picture in another size, brightness or file, others for other pictures."""

import io

import numpy as np
import pytest
from PIL import Image

from zoo.alike import fingerprints
from zoo.data import load_data
from zoo.lazy import LazyRows
from zoo.preparation import objects


def scenes(count, side=48, channels=3):
    """Return smooth random pictures, (count, side, side, channels): photographs have few sharp edges."""
    coarse = np.random.default_rng(0).integers(0, 256, (count, 7, 7, channels), np.uint8)
    if channels == 1:
        coarse = coarse[..., 0]
    grown = [np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)) for image in coarse]
    return np.stack(grown).reshape(count, side, side, channels)


def bits_apart(one, other):
    return np.bitwise_count(one ^ other)


def recompressed(image):
    held = io.BytesIO()
    Image.fromarray(image).save(held, "JPEG", quality=60)
    return np.asarray(Image.open(held))


@pytest.mark.parametrize(
    "change",
    [
        lambda image: (image * 0.6).astype(np.uint8),
        lambda image: (image * 0.5 + 90).astype(np.uint8),
        lambda image: np.asarray(Image.fromarray(image).resize((31, 33), Image.Resampling.BOX)),
        lambda image: np.kron(image, np.ones((2, 2, 1), np.uint8)),
        recompressed,
    ],
    ids=["darker", "paler", "smaller", "larger", "recompressed"],
)
def test_a_changed_copy_keeps_its_fingerprint_but_for_a_few_bits(change):
    originals = scenes(40)
    apart = bits_apart(fingerprints(originals), fingerprints(objects([change(image) for image in originals])))
    assert apart.max() <= 6
    assert np.median(apart) <= 1


def test_different_pictures_differ_in_many_bits():
    found = fingerprints(scenes(60))
    apart = bits_apart(found[:, np.newaxis], found)[~np.eye(60, dtype=bool)]
    assert apart.min() > 8


def test_bits_say_where_brightness_grows_to_the_right():
    ramp = np.tile(np.arange(0, 252, 28, dtype=np.uint8), (8, 1))[np.newaxis, ..., np.newaxis]
    assert fingerprints(np.concatenate([ramp, ramp[:, :, ::-1]])).tolist() == [2**64 - 1, 0]


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_images_of_any_channels_have_one_and_those_without_contrast_have_0(channels):
    found = fingerprints(np.full((3, 5, 4, channels), 9, np.uint8))
    assert (found.dtype, found.tolist()) == (np.uint64, [0, 0, 0])


def test_bytes_and_fractions_of_the_same_picture_are_alike():
    originals = scenes(20, channels=1)
    assert bits_apart(fingerprints(originals), fingerprints(originals / 255)).max() <= 2


def test_rows_on_the_disk_and_none_at_all_are_taken():
    originals = scenes(5)
    left = LazyRows(lambda places: originals[places], np.arange(5), 1)
    np.testing.assert_array_equal(fingerprints(left), fingerprints(originals))
    assert fingerprints(originals[:0]).shape == (0,)


def test_even_tiny_digits_are_mostly_told_apart():
    found = fingerprints(load_data("digits").x)
    assert len(np.unique(found)) > 0.95 * len(found)
