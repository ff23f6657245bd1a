"""What every plan of preparation promises."""

import json
from dataclasses import replace
from math import prod

import numpy as np
import pytest

from zoo.lazy import LazyRows
from zoo.plans import PLANS, fit_preparation, plan_space
from zoo.preparation import Preparation
from zoo.signature import parameters_in
from zoo.space import Choice, space_of
from zoo.task import MODALITIES

from ..zoo.kinds import KINDS, ROWS, dataset_of

TRAINING = np.arange(18)
MOST_PREPARATIONS = 16  # that a study may draw from: each has rows and programs of its own


def values_of(name):
    """Return every option of a plan's choices and both ends of its ranges, by its argument."""
    domains = {argument: one.domain for argument, one in parameters_in(PLANS.entries[name].node).items()}
    ends = {key: one.options if isinstance(one, Choice) else (one.low, one.high) for key, one in domains.items()}
    return [(name, argument, value) for argument, values in ends.items() for value in values]


def fitted(dataset, **values):
    return fit_preparation(dataset, dataset.x[TRAINING], values)


@pytest.fixture(params=PLANS.names())
def name(request):
    return request.param


def test_every_kind_of_rows_has_a_plan_and_an_example_here():
    assert set(PLANS.names()) == set(MODALITIES) == set(KINDS)


def test_the_default_gives_rows_that_a_model_takes(name):
    dataset = dataset_of(name)
    preparation = fitted(dataset)
    prepared = preparation.apply(dataset.x)
    assert len(prepared) == ROWS
    assert prepared.shape[1:] == preparation.shape_of_rows()
    assert prepared.dtype == preparation.dtype
    assert np.isfinite(prepared).all()


def test_json_both_ways_prepares_the_same(name):
    dataset = dataset_of(name)
    preparation = fitted(dataset)
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    np.testing.assert_array_equal(again.apply(dataset.x), preparation.apply(dataset.x))


def test_rows_that_are_not_for_training_decide_nothing(name):
    dataset = dataset_of(name)
    others = dataset.x.copy()
    others[len(TRAINING) :] = dataset.x[: ROWS - len(TRAINING)]
    assert fitted(replace(dataset, x=others)) == fitted(dataset)


def test_rows_left_on_the_disk_are_prepared_as_those_in_memory(name):
    dataset = dataset_of(name)
    lazy = LazyRows(lambda places: dataset.x[places], np.arange(ROWS), 100)
    assert fit_preparation(dataset, lazy[TRAINING]) == fitted(dataset)


@pytest.mark.parametrize(("name", "argument", "value"), [case for name in PLANS.names() for case in values_of(name)])
def test_every_value_of_an_argument_gives_finite_rows(name, argument, value):
    dataset = dataset_of(name)
    few = dataset.x[:3]
    assert np.isfinite(fitted(dataset, **{argument: value}).apply(few)).all()


def test_what_data_searches_is_in_the_domain_and_little(name):
    space = plan_space(dataset_of(name))
    assert list(space) == list(space_of(PLANS.get(name)))
    for argument, parameter in space.items():
        assert [parameter.domain.check(value, argument) for value in parameter.domain.points()] == [
            *parameter.domain.points()
        ]
    assert prod(len(parameter.domain.points()) or 1 for parameter in space.values()) <= MOST_PREPARATIONS
