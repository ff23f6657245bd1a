"""Several maps as one resampling, against the layers one after the other and a float64 reading at composed places."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from zoo.augmentations import AUGMENTATIONS, augmentation_layers, augmentations_for
from zoo.augmentations._affine import moved
from zoo.training.augmenting import augmented as run_together

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

NAMES = [name for name in augmentations_for("image") if AUGMENTATIONS.entries[name].facts.get("moves")]


def layers_of(strengths):
    layers = augmentation_layers(strengths, {})
    for place, layer in enumerate(layers):
        layer.seed_generator.state.assign([place + 1, 0])
    return layers


def forced(layer, draws):
    """Make a layer draw the numbers `draws` (one list a draw), the same for every row."""
    numbers = iter(draws)
    layer.uniform = lambda x, *shape, **_: tf.broadcast_to(
        tf.constant(next(numbers), "float32"), (x.shape[0], *(shape or ()))
    )
    return layer


def read(image, column, row):
    """Return the linear reading of an image (height, width, channels) at one place, edges continued."""
    row, column = np.clip(row, 0, image.shape[0] - 1), np.clip(column, 0, image.shape[1] - 1)
    rows, columns = np.arange(image.shape[0]), np.arange(image.shape[1])
    down, across = np.clip(1 - np.abs(rows - row), 0, 1), np.clip(1 - np.abs(columns - column), 0, 1)
    return np.einsum("r,c,rcd->d", down, across, image)


def test_maps_of_whole_pixels_are_what_the_layers_make_one_after_the_other(images):
    square = images[:, :6]
    layers = [
        forced(layer, draws)
        for layer, draws in zip(
            layers_of({"flip": 1.0, "rotate": 180.0, "shift": 0.5}), ([0.0], [90.0], [[1 / 3, -1 / 6]]), strict=True
        )
    ]
    turned = np.rot90(square[:, :, ::-1], axes=(1, 2))
    wide = np.pad(turned, ((0, 0), (6, 6), (6, 6), (0, 0)), mode="edge")
    np.testing.assert_array_equal(moved(layers, tf.constant(square)), wide[:, 4:10, 7:13])


@pytest.mark.parametrize("names", [NAMES, ["crop", "flip", "scale", "shift"], ["rotate", "scale"]])
def test_each_pixel_is_read_where_one_map_after_the_other_leads(images, names):
    floats = (images / 255).astype("float32")
    strengths = dict.fromkeys(names, 0.3) | ({"rotate": 40.0} if "rotate" in names else {})
    maps = [layer.places(tf.constant(floats), tf.constant(layer.read_strength())) for layer in layers_of(strengths)]
    found = np.asarray(moved(layers_of(strengths), tf.constant(floats)))
    assert (found != floats).any()
    for place, image in enumerate(floats.astype("float64")):
        for row in range(9):
            for column in range(6):
                at = np.array([column, row], "float64")
                for of_rows in reversed(maps):
                    at = np.asarray(of_rows[place], "float64") @ [*at, 1.0]
                np.testing.assert_allclose(found[place, row, column], read(image, *at), atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_beside_one_of_strength_0_a_layer_does_what_it_does_alone(images, name):
    rows, other = tf.constant(images), "crop" if name == "rotate" else "rotate"
    (alone,) = layers_of({name: 0.4})
    pair = {layer.name: layer for layer in augmentation_layers({name: 0.4, other: 0.0}, {})}
    pair[name].seed_generator.state.assign([1, 0])
    expected, found = (
        np.asarray(layer, "int32") for layer in (alone(rows, training=True), moved([*pair.values()], rows))
    )
    assert np.abs(found - expected).max() <= 1  # columns and rows read alone may round another way


def test_strengths_of_0_alone_leave_every_bit(images):
    rows = np.random.default_rng(0).normal(0, 9, images.shape).astype("float32")  # beyond what pixels can be
    found, mixed = run_together(layers_of(dict.fromkeys(NAMES, 0.0)), tf.constant(rows))
    np.testing.assert_array_equal(found, rows)
    assert mixed is None


def test_a_recipe_of_several_reads_its_images_once():
    layers = augmentation_layers(dict.fromkeys(augmentations_for("image"), 0.1), {})
    step = tf.function(
        lambda x: run_together(layers, x)[0], (tf.TensorSpec((None, 9, 6, 3), "uint8"),), autograph=False
    )
    definition = str(step.get_concrete_function().graph.as_graph_def())
    assert definition.count('op: "ImageProjectiveTransformV3"') == 1
