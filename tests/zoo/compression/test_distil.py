"""Distillation: a pupil comes to answer as its teacher, and keeps its own structure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.compression import compress, compression_space
from zoo.compression.distil import distil
from zoo.errors import BadValue, Unsupported
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit


@pytest.fixture(scope="module")
def pupil(digits, workspace):
    """A small model that was hardly trained."""
    train = TrainConfig(epochs=1, patience=30, learning_rate=3e-3)
    return fit(
        Recipe(Source("digits"), "mlp", {"depth": 1, "units": 16, "dropout": 0.0}, train=train), digits, workspace
    )


def divergence(teacher, pupil):
    return float((teacher * np.log(np.maximum(teacher, 1e-9) / np.maximum(pupil, 1e-9))).sum(axis=1).mean())


def test_a_pupil_comes_to_answer_as_its_teacher_on_rows_that_neither_has_seen(pupil, champions, digits, workspace):
    found = distil(
        pupil, digits, workspace, teacher=champions["cnn"], share=1.0, epochs=25, learning_rate=1e-2, temperature=2.0
    )
    teacher, before, after = (one.predict(digits.validation.x) for one in (champions["cnn"], pupil, found))
    assert divergence(teacher, after) < 0.5 * divergence(teacher, before)
    assert np.mean(after.argmax(axis=1) == teacher.argmax(axis=1)) > 0.9
    assert [one.shape for one in found.weights] == [one.shape for one in pupil.weights]


def test_as_a_step_it_names_its_teacher_in_the_recipe_and_goes_on_with_the_curve(pupil, digits, workspace):
    step = {"method": "distil", "teacher": "logistic", "epochs": 3}
    found = compress(pupil, digits, step, workspace=workspace)
    (done,) = found.recipe.compress
    assert (done["teacher"], done["temperature"], done["epochs"]) == ("logistic", 4.0, 3)
    assert Recipe.from_json(found.recipe.to_json()) == found.recipe
    assert len(found.history) == len(pupil.history) + 3
    assert found.at_best("val")["val/accuracy"] == pytest.approx(
        float(np.mean(found.predict(digits.validation.x).argmax(axis=1) == digits.validation.y))
    )


def test_a_pupil_of_quantities_learns_from_a_teacher_s(diabetes, workspace):
    train = TrainConfig(epochs=2, learning_rate=3e-3)
    pupil = fit(Recipe(Source("diabetes"), "mlp", {"units": 8, "dropout": 0.0}, train=train), diabetes, workspace)
    answers = diabetes.train.x[:, :1].astype("float32")
    found = distil(pupil, diabetes, workspace, teacher=answers, share=1.0, epochs=20, learning_rate=1e-2)
    before, after = (np.abs(one.predict(diabetes.train.x) - answers).mean() for one in (pupil, found))
    assert after < before


@pytest.mark.parametrize("teacher", ["", 7, None, ["boosting"]])
def test_a_step_s_teacher_must_be_text(pupil, digits, teacher):
    with pytest.raises(BadValue, match="must be original, boosting, logistic, linear, or another text"):
        compress(pupil, digits, {"method": "distil", "teacher": teacher}, workspace=object())


def test_which_teacher_is_no_part_of_what_a_study_draws():
    parameter = compression_space("distil")["teacher"]
    assert parameter.domain.points() == ()
    assert parameter.domain.check("runs/champion", "distil.teacher") == "runs/champion"


def test_a_pupil_is_as_it_was(pupil, digits, workspace):
    before = [weight.copy() for weight in pupil.weights]
    distil(pupil, digits, workspace, teacher="logistic", epochs=1)
    assert all(map(np.array_equal, pupil.weights, before))


@pytest.mark.slow
def test_the_original_is_the_model_before_the_first_step(champions, digits, workspace):
    narrow = {"method": "channels", "share": 0.5, "rounds": 1, "epochs": 0}
    lesson = {"method": "distil", "share": 1.0, "epochs": 2, "learning_rate": 3e-3}
    model = champions["mlp"]
    by_name = compress(model, digits, narrow, {**lesson, "teacher": "original"}, workspace=workspace)
    by_hand = distil(
        compress(model, digits, narrow, workspace=workspace),
        digits,
        workspace,
        **{
            **{name: value for name, value in lesson.items() if name != "method"},
            "teacher": model,
        },
    )
    assert all(map(np.array_equal, by_name.weights, by_hand.weights))
    assert by_name.recipe.compress[1]["teacher"] == "original"


def test_of_a_compressed_model_whose_original_is_gone_that_is_said(champions, digits, workspace):
    narrow = compress(champions["mlp"], digits, {"method": "channels", "epochs": 0}, workspace=workspace)
    with pytest.raises(Unsupported, match="as it was before it was made smaller is not at hand; begin with that one"):
        compress(replace(narrow, before=None), digits, {"method": "distil", "teacher": "original"}, workspace=workspace)
