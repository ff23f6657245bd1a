"""What is particular to Keras files."""

from __future__ import annotations

import json
from zipfile import ZipFile

import keras
import numpy as np
import pytest

from zoo.formats.keras_file import KerasFile

NOTHING = np.zeros((0,))


@pytest.mark.parametrize("builder", ["mlp", pytest.param("lstm", marks=pytest.mark.slow)])
def test_the_same_model_is_the_same_bytes_whenever_it_is_written(champions, builder, tmp_path):
    trained, contents = champions[builder], []
    for number in range(2):
        keras.utils.clear_session()
        path = tmp_path / f"{number}.keras"
        KerasFile.write(trained.model(), "float32", path, NOTHING)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]


def test_dropout_is_a_stock_layer_with_the_trained_rate(exports):
    with ZipFile(exports["cnn", "keras_file", "float32"].path / "model.keras") as archive:
        layers = json.loads(archive.read("config.json"))["config"]["layers"]
    rates = [layer["config"]["rate"] for layer in layers if layer["class_name"] == "Dropout"]
    assert rates
    assert set(rates) == {0.2}


def test_the_settled_file_loads_in_keras_and_answers_alike(champions, digits, tmp_path):
    path = tmp_path / "model.keras"
    KerasFile.write(champions["cnn"].model(), "float32", path, NOTHING)
    loaded = keras.models.load_model(path)
    x = digits.test.x[:20]
    np.testing.assert_array_equal(loaded(x).numpy(), champions["cnn"].model()(x).numpy())
