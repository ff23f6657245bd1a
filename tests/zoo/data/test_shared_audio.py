"""Real recordings, where they lie beside the project: spoken digits, from reading to a file that answers."""

from __future__ import annotations

import csv
import io
import json
import shutil

import numpy as np
import pytest

from zoo.data import load_data
from zoo.splits import split

PATTERN = "{label}_{speaker}_{index}"
SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
OFFICIAL = range(5)  # the README of the data: recordings 0 to 4 are for the test
LEAST = 0.9  # majority is .10, logistic regression on these rows .95: a network that learns in 12 epochs is above .9


@pytest.fixture(scope="module")
def recordings(shared_data):
    return shared_data / "spoken-digits" / "recordings"


def test_spoken_digits_are_what_their_readme_says(recordings):
    dataset = load_data(recordings, pattern=PATTERN, group="speaker")
    assert (dataset.modality, dataset.facts, len(dataset.x)) == ("audio", {"rate": 8000}, 3000)
    assert dataset.classes == tuple("0123456789")
    np.testing.assert_array_equal(np.bincount(dataset.y), [300] * 10)
    assert dataset.group_names == SPEAKERS
    np.testing.assert_array_equal(np.bincount(dataset.groups), [500] * 6)
    assert dataset.warnings == ()


@pytest.mark.slow
def test_check_tells_the_task_classes_and_rows_without_being_told_the_pattern(recordings, zoo_command):
    said = zoo_command("check", recordings, "--json")
    assert said.code == 0
    answer = json.loads(said.out)
    assert (answer["task"], answer["modality"]) == ("classification", "audio")
    assert answer["classes"] == list("0123456789")
    assert answer["rows"] == {"train": 1800, "validation": 600, "test": 600}
    assert answer["input_shape"][1:] == [40, 1]
    assert {"cnn", "lstm", "mlp", "resnet"} <= set(answer["builders"])
    assert any(PATTERN.split("_")[0] in warning for warning in answer["warnings"])


@pytest.mark.slow
def test_a_speaker_is_in_one_part_alone(recordings):
    dataset = load_data(recordings, pattern=PATTERN, group="speaker")
    places = split(dataset).places
    parts = [set(dataset.groups[rows]) for rows in (places.train, places.validation, places.test)]
    assert len(set.union(*parts)) == sum(map(len, parts)) == len(SPEAKERS)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_short_study_of_the_official_split_learns_and_its_int8_file_answers_recordings(
    recordings, zoo_command, tmp_path
):
    folder = tmp_path / "spoken digits"
    shutil.copytree(recordings, folder)
    tested = sorted(path.name for path in folder.glob("*.wav") if int(path.stem.split("_")[2]) in OFFICIAL)
    (folder / "testing_list.txt").write_text("".join(f"{name}\n" for name in tested))
    named = ("--pattern", PATTERN, "--builder", "cnn", "--study", "spoken")
    said = zoo_command("tune", folder, *named, "--trials", 1, "--epochs", 12, "--json", "--quiet")
    assert said.code == 0, said.err
    champion = json.loads(said.out)["champion"]
    assert champion["test"]["accuracy"] > LEAST
    assert zoo_command("export", "spoken", "--precision", "int8", "--out", "app").code == 0
    few = tmp_path / "few"
    few.mkdir()
    for name in tested[::10]:
        shutil.copy(folder / name, few / name)
    answers = list(csv.DictReader(io.StringIO(zoo_command("predict", "app", few).out)))
    right = [name[0] == answer["prediction"] for name, answer in zip(tested[::10], answers, strict=True)]
    assert np.mean(right) > LEAST - 0.1  # 30 recordings: one is .03
