"""What every preparation step promises."""

import json
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from zoo.preparation import PREPARATIONS, objects

RANDOM = np.random.default_rng(0)
NUMBERS = RANDOM.normal(3.0, 2.0, size=(40, 5))
OTHERS = {  # rows of steps that take no table of numbers
    "tokenise": objects([" ".join(RANDOM.choice(["one", "two", "three", "four"], 6)) for _ in range(40)]),
    "resize": RANDOM.integers(0, 256, (40, 9, 7, 3)).astype("uint8"),
    "grey": RANDOM.integers(0, 256, (40, 9, 7, 3)).astype("uint8"),
    "pool": RANDOM.normal(size=(40, 12, 2)),
    "level": RANDOM.normal(size=(40, 12, 2)),
    "log_mel": objects([RANDOM.normal(0, 0.1, 900 + 20 * row).astype("float32") for row in range(40)]),
}


@pytest.fixture(params=PREPARATIONS.names())
def name(request):
    return request.param


@pytest.fixture
def rows(name):
    return OTHERS.get(name, NUMBERS).copy()


@pytest.fixture
def step(name, rows):
    return PREPARATIONS.get(name).fit(rows)


def test_json_both_ways_gives_the_same_step(step):
    values = json.loads(json.dumps(step.to_json()))
    assert PREPARATIONS.get(values["name"]).from_json(values) == step


def test_a_step_keeps_the_number_of_rows_and_leaves_its_input_alone(name, step, rows):
    assert len(step.apply(rows)) == len(rows)
    for row, before in zip(rows, OTHERS.get(name, NUMBERS), strict=True):
        np.testing.assert_array_equal(row, before)


def test_a_row_is_prepared_alike_alone_and_among_others(step, rows):
    np.testing.assert_array_equal(step.apply(rows[7:8])[0], step.apply(rows)[7])


def test_a_step_is_frozen(step):
    with pytest.raises(FrozenInstanceError):
        setattr(step, fields(step)[0].name, None)
