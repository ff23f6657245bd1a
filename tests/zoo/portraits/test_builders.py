"""Every builder is drawn, for the user's task or for a usual one."""

from __future__ import annotations

import pytest

from zoo.builders import BUILDERS
from zoo.errors import Infeasible, Unsupported
from zoo.portraits.builders import draw, usual_task
from zoo.task import Task

from .opened import colors, opened

pytestmark = pytest.mark.usefixtures("workspace")

DRAWN = [pytest.param(name, marks=() if name == "resnet" else pytest.mark.slow) for name in BUILDERS.names()]


@pytest.mark.parametrize("name", BUILDERS.names())
def test_the_usual_task_is_one_that_the_builder_takes(name):
    assert usual_task(name).modality in BUILDERS.entries[name].facts["accepts"]


@pytest.mark.parametrize("name", DRAWN)
def test_every_builder_is_drawn(name):
    opened(draw(name, {}))


def test_a_deeper_network_makes_a_longer_picture():
    short, tall = (opened(draw("mlp", {"depth": depth})).height for depth in (1, 4))
    assert tall > short + 100


def test_boxes_have_the_colours_of_their_kinds():
    convolution, dense = (59, 130, 246), (139, 92, 246)
    assert colors(draw("mlp", {})) & {convolution, dense} == {dense}
    assert colors(draw("cnn", {})) >= {convolution, dense}


def test_a_task_that_is_not_taken_or_too_small_is_refused():
    with pytest.raises(Unsupported, match="cnn takes"):
        draw("cnn", {}, Task("table", (5,), ("a", "b")))
    with pytest.raises(Infeasible):
        draw("cnn", {"stages": 5}, Task("image", (8, 8, 1), ("a", "b")))
