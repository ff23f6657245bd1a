"""The sampler of each slot, and points that are known before."""

from __future__ import annotations

import pytest

from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import open_study
from search.drawing.draws import Draws, given, grid_of
from search.drawing.enumeration import all_points
from search.drawing.samplers import sampler
from search.drawing.spaces import StudySpace
from search.drawing.suggest import suggest
from zoo.space import Choice, Int, Parameter

from ..studies import attempts, ended

SPACE = StudySpace(
    {
        "mlp": {"units": Parameter("units", Int(8, 64, grid="doubling"), 8)},
        "cnn": {"kind": Parameter("kind", Choice("a", "b"), "a")},
    },
    {"rate": Parameter("rate", Choice(0.1, 0.2), 0.1)},
)


def _objective(slot):
    drawn = suggest(SPACE, slot)
    slot.drawn({"builder": drawn.builder, **drawn.model, **drawn.train})
    return 0.5


def _run(root, target, draws):
    run_slots(reopen(open_study(root, "s")), target, _objective, sampler_for=draws)
    return [tuple(record.values.items()) for record in ended(root)]


def test_a_grid_meets_every_point_once_in_an_order_that_follows_from_the_seed(tmp_path):
    grid = grid_of("grid", SPACE, 0)
    found = _run(tmp_path, len(grid), Draws("grid", 0, grid=grid))
    assert len(grid) == len(set(found)) == (4 + 2) * 2
    assert grid == grid_of("grid", SPACE, 0) != grid_of("grid", SPACE, 1)
    assert sorted(map(str, grid)) == sorted(map(str, all_points(SPACE)))


def test_other_samplers_have_no_grid():
    assert grid_of("tpe", SPACE, 0) == ()


def test_the_first_slots_draw_the_points_that_are_known_and_the_next_ones_what_the_sampler_says(tmp_path):
    first = ({"model.builder": "mlp", "mlp.units": 3, "train.rate": 1}, {"model.builder": "cnn", "cnn.kind": "b"})
    found = [dict(values) for values in _run(tmp_path / "one", 4, Draws("random", 0, first))]
    plain = [dict(values) for values in _run(tmp_path / "two", 4, Draws("random", 0))]
    assert found[0] == {"builder": "mlp", "units": 64, "rate": 0.2}
    assert (found[1]["builder"], found[1]["kind"]) == ("cnn", "b")
    assert found[2:] == plain[2:]


@pytest.mark.parametrize("point", [{"model.builder": "lstm"}, {"model.builder": "mlp", "mlp.units": 9}])
def test_what_the_space_does_not_have_is_drawn(tmp_path, point):
    _run(tmp_path, 1, lambda slot: given(point, sampler("random", 0)))
    assert [record.state for record in attempts(tmp_path)] == ["finished"]
