"""A part that has a picture gets one, and another one is refused with what to do instead."""

from __future__ import annotations

import pytest

from zoo.errors import BadValue, UnknownName, Unsupported
from zoo.portraits import DRAWN, portrait, require_portrait
from zoo.showing import registries

from .opened import opened

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


def test_every_kind_that_is_drawn_is_one_of_the_zoo():
    assert set(DRAWN) <= {"settings", *(registry.kind for registry in registries())}


@pytest.mark.parametrize(("kind", "name"), [("activation", "elu"), ("loss", "huber"), ("builder", "mlp")])
def test_a_part_is_drawn(kind, name):
    opened(portrait(kind, name))


def test_other_parts_are_refused():
    with pytest.raises(Unsupported, match="of the kind reader; pictures are drawn of activation, builder"):
        portrait("reader", "csv")
    with pytest.raises(Unsupported, match="zoo check DATA --pictures"):
        require_portrait("augmentation", "rotate")


@pytest.mark.parametrize(
    ("kind", "name", "values", "error"),
    [
        ("activation", "elu", {"slope": 0.1}, UnknownName),
        ("activation", "elu", {"alpha": -1.0}, BadValue),
        ("loss", "huber", {"quantile": 0.1}, UnknownName),
        ("loss", "quantile", {"quantile": 2.0}, BadValue),
        ("optimizer", "adam", {"momentum": 0.5}, UnknownName),
        ("builder", "mlp", {"units": 0}, BadValue),
    ],
)
def test_a_wrong_value_is_refused(kind, name, values, error):
    with pytest.raises(error):
        portrait(kind, name, values)
