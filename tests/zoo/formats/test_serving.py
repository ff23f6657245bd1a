"""Signatures of a SavedModel: named inputs, raw rows where their preparation has a graph, and no other answers."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.errors import ConversionFailed
from zoo.formats import _serving
from zoo.formats._serving import write_served
from zoo.scale import Scale

from ..prepared import prepared_by

RAW = np.random.default_rng(0).normal(50, 20, (40, 3))
TABLE = prepared_by("table", RAW)


def model_of(outputs):
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    inputs = keras.Input((3,))
    x = keras.layers.Dense(outputs)(keras.layers.Dense(8, activation="tanh")(inputs))
    return keras.Model(inputs, keras.layers.Softmax()(x) if outputs > 1 else x)


def signatures(folder):
    return tf.saved_model.load(str(folder)).signatures


@pytest.mark.slow
def test_raw_rows_are_classified_with_labels_and_the_names_of_classes(tmp_path):
    model, names = model_of(3), ["up", "down", "é"]
    write_served(model, tmp_path / "1", {"preparation": TABLE.to_json(), "classes": names})
    found = signatures(tmp_path / "1")["classify"](rows=tf.constant(RAW))
    expected = model.predict(TABLE.apply(RAW), verbose=0)
    np.testing.assert_allclose(found["probabilities"], expected, atol=1e-6)
    assert [label.decode() for label in found["labels"].numpy()] == [names[place] for place in expected.argmax(axis=1)]
    assert [name.decode() for name in found["classes"].numpy()[-1]] == names
    assert found["classes"].shape == expected.shape


def test_raw_rows_are_given_quantities_in_their_own_units(tmp_path):
    model, preparation = model_of(1), replace(TABLE, target=Scale(100.0, 25.0))
    write_served(model, tmp_path / "1", {"preparation": preparation.to_json(), "classes": []})
    found = signatures(tmp_path / "1")["regress"](rows=tf.constant(RAW))["quantities"].numpy()
    np.testing.assert_allclose(found, 100 + 25 * model.predict(TABLE.apply(RAW), verbose=0), rtol=1e-6)


def test_prepared_rows_go_in_by_name_into_serve_which_is_the_default_too(tmp_path):
    model, x = model_of(3), TABLE.apply(RAW)
    write_served(model, tmp_path / "1", None)
    found = signatures(tmp_path / "1")
    assert {*found} == {"serve", "serving_default"}
    expected = model.predict(x, verbose=0)
    for name in found:
        (answer,) = found[name](rows=tf.constant(x)).values()
        np.testing.assert_allclose(answer, expected, atol=1e-6)


def test_a_graph_that_prepared_otherwise_than_numpy_would_be_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_serving, "prepared", lambda preparation, rows: tf.cast(rows, tf.float32))
    with pytest.raises(ConversionFailed, match="raw rows would be answered .* away from prepared ones"):
        write_served(model_of(3), tmp_path / "1", {"preparation": TABLE.to_json(), "classes": ["a", "b", "c"]})
    assert not (tmp_path / "1").exists()
