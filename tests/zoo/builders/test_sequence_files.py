"""Files of models that read sequences: builtin operators alone, in floats and in integers, answering as Keras does."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.errors import Unsupported
from zoo.formats._flatbuffer import read_graphs
from zoo.formats._operators import counted
from zoo.formats._unrolled import MOST_STEPS
from zoo.formats.tflite import TFLite
from zoo.task import Task

pytestmark = [pytest.mark.usefixtures("workspace"), pytest.mark.slow]

SERIES = Task("series", (12, 5))
TEXT = Task("text", (12,), (), "int32", vocabulary=30)
READERS = [
    ("gru", {"units": 16}),
    ("gru", {"units": 16, "layers": 2, "direction": "bidirectional", "reset": "before", "pooling": "attention"}),
    ("rnn", {"units": 16, "direction": "bidirectional", "pooling": "mean"}),
    ("rnn", {"units": 16, "activation": "relu", "pooling": "max"}),
    ("lstm", {"units": 16, "layers": 2, "direction": "bidirectional", "pooling": "attention"}),
    ("lstm", {"units": 16, "pooling": "mean"}),
    ("tcn", {"filters": 16}),
    ("tcn", {"filters": 16, "normalization": "layer", "pooling": "attention"}),
    ("transformer", {"width": 16}),
    ("transformer", {"width": 16, "positions": "learned", "pooling": "attention", "activation": "gelu"}),
]
WORDS = [*READERS, ("gru", {"units": 16, "direction": "bidirectional", "pooling": "last"})]
WORDS += [("text_cnn", {"filters": 16, "width": 16}), ("text_cnn", {"filters": 16, "pooling": "attention"})]
CASES = [(SERIES, *reader) for reader in READERS] + [(TEXT, *reader) for reader in WORDS]
CLOSE = {"float32": 1e-5, "int8": 0.1}  # of an answer, on average


def rows_of(task):
    random = np.random.default_rng(0)
    if task.modality == "series":
        return random.normal(size=(60, *task.input_shape)).astype("float32")
    tokens = random.integers(1, task.vocabulary, (60, *task.input_shape))
    lengths = random.integers(1, 13, 60)
    return np.where(np.arange(12) < lengths[:, np.newaxis], tokens, 0).astype("int32")


@pytest.mark.often("task[02468]-*", "task15-*", "task22-*")
@pytest.mark.parametrize(("task", "name", "values"), CASES)
def test_the_operators_are_builtin_ones_that_answer_as_keras_does(task, name, values, tmp_path):
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    model, x = build(name, task, **values), rows_of(task)
    expected = model.predict(x, verbose=0)
    for precision, close in CLOSE.items():
        TFLite.write(model, precision, tmp_path / "model.tflite", x)
        operators = counted(read_graphs((tmp_path / "model.tflite").read_bytes()))
        assert not [one for one in operators if one.startswith("Flex") or one in ("CUSTOM", "WHILE")], operators
        found = TFLite.open(tmp_path / "model.tflite").predict(x)
        assert np.abs(found - expected).mean() <= close * np.abs(expected).mean(), precision


@pytest.mark.parametrize("name", ["gru", "rnn"])
def test_more_steps_than_can_be_written_out_are_refused_with_what_serves_them(name, tmp_path):
    model = build(name, Task("series", (MOST_STEPS + 1, 2), ("a", "b")), units=8)
    rows = np.zeros((1, MOST_STEPS + 1, 2), "float32")
    with pytest.raises(Unsupported, match=f"reads {MOST_STEPS + 1} steps.*Use an LSTM"):
        TFLite.write(model, "float32", tmp_path / "model.tflite", rows)
