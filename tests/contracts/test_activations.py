"""What every activation promises: its formula, its gradient, files of stock layers, Live values without a retrace."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import erf, expit

from zoo.activations import ACTIVATIONS, activate, pieces, values_of
from zoo.builders import build
from zoo.contracts import activations as promised
from zoo.contracts.bench import Bench
from zoo.contracts.fresh import require_loadable
from zoo.live import live_values
from zoo.recipe import Recipe, Source
from zoo.task import Task
from zoo.training.program import Program

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

NAMES = ACTIVATIONS.names()
SHAPES = [(6,), (5, 6), (4, 5, 6)]  # of a row: channels last
ASKED = {"elu": {"alpha": 1.7}, "leaky_relu": {"slope": 0.05}}  # values besides the defaults
LIVE = [(name, value) for name in NAMES for value in values_of(name)]
TASK = Task("table", (12,), ("a", "b", "c"))


@pytest.fixture(scope="module")
def bench(workspace):
    with Bench(workspace) as made:
        yield made


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def softmax(x):
    found = np.exp(x - x.max(axis=-1, keepdims=True))
    return found / found.sum(axis=-1, keepdims=True)


ORACLES = {  # from x and what is learned, a number a channel
    "sigmoid": lambda x, learned: expit(x),
    "tanh": lambda x, learned: 2 * expit(2 * x) - 1,
    "relu": lambda x, learned: np.maximum(x, 0),
    "leaky_relu": lambda x, learned, slope=0.2: np.where(x > 0, x, slope * x),
    "elu": lambda x, learned, alpha=1.0: elu(x, alpha),
    "selu": lambda x, learned: 1.0507009873554805 * elu(x, 1.6732632423543772),
    "softmax": lambda x, learned: softmax(x),
    "maxout": lambda x, learned: np.maximum(x[..., ::2], x[..., 1::2]),
    "prelu": lambda x, learned: np.where(x > 0, x, learned * x),
    "swish": lambda x, learned: x * expit(x),
    "swish_beta": lambda x, learned: x * expit(learned * x),
    "gelu": lambda x, learned: x * (1 + erf(x / np.sqrt(2))) / 2,
    "hard_swish": lambda x, learned: x * np.clip(x + 3, 0, 6) / 6,
    "hard_sigmoid": lambda x, learned: np.clip(x + 3, 0, 6) / 6,
}


def model_of(name, shape=(6,), **values):
    inputs = keras.Input((*shape[:-1], shape[-1] * pieces(name)))
    return keras.Model(inputs, activate(inputs, name, **values))


def random_learned(model):
    """Give what the model has learned random numbers, one a channel, and return them; None where it learns nothing."""
    if not model.weights:
        return None
    learned = np.random.default_rng(1).uniform(0.1, 0.9, model.weights[0].shape).astype("float32")
    model.set_weights([learned])
    return learned.reshape(-1).astype("float64")


def rows(shape, name):
    return np.random.default_rng(2).normal(0, 3, (7, *shape[:-1], shape[-1] * pieces(name))).astype("float32")


@pytest.mark.parametrize("name", NAMES)
def test_its_docstring_and_facts_say_what_it_is(name):
    entry = ACTIVATIONS.entries[name]
    assert set(entry.facts) <= {"plain", "pieces", "without"}
    assert set(entry.facts.get("without", ())) <= {"int8", "int16x8"}
    assert entry.summary.startswith("Return ")
    assert all(parameter.live for parameter in values_of(name).values())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_its_formula_in_float64(name, shape):
    for values in ({}, ASKED.get(name, {})):
        model, x = model_of(name, shape, **values), rows(shape, name)
        learned = random_learned(model)
        expected = ORACLES[name](x.astype("float64"), learned, **values)
        assert model.output_shape == (None, *shape)
        np.testing.assert_allclose(model(x, training=True), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_extreme_numbers_have_finite_answers_and_gradients(name, bench):
    promised.finite(name, bench)
    x = np.array([np.roll(promised.EXTREMES, place) for place in range(12)], "float32")
    model = model_of(name, (12 // pieces(name),))
    learned = random_learned(model)
    expected = ORACLES[name](x.astype("float64"), learned)
    np.testing.assert_allclose(model(x, training=True), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_its_gradient_is_the_formula_s_central_difference(name):
    values, x, random = ASKED.get(name, {}), rows((6,), name), np.random.default_rng(3)
    model = model_of(name, (6,), **values)
    learned, pull, way = random_learned(model), random.normal(size=(7, 6)), random.normal(size=x.shape)
    with tf.GradientTape() as tape:
        given = tf.constant(x)
        tape.watch(given)
        total = tf.reduce_sum(model(given, training=True) * tf.constant(pull, "float32"))
    found = np.sum(tape.gradient(total, given).numpy().astype("float64") * way)

    def at(step):
        return np.sum(ORACLES[name](x.astype("float64") + step * way, learned, **values) * pull)

    assert found == pytest.approx((at(1e-6) - at(-1e-6)) / 2e-6, rel=1e-4)


@pytest.mark.parametrize("name", [name for name in NAMES if name in keras.src.activations.ALL_OBJECTS_DICT])
def test_by_default_it_is_keras_s_own_of_this_name(name):
    x = rows((6,), name)
    np.testing.assert_allclose(model_of(name)(x), keras.activations.get(name)(x), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_outside_a_program_it_is_made_of_keras_alone_and_is_saved_and_loaded_safely(name, bench):
    promised.stock(name, bench, **ASKED.get(name, {}))


@pytest.mark.slow
def test_a_process_without_this_project_loads_them_all(bench):
    made = {name: promised.model_of(name, (5, 6), **ASKED.get(name, {})) for name in NAMES}
    require_loadable({name: (model, rows((5, 6), name)) for name, model in made.items()}, bench)


@pytest.mark.parametrize(("name", "value"), LIVE)
def test_in_a_program_it_answers_as_in_a_file(name, value):
    given = {"activation": name, "units": 8, "depth": 1, value: 0.37}
    with live_values() as variables:
        live_model = build("mlp", TASK, **given)
    for key, variable in variables.items():
        variable.assign(given.get(key, 0.0))
    stock = build("mlp", TASK, **given)
    stock.set_weights(live_model.get_weights())
    x = np.random.default_rng(4).normal(size=(9, 12)).astype("float32")
    np.testing.assert_allclose(live_model(x, training=False), stock(x, training=False), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", sorted({name for name, _ in LIVE}))
def test_a_live_value_changes_the_training_without_a_retrace(name, bench):
    promised.live(name, bench)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("relu", "elu")])
def test_a_seed_starts_a_program_with_it_alike(name):
    program = Program(Recipe(Source("x"), "mlp", {"activation": name, "units": 8}), TASK)
    live = dict.fromkeys(program._live, 0.1) | {"learning_rate": 0.1}
    starts = []
    for seed in (5, 5, 6):
        program.reset(seed, live)
        starts.append(program.weights())
    assert all((one == other).all() for one, other in zip(starts[0], starts[1], strict=True))
    assert any((one != other).any() for one, other in zip(starts[0], starts[2], strict=True))


OPERATORS = {"elu": "ELU", "leaky_relu": "LEAKY_RELU", "prelu": "PRELU", "gelu": "GELU", "hard_swish": "HARD_SWISH"}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_its_files_have_builtin_operators_and_integers_as_far_as_its_facts_say(name, bench):
    operators = promised.exported(name, bench, **ASKED.get(name, {}))
    assert name not in OPERATORS or OPERATORS[name] in operators["float32"]
