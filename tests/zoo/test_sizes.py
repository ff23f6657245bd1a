"""Sizes before training: by hand from the layers' shapes, and as the file that is made of the model says."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest
from keras import layers

from zoo.builders import BUILDERS, build
from zoo.converter import Converter
from zoo.errors import Infeasible
from zoo.formats import Variant
from zoo.proving.weighing import weigh_structure
from zoo.recipe import Recipe, Source
from zoo.sizes import macs, sizes, sizes_of
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

IMAGE = Task("image", (8, 8, 1), tuple("0123456789"))
SERIES = Task("series", (10, 3), ("a", "b"))


@pytest.fixture(scope="module")
def converter():
    with Converter() as one:
        yield one


def test_a_dense_layer_multiplies_its_kernel_once_a_row():
    found = sizes("linear", Task("table", (6,), ("a", "b", "c")))
    assert (found.parameters, found.trained, found.macs, found.receptive_field) == (21, 21, 18, None)


def test_averages_of_batch_norm_are_numbers_that_do_not_learn():
    found = sizes("cnn", IMAGE, {"stages": 1, "filters": 4})
    kernel, norm, dense = 9 * 4, 4 * 4, 4 * 4 * 4 * 10 + 10
    assert found.parameters == kernel + norm + dense
    assert found.trained == kernel + norm // 2 + dense
    assert found.macs == 64 * kernel + 4 * 4 * 4 * 10


def test_a_recurrent_layer_multiplies_its_gates_at_each_step_and_both_ways_twice():
    one = sizes("lstm", SERIES, {"units": 8})
    both = sizes("lstm", SERIES, {"units": 8, "direction": "bidirectional"})
    assert one.macs == 10 * 4 * (3 * 8 + 8 * 8) + 8 * 2
    assert both.macs == 2 * 10 * 4 * (3 * 8 + 8 * 8) + 16 * 2


def test_attention_multiplies_by_its_projections_and_each_step_by_each_other():
    steps = keras.Input((7, 6))
    model = keras.Model(steps, layers.MultiHeadAttention(num_heads=2, key_dim=3)(steps, steps))
    assert sizes_of(model).macs == 4 * 7 * 6 * (2 * 3) + 2 * 7 * 7 * (2 * 3)


def test_products_of_tensors_and_transposed_convolutions_count():
    steps = keras.Input((7, 6))
    product = keras.Model(steps, keras.ops.matmul(steps, keras.ops.transpose(steps, (0, 2, 1))))
    assert sizes_of(product).macs == 7 * 7 * 6
    pixels = keras.Input((4, 4, 3))
    spread = keras.Model(pixels, layers.Conv2DTranspose(5, 3, strides=2, padding="same")(pixels))
    assert sizes_of(spread).macs == 4 * 4 * 9 * 3 * 5


def test_the_work_of_a_layer_that_is_not_known_is_not_guessed():
    class Own(layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], 2), name="kernel")

        def call(self, x):
            return x @ self.kernel

    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dense(3)(Own()(inputs)))
    assert sizes_of(model).macs is None
    assert [macs(node) for node in model.layers[2]._inbound_nodes] == [2 * 3]


def test_what_cannot_be_built_has_no_sizes_and_json_tells_all():
    with pytest.raises(Infeasible):
        sizes("cnn", IMAGE, {"stages": 5})
    told = json.loads(json.dumps(sizes("cnn", IMAGE).to_json()))
    assert set(told) == {"parameters", "trained", "macs", "receptive_field"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["linear", "mlp", "cnn", "resnet", "ds_cnn", "lstm"])
def test_parameters_and_work_are_those_that_the_file_has(name, digits, converter):
    recipe = Recipe(Source("digits"), name)
    parameters, file = weigh_structure(recipe, digits, Variant("tflite", "float32"), converter)
    found = sizes(name, digits.task)
    assert (found.parameters, found.macs) == (parameters, file.facts.macs)


@pytest.mark.parametrize(
    "name", [name for name in BUILDERS.names() if not BUILDERS.entries[name].facts.get("pretrained")]
)
def test_every_builder_has_sizes(name):
    modality = BUILDERS.entries[name].facts["accepts"][0]
    task = {
        "table": Task("table", (6,), ("a", "b")),
        "image": IMAGE,
        "series": SERIES,
        "text": Task("text", (12,), ("a", "b"), "int32", vocabulary=20),
        "audio": Task("audio", (20, 8, 1), ("a", "b")),
    }[modality]
    found = sizes(name, task)
    assert found.parameters == sum(int(np.prod(weight.shape)) for weight in build(name, task).weights)
    assert found.macs > 0
