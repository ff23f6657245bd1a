"""How recordings are prepared, and what of it is searched."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.dataset import Dataset
from zoo.errors import BadValue, UnknownName
from zoo.plans import fit_preparation, plan_space
from zoo.preparation import Preparation, objects
from zoo.recipe import Source

from ..recordings import RATE, tone

CLIPS = objects([tone(300 + 50 * place, 0.3) for place in range(10)])


def dataset(**about):
    y = np.arange(10, dtype=np.int32) % 2
    return Dataset("tones", Source("tones"), "audio", CLIPS, y, ("a", "b"), facts={"rate": RATE}, **about)


@pytest.mark.parametrize(("values", "shape"), [({}, (28, 40, 1)), ({"mel_bins": 20, "hop": 20}, (14, 20, 1))])
def test_clips_become_images_of_frames_and_bands(values, shape):
    found = fit_preparation(dataset(), CLIPS, values)
    prepared = found.apply(CLIPS)
    assert prepared.shape[1:] == found.shape_of_rows() == shape
    assert prepared.dtype == np.float32


def test_a_preparation_survives_json(tmp_path):
    found = fit_preparation(dataset(noise=objects([tone(100)])), CLIPS)
    again = Preparation.from_json(found.to_json())
    assert again.facts == {"rate": RATE}
    np.testing.assert_array_equal(again.apply(CLIPS), found.apply(CLIPS))


def test_bands_and_hop_are_searched_on_coarse_grids():
    space = plan_space(dataset())
    assert {name: parameter.domain.points() for name, parameter in space.items() if parameter.domain.points()} == {
        "mel_bins": (20, 32, 40, 64),
        "hop": (8, 10, 16, 20),
    }


@pytest.mark.parametrize(("values", "error"), [({"mel_bins": 30}, BadValue), ({"bins": 20}, UnknownName)])
def test_other_values_are_refused(values, error):
    with pytest.raises(error):
        fit_preparation(dataset(), CLIPS, values)
