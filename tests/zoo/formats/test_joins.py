"""Sequences that are joined in int8 stand for the numbers that were computed."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.formats import _conversion
from zoo.formats._graph import code_of
from zoo.formats._joins import with_sound_joins
from zoo.formats._rewrite import taken_apart
from zoo.formats.tflite import TFLite

layers = keras.layers
READERS = {
    "LSTM": lambda: layers.Bidirectional(layers.LSTM(12, return_sequences=True)),
    "GRU": lambda: layers.Bidirectional(layers.GRU(12, return_sequences=True)),
    "two LSTMs": lambda: lambda x: layers.Concatenate()([layers.LSTM(12, return_sequences=True)(x) for _ in range(2)]),
}


def model_of(reader, seed=0):
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((10, 4))
    return keras.Model(inputs, layers.GlobalMaxPooling1D()(READERS[reader]()(inputs)))


@pytest.fixture(scope="module")
def x():
    chance = np.random.default_rng(0)
    return (chance.normal(size=(60, 10, 4)) * np.linspace(0.2, 1.5, 10)[:, np.newaxis]).astype("float32")


@pytest.mark.parametrize(
    "reader", ["LSTM", *(pytest.param(name, marks=pytest.mark.slow) for name in ("GRU", "two LSTMs"))]
)
def test_a_joined_sequence_is_as_near_to_kerass_as_one_alone(reader, x, tmp_path):
    model = model_of(reader)
    TFLite.write(model, "int8", tmp_path / "model.tflite", x)
    found = TFLite.open(tmp_path / "model.tflite").predict(x)
    assert np.abs(found - model.predict(x, verbose=0)).mean() < 0.01  # answers lie between -1 and 1


@pytest.mark.slow
def test_the_converter_s_own_file_has_lstms_and_reversals_between_two_grids(x, monkeypatch):
    monkeypatch.setattr(_conversion, "with_sound_joins", lambda content: content)
    model = model_of("LSTM")
    content = _conversion.converted(model, "int8", x)
    mended = with_sound_joins(content)
    assert mended != content
    assert with_sound_joins(mended) == mended
    kinds = [
        [code_of(model, one) for one in model.subgraphs[0].operators] for model in map(taken_apart, (content, mended))
    ]
    assert len(kinds[1]) == len(kinds[0]) + 1
    assert np.abs(TFLite.of(content).predict(x) - TFLite.of(mended).predict(x)).max() > 0.02


@pytest.mark.slow
def test_a_file_of_floats_is_left_as_it_is(x):
    model = model_of("LSTM")
    content = _conversion.converted(model, "float32", x)
    assert with_sound_joins(content) is content
