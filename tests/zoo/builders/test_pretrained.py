"""Pretrained networks: shapes with random weights, files loaded, the colours they were trained on, refusals."""

from __future__ import annotations

import json
from urllib.error import URLError

import h5py
import keras
import numpy as np
import pytest
from keras.src.backend import config
from keras.src.legacy.saving import legacy_h5_format
from keras.src.utils import file_utils

from zoo.builders import BUILDERS, build, builder_space
from zoo.builders._pretrained import Backbone
from zoo.dataset import Split, Splits
from zoo.errors import BadData, Infeasible
from zoo.live import live_values
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.task import Task
from zoo.trained import Trained
from zoo.training.fitting import fit
from zoo.training.initial import recorded_initial_values

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

NAMES = [name for name in BUILDERS.names() if BUILDERS.entries[name].facts.get("pretrained")]
PHOTOS = Task("image", (32, 32, 3), ("a", "b", "c"), "uint8")
SMALL = {"mobilenet_v2": {"width": 0.35}}
RANDOM = np.random.default_rng(0)


def small(include_top, weights, input_tensor, input_shape):
    """Return what a function of `keras.applications` would, with weights of 1, 2, 3 ... for ImageNet's."""
    assert not include_top
    x = keras.layers.Conv2D(4, 3, name="first")(input_tensor)
    network = keras.Model(input_tensor._keras_history.operation.input, keras.layers.BatchNormalization()(x))
    if weights == "imagenet":
        network.set_weights([np.arange(1, 1 + one.size).reshape(one.shape) for one in network.get_weights()])
    return network


BACKBONE = Backbone("small", small, 1.0, (-3.0, -2.0, -1.0), "first")


def described(**changes):
    return BACKBONE.model(
        PHOTOS, **{"weights": "imagenet", "tuned": "head", "pooling": "average", "rate": 0.0, **changes}
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_with_random_weights_it_gives_a_score_for_every_class_and_has_the_same_weights_live_and_stock(name):
    values = {"weights": "none", **SMALL.get(name, {})}
    with live_values() as found:
        live = build(name, PHOTOS, **values)
    stock = build(name, PHOTOS, **values)
    assert set(found) == {"dropout"}
    assert (stock.name, stock.output_shape, stock.input.dtype) == (name, (None, 3), "uint8")
    shapes = [[(weight.name, tuple(weight.shape)) for weight in model.weights] for model in (live, stock)]
    assert shapes[0] == shapes[1]
    assert all(weight.trainable for weight in stock.trainable_weights)
    assert all(type(layer).__module__.startswith("keras.") for layer in stock._flatten_layers())
    assert np.isfinite(stock.predict(RANDOM.integers(0, 256, (2, 32, 32, 3)).astype("uint8"), verbose=0)).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_with_it_is_read_back_as_it_was(name):
    recipe = Recipe(Source("photos"), name, {"weights": "imagenet", "tuned": "all", "pooling": "max"})
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    assert set(recipe.model) <= set(builder_space(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(28, 32, 3), (32, 32, 1)])
def test_other_images_are_infeasible_before_a_weight_is_made(name, shape):
    with recorded_initial_values() as made, pytest.raises(Infeasible, match=f"{name} takes images of 3 channels"):
        build(name, Task("image", shape, ("a", "b")))
    assert not made


def test_without_a_network_one_line_says_where_the_file_belongs(monkeypatch, tmp_path):
    def offline(origin, *_):
        raise URLError("Name or service not known")

    monkeypatch.setattr(file_utils, "urlretrieve", offline)
    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path))
    with pytest.raises(BadData, match="weights are not on this machine .*https://.*~/.keras/models") as found:
        build("mobilenet_v2", PHOTOS)
    assert "\n" not in str(found.value)


def test_the_kernel_that_was_trained_on_blue_green_and_red_is_turned_round_and_the_mean_taken_off():
    model = described(rate=0.0)
    kernel = np.arange(1, 109).reshape(3, 3, 3, 4)[:, :, ::-1]
    np.testing.assert_array_equal(model.get_layer("first").kernel, kernel)
    features = keras.Model(model.input, model.get_layer("first").output)
    pixels = RANDOM.integers(0, 256, (1, 32, 32, 3))
    middle = np.sum((pixels[0, :3, :3] - [3.0, 2.0, 1.0])[..., np.newaxis] * kernel, axis=(0, 1, 2))
    found = features.predict(pixels.astype("uint8"), verbose=0)[0, 0, 0]
    np.testing.assert_allclose(found, middle + model.get_layer("first").bias.numpy(), rtol=1e-5)


def test_numbers_from_zero_to_one_and_bytes_are_the_same_pixels():
    pixels = RANDOM.integers(0, 256, (2, 32, 32, 3))
    floats = Task("image", (32, 32, 3), ("a", "b", "c"))
    one, other = (BACKBONE.model(task, "imagenet", "head", "max", 0.0) for task in (PHOTOS, floats))
    other.set_weights(one.get_weights())
    found = one.predict(pixels.astype("uint8"), verbose=0)
    expected = other.predict((pixels / 255).astype("float32"), verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


def test_the_head_alone_learns_unless_all_is_asked_for_or_nothing_was_pretrained():
    trained = {
        (weights, tuned): len(described(weights=weights, tuned=tuned).trainable_weights)
        for weights, tuned in (("imagenet", "head"), ("imagenet", "all"), ("none", "head"))
    }
    assert list(trained.values()) == [2, 6, 6]


def test_a_program_starts_every_training_from_the_weights_that_came_along(monkeypatch, workspace, digits):
    monkeypatch.setattr(keras.applications, "MobileNetV2", lambda alpha, **given: small(**given))
    x = RANDOM.integers(0, 256, (40, 32, 32, 3)).astype("uint8")
    rows = Split(x, RANDOM.integers(0, 3, 40).astype("int32"))
    splits = Splits(PHOTOS, digits.preparation, rows, rows, rows, digits.dataset)
    train = TrainConfig(epochs=1)
    recipe = Recipe(Source("photos"), "mobilenet_v2", {"tuned": "head"}, train=train)
    trainings = [fit(recipe, splits, workspace) for _ in range(2)]
    for trained in trainings:
        np.testing.assert_array_equal(trained.weights[1], np.arange(1, 5))
    other = Recipe(Source("photos"), "mobilenet_v2", {"tuned": "all"}, train=train, seed=1)
    program = workspace.program(other, PHOTOS, {}, rows=40)
    live = {"dropout": 0.0, **dict.fromkeys(program._live, 0.0), "learning_rate": 0.0}
    for seed in (1, 2):
        for weight in program.model.weights:
            weight.assign(np.zeros(weight.shape))
        program.reset(seed, live)
        np.testing.assert_array_equal(program.weights()[1], np.arange(1, 5))
    np.testing.assert_allclose(trainings[0].predict(x), trainings[1].predict(x))


def test_a_model_that_gets_its_weights_next_loads_none(monkeypatch):
    asked = []

    def made(alpha, weights, **given):
        asked.append(weights)
        return small(weights=weights, **given)

    monkeypatch.setattr(keras.applications, "MobileNetV2", made)
    weights = [one.numpy() for one in build("mobilenet_v2", PHOTOS).weights]
    Trained(Recipe(Source("photos"), "mobilenet_v2"), PHOTOS, tuple(weights)).network()
    assert asked == ["imagenet", None]


@pytest.mark.often("mobilenet_v2")
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_weights_is_loaded_and_answers_as_keras_own_preparation_and_network(name, monkeypatch, tmp_path):
    own = {"vgg16": "VGG16", "resnet50": "ResNet50", "mobilenet_v2": "MobileNetV2"}[name]
    module = getattr(keras.applications, name)
    source = getattr(module, own)(include_top=False, weights=None, input_shape=(32, 32, 3))
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, source)
    monkeypatch.setattr(file_utils, "get_file", lambda *_, **__: str(tmp_path / "weights.h5"))
    model = build(name, PHOTOS)
    pixels = RANDOM.integers(0, 256, (2, 32, 32, 3)).astype("uint8")
    prepared = module.preprocess_input(pixels.astype("float32"))
    expected = source.predict(prepared, verbose=0).mean(axis=(1, 2)) @ model.get_layer("logits").kernel.numpy()
    found, most = model.predict(pixels, verbose=0), np.abs(expected).max()
    assert most > 0
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3 * most)
