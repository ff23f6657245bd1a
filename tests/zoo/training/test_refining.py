"""refine: training goes on from the weights of a network, alone or with a teacher."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

from zoo.errors import BadValue, TooSlow
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit
from zoo.training.refining import Teacher, refine

TRAIN = TrainConfig(epochs=2, patience=2, learning_rate=3e-3)


@pytest.fixture(scope="module")
def trained(workspace, digits):
    recipe = Recipe(Source("digits"), "mlp", {"depth": 1, "units": 16, "dropout": 0.0}, train=TRAIN, seed=3)
    return fit(recipe, digits, workspace)


def test_from_the_start_weights_of_a_training_it_takes_the_same_steps(trained, workspace, digits):
    program = workspace.program(trained.recipe, digits.task)
    untrained = replace(trained, weights=())
    with program.taken():
        program.reset(trained.recipe.seed, {**dict.fromkeys(program._live, 0.0), "learning_rate": TRAIN.learning_rate})
        network = untrained.network()
        network.set_weights(program.weights())
    found = refine(network, trained, digits, workspace, {})
    assert all(map(np.array_equal, found.network.get_weights(), trained.weights))
    assert (found.history, found.epoch) == (trained.history, trained.epoch)


def test_the_network_holds_the_weights_of_the_best_epoch(trained, workspace, digits):
    found = refine(trained.network(), trained, digits, workspace, {"epochs": 3, "patience": 3})
    scores = found.network.predict(digits.validation.x, verbose=0)
    accuracy = float(np.mean(scores.argmax(axis=1) == digits.validation.y))
    assert accuracy == pytest.approx(found.history[found.epoch - 1]["val/accuracy"])
    assert len(found.history) == 3


def test_what_was_trained_before_is_as_it_was(trained, workspace, digits):
    before = [weight.copy() for weight in trained.weights]
    refine(trained.network(), trained, digits, workspace, {"epochs": 1})
    assert all(map(np.array_equal, trained.weights, before))


def test_a_pupil_of_another_structure_learns_from_a_teacher_alone(trained, workspace, digits):
    small = replace(trained, recipe=replace(trained.recipe, model={"depth": 1, "units": 8, "dropout": 0.0}), weights=())
    keras.utils.set_random_seed(0)
    teacher = trained.network().predict(digits.train.x, verbose=0)
    changes = {"epochs": 12, "patience": 12, "learning_rate": 1e-2}
    found = refine(small.network(), small, digits, workspace, changes, Teacher(teacher, share=1.0))
    answers = found.network.predict(digits.validation.x, verbose=0).argmax(axis=1)
    taught = trained.predict(digits.validation.x).argmax(axis=1)
    assert np.mean(answers == taught) > 0.8
    assert "train/loss" in found.history[0]
    assert "train/log_loss" not in found.history[0]


@pytest.mark.slow
def test_a_teachers_scores_are_of_rows_as_they_are_so_none_is_augmented(workspace, digits):
    recipe = Recipe(Source("digits"), "cnn", {"stages": 1, "filters": 4, "dropout": 0.0}, train=TRAIN, seed=3)
    plain = fit(recipe, digits, workspace)
    shifted = replace(plain, recipe=replace(recipe, augment={"shift": 0.3}))
    teacher = Teacher(plain.network().predict(digits.train.x, verbose=0))
    weights = [
        refine(one.network(), one, digits, workspace, {}, teacher).network.get_weights() for one in (plain, shifted)
    ]
    assert all(map(np.array_equal, *weights))
    assert not all(
        map(np.array_equal, weights[0], refine(shifted.network(), shifted, digits, workspace, {}).network.get_weights())
    )


def test_a_teacher_of_other_rows_is_refused_with_both_shapes(trained, workspace, digits):
    with pytest.raises(BadValue, match=r"scores are \(3, 10\); they must be \(1078, 10\)"):
        refine(trained.network(), trained, digits, workspace, {}, Teacher(np.zeros((3, 10))))


def test_a_teacher_that_is_sure_beyond_numbers_is_refused(trained, workspace, digits):
    scores = np.full((len(digits.train), 10), -np.inf)
    with pytest.raises(BadValue, match="not all finite"):
        refine(trained.network(), trained, digits, workspace, {}, Teacher(scores))


def test_within_a_time_that_is_up_there_is_no_half_of_a_lesson(trained, workspace, digits):
    network, changes = trained.network(), {"epochs": 10_000, "patience": 10_000}
    with pytest.raises(TooSlow, match="up"), workspace.within(0.5):
        refine(network, trained, digits, workspace, changes)
    assert workspace.left_s is None
