"""A study is gone on with only when all that decides its results is as it was."""

from __future__ import annotations

import json

import pytest

from search.claiming.storage import database, open_study
from search.files import StudyFiles, read_json
from search.fingerprint import PACKAGES, require_same, study_id, versions
from zoo.errors import BadData, BadValue

LONG = ("机" * 53, [f"{'机' * 51}-2"], f"{'机' * 51}-3")  # of 159, 155 and 155 bytes
MLP = {"units": {"values": [32, 64]}, "dropout": {"low": 0.0, "high": 0.5}}
WANTED = {
    "schema": 1,
    "data": "0123456789abcdef" * 4,
    "space": {"mlp": MLP},
    "goal": "accuracy",
    "seed": 0,
    "versions": {"keras": "3.15.1", "numpy": "2.0"},
    "asked": {"trials": 20, "data": "wine.csv"},
    "experiment": "wine, accuracy",
}


@pytest.fixture
def files(tmp_path):
    files = StudyFiles(tmp_path, "wine")
    assert require_same(files, WANTED) == []
    return files


def stored(files):
    """Return the fingerprint without the id."""
    return {name: value for name, value in read_json(files.fingerprint).items() if name != "id"}


def test_a_new_study_writes_its_fingerprint_and_the_same_again_is_welcome(files):
    assert stored(files) == WANTED
    before = files.fingerprint.stat().st_mtime_ns
    assert require_same(files, json.loads(json.dumps(WANTED))) == []
    assert files.fingerprint.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "change, words",
    [
        ({"data": "f" * 64}, "data was 0123456789ab in study wine and is ffffffffffff now"),
        ({"goal": "balanced_accuracy"}, "goal was accuracy in study wine and is balanced_accuracy now"),
        ({"seed": 1}, "seed was 0 in study wine and is 1 now"),
        (
            {"space": {"mlp": {**MLP, "units": {"values": [32]}}}},
            "mlp.units was 32, 64 .* is 32 now",
        ),
        (
            {"space": {"mlp": {**MLP, "dropout": {"low": 0.1, "high": 0.5}}}},
            "mlp.dropout.low was 0.0",
        ),
        ({"space": {**WANTED["space"], "cnn": {"filters": {"values": [8]}}}}, "cnn.filters was not there .* is 8 now"),
        ({"space": {}}, "mlp.units was 32, 64 in study wine and is not there now"),
    ],
)
def test_the_first_key_that_differs_is_named_with_a_free_study_and_nothing_is_written(files, change, words):
    with pytest.raises(BadValue, match=rf"^{words}.* Try --study wine-2 --from wine, "):
        require_same(files, {**WANTED, **change})
    assert stored(files) == WANTED


@pytest.mark.parametrize("earlier", [{}, {"precision": "int8"}])
def test_a_study_that_measured_other_files_is_not_gone_on_with(tmp_path, earlier):
    files, stored = StudyFiles(tmp_path, "wine"), {**WANTED, **earlier}
    require_same(files, stored)
    with pytest.raises(BadValue, match=r"^format was tflite in study wine and is c_array now"):
        require_same(files, {**stored, "format": "c_array"})


def test_nor_one_of_files_for_a_device_with_those_for_none(tmp_path):
    files = StudyFiles(tmp_path, "wine")
    require_same(files, {**WANTED, "format": "c_array"})
    with pytest.raises(BadValue, match=r"^format was c_array in study wine and is tflite now"):
        require_same(files, WANTED)


@pytest.mark.parametrize(
    "study, taken, free", [("wine", ["wine-2"], "wine-3"), ("wine-2", ["wine"], "wine-3"), ("2024", [], "2024-2"), LONG]
)
def test_the_study_that_is_offered_is_free_and_a_name(tmp_path, study, taken, free):
    for name in (study, *taken):
        require_same(StudyFiles(tmp_path, name), WANTED)
    with pytest.raises(BadValue, match=rf"Try --study {free} --from "):
        require_same(StudyFiles(tmp_path, study), {**WANTED, "seed": 1})
    assert StudyFiles(tmp_path, free).study not in {study, *taken}


def test_other_versions_warn_one_line_each(files):
    now = {**WANTED, "versions": {"keras": "3.16.0", "numpy": "2.0", "python": "3.13.0"}}
    assert require_same(files, now) == [
        "keras was 3.15.1 when this study began and is 3.16.0 now",
        "python was None when this study began and is 3.13.0 now",
    ]
    assert read_json(files.fingerprint)["versions"] == WANTED["versions"]


def test_what_was_asked_last_is_kept_beside_what_decides_and_the_id_stays(files):
    identity = study_id(files)
    assert require_same(files, {**WANTED, "asked": {"trials": 60, "data": "moved/wine.csv"}}) == []
    assert stored(files) == {**WANTED, "asked": {"trials": 60, "data": "moved/wine.csv"}}
    assert study_id(files) == identity


def test_two_studies_of_one_name_have_two_ids(files):
    first = study_id(files)
    files.fingerprint.unlink()
    require_same(files, WANTED)
    assert study_id(files) != first


@pytest.mark.parametrize("content", ["{}", "[]"])
def test_a_fingerprint_without_an_id_names_the_file_and_another_study(files, content):
    files.fingerprint.write_text(content)
    with pytest.raises(BadData, match=r"study\.json has no id; .* --study"):
        study_id(files)


def test_a_new_study_is_refused_while_the_database_has_trials_of_its_name_and_nothing_is_written(tmp_path):
    files = StudyFiles(tmp_path, "wine")
    study = open_study(tmp_path, "wine", identity="an earlier one")
    require_same(files, WANTED)  # without trials there is nothing to take for one's own
    files.fingerprint.unlink()
    study.enqueue_trial({}, user_attrs={"slot": 0, "attempt": 0})
    with pytest.raises(BadValue) as caught:
        require_same(files, WANTED)
    text = str(caught.value)
    assert text.startswith(f"{database(tmp_path)} has 1 trials of an earlier study 'wine'")
    assert text.endswith(f"zoo delete wine --confirm wine --root {tmp_path}")
    assert not files.fingerprint.exists()


def test_a_torn_fingerprint_names_the_file_and_another_study(files):
    files.fingerprint.write_text('{"schema": 1')
    with pytest.raises(BadData, match=r"study\.json cannot be read .* --study"):
        require_same(files, WANTED)


def test_versions_name_python_and_every_package_that_decides_bits():
    found = versions()
    assert set(found) == {"python", *PACKAGES}
    import numpy

    assert found["numpy"] == numpy.__version__


def test_a_fingerprint_that_is_no_object_is_refused(files):
    files.fingerprint.write_text("[]")
    with pytest.raises(BadData, match="holds no object"):
        require_same(files, WANTED)


def test_a_study_of_an_earlier_version_had_no_time_limit_of_trials(files):
    assert require_same(files, {**WANTED, "trial_timeout": None}) == []
    with pytest.raises(BadValue, match=r"^trial_timeout was not there in study wine and is 60\.0 now"):
        require_same(files, {**WANTED, "trial_timeout": 60.0})


def with_space(**parts):
    return {**WANTED, "space": {"mlp": MLP, **parts}}


def test_what_could_not_be_asked_for_when_a_study_began_was_at_its_default(files):
    usual = {"slope": {"values": [0.2]}, "alpha": {"values": [1.0]}, "initializer": {"values": ["glorot_uniform"]}}
    train = {"loss": {"values": ["auto"]}, "l1": {"values": [0.0]}}
    assert require_same(files, with_space(mlp={**MLP, **usual}, train=train)) == []
    with pytest.raises(BadValue, match=r"^train\.loss was auto in study wine and is focal now"):
        require_same(files, with_space(train={"loss": {"values": ["focal"]}}))
    with pytest.raises(BadValue, match=r"^mlp\.alpha was 1\.0 in study wine and is 2\.0 now"):
        require_same(files, with_space(mlp={**MLP, "alpha": {"values": [2.0]}}))


def test_a_builder_that_a_study_did_not_begin_with_is_no_default_of_it(files):
    with pytest.raises(BadValue, match=r"^linear\.initializer was not there in study wine"):
        require_same(files, with_space(linear={"initializer": {"values": ["zeros"]}}))
