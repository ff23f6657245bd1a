"""What every optimizer promises: its paper's formula in float64, Keras's own, and values that change without a trace.

An entry of the registry without a formula here fails.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.contracts import optimizers as promised
from zoo.contracts.bench import Bench
from zoo.contracts.optimizers import require_resumed
from zoo.contracts.training import small_recipe
from zoo.live import live_values
from zoo.optimizers import FIRST, OPTIMIZERS, make_optimizer, names
from zoo.recipe import TrainConfig
from zoo.training.extras import OF_OPTIMIZER, of_optimizer
from zoo.training.updating import update_of

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

STEPS = 30
START = np.random.default_rng(0).normal(size=(3, 2))
USUAL = {"momentum": 0.9, "beta_1": 0.9, "beta_2": 0.999, "rho": 0.9}
CHANGING = {
    "momentum": (0.5, 0.8, 0.0),
    "beta_1": (0.5, 0.8, 0.95),
    "beta_2": (0.9, 0.99, 0.95),
    "rho": (0.5, 0.8, 0.99),
}


@pytest.fixture(scope="module")
def bench(workspace):
    with Bench(workspace) as made:
        yield made


def parameters_of(name):
    """Return the names of an optimizer's own values, read from its source."""
    return [argument.arg for argument in OPTIMIZERS.entries[name].node.args.kwonlyargs]


def decayed(w, at):
    return w * (1 - at["rate"] * at["decay"])


def sgd(w, g, memory, at):
    """Robbins 1951."""
    return decayed(w, at) - at["rate"] * g


def momentum(w, g, memory, at):
    """Polyak 1964: v = mu v - eta g, w += v."""
    memory["v"] = at["momentum"] * memory.get("v", 0.0) - at["rate"] * g
    return decayed(w, at) + memory["v"]


def nesterov(w, g, memory, at):
    """Sutskever 2013 at the point that is looked ahead to: the velocity as above, and once more of it."""
    memory["v"] = at["momentum"] * memory.get("v", 0.0) - at["rate"] * g
    return decayed(w, at) + at["momentum"] * memory["v"] - at["rate"] * g


def momentum_gradient(w, g, memory, at):
    memory["v"] = at["momentum"] * memory.get("v", 0.0) + g
    return decayed(w, at) - at["rate"] * memory["v"]


def momentum_average(w, g, memory, at):
    memory["v"] = at["momentum"] * memory.get("v", 0.0) + (1 - at["momentum"]) * g
    return decayed(w, at) - at["rate"] * memory["v"]


def rmsprop(w, g, memory, at):
    """Hinton 2012: over the root of a running mean of squares."""
    memory["s"] = at["rho"] * memory.get("s", 0.0) + (1 - at["rho"]) * g**2
    root = np.sqrt(memory["s"] + 1e-7) if at["form"] == "keras" else np.sqrt(memory["s"]) + 1e-8
    return decayed(w, at) - at["rate"] * g / root


def adagrad(w, g, memory, at):
    """Duchi 2011: over the root of the sum of squares."""
    memory["s"] = memory.get("s", 0.1 if at["form"] == "keras" else 0.0) + g**2
    root = np.sqrt(memory["s"] + 1e-7) if at["form"] == "keras" else np.sqrt(memory["s"]) + 1e-8
    return decayed(w, at) - at["rate"] * g / root


def adadelta(w, g, memory, at):
    """Zeiler 2012, algorithm 1."""
    epsilon, rho = (1e-7 if at["form"] == "keras" else 1e-6), at["rho"]
    memory["g"] = rho * memory.get("g", 0.0) + (1 - rho) * g**2
    step = -np.sqrt(memory.get("d", 0.0) + epsilon) / np.sqrt(memory["g"] + epsilon) * g
    memory["d"] = rho * memory.get("d", 0.0) + (1 - rho) * step**2
    return decayed(w, at) + at["rate"] * step


def moments(g, memory, at):
    """Kingma 2014, algorithm 1: both moments, corrected, and what corrects the second one."""
    for name, value in (("1", g), ("2", g**2)):
        beta = at[f"beta_{name}"]
        memory[name] = beta * memory.get(name, 0.0) + (1 - beta) * value
    corrections = [1 - at[f"beta_{name}"] ** at["step"] for name in ("1", "2")]
    return memory["1"] / corrections[0], memory["2"] / corrections[1], corrections[1]


def adam(w, g, memory, at):
    """Kingma 2014: algorithm 1, or the end of section 2, where epsilon is added before the correction."""
    mean, square, correction = moments(g, memory, at)
    epsilon = 1e-7 / np.sqrt(correction) if at["form"] == "keras" else 1e-8
    return decayed(w, at) - at["rate"] * mean / (np.sqrt(square) + epsilon)


def adamw(w, g, memory, at):
    """Loshchilov 2019, algorithm 2: the decay is not scaled by the learning rate; Keras's is."""
    if at["form"] == "keras":
        return adam(w, g, memory, at)
    mean, square, _ = moments(g, memory, at)
    return w - at["rate"] * mean / (np.sqrt(square) + 1e-8) - at["decay"] * w


FORMULAS = {
    function.__name__: function
    for function in (sgd, momentum, nesterov, momentum_gradient, momentum_average)
    + (rmsprop, adagrad, adadelta, adam, adamw)
}
OWN = {"adadelta": {"rho": 0.95}}  # defaults that are not the usual ones
TWO_FORMS = tuple(name for name in names() if "form" in parameters_of(name))
CASES = [(name, form) for name in names() for form in ("keras", "paper")[: 1 + (name in TWO_FORMS)]]


def gradients():
    """Return gradients (steps, 3, 2) whose size differs from weight to weight; one step has none."""
    found = np.random.default_rng(1).normal(size=(STEPS, *START.shape)) * [[1e-3, 1e-2], [0.1, 1.0], [10.0, 100.0]]
    found[7] = 0.0
    return found.astype("float32")


def values_at(name, form, step, live):
    """Return the values of a step, counted from 1: rates change twice, and so do Live ones where they are asked for."""
    part = (step - 1) // 10
    rate, decay = ((0.05, 0.0), (0.2, 0.3), (0.01, 0.02))[part]
    own = {key: CHANGING[key][part] for key in CHANGING} if live else {**USUAL, **OWN.get(name, {})}
    return {"rate": rate, "decay": decay, "form": form, "step": step, **own}


def by_formula(name, form, live):
    weights, memory = [START], {}
    for step, gradient in enumerate(gradients().astype("float64"), 1):
        weights.append(FORMULAS[name](weights[-1], gradient, memory, values_at(name, form, step, live)))
    return np.stack(weights[1:])


def by_program(name, form, live, step_of=update_of):
    """Return the weights after each step of one compiled function, and how often that was traced."""
    asked = {key: CHANGING[key][0] for key in CHANGING} if live else {}
    train = TrainConfig(optimizer=name, form=form, **asked)
    with live_values() as variables:
        optimizer = make_optimizer(name, 1.0, 1.0, **of_optimizer(train))
    variable = keras.Variable(START.astype("float32"))
    optimizer.build([variable])
    take = step_of(optimizer)
    step = tf.function(lambda gradient: take([gradient], [variable]), autograph=False)
    weights = []
    for number, gradient in enumerate(gradients(), 1):
        at = values_at(name, form, number, live)
        optimizer.learning_rate.assign(at["rate"])
        variables["weight_decay"].assign(at["decay"])
        for key in OF_OPTIMIZER if live else ():
            variables[key].assign(at[key])
        step(tf.constant(gradient))
        weights.append(variable.numpy())
    return np.stack(weights), step.experimental_get_tracing_count()


def require_near(weights, expected):
    assert np.all(np.abs(weights - expected) <= 3e-5 * np.abs(expected).max(axis=0))


@pytest.mark.parametrize("live", [False, True], ids=["usual", "live"])
@pytest.mark.parametrize(("name", "form"), CASES)
def test_thirty_steps_equal_the_papers_formula_while_values_change_without_a_new_trace(name, form, live):
    weights, traces = by_program(name, form, live)
    require_near(weights, by_formula(name, form, live))
    assert traces == 1


@pytest.mark.parametrize(("name", "form"), CASES)
def test_steps_by_keras_own_apply_are_the_same(name, form):
    weights, _ = by_program(name, form, False, lambda optimizer: optimizer.apply)
    require_near(weights, by_formula(name, form, False))


KERAS = {
    "adam": keras.optimizers.AdamW,
    "adamw": keras.optimizers.AdamW,
    "sgd": keras.optimizers.SGD,
    "momentum": lambda rate, **named: keras.optimizers.SGD(rate, 0.9, **named),
    "nesterov": lambda rate, **named: keras.optimizers.SGD(rate, 0.9, nesterov=True, **named),
    "rmsprop": keras.optimizers.RMSprop,
    "adagrad": keras.optimizers.Adagrad,
    "adadelta": keras.optimizers.Adadelta,
}


@pytest.mark.parametrize("name", KERAS)
def test_the_default_form_takes_keras_own_steps(name):
    taken = []
    for optimizer in (make_optimizer(name, 0.05, 0.02), KERAS[name](0.05, weight_decay=0.02)):
        variable = keras.Variable(START.astype("float32"))
        optimizer.build([variable])
        for gradient in gradients():
            optimizer.apply([tf.constant(gradient)], [variable])
        taken.append(variable.numpy())
    assert np.array_equal(*taken)


@pytest.mark.parametrize("name", names())
def test_outside_a_program_the_weight_decay_is_a_plain_number(name):
    optimizer = OPTIMIZERS.get(name)(0.1, 0.25)
    assert optimizer.weight_decay == 0.25
    assert float(optimizer.learning_rate) == pytest.approx(0.1)


@pytest.mark.parametrize("name", names())
def test_an_optimizer_is_made_again_from_what_keras_saves_of_it(name, bench):
    promised.stored(name, bench)


def test_names_keep_the_order_that_stored_studies_know():
    assert names()[:4] == FIRST
    assert sorted(names()) == list(OPTIMIZERS.names())


@pytest.mark.slow
def test_slots_saved_by_one_process_go_on_to_the_same_bits_in_a_fresh_one(bench):
    recipes = {f"{name}.{form}": small_recipe(optimizer=name, form=form) for name, form in CASES}
    require_resumed(recipes, bench)


@pytest.mark.parametrize("name", names())
def test_weights_stay_finite_at_extreme_gradients_and_it_descends(name, bench):
    promised.finite(name, bench)
    promised.lowered(name, bench)


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_rates_and_its_own_values_change_a_training_without_a_retrace_and_it_repeats(name, bench):
    promised.live(name, bench)
    promised.repeated(name, bench)
