"""Settings are checked before anything is read, and are kept so that a study can be gone on with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from search.drawing.ranges import as_range, read_ranges
from search.settings import Settings, settings_of
from zoo.errors import BadValue, UnknownName
from zoo.recipe import DATA_OPTIONS, Source


@pytest.mark.parametrize(
    "option, value",
    [("trials", 0), ("timeout", 0.0), ("timeout", -1.0), ("seed", -1), ("seed", 2**31)],
)
def test_a_number_out_of_its_range_is_refused_with_the_option_to_type(option, value):
    with pytest.raises(BadValue, match=rf"^{option} is {int(value)};.*Try --{option} \d+\.$"):
        Settings("digits", **{option: value})


def test_to_stop_after_no_trial_is_refused():
    with pytest.raises(BadValue, match=r"^stop-after-no-gain is 0;.*Try --stop-after-no-gain 10\.$"):
        Settings("digits", stop_after_no_gain=0)


def test_a_setting_that_only_python_has_is_advised_as_python_takes_it():
    with pytest.raises(BadValue, match=r"^threads is 0;.*Try threads=1\.$"):
        Settings("digits", threads=0)


def test_the_address_of_a_server_is_checked_and_is_no_part_of_what_a_study_is_asked():
    assert Settings("digits", tracking_uri="http://host:5000/").tracking_uri == "http://host:5000"
    assert "tracking_uri" not in Settings("digits", tracking_uri="local").asked()
    with pytest.raises(BadValue, match="holds a user or password"):
        Settings("digits", tracking_uri="http://ann:secret@host")


@pytest.mark.parametrize("builders", ["cnn, mlp", ["cnn", "mlp"], ("cnn", "mlp")])
def test_builders_may_be_one_text_or_a_list_of_names(builders):
    assert Settings("digits", builders=builders).builders == ("cnn", "mlp")


@pytest.mark.parametrize("name", DATA_OPTIONS)
def test_an_option_of_the_data_is_a_setting_that_starts_as_in_a_source(name):
    assert getattr(Settings("digits"), name) == getattr(Source("digits"), name)


def test_a_root_may_be_text():
    assert Settings("digits", root="elsewhere").root == Path("elsewhere")


@pytest.mark.parametrize("name, near", [("trails", "trials"), ("builder", "builders"), ("Seed", "seed")])
def test_an_unknown_option_gets_the_nearest(name, near):
    with pytest.raises(UnknownName, match=f"no option is named '{name}'; did you mean '{near}'"):
        settings_of("digits", **{name: 1})


@pytest.mark.parametrize(
    "given", [(32, 64), [32, 64], "32,64", "8:64:log", {"low": 8, "high": 64}, ("relu", "elu"), ("0.5",), 64]
)
def test_a_range_in_any_form_means_the_same_once_it_is_kept(given):
    asked = json.loads(json.dumps(Settings("digits", narrowed={"a.b": given}).asked()))
    assert as_range("a.b", asked["narrowed"]["a.b"]) == as_range("a.b", given)


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
    again = Settings(**asked)
    assert again.asked() == given.asked()
    assert read_ranges(f"{name}={text}" for name, text in again.narrowed.items()) == dict(given.narrowed)


@pytest.mark.parametrize("workers", [-1, 65])
def test_a_number_of_workers_that_cannot_be_is_refused_with_the_rule_and_a_cure(workers):
    with pytest.raises(BadValue, match=rf"^workers is {workers}; 0 .* to 64 processes. Try --workers 1.$"):
        Settings("wine", workers=workers)


@pytest.mark.parametrize("name, option", [("timeout", "timeout"), ("trial_timeout", "trial-timeout")])
def test_a_limit_of_no_time_is_refused(name, option):
    with pytest.raises(BadValue, match=rf"^{option} is 0; it must be more than 0 seconds. Try --{option} 60.$"):
        Settings("wine", **{name: 0.0})


def test_arrays_are_not_kept():
    assert Settings((np.zeros((2, 2)), np.zeros(2))).asked()["data"] is None
