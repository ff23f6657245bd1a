"""Mixed rows: the formula, whose answers they carry, and how their shares are spread."""

from __future__ import annotations

import numpy as np
import pytest


def test_a_row_is_its_share_of_itself_and_the_rest_of_its_partner(augmented, series):
    (mixed, partners, shares), _ = augmented("mixup", series, 1.0)
    partners, parts = np.asarray(partners), np.asarray(shares, "float64")[:, np.newaxis, np.newaxis]
    assert sorted(partners) == list(range(len(series)))
    np.testing.assert_allclose(mixed, parts * series + (1 - parts) * series[partners], atol=1e-5)


def test_bytes_are_rounded(augmented, images):
    (mixed, partners, shares), _ = augmented("mixup", images, 1.0)
    parts = np.asarray(shares, "float64")[:, np.newaxis, np.newaxis, np.newaxis]
    expected = parts * images + (1 - parts) * images[np.asarray(partners)].astype("float64")
    np.testing.assert_allclose(mixed, expected, atol=0.51)


@pytest.mark.parametrize("alpha", [0.1, 0.4, 2.0])
def test_shares_have_the_mean_and_the_variance_of_a_beta_distribution(augmented, alpha):
    (_, _, shares), _ = augmented("mixup", np.zeros((20_000, 1), "float32"), alpha)
    assert np.mean(shares) == pytest.approx(0.5, abs=0.02)
    assert np.var(shares) == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.05)


def test_at_the_smallest_strengths_rows_are_themselves_or_their_partners(augmented):
    (_, _, shares), _ = augmented("mixup", np.zeros((1000, 1), "float32"), 1e-4)
    assert np.isfinite(shares).all()
    assert np.mean((np.asarray(shares) < 1e-3) | (np.asarray(shares) > 0.999)) > 0.99
