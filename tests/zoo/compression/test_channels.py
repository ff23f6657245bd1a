"""channels: a trained model loses the channels that matter least, and learns to do without them."""

from __future__ import annotations

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

from zoo.compression import compress
from zoo.compression._tracing import traced
from zoo.compression._work import kernels, macs
from zoo.errors import BadValue, Unsupported
from zoo.evaluation import evaluate
from zoo.trained import with_network


def having(trained, hidden):
    """Return `trained` with a network of one hidden step, `hidden`, between digits and their scores."""
    inputs = keras.Input((8, 8, 1))
    scores = layers.Dense(10, name="scores")(layers.Flatten()(hidden(inputs)))
    return with_network(trained, keras.Model(inputs, scores))


@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_half_of_the_channels_go_and_the_model_is_nearly_as_good(name, champions, digits, workspace):
    step = {"method": "channels", "share": 0.5, "rounds": 2, "epochs": 4}
    smaller = compress(champions[name], digits, step, workspace=workspace)
    before, after = (evaluate(one, digits.validation).metrics["accuracy"] for one in (champions[name], smaller))
    assert smaller.parameters < 0.55 * champions[name].parameters
    assert after > before - 0.03
    assert smaller.recipe.compress[0] == {**step, "by": "taylor", "scope": "layer", "teaching": 0.7}


def test_what_is_left_is_a_value_that_json_holds(champions, digits, workspace):
    smaller = compress(champions["mlp"], digits, {"method": "channels", "epochs": 0}, workspace=workspace)
    stored = replace(smaller, config=json.loads(json.dumps(smaller.config)))
    assert np.array_equal(stored.predict(digits.validation.x), smaller.predict(digits.validation.x))
    assert [layer.units for layer in smaller.network().layers if isinstance(layer, layers.Dense)] == [32, 32, 10]


def test_units_that_no_answer_depends_on_go_first(champions, digits, workspace):
    network = champions["mlp"].network()
    dense = [layer for layer in network.layers if isinstance(layer, layers.Dense)]
    for layer in dense[1:]:
        kernel, bias = layer.get_weights()
        kernel[::2] = 0.0
        layer.set_weights([kernel, bias])
    idle = with_network(champions["mlp"], network)
    step = {"method": "channels", "share": 0.5, "rounds": 1, "epochs": 0}
    smaller = compress(idle, digits, step, workspace=workspace)
    assert np.abs(smaller.predict(digits.test.x) - idle.predict(digits.test.x)).max() < 1e-6


def test_no_share_leaves_the_answers_as_they_were(champions, digits, workspace):
    step = {"method": "channels", "share": 0.0, "epochs": 0}
    same = compress(champions["mlp"], digits, step, workspace=workspace)
    assert np.array_equal(same.predict(digits.test.x), champions["mlp"].predict(digits.test.x))


def test_a_layer_that_is_not_served_is_named_with_the_nearest_that_is(champions, digits, workspace):
    odd = having(champions["mlp"], layers.GroupNormalization(groups=1, name="odd"))
    with pytest.raises(Unsupported, match="the layer odd is a GroupNormalization.*is LayerNormalization"):
        compress(odd, digits, "channels", workspace=workspace)


def test_a_model_of_inputs_and_outputs_alone_is_refused(champions, digits, workspace):
    linear = having(champions["mlp"], layers.Identity())
    with pytest.raises(Unsupported, match="no channel of this model may go"):
        compress(linear, digits, "channels", workspace=workspace)


def test_a_share_beyond_its_range_is_refused_by_name(champions, digits, workspace):
    with pytest.raises(BadValue, match=r"channels.share is 1; it must lie between 0 and 0.9"):
        compress(champions["mlp"], digits, {"method": "channels", "share": 1.0}, workspace=workspace)


def test_by_work_the_network_keeps_no_more_than_the_share_of_it_that_is_left(champions, digits, workspace):
    def work(trained):
        network = trained.network()
        return macs(kernels(network, traced(network)))

    step = {"method": "channels", "share": 0.6, "scope": "macs", "rounds": 2, "epochs": 0}
    smaller = compress(champions["cnn"], digits, step, workspace=workspace)
    assert 0.3 * work(champions["cnn"]) < work(smaller) <= 0.4 * work(champions["cnn"])
