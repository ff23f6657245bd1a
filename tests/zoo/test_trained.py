"""A trained model as a value: stock Keras on demand, weights to disk and back."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import keras
import numpy as np
import pytest
from scipy.special import softmax

from zoo.errors import BadData
from zoo.trained import load_weights, save_weights


@pytest.fixture
def trained(champions):
    return champions["mlp"]


def test_the_model_is_stock_keras_that_answers_with_probabilities(trained, digits, tmp_path):
    path = tmp_path / "model.keras"
    trained.model().save(path)
    with zipfile.ZipFile(path) as archive:
        layers = json.loads(archive.read("config.json"))["config"]["layers"]
    assert {layer["module"].split(".")[0] for layer in layers} == {"keras"}
    found = keras.models.load_model(path).predict(digits.test.x, verbose=0)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(found, trained.predict(digits.test.x))


def test_a_perceptrons_answers_are_those_of_its_weights_in_float64(trained, digits):
    *hidden, (kernel, bias) = list(zip(trained.weights[::2], trained.weights[1::2], strict=True))
    x = digits.test.x.reshape(len(digits.test), -1).astype("float64")
    for weights, offset in hidden:
        x = np.maximum(x @ weights + offset, 0)
    np.testing.assert_allclose(trained.predict(digits.test.x), softmax(x @ kernel + bias, axis=1), atol=1e-5)


def test_parameters_are_counted_as_keras_counts_them(champions):
    for trained in champions.values():
        assert trained.parameters == trained.model().count_params()


def test_weights_come_back_from_disk_bit_for_bit_with_nothing_left_aside(champions, tmp_path):
    for name, trained in champions.items():
        path = tmp_path / f"{name}.npz"
        save_weights(trained, path)
        again = load_weights(trained, path)
        assert len(again.weights) == len(trained.weights)
        assert all(map(np.array_equal, again.weights, trained.weights))
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.npz" for name in champions}


def test_the_metrics_of_the_epoch_kept_are_had_by_their_part(trained):
    history = ({"val/accuracy": 0.5, "health/x": 1.0}, {"val/accuracy": 0.9, "valid/x": 1.0, "health/x": 2.0})
    assert replace(trained, history=history, epoch=2).at_best("val") == {"val/accuracy": 0.9}
    assert replace(trained, history=history, epoch=1).at_best("health") == {"health/x": 1.0}


class Unwritable:
    """What no disk takes."""

    def __reduce__(self):
        raise OSError(28, "No space left on device")


def test_weights_that_cannot_be_written_leave_the_old_ones(trained, tmp_path):
    path = tmp_path / "weights.npz"
    save_weights(trained, path)
    whole = path.read_bytes()
    unwritable = replace(trained, weights=(np.array([Unwritable()]),))
    with pytest.raises(OSError):
        save_weights(unwritable, path)
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "text", "another archive", "objects"])
def test_weights_that_cannot_be_read_name_the_file_and_the_cure(trained, tmp_path, damage):
    path = tmp_path / "weights.npz"
    save_weights(trained, path)
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "another archive":
        np.savez(path, x=np.zeros(3))
    elif damage == "objects":
        np.savez(path, np.array([{}], dtype=object))
    else:
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "text": b"no weights"}[damage])
    with pytest.raises(BadData, match=r"weights\.npz cannot be read .* train the recipe again"):
        load_weights(trained, path)
