"""Settings are checked before anything is read, and are kept so that a study can be gone on with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from search.ranges import read_ranges
from search.settings import Settings
from zoo.errors import BadValue


@pytest.mark.parametrize(
    "option, value", [("trials", 0), ("threads", 0), ("timeout", 0.0), ("timeout", -1.0), ("seed", -1), ("seed", 2**31)]
)
def test_a_number_out_of_its_range_is_refused_with_the_option_to_type(option, value):
    with pytest.raises(BadValue, match=rf"^{option} is {int(value)};.*Try --{option} \d+\.$"):
        Settings("digits", **{option: value})


def test_what_is_kept_survives_json_and_means_the_same():
    given = Settings(
        Path("a.csv"),
        target="y",
        builders=("mlp", "cnn"),
        trials=7,
        seed=3,
        fixed={"model.depth": 2},
        narrowed=read_ranges(["train.learning_rate=0.001:0.01:log", "model.units=32,64"]),
    )
    asked = json.loads(json.dumps(given.asked()))
    assert asked == given.asked()
    again = Settings(**{**asked, "builders": tuple(asked["builders"])})
    assert again.asked() == given.asked()
    assert read_ranges(f"{name}={text}" for name, text in again.narrowed.items()) == dict(given.narrowed)


def test_arrays_are_not_kept():
    assert Settings((np.zeros((2, 2)), np.zeros(2))).asked()["data"] is None
