"""LSTMs become one builtin operator each, and the model that is exported stays as it was."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.errors import ConversionFailed
from zoo.formats import _conversion
from zoo.formats._flatbuffer import read_graphs
from zoo.formats._fused import fused_lstms, with_coarse_cells
from zoo.formats._operators import counted
from zoo.formats.tflite import TFLite
from zoo.task import Task

LSTM = "UNIDIRECTIONAL_SEQUENCE_LSTM"
READINGS = {
    "forward": ({"units": 32}, 1),
    "stacked": ({"units": 32, "layers": 2}, 2),
    "bidirectional": ({"units": 32, "layers": 2, "direction": "bidirectional"}, 4),
}
CLOSE = {"float32": 1e-5, "float16": 5e-3, "int8": 0.1}  # of an answer, on average


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).normal(size=(60, 8, 5)).astype("float32")


@pytest.fixture(
    params=["forward", *(pytest.param(name, marks=pytest.mark.slow) for name in ("stacked", "bidirectional"))]
)
def reading(request):
    """A model of series to quantities, and how many LSTMs it has."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    values, count = READINGS[request.param]
    return build("lstm", Task("series", (8, 5)), **values), count


@pytest.mark.often("forward-*", "stacked-float32", "bidirectional-int8")
@pytest.mark.parametrize(
    "precision", ["float32", *(pytest.param(one, marks=pytest.mark.slow) for one in (*CLOSE,)[1:])]
)
def test_each_layer_is_one_builtin_operator_that_answers_as_keras_does(reading, precision, x, tmp_path):
    model, count = reading
    expected = model.predict(x, verbose=0)
    TFLite.write(model, precision, tmp_path / "model.tflite", x)
    operators = counted(read_graphs((tmp_path / "model.tflite").read_bytes()))
    assert operators[LSTM] == count
    assert not [name for name in operators if name.startswith("Flex") or name in ("CUSTOM", "WHILE")]
    found = TFLite.open(tmp_path / "model.tflite").predict(x)
    assert np.abs(found - expected).mean() <= CLOSE[precision] * np.abs(expected).mean()


@pytest.mark.often("forward", "bidirectional")
@pytest.mark.slow
def test_an_export_leaves_the_model_as_it_was(reading, x, tmp_path):
    model, _ = reading
    before, weights = model.predict(x, verbose=0), model.get_weights()
    TFLite.write(model, "float32", tmp_path / "model.tflite", x)
    assert all("inner_loop" not in vars(layer) for layer in model._flatten_layers())
    np.testing.assert_array_equal(model.predict(x, verbose=0), before)
    assert all(map(np.array_equal, model.get_weights(), weights))


def test_layers_are_restored_when_the_block_raises(reading):
    model, count = reading
    with pytest.raises(KeyError), fused_lstms(model) as layers:
        assert len(layers) == count
        raise KeyError
    assert all("inner_loop" not in vars(layer) for layer in layers)


@pytest.mark.parametrize(
    "odd",
    [{"stateful": True}, {"activation": "relu"}, {"recurrent_activation": "hard_sigmoid"}, {"return_state": True}],
)
def test_a_layer_that_the_operator_cannot_stand_in_for_is_left_alone(odd):
    inputs = keras.Input((4, 3), batch_size=1)
    outputs = keras.layers.LSTM(8, **odd)(inputs)
    with fused_lstms(keras.Model(inputs, outputs)) as layers:
        assert layers == ()


def test_dynamic_is_refused_where_it_would_shrink_nothing(x, tmp_path):
    model = build("lstm", Task("series", (8, 5)), units=32)  # no matrix as large as 1,024 elements but one
    with pytest.raises(ConversionFailed, match="would store none of this model's weights in int8"):
        TFLite.write(model, "dynamic", tmp_path / "model.tflite", x)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_a_cell_that_counts_beyond_ten_answers_as_in_keras(precision, tmp_path):
    steps = np.repeat([1.0, -1.0], [20, 15]).astype("float32").reshape(1, 35, 1)
    inputs = keras.Input((35, 1))
    layer = keras.layers.LSTM(2)
    model = keras.Model(inputs, keras.layers.Dense(1)(layer(inputs)))
    # gates always open, the candidate is the sign of the input: the cell counts to 20 and back to 5
    candidate = np.repeat([0.0, 0.0, 20.0, 0.0], 2).reshape(1, 8)
    layer.set_weights([candidate, np.zeros((2, 8)), np.repeat([20.0, 20.0, 0.0, 20.0], 2)])
    TFLite.write(model, precision, tmp_path / "model.tflite", steps)
    found = TFLite.open(tmp_path / "model.tflite").predict(steps)
    np.testing.assert_allclose(found, model.predict(steps, verbose=0), rtol=0, atol=2e-3)


def test_cells_that_stay_below_a_half_keep_their_answers_in_integers(monkeypatch):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6, 4))
    model = keras.Model(inputs, keras.layers.LSTM(8)(inputs))
    rows = np.random.default_rng(0).normal(scale=0.3, size=(60, 6, 4)).astype("float32")
    monkeypatch.setattr(_conversion, "with_coarse_cells", lambda content: content)
    own, wanted = _conversion.converted(model, "int8", rows), model.predict(rows, verbose=0)
    mended = with_coarse_cells(own)
    assert np.abs(TFLite.of(own).predict(rows) - wanted).mean() > 0.03
    assert np.abs(TFLite.of(mended).predict(rows) - wanted).mean() < 0.003
    assert with_coarse_cells(mended) == mended
