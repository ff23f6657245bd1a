"""Mixed precision: every builder trains, overflowing steps are left out, and what is kept is float32."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.builders import builders_for
from zoo.errors import Diverged
from zoo.task import Task
from zoo.training.feeding import data_of
from zoo.training.fitting import fit
from zoo.training.precision import FIRST_SCALE, PATIENCE, LossScale, Unscaled, computing_in, loss_scale
from zoo.training.tally import Tally
from zoo.workspace import Workspace, structure

from .few import OWN, few_digits
from .oracle import RATES, by_engine, compiled_by_keras, distance, live_of, recipe, same, visits

MIXED = ("mixed_bfloat16", "mixed_float16")
MARKS = {"mlp": (), "cnn": pytest.mark.slow, "resnet": pytest.mark.slow}
CASES = [
    pytest.param(builder, precision, marks=MARKS.get(builder, (pytest.mark.slow, pytest.mark.patient)))
    for builder in builders_for("image")
    if builder in OWN
    for precision in MIXED
]
DIGITS = {"bfloat16": 8, "float16": 11}  # bits of a number's digits
pytestmark = pytest.mark.usefixtures("workspace")


def state_after(program, wanted, rows):
    program.reset(wanted.seed, live_of(wanted))
    steps = -(-len(rows) // 32)
    program.run(data_of(rows), tf.range(len(rows)), (0, steps), 32, Tally.zero())
    return program.state()


@pytest.mark.parametrize(("builder", "precision"), CASES)
def test_every_builder_trains_about_as_in_float32(workspace, digits, builder, precision):
    wanted = recipe(builder, epochs=3, dropout=0.2, precision=precision, learning_rate=1e-2)
    plain = fit(replace(wanted, train=replace(wanted.train, precision="float32")), digits, workspace)
    mixed = fit(wanted, digits, workspace)
    assert all(np.isfinite(list(logs.values())).all() for logs in mixed.history)
    assert mixed.history[-1]["val/accuracy"] == pytest.approx(plain.history[-1]["val/accuracy"], abs=0.1)
    assert distance(mixed.weights, plain.weights) > 0


@pytest.mark.parametrize("precision", MIXED)
def test_layers_compute_in_half_and_weights_are_float32_as_is_the_model_to_keep(workspace, digits, precision):
    wanted = recipe("mlp", epochs=1, precision=precision)
    program = workspace.program(wanted, digits.task, rows=len(digits.train))
    assert program.model.layers[-1].compute_dtype == precision.removeprefix("mixed_")
    assert {weight.dtype for weight in program.model.weights} == {"float32"}
    kept = fit(wanted, digits, workspace).model()
    assert {layer.compute_dtype for layer in kept.layers if layer.weights} == {"float32"}
    assert {weight.dtype for weight in kept.weights} == {"float32"}


@pytest.mark.parametrize("precision", MIXED)
def test_weights_are_those_of_keras_fit_to_the_digits_of_the_precision(workspace, digits, precision):
    few = few_digits(digits)
    wanted = recipe("mlp", epochs=1, precision=precision, optimizer="momentum", learning_rate=RATES["momentum"])
    ours = by_engine(wanted, few, workspace)
    with computing_in(precision):
        model = compiled_by_keras(wanted, digits.task, ours.weights[0])
    if precision == "mixed_float16":
        assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    order = visits(wanted, 1, few.train)
    model.fit(few.train.x[order], few.train.y[order], batch_size=32, epochs=1, shuffle=False, verbose=0)
    moved = distance(ours.weights[0], ours.weights[1])
    assert distance(ours.weights[1], model.get_weights()) < moved * 2.0 ** -(DIGITS[precision[6:]] - 4)


def test_the_precision_is_structure_and_the_policy_is_as_before():
    asked = [recipe("mlp", precision=precision) for precision in ("float32", *MIXED)]
    assert len({structure(wanted, Task("table", (3,), ("a", "b"))) for wanted in asked}) == 3
    with pytest.raises(RuntimeError), computing_in("mixed_float16"):
        raise RuntimeError
    assert keras.config.dtype_policy().name == "float32"


def test_only_float16_is_scaled():
    assert isinstance(loss_scale("mixed_float16"), LossScale)
    for precision in ("float32", "mixed_bfloat16"):
        assert type(loss_scale(precision)) is Unscaled


def test_a_step_that_overflows_is_left_out_and_halves_the_scale_and_many_good_ones_double_it():
    scale, taken = LossScale(), tf.Variable(0)

    @tf.function
    def step(norm):
        return scale.applied(norm, lambda: taken.assign_add(1))

    assert float(step(tf.constant(np.inf))) == 0
    assert (int(taken), float(scale.scale)) == (0, FIRST_SCALE / 2)
    for _ in range(PATIENCE):
        assert float(step(tf.constant(2.0))) == 2
    assert (int(taken), float(scale.scale), int(scale.good_steps)) == (PATIENCE, FIRST_SCALE, 0)


def test_what_is_not_finite_at_scale_one_is_taken_and_so_diverges(workspace, digits):
    scale, taken = LossScale(), tf.Variable(0)
    scale.scale.assign(1.0)
    scale.applied(tf.constant(np.nan), lambda: taken.assign_add(1))
    assert int(taken) == 1
    wanted = recipe("mlp", epochs=30, precision="mixed_float16", learning_rate=10.0, weight_decay=1.0)
    with pytest.raises(Diverged):
        fit(wanted, few_digits(digits), workspace)


def test_gradients_are_unscaled_before_the_penalty_and_clipping():
    scale = LossScale()
    with tf.GradientTape() as tape:
        x = tf.constant(3.0)
        tape.watch(x)
        loss = scale.scaled(x * x)
    assert float(scale.unscaled([tape.gradient(loss, x)])[0]) == 6


def test_a_reset_program_gives_the_bits_of_a_fresh_one_and_its_state_holds_the_scale(workspace, digits):
    few, wanted = few_digits(digits).train, recipe("mlp", dropout=0.3, precision="mixed_float16")
    program = workspace.program(wanted, digits.task, rows=70)
    first = state_after(program, wanted, few)
    assert first["scale.1"] == 3
    program.restore({**first, "scale.0": np.float32(1.0)})
    again = state_after(program, wanted, few)
    fresh = state_after(Workspace(1).program(wanted, digits.task, rows=70), wanted, few)
    assert same(first.values(), again.values())
    assert same(first.values(), fresh.values())


@pytest.mark.slow
@pytest.mark.parametrize("augment", ["noise", "shift", "rotate", "mixup"])
def test_augmentations_stay_as_they_are(workspace, digits, augment):
    wanted = replace(recipe("cnn", epochs=1, precision="mixed_float16"), augment={augment: 0.1})
    plain = replace(wanted, train=replace(wanted.train, precision="float32"))
    losses = [fit(asked, few_digits(digits), workspace).history[-1]["train/log_loss"] for asked in (wanted, plain)]
    assert losses[0] == pytest.approx(losses[1], rel=0.02)


@pytest.mark.slow
def test_xla_serves_mixed_precision(workspace, digits):
    few = few_digits(digits)
    for precision in MIXED:
        wanted = recipe("mlp", precision=precision, jit_compile=True)
        plain = replace(wanted, train=replace(wanted.train, jit_compile=False))
        ours, graph = (fit(asked, few, workspace) for asked in (wanted, plain))
        assert distance(ours.weights, graph.weights) < 0.02
