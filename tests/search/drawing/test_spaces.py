"""The space of a study: builders side by side, fixed and narrowed."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.drawing.ranges import read_ranges, read_settings
from search.drawing.spaces import StudySpace, adjusted, study_space
from search.drawing.suggest import asked
from zoo.errors import BadValue, UnknownName, ZooError
from zoo.recipe import TrainConfig
from zoo.space import Choice, Float, Int, Parameter, space_of


def _space(*parameters):
    return {parameter.name: parameter for parameter in parameters}


def plain():
    """Two builders with a name in common, and the real training parameters."""
    dropout = Parameter("dropout", Float(0.0, 0.9, search=(0.0, 0.5)), 0.2, live=True)
    mlp = _space(
        Parameter("depth", Int(1, 8, search=(1, 2, 3)), 2),
        Parameter("units", Int(8, 512, grid="doubling", search=(32, 64, 128)), 64),
        Parameter("activation", Choice("relu", "elu", "tanh", search=("relu", "elu")), "relu"),
        dropout,
    )
    cnn = _space(
        Parameter("units", Int(4, 128, grid="doubling"), 16), Parameter("kernel", Choice(3, 5, search=()), 3), dropout
    )
    return StudySpace({"mlp": mlp, "cnn": cnn}, space_of(TrainConfig))


def _set(*texts):
    return adjusted(plain(), read_settings(texts), {})


def _ranged(*texts):
    return adjusted(plain(), {}, read_ranges(texts))


def _points(space, part, name):
    return space.parts()[part][name].domain.points()


def test_an_untouched_space_asks_for_what_the_domains_search():
    assert asked(plain()) == [
        "model.builder",
        "cnn.units",
        "cnn.dropout",
        "mlp.depth",
        "mlp.units",
        "mlp.activation",
        "mlp.dropout",
        "train.learning_rate",
        "train.weight_decay",
    ]


def test_a_fixed_value_leaves_the_search():
    space = _set("mlp.units=100", "train.learning_rate=0.002", "train.epochs=12")
    assert _points(space, "mlp", "units") == (100,)
    assert _points(space, "train", "epochs") == (12,)
    assert not {"mlp.units", "train.learning_rate", "train.epochs"} & set(asked(space))


def test_model_means_every_builder_that_has_the_name():
    space = _set("model.units=64")
    assert _points(space, "mlp", "units") == _points(space, "cnn", "units") == (64,)
    assert _points(_set("model.depth=5"), "mlp", "depth") == (5,)


@pytest.mark.parametrize("order", [1, -1])
def test_a_builders_own_name_beats_model(order):
    space = _set(*["model.units=64", "mlp.units=128"][::order])
    assert (_points(space, "mlp", "units"), _points(space, "cnn", "units")) == ((128,), (64,))


def test_a_builders_own_fixed_value_stands_beside_a_range_for_all():
    space = adjusted(plain(), {"mlp.units": 64}, {"model.units": "16:32"})
    assert (_points(space, "mlp", "units"), _points(space, "cnn", "units")) == ((64,), (16, 32))


def test_the_builder_is_fixed_or_narrowed_like_any_name():
    assert list(_set("model.builder=cnn").builders) == ["cnn"]
    assert "model.builder" not in asked(_set("model.builder=cnn"))
    assert asked(_ranged("model.builder=mlp,cnn")) == asked(plain())


@pytest.mark.parametrize(
    ("text", "part", "name", "points"),
    [
        ("model.depth=2:6", "mlp", "depth", (2, 3, 4, 5, 6)),
        ("model.depth=1:8:log", "mlp", "depth", (1, 2, 4, 8)),
        ("mlp.units=16:256", "mlp", "units", (16, 32, 64, 128, 256)),
        ("mlp.units=100,20", "mlp", "units", (20, 100)),
        ("mlp.activation=tanh,relu", "mlp", "activation", ("relu", "tanh")),
        ("model.kernel=3,5", "cnn", "kernel", (3, 5)),
        ("model.dropout=0.1:0.2", "cnn", "dropout", (0.1, 0.2)),
        ("model.dropout=0.3:0.3", "cnn", "dropout", (0.3,)),
        ("train.learning_rate=0.1,0.001,0.01", "train", "learning_rate", (0.001, 0.01, 0.1)),
        ("train.batch_size=16:64", "train", "batch_size", (16, 32, 64)),
    ],
)
def test_a_range_becomes_the_points_that_are_drawn(text, part, name, points):
    assert _points(_ranged(text), part, name) == points


def test_two_listed_floats_are_two_values_and_no_range():
    domain = _ranged("model.dropout=0.1,0.2").builders["mlp"]["dropout"].domain
    assert domain == Choice(0.1, 0.2)


def test_a_float_keeps_its_scale_unless_log_is_asked_for():
    assert _ranged("train.learning_rate=1e-4:1e-2").train["learning_rate"].domain.log
    assert not _ranged("model.dropout=0.1:0.5").builders["mlp"]["dropout"].domain.log
    assert _ranged("model.dropout=0.1:0.5:log").builders["mlp"]["dropout"].domain.log


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            ["model.depth=12"],
            "model.depth is 12; mlp allows 1 to 8, cnn has no such value. Try --set model.depth=8 --builder mlp",
        ),
        (
            ["model.units=1000"],
            "model.units is 1000; cnn allows 4 to 128, mlp allows 8 to 512. Try --set model.units=128",
        ),
        (["model.units=2"], "model.units is 2; cnn allows 4 to 128, mlp allows 8 to 512. Try --set model.units=8"),
        (["model.units=6"], "model.units is 6; cnn allows 4 to 128, mlp allows 8 to 512. Try --set cnn.units=6"),
        (["model.units=256"], "model.units is 256; cnn allows 4 to 128, mlp allows 8 to 512. Try --set mlp.units=256"),
        (["mlp.units=6.5"], "mlp.units is 6.5; mlp allows 8 to 512. Try --set mlp.units=8"),
        (["mlp.activation=gelu"], "mlp.activation is gelu; mlp allows relu, elu, tanh. Try --set mlp.activation=relu"),
        (["train.epochs=0"], "train.epochs is 0; train allows 1 to 10000. Try --set train.epochs=1"),
        (["train.epochs=NaN"], "train.epochs is NaN; train allows 1 to 10000. Try --set train.epochs=30"),
    ],
)
def test_a_value_that_is_not_allowed_names_who_allows_what_and_the_cure(texts, message):
    with pytest.raises(BadValue) as caught:
        _set(*texts)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "model.depth=2:12",
            "model.depth is 12; mlp allows 1 to 8, cnn has no such value. Try --space model.depth=2:8 --builder mlp",
        ),
        ("mlp.units=4,16", "mlp.units is 4; mlp allows 8 to 512. Try --space mlp.units=8,16"),
        ("mlp.activation=1:2", "mlp.activation is 1; mlp allows relu, elu, tanh. Try --space mlp.activation=relu"),
        ("cnn.kernel=3:5", "cnn.kernel is 3:5; it has no range. Name its values: cnn.kernel=3,5."),
        ("train.weight_decay=0:0.1", "train.weight_decay is logarithmic; low must be above 0. Try train.weight_decay="),
    ],
)
def test_a_range_that_is_not_allowed_names_the_cure(text, message):
    with pytest.raises(BadValue) as caught:
        _ranged(text)
    assert str(caught.value).startswith(message)


def test_builders_with_no_value_in_common_are_told_apart():
    few, many = Parameter("n", Int(1, 2), 1), Parameter("n", Int(8, 9), 8)
    with pytest.raises(BadValue) as caught:
        adjusted(StudySpace({"a": {"n": few}, "b": {"n": many}}, {}), {"model.n": 5}, {})
    assert str(caught.value) == "model.n is 5; a allows 1 to 2, b allows 8 to 9. Try --set a.n=2"


def test_the_same_name_in_both_is_refused():
    with pytest.raises(BadValue, match="model.units is in both --set and --space"):
        adjusted(plain(), {"model.units": 64}, {"model.units": "16:64"})


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("train.learning_rat=1", "train.learning_rate"),
        ("model.unit=1", "model.units"),
        ("mpl.units=1", "mlp.units"),
        ("units=64", "mlp.units"),
        ("model.buidler=mlp", "model.builder"),
    ],
)
def test_an_unknown_name_gets_the_nearest_of_all(text, near):
    with pytest.raises(UnknownName, match=f"did you mean '{near}'"):
        _set(text)


def test_an_unknown_builder_gets_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'cnn'"):
        _set("model.builder=cn")


def test_json_is_plain_and_tells_spaces_apart():
    described = plain().to_json()
    assert json.loads(json.dumps(described)) == described
    assert described["mlp"]["units"] == {"values": [32, 64, 128]}
    assert described["train"]["learning_rate"] == {"low": 3e-4, "high": 1e-2, "log": True}
    assert described["train"]["epochs"] == {"values": [30]}
    assert _set("train.epochs=30").to_json() == described
    assert _set("train.epochs=31").to_json() != described


@given(
    name=st.sampled_from([*plain().names(), "train", "model.", ".units", "nobody.knows"]),
    value=st.one_of(
        st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=5), st.just(math.nan), st.just([1])
    ),
)
def test_any_setting_is_either_drawn_as_it_is_or_refused_in_one_line(name, value):
    try:
        space = adjusted(plain(), {name: value}, {})
    except ZooError as error:
        assert "\n" not in str(error).replace(str(value), "")
        return
    part, _, last = name.partition(".")
    owners = [own for own in space.builders.values() if last in own] if part == "model" else [space.parts()[part]]
    assert name == "model.builder" or all(own[last].domain.points() == (value,) for own in owners)


@given(bounds=st.tuples(st.integers(-5, 600), st.integers(-5, 600)), log=st.booleans())
def test_any_range_of_whole_numbers_stays_between_its_bounds_or_is_refused(bounds, log):
    text = f"mlp.units={bounds[0]}:{bounds[1]}{':log' if log else ''}"
    try:
        points = _points(_ranged(text), "mlp", "units")
    except ZooError:
        assert bounds[0] < 8 or bounds[1] > 512 or bounds[0] > bounds[1]
        return
    assert points
    assert points[0] == bounds[0]
    assert all(bounds[0] <= point <= bounds[1] for point in points)
    assert list(points) == sorted(set(points))


def test_the_builders_of_the_zoo_stand_side_by_side():
    space = study_space(("cnn", "mlp"), {"train.epochs": 12}, {"model.units": "32:64"})
    assert list(space.builders) == ["cnn", "mlp"]
    with pytest.raises(BadValue) as caught:
        study_space(("mlp", "cnn"), {"model.depth": 12})
    assert str(caught.value) == (
        "model.depth is 12; mlp allows 1 to 8, cnn has no such value. Try --set model.depth=8 --builder mlp"
    )
