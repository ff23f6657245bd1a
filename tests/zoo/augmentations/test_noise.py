"""Noise on images."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parametrize(("kind", "white"), [("uint8", 255), ("float32", 1)])
def test_noise_of_each_images_own_deviation_is_added_and_cut_at_black_and_white(augmented, images, kind, white):
    rows = images if kind == "uint8" else (images / 255).astype("float32")
    after, (deviations, normal) = augmented("noise", rows, 0.5)
    assert deviations.max() <= 0.5 * white
    expected = np.clip(rows + deviations * normal, 0, white)
    np.testing.assert_allclose(after, np.round(expected) if kind == "uint8" else expected, atol=1e-5)


def test_pixels_below_zero_may_stay_so(augmented, images):
    rows = (images / 127.5 - 1).astype("float32")
    after, (deviations, normal) = augmented("noise", rows, 0.5)
    np.testing.assert_allclose(after, np.clip(rows + deviations * normal, -1, 1), atol=1e-5)


def test_noise_is_spread_as_the_normal_distribution_and_no_two_pixels_share_it(augmented):
    _, (_, normal) = augmented("noise", np.zeros((3, 101, 101, 1), "uint8"), 0.5)
    values = normal.ravel()
    assert values.mean() == pytest.approx(0.0, abs=0.02)
    assert values.std() == pytest.approx(1.0, abs=0.02)
    assert np.mean(values**4) == pytest.approx(3.0, abs=0.2)
    assert np.abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.02
    shares = [np.mean(values < quantile) for quantile in (-1.959964, -0.6744898, 0.6744898, 1.959964)]
    np.testing.assert_allclose(shares, [0.025, 0.25, 0.75, 0.975], atol=0.01)
