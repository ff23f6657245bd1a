"""The size of a space, held against going through all of its points."""

from __future__ import annotations

import pytest

from search.drawing.counting import count, size_of
from search.drawing.enumeration import points
from search.drawing.spaces import StudySpace, study_space
from zoo.builders import BUILDERS
from zoo.space import Choice, Float, Int, Parameter, When

NUMBERS = {"train.learning_rate": "0.001,0.01", "train.weight_decay": "0.001"}


def conditional() -> dict[str, Parameter]:
    """Return a space with conditions, one of them on a value that may be idle itself."""
    return {
        "kind": Parameter("kind", Choice("plain", "deep"), "plain"),
        "depth": Parameter("depth", Int(1, 3), 1, when=When("kind", ("deep",))),
        "skip": Parameter("skip", Choice(False, True), False, when=When("depth", (2, 3))),
        "units": Parameter("units", Int(8, 64, "doubling"), 8),
        "rate": Parameter("rate", Float(0.0, 0.5), 0.1, live=True),
    }


def gone_through(space: StudySpace) -> int:
    return sum(1 for _ in points(space))


def test_conditions_make_no_points_where_they_do_not_hold():
    space = {name: one for name, one in conditional().items() if name != "rate"}
    study = StudySpace({"net": space}, train={})
    assert count(space) == gone_through(study) == (1 + 1 + 2 * 2) * 4


def test_a_range_of_numbers_is_named_and_counts_as_one_value():
    found = size_of(StudySpace({"net": conditional()}, train={}))
    assert (found.points, found.continuous) == (24, ("net.rate",))
    assert found.to_json()["finite"] is False


def test_live_values_make_no_structures():
    live = {**conditional(), "noise": Parameter("noise", Choice(0, 1, 2), 0, live=True)}
    found = size_of(StudySpace({"net": live}, train={}))
    assert found.points == 3 * 24
    assert found.structures == {"net": 24}


@pytest.mark.parametrize("builder", BUILDERS.names())
def test_every_builder_is_counted_as_going_through_it_counts(builder):
    space = study_space([builder], ranges=NUMBERS)
    ranges = {
        name: one.domain.points()[0]
        for name, one in space.builders[builder].items()
        if isinstance(one.domain, Float) and len(one.domain.points()) == 2
    }
    finite = study_space([builder], {f"model.{name}": value for name, value in ranges.items()} | {}, NUMBERS)
    assert size_of(finite).points == size_of(space).points == gone_through(finite)
    assert size_of(finite).continuous == ()


def test_builders_add_up_and_training_multiplies():
    several = size_of(study_space(["mlp", "cnn"], ranges=NUMBERS))
    alone = [size_of(study_space([builder], ranges=NUMBERS)) for builder in ("mlp", "cnn")]
    assert several.points == sum(one.points for one in alone)
    assert several.structures == alone[0].structures | alone[1].structures
