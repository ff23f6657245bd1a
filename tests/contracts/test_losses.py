"""What every loss promises: its formula, its gradient, finite numbers, Live settings without a retrace."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.contracts import losses as promised
from zoo.contracts.bench import Bench
from zoo.losses import LOSSES, settings_of
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.space import space_of
from zoo.training.program import Program

from ..zoo.training.few import few_rows

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

NAMES = LOSSES.names()
ROWS, CLASSES = 40, 4
ASKED = {  # settings besides the defaults
    "cross_entropy": {"label_smoothing": 0.2},
    "binary_cross_entropy": {"label_smoothing": 0.2},
    "kl_divergence": {"label_smoothing": 0.2},
    "focal": {"focal_gamma": 0.7},
    "huber": {"huber_delta": 0.4},
    "quantile": {"quantile": 0.8},
}
CASES = [*((name, {}) for name in NAMES), *ASKED.items()]
EXTREMES = np.array([1e4, -1e4, 0.0, 1e-40, -1e-40, 1.0, -1.0, 88.0])


@pytest.fixture(scope="module")
def bench(workspace):
    with Bench(workspace) as made:
        yield made


def log_softmax(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def one_hot(y, scores):
    return np.eye(scores.shape[1])[y]


def targets(y, scores, smoothing):
    return (1 - smoothing) * one_hot(y, scores) + smoothing / scores.shape[1]


def cross_entropy(y, scores, label_smoothing=0.0):
    return -np.sum(targets(y, scores, label_smoothing) * log_softmax(scores), axis=1)


def binary_cross_entropy(y, scores, label_smoothing=0.0):
    logit, target = scores[:, 1] - scores[:, 0], y * (1 - label_smoothing) + label_smoothing / 2
    return target * np.logaddexp(0, -logit) + (1 - target) * np.logaddexp(0, logit)


def kl_divergence(y, scores, label_smoothing=0.0):
    wanted = targets(y, scores, label_smoothing)
    logs = np.log(np.where(wanted > 0, wanted, 1.0))
    return np.sum(wanted * (logs - log_softmax(scores)), axis=1)


def focal(y, scores, focal_gamma=2.0):
    probabilities = np.exp(log_softmax(scores))
    missed = np.sum(probabilities * (1 - one_hot(y, scores)), axis=1)
    return missed**focal_gamma * cross_entropy(y, scores)


def hinge(y, scores):
    own = scores[np.arange(len(y)), y]
    others = np.where(one_hot(y, scores) == 1, -np.inf, scores)
    return np.maximum(0, 1 + others.max(axis=1) - own)


def soft_f1(y, scores, weights):
    found, wanted = np.exp(log_softmax(scores)), one_hot(y, scores)
    hits, wrong, missed = (
        np.sum(weights[:, np.newaxis] * part, axis=0)
        for part in (found * wanted, found * (1 - wanted), (1 - found) * wanted)
    )
    return 1 - np.mean(2 * hits / (2 * hits + wrong + missed + 1e-7))


def over_horizon(losses):
    return losses.mean(axis=1) if losses.ndim > 1 else losses


def errors(y, scores):
    return scores - y if y.ndim > 1 else scores[:, 0] - y


def huber(y, scores, huber_delta=1.0):
    error = np.abs(errors(y, scores))
    return over_horizon(np.where(error <= huber_delta, error**2 / 2, huber_delta * (error - huber_delta / 2)))


def quantile(y, scores, quantile=0.5):
    missing = -errors(y, scores)
    return over_horizon(np.where(missing > 0, quantile * missing, (quantile - 1) * missing))


ORACLES = {
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
    "kl_divergence": kl_divergence,
    "focal": focal,
    "hinge": hinge,
    "soft_f1": soft_f1,
    "mse": lambda y, scores: over_horizon(errors(y, scores) ** 2),
    "mae": lambda y, scores: over_horizon(np.abs(errors(y, scores))),
    "huber": huber,
    "quantile": quantile,
}


def is_of_classes(name):
    return "classification" in LOSSES.entries[name].facts["kinds"]


def classes_of(name):
    return LOSSES.entries[name].facts.get("classes", CLASSES)


def answers_for(name, horizon=1, seed=0):
    """Return targets, scores and, where the loss takes them, weights of random rows, float64."""
    random = np.random.default_rng(seed)
    if not is_of_classes(name):
        y, scores = random.normal(size=(2, ROWS, horizon))
        return (y if horizon > 1 else y[:, 0], scores)
    classes = classes_of(name)
    y, scores = random.integers(0, classes, ROWS), random.normal(0, 3, (ROWS, classes))
    return (y, scores, *weights_for(name, random.uniform(0.5, 2, ROWS)))


def weights_for(name, weights):
    return (weights,) if LOSSES.entries[name].facts.get("whole_batch") else ()


def tensors(y, *rest):
    return (tf.constant(y, "int32" if y.dtype.kind == "i" else "float32"), *(tf.constant(x, "float32") for x in rest))


def live(values):
    """Return the settings as a compiled program has them."""
    return {name: tf.Variable(value, dtype="float32") for name, value in values.items()}


@pytest.mark.parametrize("name", NAMES)
def test_its_facts_and_settings_are_known_to_the_training(name):
    entry, space = LOSSES.entries[name], space_of(TrainConfig)
    assert set(entry.facts) <= {"kinds", "classes", "whole_batch"}
    assert set(entry.facts["kinds"]) <= {"classification", "regression"}
    assert entry.summary.startswith("Return ")
    for setting in settings_of(name):
        assert space[setting].live
        assert space[setting].when.parent == "loss"
        assert name in space[setting].when.values


def test_each_setting_of_a_loss_is_for_losses_that_take_it():
    for setting, parameter in space_of(TrainConfig).items():
        if parameter.when is not None and parameter.when.parent == "loss":
            assert set(parameter.when.values) - {"auto"} == {name for name in NAMES if setting in settings_of(name)}


@pytest.mark.parametrize(("name", "values"), CASES)
def test_it_is_its_formula_in_float64(name, values):
    for horizon in (1,) if is_of_classes(name) else (1, 3):
        given = answers_for(name, horizon)
        found = LOSSES.get(name)(*tensors(*given), **live(values))
        assert found.dtype == "float32"
        np.testing.assert_allclose(found, ORACLES[name](*given, **values), rtol=2e-5, atol=1e-6)
        if not values:
            defaults = {one: space_of(TrainConfig)[one].default for one in settings_of(name)}
            same = LOSSES.get(name)(*tensors(*given), **live(defaults))
            np.testing.assert_allclose(found, same, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("name", "values"), CASES)
def test_extreme_scores_have_finite_losses_and_gradients(name, values, bench):
    promised.finite(name, bench, **values)
    if is_of_classes(name):
        scores = np.array([np.roll(EXTREMES, place)[: classes_of(name)] for place in range(len(EXTREMES))])
        y = np.arange(len(scores)) % classes_of(name)
    else:
        y, scores = np.roll(EXTREMES, 3), EXTREMES[:, np.newaxis]
    given = (y, scores, *weights_for(name, np.ones(len(y))))
    y, scores, *weights = tensors(*given)
    losses = LOSSES.get(name)(y, scores, *weights, **live(values))
    np.testing.assert_allclose(losses, ORACLES[name](*given, **values), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("name", "values"), CASES)
def test_its_gradient_is_the_formula_s_central_difference(name, values):
    y, scores, *weights = answers_for(name, seed=1)
    random = np.random.default_rng(2)
    way, pull = random.normal(size=scores.shape), random.normal(size=ROWS)
    truth, given, *weighing = tensors(y, scores, *weights)
    with tf.GradientTape() as tape:
        tape.watch(given)
        losses = LOSSES.get(name)(truth, given, *weighing, **live(values))
        total = tf.reduce_sum(losses * tf.constant(pull, "float32"))
    found = np.sum(tape.gradient(total, given).numpy().astype("float64") * way)

    def at(step):
        return np.sum(ORACLES[name](y, scores + step * way, *weights, **values) * pull)

    assert found == pytest.approx((at(1e-6) - at(-1e-6)) / 2e-6, rel=1e-3)


KERAS = {
    "mse": (keras.losses.MeanSquaredError, {}),
    "mae": (keras.losses.MeanAbsoluteError, {}),
    "huber": (lambda **named: keras.losses.Huber(delta=0.4, **named), {"huber_delta": 0.4}),
    "cross_entropy": (
        lambda **named: keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2, **named),
        {"label_smoothing": 0.2},
    ),
    "focal": (
        lambda **named: keras.losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=0.7, from_logits=True, **named),
        {"focal_gamma": 0.7},
    ),
}


@pytest.mark.parametrize("name", sorted(KERAS))
def test_it_is_keras_s_own_where_there_is_one(name):
    y, scores = answers_for(name)
    make, values = KERAS[name]
    truth = one_hot(y, scores) if is_of_classes(name) else y[:, np.newaxis]
    theirs = make(reduction=None)(truth, scores.astype("float32"))
    np.testing.assert_allclose(LOSSES.get(name)(*tensors(y, scores), **values), theirs, rtol=1e-4, atol=1e-5)


def test_two_classes_have_the_same_cross_entropy_in_either_form():
    given = answers_for("binary_cross_entropy")
    for values in ({}, ASKED["cross_entropy"]):
        forms = [LOSSES.get(name)(*tensors(*given), **values) for name in ("binary_cross_entropy", "cross_entropy")]
        np.testing.assert_allclose(*forms, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_trainings_lower_it_and_repeat_by_their_seed(name, bench):
    promised.lowered(name, bench)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if settings_of(name)])
def test_a_setting_changes_a_training_without_a_retrace(name, bench):
    promised.live(name, bench)


@pytest.mark.often("cross_entropy", "focal", "quantile")
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_process_makes_a_model_again_that_was_trained_by_it(name, bench):
    promised.rebuilt(name, bench)


def test_the_usual_loss_of_a_task_named_or_not_has_one_and_the_same_graph(digits):
    """Whose operations are fewer than those with a setting that is on."""
    splits, counts = few_rows(digits, "table"), {}
    asked = {"auto": {}, "named": {"loss": "cross_entropy"}, "smoothed": {"label_smoothing": 0.1}, "l1": {"l1": 0.1}}
    for key, some in asked.items():
        program = Program(Recipe(Source("x"), "mlp", train=TrainConfig(**some)), splits.task)
        program._steps._concrete = program._steps._function.get_concrete_function()
        counts[key] = program._steps.operations
    assert counts["auto"] == counts["named"] < min(counts["smoothed"], counts["l1"])
