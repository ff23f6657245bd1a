"""show says what a part is, from source alone."""

from __future__ import annotations

import json

import pytest

from zoo.errors import UnknownName
from zoo.showing import registries, show


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


def test_an_unknown_part_gets_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean 'mlp'"):
        show("mpl")


def test_an_augmentation_shows_its_strength_by_the_name_that_settings_take():
    assert list(show("rotate").table()) == [("augment.rotate", "0 to 180", "10.0 (live)", "0 to 30")]
