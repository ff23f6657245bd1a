"""show says what a part is, from source alone."""

from __future__ import annotations

import json

import pytest

from zoo.errors import BadValue, UnknownName
from zoo.losses import LOSSES
from zoo.optimizers import OPTIMIZERS
from zoo.showing import of_training, registries, registries_of, require_sized, show, sizes_in_words, task_in_words
from zoo.sizes import Sizes
from zoo.task import Task


@pytest.mark.parametrize("name", sorted({name for registry in registries() for name in registry.names()}))
def test_every_part_can_be_shown_as_json(name):
    shown = json.loads(json.dumps(show(name).to_json()))
    assert shown["name"] == name
    assert shown["text"]


def test_a_builder_shows_what_is_allowed_and_what_is_searched():
    rows = {row[0]: row[1:] for row in show("mlp").table()}
    assert rows["mlp.depth"] == ("1 to 8", "2", "1, 2, 3")
    assert rows["mlp.dropout"] == ("0 to 0.9", "0.2 (live)", "0 to 0.5")


def test_the_settings_of_training_are_a_part_too():
    rows = {row[0]: row[1:] for row in show("train").table()}
    assert rows["train.learning_rate"][2] == "0.0003 to 0.01, logarithmic"
    assert rows["train.epochs"][2] == ""


def test_a_part_of_another_kind_is_named_by_where_it_is_listed():
    rows = {row[0]: row[1] for row in show("mlp").table()}
    assert rows["mlp.activation"] == "see zoo list activation"


def test_an_unknown_part_gets_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean 'mlp'"):
        show("mpl")


def test_a_name_that_two_parts_share_is_once_among_those_that_are_known():
    with pytest.raises(UnknownName) as raised:
        show("nothing like it")
    known = str(raised.value).partition("Known: ")[2].split(", ")
    assert len(known) == len(set(known))


def test_an_augmentation_shows_its_strength_by_the_name_that_settings_take():
    assert list(show("rotate").table()) == [("augment.rotate", "0 to 180", "10.0 (live)", "0 to 30")]


def test_a_name_that_two_parts_share_is_told_with_its_kind():
    one, other = show("quantile"), show("preparation.quantile")
    assert (one.kind, one.also) == ("loss", ("preparation.quantile",))
    assert (other.kind, other.name, other.also) == ("preparation", "quantile", ())
    assert any("zoo show preparation.quantile" in line for line in one.facts_in_words())


def test_an_optimizer_and_a_loss_show_the_settings_of_training_that_are_theirs():
    assert set(of_training(OPTIMIZERS, "adam")) >= {"beta_1", "beta_2"}
    assert set(of_training(OPTIMIZERS, "sgd")) == set()
    assert set(of_training(LOSSES, "huber")) == {"huber_delta"}
    assert "train.huber_delta" in show("huber").parameters


def test_facts_say_what_lacks_integer_kernels():
    assert "LiteRT has no integer kernel for it in int8, int16x8" in list(show("elu").facts_in_words())
    assert not any("LiteRT" in line for line in show("relu").facts_in_words())


def test_an_activation_that_only_keras_has_can_be_shown():
    assert (show("mish").kind, show("mish").parameters) == ("activation", {})
    assert show("activation.linear").kind == "activation"


def test_a_kind_that_there_is_not_gets_the_nearest_name():
    for name in ("builder", "builders"):
        assert [registry.kind for registry in registries_of(name)] == ["builder"]
    with pytest.raises(UnknownName, match="did you mean 'builder'"):
        registries_of("bilder")


def test_only_builders_have_sizes():
    require_sized(show("mlp"))
    with pytest.raises(BadValue, match="adam is of the kind optimizer"):
        require_sized(show("adam"))


def test_tasks_and_sizes_are_told_in_words():
    assert task_in_words(Task("image", (8, 8, 1), ("a", "b"))) == "image of 8 x 8 x 1, 2 classes"
    assert task_in_words(Task("table", (4,))) == "table of 4, 1 quantity"
    assert task_in_words(Task("series", (9, 2), horizon=3)) == "series of 9 x 2, 3 quantities"
    assert sizes_in_words(Sizes(1234, 1234, None, None)) == "1,234 parameters"
    told = "1,234 parameters (1,000 learn), 5,678 multiply-accumulates, a receptive field of 3 x 5"
    assert sizes_in_words(Sizes(1234, 1000, 5678, (3, 5))) == told
