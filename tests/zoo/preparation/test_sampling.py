"""Pixels between pixels, against the areas and straight lines that they stand for."""

import numpy as np
import pytest
from PIL import Image

from zoo.preparation._sampling import resized, taps

DICE = np.random.default_rng(0)
SIZES = [(9, 4), (10, 10), (100, 64), (7, 6), (5, 1), (1, 5), (4, 9), (3, 64), (64, 65), (513, 32)]


def weights_by_area(old, new):
    """Return how much of each old pixel each new one covers (new, old), by fine steps along the line."""
    fine = 4096
    places = (np.arange(new * fine) + 0.5) / (new * fine) * old
    found = np.zeros((new, old))
    np.add.at(found, (np.arange(new * fine) // fine, places.astype(int)), 1 / fine)
    return found


def weights_by_line(old, new):
    """Return how np.interp mixes old pixels (new, old), reading between their centres."""
    centres = (np.arange(new) + 0.5) * old / new - 0.5
    return np.stack([np.interp(centres, np.arange(old), row) for row in np.eye(old)], axis=1)


@pytest.mark.parametrize(("old", "new"), SIZES)
def test_weights_are_shares_of_the_area_down_and_of_the_way_between_two_up(old, new):
    places, weights = taps(old, new)
    dense = np.zeros((new, old))
    np.add.at(dense, (np.broadcast_to(np.arange(new), places.shape), places), weights)
    oracle = weights_by_line(old, new) if new > old else weights_by_area(old, new)
    np.testing.assert_allclose(dense, oracle, atol=1e-6 if new > old else 2 / 4096)
    np.testing.assert_allclose(weights.sum(axis=0), 1, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(9, 7), (64, 64), (20, 31), (5, 40)])
def test_images_are_what_two_matrices_make_of_them_in_float64(size, channels):
    images = DICE.integers(0, 256, (4, 20, 31, channels), np.uint8)
    down, across = (
        weights_by_line(old, new) if new > old else exact_area(old, new)
        for old, new in zip(images.shape[1:3], size, strict=True)
    )
    oracle = np.einsum("ij,njkc,lk->nilc", down, images.astype(np.float64), across)
    np.testing.assert_allclose(resized(images.astype(np.float32), *size), oracle, atol=1e-3)
    assert np.abs(resized(images, *size) - oracle).max() <= 0.501


def exact_area(old, new):
    edges = np.arange(new + 1) * old / new
    low, high = edges[:-1, np.newaxis], edges[1:, np.newaxis]
    pixel = np.arange(old)
    return np.clip(np.minimum(high, pixel + 1) - np.maximum(low, pixel), 0, None) * new / old


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_whole_ratios_are_what_pillow_averages(factor):
    image = DICE.integers(0, 256, (8 * factor, 6 * factor, 3), np.uint8)
    oracle = np.asarray(Image.fromarray(image).resize((6, 8), Image.Resampling.BOX), int)
    assert np.abs(resized(image[np.newaxis], 8, 6)[0] - oracle).max() <= 1  # Pillow rounds after each axis


@pytest.mark.parametrize("size", [(40, 40), (9, 64), (13, 13)])
def test_growing_images_are_what_pillow_interpolates(size):
    image = DICE.integers(0, 256, (8, 12, 3), np.uint8)
    oracle = np.asarray(Image.fromarray(image).resize(size[::-1], Image.Resampling.BILINEAR), int)
    assert np.abs(resized(image[np.newaxis], *size)[0] - oracle).max() <= 1


def test_an_image_comes_out_alike_alone_and_among_so_many_that_they_are_done_in_parts():
    images = DICE.integers(0, 256, (300, 90, 90, 1), np.uint8)
    together = resized(images, 31, 33)
    for place in (0, 258, 259, 299):
        np.testing.assert_array_equal(resized(images[place : place + 1], 31, 33)[0], together[place])


def test_no_images_stay_none():
    assert resized(np.empty((0, 8, 8, 1), np.uint8), 4, 4).shape == (0, 4, 4, 1)
