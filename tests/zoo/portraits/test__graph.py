"""A network's boxes hold all of its layers and numbers, and say who takes from whom."""

from __future__ import annotations

import keras
import pytest

from zoo.builders import BUILDERS, build
from zoo.portraits._graph import boxes_of, words
from zoo.portraits.builders import usual_task
from zoo.starts import without_starts

pytestmark = pytest.mark.usefixtures("workspace")

PRETRAINED = [name for name in BUILDERS.names() if BUILDERS.entries[name].facts.get("pretrained")]
NAMES = [pytest.param(one, marks=pytest.mark.slow if one in PRETRAINED else ()) for one in BUILDERS.names()]


def residual():
    given = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, 2)(given)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization()(x))
    inner = keras.layers.Conv2D(4, 3, padding="same", activation="tanh")(x)
    x = keras.layers.Activation("elu")(keras.layers.Add()([inner, x]))
    return keras.Model(given, keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(x)))


def test_layers_that_touch_up_an_answer_stand_with_who_gave_it():
    boxes = boxes_of(residual())
    assert [box.lines for box in boxes] == [
        ["Input"],
        ["Conv2D 3 x 3, 4 filters, stride 2", "BatchNormalization", "ReLU"],
        ["Conv2D 3 x 3, 4 filters, tanh"],
        ["Add", "Activation elu"],
        ["GlobalAveragePooling2D"],
        ["Dense 2 units"],
    ]
    assert [box.parents for box in boxes] == [[], [0], [1], [2, 1], [3], [4]]
    assert [box.shape for box in boxes] == ["8 x 8 x 3", *["3 x 3 x 4"] * 3, "4", "2"]
    assert [box.kind for box in boxes] == ["input", "convolution", "convolution", "merge", "pooling", "dense"]


def test_a_light_layer_on_one_of_two_ways_opens_a_box_of_its_own():
    given = keras.Input((4,))
    x = keras.layers.Dense(4)(given)
    network = keras.Model(given, keras.layers.Add()([x, keras.layers.Dropout(0.5)(x)]))
    assert [box.lines[0] for box in boxes_of(network)] == ["Input", "Dense 4 units", "Dropout 0.5", "Add"]


def test_the_operations_of_one_activation_stand_in_one_box():
    given = keras.Input((4,))
    x = keras.layers.Dense(4)(given)
    x = x * keras.ops.relu6(x + 3.0) / 6.0
    boxes = boxes_of(keras.Model(given, keras.layers.Dense(2)(x)))
    assert len(boxes) == 3
    assert boxes[1].lines[0] == "Dense 4 units"
    assert "relu6" in boxes[1].lines[1]
    assert boxes[2].parents == [1]


def test_a_layer_that_is_used_twice_is_counted_once():
    one, other, shared = keras.Input((4,)), keras.Input((4,)), keras.layers.Dense(3)
    boxes = boxes_of(keras.Model([one, other], keras.layers.Concatenate()([shared(one), shared(other)])))
    assert sum(box.parameters for box in boxes) == 15
    assert len(boxes) == 5


def test_words_say_what_matters_of_a_layer():
    said = {
        "Conv1D 5, 8 filters, stride 2": keras.layers.Conv1D(8, 5, strides=2, dilation_rate=1),
        "DepthwiseConv2D 3 x 1, dilation 2": keras.layers.DepthwiseConv2D((3, 1), dilation_rate=2),
        "Bidirectional LSTM 8 units": keras.layers.Bidirectional(keras.layers.LSTM(8)),
        "MaxPooling2D 2 x 2": keras.layers.MaxPooling2D(),
        "Embedding 4 wide": keras.layers.Embedding(9, 4),
        "Dense 1 units": keras.layers.Dense(1),
    }
    assert [words(layer) for layer in said.values()] == list(said)


@pytest.mark.parametrize("name", NAMES)
def test_every_builders_boxes_hold_all_its_numbers_behind_their_parents(name):
    with without_starts():
        network = build(name, usual_task(name))
    boxes = boxes_of(network)
    assert sum(box.parameters for box in boxes) == network.count_params()
    assert all(parent < place for place, box in enumerate(boxes) for parent in box.parents)
    assert [place for place, box in enumerate(boxes) if not box.parents] == list(range(len(network.inputs)))
