"""The reader of recordings: whole data sets out of folders."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from zoo.data import load_data
from zoo.data.audio import recognises
from zoo.data.images import recognises as recognises_images
from zoo.errors import BadData, BadValue
from zoo.lazy import LazyRows
from zoo.splits import split

from ..recordings import tone, write_tones, write_wave

HERTZ = {"low": 400.0, "high": 1600.0}
NAMES = [f"{label}/{speaker}_{place}.wav" for label in HERTZ for speaker in ("ann", "bob", "cy") for place in range(4)]


@pytest.fixture
def folder(tmp_path):
    return write_tones(tmp_path / "só und", NAMES, HERTZ)


def test_a_folder_of_folders_is_found_by_its_content_and_read_as_sound(folder):
    dataset = load_data(folder)
    assert (dataset.modality, dataset.name, dataset.classes) == ("audio", "só und", ("high", "low"))
    assert (len(dataset.x), dataset.facts) == (24, {"rate": 8000})
    assert dataset.names == tuple(sorted(NAMES))
    np.testing.assert_array_equal(dataset.y, [0] * 12 + [1] * 12)


def test_what_was_read_tells_the_classes_apart_once_prepared(folder):
    splits = split(load_data(folder))
    assert splits.task.input_shape[1:] == (40, 1)
    loudest = splits.train.x.mean(axis=1)[..., 0].argmax(axis=1)
    highs = splits.train.y == 0
    assert loudest[highs].min() > loudest[~highs].max()


def test_names_are_classes_and_groups_and_no_group_is_parted(tmp_path):
    names = [f"{label}_{speaker}_{i}.wav" for label in HERTZ for speaker in "abcdef" for i in range(3)]
    folder = write_tones(tmp_path / "flat", names, HERTZ)
    dataset = load_data(folder, pattern="{label}_{speaker}_{index}", group="speaker")
    assert dataset.group_names == tuple("abcdef")
    assert [dataset.group_names[place] for place in dataset.groups] == [name.split("_")[1] for name in dataset.names]
    assert split(dataset).how == "by group 'speaker'"


def test_what_was_guessed_stands_in_the_source_and_reads_the_same(tmp_path):
    names = [f"{label}_x_{i}.wav" for label in HERTZ for i in range(6)]
    guess = load_data(write_tones(tmp_path / "flat", names, HERTZ))
    assert guess.source.pattern == "{label}_{second}_{third}"
    again = load_data(tmp_path / "flat", pattern=guess.source.pattern)
    assert again.source.sha256 == guess.source.sha256


def test_speech_commands_are_split_by_their_lists_and_noise_is_no_class(tmp_path):
    names = [f"{label}/{speaker}_nohash_{i}.wav" for label in HERTZ for speaker in "abcd" for i in range(3)]
    folder = write_tones(tmp_path / "commands", names, HERTZ)
    write_wave(folder / "_background_noise_" / "hum.wav", tone(100, 2.0, 16_000), rate=16_000)
    (folder / "validation_list.txt").write_text("".join(f"{name}\n" for name in names if "/c_" in name))
    (folder / "testing_list.txt").write_text("".join(f"{name}\n" for name in names if "/d_" in name))
    dataset = load_data(folder)
    assert dataset.classes == ("high", "low")
    assert (len(dataset.x), len(dataset.x_test), len(dataset.validation)) == (18, 6, 6)
    assert {dataset.names[place].split("/")[1][0] for place in dataset.validation} == {"c"}
    assert {name.split("/")[1][0] for name in dataset.names_test} == {"d"}
    assert [len(wave) for wave in dataset.noise] == [16_000]
    assert {dataset.group_names[place] for place in dataset.groups_test} == {"d"}
    assert any("background noise" in warning for warning in dataset.warnings)


def test_noise_that_cannot_be_read_is_named_and_left_out(tmp_path):
    folder = write_tones(
        tmp_path / "commands", [f"{label}/{place}.wav" for label in HERTZ for place in range(6)], HERTZ
    )
    write_wave(folder / "_background_noise_" / "hum.wav", tone(100, 2.0, 8000), rate=8000)
    (folder / "_background_noise_" / "torn.wav").write_bytes(b"RIFF")
    dataset = load_data(folder)
    assert len(dataset.noise) == 1
    assert any(warning.startswith("noise is left out: ") and "torn.wav" in warning for warning in dataset.warnings)


def test_the_lists_of_speech_commands_beat_its_groups(tmp_path):
    names = [f"{label}/{speaker}_nohash_{i}.wav" for label in HERTZ for speaker in "abcd" for i in range(3)]
    folder = write_tones(tmp_path / "commands", names, HERTZ)
    (folder / "validation_list.txt").write_text("".join(f"{name}\n" for name in names if "_0" in name))
    (folder / "testing_list.txt").write_text("".join(f"{name}\n" for name in names if "_1" in name))
    dataset = load_data(folder)
    splits = split(dataset)
    np.testing.assert_array_equal(splits.places.validation, dataset.validation)
    assert (splits.how, len(splits.train)) == ("as given", 8)


def test_whole_numbers_are_classes_by_size_and_quantities_when_asked(tmp_path):
    names = [f"{label}_{i}.wav" for label in (2, 10, 1) for i in range(5)]
    folder = write_tones(tmp_path / "numbers", names, {"_": 500.0})
    assert load_data(folder).classes == ("1", "2", "10")
    quantity = load_data(folder, task="regression")
    assert quantity.kind == "regression"
    assert set(quantity.y) == {1.0, 2.0, 10.0}


def test_memory_that_is_small_leaves_sound_on_the_disk_with_the_same_content(folder):
    held, left = load_data(folder), load_data(folder, memory=1000)
    assert isinstance(left.x, LazyRows)
    assert left.source.sha256 == held.source.sha256
    one, other = split(held), split(left)
    np.testing.assert_array_equal(one.train.x, np.asarray(other.train.x))
    np.testing.assert_array_equal(one.test.y, other.test.y)


def test_bad_recordings_are_left_out_and_said(folder):
    (folder / "low" / "bad.wav").write_text("label,value\n")
    dataset = load_data(folder)
    assert len(dataset.x) == 24
    assert "1 recording cannot be read: left out (low/bad.wav)" in dataset.warnings


def test_one_sample_and_100_000_are_recordings_like_any_other(folder):
    write_wave(folder / "low" / "one.wav", np.array([0.3]))
    write_wave(folder / "low" / "long.wav", np.tile(tone(400, 1.0), 13), bits=8)
    dataset = load_data(folder)
    assert {1, 104_000} <= {len(wave) for wave in dataset.x}
    prepared = split(dataset)
    assert all(np.isfinite(part.x).all() for part in (prepared.train, prepared.validation, prepared.test))


def test_lists_that_leave_nothing_to_train_with_are_refused(folder):
    (folder / "testing_list.txt").write_text("\n".join(NAMES))
    with pytest.raises(BadData, match="names no recording to train with"):
        load_data(folder)


@pytest.mark.parametrize("option", ["weight", "time", "id"])
def test_options_that_sound_does_not_heed_are_refused(folder, option):
    with pytest.raises(BadValue, match=f"{option} is 'a'"):
        load_data(folder, **{option: "a"})


def test_tones_are_learned_with_every_augmentation_on(folder, workspace):
    from zoo.augmentations import augmentations_for
    from zoo.recipe import Recipe, Source, TrainConfig
    from zoo.training.fitting import fit

    splits = workspace.splits(Source(str(folder)), {"mel_bins": 20, "hop": 20})
    strengths = dict.fromkeys(augmentations_for("audio"), 0.1)
    assert {"time_shift", "sound_noise", "time_mask", "frequency_mask"} <= set(strengths)
    train = TrainConfig(epochs=8, batch_size=4, learning_rate=1e-2)
    trained = fit(Recipe(splits.dataset.source, "mlp", augment=strengths, train=train), splits, workspace)
    assert trained.history[trained.epoch - 1]["val/accuracy"] == 1.0


@pytest.mark.slow
def test_a_bundle_answers_recordings_without_tensorflow(folder, zoo_command, tmp_path):
    fixed = ("--set", "preparation.mel_bins=20", "--set", "model.units=32", "--set", "train.learning_rate=0.01")
    said = zoo_command("tune", folder, "--builder", "mlp", "--trials", 1, "--epochs", 12, "--study", "tones", *fixed)
    assert said.code == 0, said.err
    assert zoo_command("export", "tones", "--precision", "int8", "--out", "app").code == 0
    code = (
        "import sys, zoo.bundle; found = zoo.bundle.predict('app', sys.argv[1]); "
        "print(*found.labels); print(*{'tensorflow', 'keras', 'pandas', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, folder / "low"], capture_output=True, text=True, check=True)
    labels, loaded = done.stdout.split("\n")[:2]
    assert labels.split() == ["low"] * 12
    assert loaded == ""


def test_a_stray_recording_among_images_does_not_make_them_sound(tmp_path):
    for name in ("a/1.png", "a/2.png", "b/3.png", "b/hum.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert not recognises(tmp_path)
    assert recognises_images(tmp_path)
