"""A user's model is taken as they compiled it: its answers are right whatever its loss, and a mistake is named."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from zoo.errors import BadValue, Infeasible, Unsupported
from zoo.hypermodels.building import asked, made, require_measurable
from zoo.hypermodels.hyperparameters import HyperParameters
from zoo.hypermodels.plugins import plugin_of
from zoo.recipe import OWN_MODEL, Recipe, Source
from zoo.task import Task

BUILDS = Path(__file__).with_name("builds.py")
IMAGE, BYTES = (Task("image", (8, 8, 1), tuple("abc"), dtype) for dtype in ("float32", "uint8"))
TWO, NUMBERS, FORECAST = Task("table", (4,), tuple("ab")), Task("table", (4,)), Task("series", (6, 2), horizon=3)


def built(name, task=IMAGE, **values):
    return asked(plugin_of(f"{BUILDS}:{name}"), task, HyperParameters(values))


def rows(task):
    random = np.random.default_rng(0)
    low_high = (0, 256) if task.dtype == "uint8" else (-2, 2)
    return random.uniform(*low_high, (5, *task.input_shape)).astype(task.dtype)


def softmax(scores):
    shares = np.exp(scores.astype("float64"))
    return shares / shares.sum(-1, keepdims=True)


def second(share):
    return np.concatenate([1 - share, share], -1)


def sigmoid(scores):
    return 1 / (1 + np.exp(-scores.astype("float64")))


@pytest.mark.parametrize(
    "name, task, meaning",
    [
        ("softmax", IMAGE, lambda outputs: outputs),
        ("one_hot", IMAGE, lambda outputs: outputs),
        ("unbuilt", IMAGE, lambda outputs: outputs),
        ("logits", IMAGE, softmax),
        ("own_loss", IMAGE, softmax),
        ("one_sigmoid", TWO, second),
        ("one_logit", TWO, lambda outputs: second(sigmoid(outputs))),
        ("quantity", NUMBERS, lambda outputs: outputs),
        ("quantity", FORECAST, lambda outputs: outputs),
    ],
)
def test_answers_are_what_the_loss_says_of_the_outputs(name, task, meaning):
    own, x = built(name, task), rows(task)
    answers = own.answers().predict(x, verbose=0)
    assert answers.shape == (5, task.outputs)
    np.testing.assert_allclose(answers, meaning(own.network.predict(x, verbose=0)), atol=1e-6)


def test_pixels_in_bytes_reach_the_network_as_numbers_from_0_to_1():
    own, x = built("softmax", BYTES), rows(BYTES)
    answers = own.answers()
    assert answers.input.dtype == "uint8"
    expected = own.network.predict(x.astype("float32") / 255, verbose=0)
    np.testing.assert_allclose(answers.predict(x, verbose=0), expected, atol=1e-6)


@pytest.mark.parametrize(
    "name, task, expected",
    [
        ("softmax", IMAGE, [2, 0, 1]),
        ("one_hot", IMAGE, [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        ("own_loss", IMAGE, [2, 0, 1]),
        ("one_logit", TWO, [[1], [0], [1]]),
        ("quantity", NUMBERS, [[2], [0], [1]]),
    ],
)
def test_targets_are_as_the_loss_takes_them(name, task, expected):
    y = np.array([1, 0, 1] if task is TWO else [2, 0, 1])
    assert built(name, task).meaning.targets(y).tolist() == expected


@pytest.mark.parametrize("name", ["Hyper", "instance"])
def test_a_hypermodel_is_built_whether_it_is_named_as_a_class_or_as_one_of_them(name):
    own = built(name, IMAGE, units=5)
    assert own.network.layers[2].units == 5


def test_a_weights_file_and_the_network_agree_on_their_order():
    own = built("logits")
    weights = [np.full(weight.shape, place, "float32") for place, weight in enumerate(own.network.weights)]
    own.network.set_weights(weights)
    assert [float(weight.numpy().mean()) for weight in own.answers().weights] == [0, 1, 2, 3]


def test_no_optimizer_is_stored_with_what_is_exported(tmp_path):
    own = built("softmax", BYTES)
    own.answers().save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert not any(getattr(layer, "compiled", False) for layer in loaded.layers)


def test_what_an_own_fit_passes_on_is_kept():
    hp = HyperParameters({"batch_size": 8})
    own = asked(plugin_of(f"{BUILDS}:ChoosingBatches"), IMAGE, hp)
    assert own.fitting == {"batch_size": 8, "epochs": 2}
    assert hp.active == ("units", "batch_size")


@pytest.mark.parametrize("name, text", [("Meddling", "does more than call"), ("Shuffling", "passes shuffle")])
def test_an_own_fit_that_does_more_is_refused(name, text):
    with pytest.raises(Unsupported, match=f"fit of .*:{name} {text}.*only batch_size"):
        built(name)


@pytest.mark.parametrize(
    "name, task, error, text",
    [
        ("mixed_up", IMAGE, BadValue, "last activation is softmax. Drop from_logits=True"),
        ("forgotten", IMAGE, BadValue, "last activation is linear. Add softmax"),
        ("sigmoids", IMAGE, BadValue, "Try softmax"),
        ("too_wide", IMAGE, BadValue, r"output is \(None, 7\); 3 classes need \(None, 3\)"),
        ("other_rows", IMAGE, BadValue, r"takes rows \(5,\); these are \(8, 8, 1\)"),
        ("uncompiled", IMAGE, BadValue, "compile it: model.compile"),
        ("nothing", IMAGE, BadValue, "returned NoneType.*Add `return model`"),
        ("broken", IMAGE, BadValue, "failed in line [0-9]+: ValueError: three is no even number"),
        ("leaving", IMAGE, BadValue, "failed in line [0-9]+: SystemExit: 3"),
        ("softmax", NUMBERS, BadValue, "missing 1 required positional argument: 'classes'"),
        ("infeasible", IMAGE, Infeasible, "that cannot be built"),
        ("failed_trial", IMAGE, Infeasible, "too deep"),
        ("two_inputs", IMAGE, Unsupported, "2 inputs and 1 outputs"),
        ("subclassed", IMAGE, Unsupported, "only functional and sequential"),
        ("dense", IMAGE, BadValue, "returned tuple"),
        ("BUILT", IMAGE, Exception, "BUILT"),
    ],
)
def test_a_mistake_is_one_line_with_its_cure(name, task, error, text):
    with pytest.raises(error, match=text) as raised:
        built(name, task)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "name, text",
    [
        ("unknown_loss", "Could not interpret loss identifier: sparse_crossentropy. Name"),
        ("unknown_metric", "Could not interpret metric identifier: acuracy. Name"),
        ("metric_of_columns", r"fail for targets \(2,\) of int32 and outputs \(2, 3\): "),
    ],
)
def test_losses_and_metrics_that_keras_would_stumble_over_later_are_refused_at_once(name, text):
    with pytest.raises(BadValue, match=f"here compiles a loss or metrics that .*{text}") as raised:
        require_measurable(built(name), "here")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "name, task",
    [("softmax", IMAGE), ("one_hot", IMAGE), ("own_loss", IMAGE), ("one_sigmoid", TWO), ("quantity", FORECAST)],
)
def test_a_model_whose_loss_and_metrics_fit_is_left_as_it_was(name, task):
    compiled = built(name, task)
    before = compiled.network.get_weights()
    assert require_measurable(compiled, "here") is compiled
    assert all(map(np.array_equal, before, compiled.network.get_weights()))


def test_a_recipe_without_its_plugin_is_refused():
    with pytest.raises(BadValue, match="the recipe has 0 plugins"):
        made(Recipe(Source("digits"), OWN_MODEL), IMAGE)
