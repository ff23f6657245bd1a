"""What every augmentation promises: rest outside training, repeatable draws, rows of the same kind, no trace."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from zoo.augmentations import (
    AUGMENTATIONS,
    BOTH,
    augmentation_layers,
    augmentations_for,
    checked_strengths,
    strength_of,
)
from zoo.builders import build, default_builders
from zoo.errors import BadValue, UnknownName, Unsupported
from zoo.preparation import objects
from zoo.preparation.log_mel import LogMel
from zoo.recipe import Recipe, Source
from zoo.space import Float
from zoo.task import MODALITIES, Task
from zoo.training.program import Program
from zoo.workspace import structure

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

NAMES = AUGMENTATIONS.names()
CASES = [(name, modality) for name in NAMES for modality in AUGMENTATIONS.entries[name].facts["modalities"]]
RANDOM = np.random.default_rng(0)
STEP = LogMel.fit(objects([RANDOM.normal(0, 0.1, 4000).astype("float32") for _ in range(3)]), rate=8000, mel_bins=20)
ROWS = {
    "image": RANDOM.integers(0, 256, (6, 12, 10, 3)).astype("uint8"),
    "series": RANDOM.normal(size=(6, 30, 2)).astype("float32"),
    "table": RANDOM.normal(size=(6, 5)).astype("float32"),
    "text": RANDOM.integers(0, 20, (6, 40)).astype("int32"),
    "audio": STEP.apply(objects([RANDOM.normal(0, 0.1, 4000).astype("float32") for _ in range(6)])),
}


def task_of(modality):
    rows = ROWS[modality]
    return Task(modality, rows.shape[1:], ("a", "b", "c"), rows.dtype.name, vocabulary=20 if modality == "text" else 0)


def facts_of(modality):
    return {"rate": 8000, "steps": [STEP.to_json()], "vocabulary": 20, "input_shape": list(ROWS[modality].shape[1:])}


def layer_of(name, modality, strength=None):
    strength = strength_of(name).domain.points()[-1] if strength is None else strength
    (layer,) = augmentation_layers({name: strength}, facts_of(modality))
    return layer


def rows_after(layer, rows, seed=None, training=True):
    """Return the rows that a layer gives, from the first draw of `seed` on."""
    if seed is not None:
        layer.seed_generator.state.assign([seed, 0])
    given = layer(tf.constant(rows), training=training)
    return np.asarray(given[0] if isinstance(given, tuple) else given)


@pytest.mark.parametrize("name", NAMES)
def test_its_facts_and_its_docstring_say_what_it_takes_and_what_strength_means(name):
    entry, parameter = AUGMENTATIONS.entries[name], strength_of(name)
    assert set(entry.facts) <= {"modalities", "kinds", "needs", "moves", "mixes"}
    assert set(entry.facts["modalities"]) <= set(MODALITIES)
    assert set(entry.facts.get("kinds", BOTH)) <= set(BOTH)
    assert "strength" in entry.text.lower()
    assert parameter.live
    assert isinstance(parameter.domain, Float)
    assert parameter.domain.low == 0
    assert len(parameter.domain.points()) == 2
    assert parameter.domain.points()[0] <= parameter.default <= parameter.domain.points()[1]


@pytest.mark.parametrize(("name", "modality"), CASES)
def test_rows_stay_as_they_are_out_of_training_and_at_strength_0(name, modality):
    rows = ROWS[modality]
    np.testing.assert_array_equal(rows_after(layer_of(name, modality), rows, training=False), rows)
    np.testing.assert_array_equal(rows_after(layer_of(name, modality, 0.0), rows), rows)


@pytest.mark.parametrize(("name", "modality"), CASES)
def test_a_compiled_batch_keeps_shape_and_dtype_and_repeats_by_its_seed(name, modality):
    layer, rows = layer_of(name, modality), ROWS[modality]
    step = tf.function(
        lambda x: layer(x, training=True), (tf.TensorSpec((None, *rows.shape[1:]), rows.dtype),), autograph=False
    )
    several = []
    for seed in (1, 1, 2):
        layer.seed_generator.state.assign([seed, 0])
        given = [step(tf.constant(rows)) for _ in range(4)]
        several.append(np.stack([part[0] if isinstance(part, tuple | list) else part for part in given]))
    assert several[0].shape == (4, *rows.shape)
    assert several[0].dtype == rows.dtype
    assert np.isfinite(several[0]).all()
    np.testing.assert_array_equal(several[0], several[1])
    assert (several[0] != several[2]).any()
    assert (several[0][0] != several[0][1]).any() or (several[0][0] != several[0][2]).any()
    assert step.experimental_get_tracing_count() == 1


# Rows that are the same mix to themselves.
OF_ROWS = [(name, modality) for name, modality in CASES if not AUGMENTATIONS.entries[name].facts.get("mixes")]


@pytest.mark.parametrize(("name", "modality"), OF_ROWS)
def test_every_row_has_draws_of_its_own(name, modality):
    rows = np.repeat(ROWS[modality][:1], 40, axis=0)
    after = rows_after(layer_of(name, modality), rows, seed=3)
    assert any((after[0] != other).any() for other in after[1:])


@pytest.mark.parametrize("name", augmentations_for("image"))
def test_pixels_stay_between_black_and_white(name):
    after = rows_after(layer_of(name, "image", strength_of(name).domain.high), (ROWS["image"] / 255).astype("float32"))
    assert after.min() >= 0.0
    assert after.max() <= 1.0
    layer, white = layer_of(name, "image", strength_of(name).default), np.full((6, 12, 10, 1), 255, "uint8")
    assert rows_after(layer, white).min() > 127  # no byte wraps around
    assert rows_after(layer, np.zeros_like(white)).max() < 128


@pytest.mark.parametrize(("name", "modality"), CASES)
def test_a_batch_of_one_row_is_taken(name, modality):
    assert rows_after(layer_of(name, modality), ROWS[modality][:1]).shape == (1, *ROWS[modality].shape[1:])


@pytest.mark.parametrize(("name", "modality"), CASES)
def test_the_model_of_a_program_knows_nothing_of_it(name, modality):
    builder, task = default_builders(modality)[0], task_of(modality)
    program = Program(Recipe(Source("x"), builder, augment={name: 0.1}), task, facts_of(modality))
    plain = build(builder, task)
    assert [weight.shape for weight in program.weights()] == [tuple(weight.shape) for weight in plain.weights]
    assert not layer_of(name, modality).weights
    assert all(type(layer).__module__ != f"zoo.augmentations.{name}" for layer in program.model._flatten_layers())


@pytest.mark.parametrize(("name", "modality"), CASES)
def test_all_its_strengths_share_one_program_and_its_absence_has_another(name, modality):
    recipes = [Recipe(Source("x"), default_builders(modality)[0], augment=a) for a in ({name: 0.0}, {name: 0.2}, {})]
    keys = [structure(recipe, task_of(modality)) for recipe in recipes]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("name", NAMES)
def test_a_strength_outside_its_range_and_data_that_it_does_not_suit_are_refused(name):
    modality, parameter = AUGMENTATIONS.entries[name].facts["modalities"][0], strength_of(name)
    with pytest.raises(BadValue, match=rf"augment\.{name} is -1; it must lie between 0 and"):
        checked_strengths({name: -1}, task_of(modality))
    assert checked_strengths({name: parameter.default}, task_of(modality)) == {name: parameter.default}
    for other in set(MODALITIES) - set(AUGMENTATIONS.entries[name].facts["modalities"]):
        with pytest.raises(Unsupported, match=rf"augment\.{name} does not suit {other} classification"):
            checked_strengths({name: parameter.default}, task_of(other))


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(UnknownName, match=r"no augmentation is named 'rotat'; did you mean 'rotate'\?"):
        checked_strengths({"rotat": 1.0}, task_of("image"))


def test_what_changes_a_quantity_is_not_offered_for_quantities():
    assert "scaling" in augmentations_for("series", "classification")
    assert "scaling" not in augmentations_for("series", "regression")
    with pytest.raises(Unsupported, match=r"augment\.scaling does not suit series regression"):
        checked_strengths({"scaling": 0.1}, Task("series", (30, 2)))


def test_images_are_moved_before_all_else_and_rows_are_mixed_after_it():
    named = [layer.name for layer in augmentation_layers({"mixup": 0.2, "blur": 0.5, "rotate": 5.0, "flip": 0.5}, {})]
    assert named == ["flip", "rotate", "blur", "mixup"]
