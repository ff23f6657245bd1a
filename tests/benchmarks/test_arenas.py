"""The arena that a file is said to take against the one that TensorFlow Lite Micro's own interpreter plans for it.

`python -m pytest tests/benchmarks/test_arenas.py -m benchmark`, where the package tflite-micro is installed.
"""

from __future__ import annotations

import numpy as np
import pytest

from zoo.converter import Converter, Order
from zoo.formats import Variant, file_of
from zoo.formats._convert import write_job
from zoo.profiling import _micro, profile
from zoo.recipe import Recipe, Source
from zoo.task import Task
from zoo.trained import Trained

pytestmark = [
    *(pytest.mark.benchmark, pytest.mark.timeout(1800)),
    pytest.mark.skipif(_micro.find_spec(_micro.PACKAGE) is None, reason="needs the package tflite-micro"),
]
CLASSES = tuple("abcd")
TABLE, IMAGE = Task("table", (12,), CLASSES), Task("image", (16, 16, 1), CLASSES)
SERIES, AUDIO = Task("series", (20, 3), CLASSES), Task("audio", (49, 10, 1), CLASSES)
TEXT = Task("text", (16,), CLASSES, "int32", vocabulary=50)
CASES = (
    *(("mlp", TABLE, {"activation": activation}) for activation in ("relu", "hard_swish", "tanh", "leaky_relu")),
    *(("mlp", TABLE, {"normalization": "layer"}), ("cnn", IMAGE, {}), ("resnet", IMAGE, {}), ("ds_cnn", AUDIO, {})),
    *(
        ("lstm", SERIES, {"units": 16}),
        ("lstm", SERIES, {"direction": "bidirectional"}),
        ("gru", SERIES, {"units": 16}),
        ("rnn", SERIES, {"units": 16}),
    ),
    *(("tcn", SERIES, {}), ("transformer", SERIES, {}), ("text_cnn", TEXT, {}), ("wide_deep", TABLE, {})),
)


def test_planned_arenas_are_those_of_the_microcontrollers_interpreter(tmp_path, show):
    show("\nbytes of arena: planned from the file, and by TensorFlow Lite Micro's own interpreter")
    found = []
    with Converter() as converter:
        for number, (builder, task, values) in enumerate(CASES):
            folder = tmp_path / str(number)
            folder.mkdir()
            write_job(Trained(Recipe(Source("random"), builder, values), task, ()), made_rows(task), folder)
            for precision in ("float32", "int8"):
                path = folder / precision / file_of("c_array")
                path.parent.mkdir()
                converter.convert(Order(folder, Variant("c_array", precision), path, {}))
                told = arenas(path)
                of = ", ".join(f"{name} {value}" for name, value in values.items())
                show(f"  {builder:12}{of:26}{precision:9}" + "".join(f"{size:>10,}" for size in told))
                found.append(told)
    assert all(planned == micro for planned, micro in found)


def arenas(path):
    """Return the arena that is planned for a file and the one of the microcontroller's interpreter."""
    told = profile(path, calls=1)
    assert not told.micro.reason
    return told.arena_bytes, told.micro.arena_bytes


def made_rows(task):
    """Return rows that a model of the task takes."""
    random = np.random.default_rng(0)
    if task.vocabulary:
        return random.integers(0, task.vocabulary, (50, *task.input_shape)).astype("int32")
    return random.normal(size=(50, *task.input_shape)).astype("float32")
