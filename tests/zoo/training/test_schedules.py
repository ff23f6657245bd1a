"""Schedules are the formulas of their papers, step by step, and Keras's own where it has them."""

from __future__ import annotations

from math import cos, pi

import numpy as np
import pytest

from zoo.recipe import TrainConfig
from zoo.training.schedules import multipliers, plateaus

EPOCHS, STEPS = 12, 7
ALL = EPOCHS * STEPS


def whole(schedule: str, **named):
    """Return the multipliers of all steps of a training, one epoch after the other."""
    train = TrainConfig(epochs=EPOCHS, schedule=schedule, **named)
    return np.concatenate([multipliers(train, epoch, STEPS) for epoch in range(1, EPOCHS + 1)])


def test_a_constant_rate_stays_and_warms_up_in_a_line():
    assert whole("constant").tolist() == [1.0] * ALL
    warm = whole("constant", warm_up=0.25)
    np.testing.assert_allclose(warm[:21], np.arange(1, 22) / 21)
    assert np.all(warm[21:] == 1)


def test_a_cosine_falls_from_one_to_its_end():
    expected = [0.1 + 0.9 * (1 + cos(pi * step / ALL)) / 2 for step in range(ALL)]
    np.testing.assert_allclose(whole("cosine", rate_end=0.1), expected)


def test_a_cosine_after_a_warm_up_falls_over_what_is_left():
    found = whole("cosine", warm_up=0.25)
    expected = [(1 + cos(pi * step / 63)) / 2 for step in range(63)]
    np.testing.assert_allclose(found[21:], expected, atol=1e-12)
    assert np.all(np.diff(found[:21]) > 0)


def test_warm_restarts_are_each_twice_as_long():
    found = whole("cosine", restarts=2)
    lengths = 12, 24, 48  # of 84 steps: one, two and four sevenths
    expected = [(1 + cos(pi * step / length)) / 2 for length in lengths for step in range(length)]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_an_exponential_loses_the_same_share_each_step():
    np.testing.assert_allclose(whole("exponential", rate_end=0.2), 0.2 ** (np.arange(ALL) / ALL))
    np.testing.assert_allclose(whole("exponential")[ALL // 2], 0.1)


def test_one_cycle_rises_for_three_tenths_and_falls_to_next_to_nothing():
    found = whole("one_cycle")
    top = int(np.argmax(found))
    assert found[0] == pytest.approx(1 / 25)
    assert top / ALL == pytest.approx(0.3, abs=1 / ALL)
    assert np.all(np.diff(found[: top + 1]) > 0)
    assert np.all(np.diff(found[top:]) < 0)
    assert found[-1] < 0.01
    middle = 0.3 + 0.7 / 2  # of the fall
    expected = 4e-6 + (1 - 4e-6) / 2
    assert np.interp(middle, np.arange(ALL) / ALL, found) == pytest.approx(expected, abs=0.01)


def test_a_plateau_makes_the_rate_smaller_and_never_smaller_than_its_end():
    train = TrainConfig(epochs=EPOCHS, schedule="reduce_on_plateau", plateau_factor=0.1, rate_end=0.005)
    falling, flat = [5.0, 4.0, 3.0], [3.0, 3.0]
    assert multipliers(train, 4, STEPS, falling).tolist() == [1.0] * STEPS
    np.testing.assert_allclose(multipliers(train, 6, STEPS, falling + flat), 0.1)
    np.testing.assert_allclose(multipliers(train, 8, STEPS, falling + flat * 2), 0.01)
    np.testing.assert_allclose(multipliers(train, 10, STEPS, falling + flat * 3), 0.005)


@pytest.mark.parametrize("patience", [1, 2, 3])
def test_plateaus_are_those_that_keras_finds(patience):
    keras = pytest.importorskip("keras")
    losses = [3.0, 2.0, 2.5, 2.1, 1.5, 1.5, 1.6, 1.4, 1.4, 1.4, 1.4, 1.4, 1.3, 1.5, 1.5, 1.5]
    callback = keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=patience, min_delta=0.0)

    class Model:
        class optimizer:
            learning_rate = 1.0

    callback.set_model(Model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        assert Model.optimizer.learning_rate == 0.5 ** plateaus(losses[: epoch + 1], patience)
    assert plateaus(losses, patience) > 0


def test_losses_that_hardly_fall_are_a_plateau():
    assert plateaus([1.0, 0.99999, 0.99998], 2) == 1
    assert plateaus([1.0, 0.999, 0.998], 2) == 0


def test_a_share_of_the_rows_keeps_the_schedule_of_the_epochs():
    train = TrainConfig(epochs=EPOCHS, schedule="cosine")
    few, many = multipliers(train, 5, 4), multipliers(train, 5, 40)
    np.testing.assert_allclose(many[::10], few)


def test_every_schedule_stays_between_nothing_and_the_whole_rate():
    for schedule in ("cosine", "one_cycle", "exponential"):
        found = whole(schedule, warm_up=0.5, restarts=3 if schedule == "cosine" else 0)
        assert np.all((found > 0) & (found <= 1 + 1e-12))


def test_the_cosine_is_keras_own_with_restarts_too():
    keras = pytest.importorskip("keras")
    theirs = keras.optimizers.schedules.CosineDecayRestarts(1.0, first_decay_steps=12, t_mul=2.0, m_mul=1.0)
    expected = [float(theirs(step)) for step in range(ALL)]
    assert np.abs(whole("cosine", restarts=2) - expected).max() < 1e-5
