"""study.json is read in one place, and what is wrong with it is said in one line."""

from __future__ import annotations

import json
import os

import pytest

from search.files import StudyFiles, write_json
from search.settings import Settings
from search.stored import experiment_of, read_stored
from zoo.errors import BadData, UnknownName

NEWER = (  # options
    *("rows", "task", "ignore", "weight", "id", "group", "time", "lookback", "horizon", "pattern", "memory"),
    *("augment", "workers", "trial_timeout", "limit", "precision", "stop_after_no_gain", "from_study"),
    *("finalists", "folds", "repeats", "hypermodel", "compress", "device", "plugins"),
)


@pytest.fixture
def files(tmp_path):
    made = StudyFiles(tmp_path, "mine")
    made.make()
    write_json(made.fingerprint, values())
    return made


def values(**changes):
    """Return the keys of a study.json that are read, changed."""
    space = {"mlp": {"units": {"values": [32, 64]}, "depth": {"values": [2]}}, "train": {"rate": {"low": 1, "high": 2}}}
    asked = Settings("wine", builders="mlp", narrowed={"model.units": (32, 64)}).asked()
    return {"goal": "accuracy", "experiment": "wine", "threads": 1, "space": space, "asked": asked, **changes}


def test_what_a_study_was_set_up_with_is_read_back(files):
    stored = read_stored(files)
    assert (stored.goal, stored.experiment, stored.threads) == ("accuracy", "wine", 1)
    assert stored.searched == {"mlp": ("model.units", "train.rate")}
    assert Settings(**stored.asked).asked() == values()["asked"]


def test_the_file_that_a_study_measures_is_read_back_and_studies_of_no_device_name_none(files):
    assert read_stored(files).aims.variant == ("tflite", "float32")
    write_json(files.fingerprint, values(precision="int8", format="c_array"))
    assert read_stored(files).aims.variant == ("c_array", "int8")


def test_the_study_json_of_a_real_study_is_read(study):
    files = StudyFiles(study.root, "wine")
    stored = read_stored(files)
    assert dict(stored.asked) == json.loads(files.fingerprint.read_text())["asked"]
    assert {name: set(names) for name, names in stored.searched.items()} == {
        name: set(names) for name, names in study.answer.searched.items()
    }


@pytest.mark.parametrize("key", ["goal", "experiment", "threads", "space", "asked"])
def test_a_missing_key_is_named(files, key):
    write_json(files.fingerprint, {name: value for name, value in values().items() if name != key})
    with pytest.raises(BadData, match=rf"study\.json is not as `zoo tune` wrote it: it has no key '{key}'"):
        read_stored(files)


@pytest.mark.parametrize("key", NEWER)
def test_a_study_from_before_an_option_was_there_goes_on_without_it(files, key):
    asked = {name: value for name, value in values()["asked"].items() if name != key}
    write_json(files.fingerprint, values(asked=asked))
    assert read_stored(files).asked[key] == values()["asked"][key]


@pytest.mark.parametrize("key", sorted(set(Settings("wine").asked()) - set(NEWER)))
def test_a_missing_setting_is_named(files, key):
    asked = {name: value for name, value in values()["asked"].items() if name != key}
    write_json(files.fingerprint, values(asked=asked))
    with pytest.raises(BadData, match=f"it has no key '{key}'"):
        read_stored(files)


@pytest.mark.parametrize(
    "content",
    [
        [],
        None,
        "text",
        values(asked=[]),
        values(threads=True),
        values(space={"mlp": 3}),
        values(space={}),
        values(space={"train": {"rate": {}}}),
        values(asked={**values()["asked"], "trials": "7"}),
        values(asked={**values()["asked"], "narrowed": {"model.units": {}}}),
    ],
    ids=str,
)
def test_what_is_no_study_json_is_bad_data_in_one_line_with_a_cure(files, content):
    write_json(files.fingerprint, content)
    with pytest.raises(BadData, match=r"study\.json is not as .* start another study with --study\.$") as caught:
        read_stored(files)
    assert "\n" not in str(caught.value)


def test_a_study_that_is_not_there_gets_the_nearest_name(files):
    with pytest.raises(UnknownName, match="did you mean 'mine'"):
        read_stored(StudyFiles(files.root, "mina"))


def test_the_experiment_is_that_of_the_study_or_of_the_one_written_to_last(files):
    other = StudyFiles(files.root, "other")
    other.make()
    write_json(other.fingerprint, values(experiment="theirs"))
    os.utime(files.folder, (1, 1))
    assert experiment_of(files.root, "mine") == "wine"
    assert experiment_of(files.root, None) == "theirs"
    assert experiment_of(files.root / "nowhere", None) is None
    with pytest.raises(UnknownName):
        experiment_of(files.root, "nobody")
