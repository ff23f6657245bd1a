"""What every preparation step promises."""

import json
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from zoo.preparation import PREPARATIONS

ROWS = np.random.default_rng(0).normal(3.0, 2.0, size=(40, 5))


@pytest.fixture(params=PREPARATIONS.names())
def step(request):
    return PREPARATIONS.get(request.param).fit(ROWS)


def test_json_both_ways_gives_the_same_step(step):
    values = json.loads(json.dumps(step.to_json()))
    assert PREPARATIONS.get(values["name"]).from_json(values) == step


def test_a_step_keeps_the_shape_of_numbers_without_gaps_and_leaves_its_input_alone(step):
    rows = ROWS.copy()
    assert step.apply(rows).shape == rows.shape
    np.testing.assert_array_equal(rows, ROWS)


def test_a_row_is_prepared_alike_alone_and_among_others(step):
    np.testing.assert_array_equal(step.apply(ROWS[7:8])[0], step.apply(ROWS)[7])


def test_a_step_is_frozen(step):
    with pytest.raises(FrozenInstanceError):
        setattr(step, fields(step)[0].name, None)
