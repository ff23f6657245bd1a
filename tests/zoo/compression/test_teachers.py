"""Teachers: whoever it is, scores come one row a training row, and nobody who may know the answers is asked."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from zoo.baselines import baselines
from zoo.compression._teachers import scores_of
from zoo.errors import BadData, BadValue, UnknownName, Unsupported
from zoo.recipe import Source, TrainConfig
from zoo.trained import save_weights
from zoo.training.fitting import fit


def softmax(scores):
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


@pytest.fixture
def pupil(champions):
    """A model that no teacher of these tests is."""
    champion = champions["mlp"]
    recipe = replace(champion.recipe, model={"depth": 1, "units": 8}, train=TrainConfig(epochs=1))
    return replace(champion, recipe=recipe, weights=())


@pytest.fixture
def scores(pupil, digits, workspace):
    return lambda teacher: scores_of(teacher, pupil, digits, workspace)


def write_trial(trained, folder):
    folder.mkdir()
    (folder / "recipe.json").write_text(json.dumps(trained.recipe.to_json()))
    save_weights(trained, folder / "weights.npz")
    return folder


def test_scores_of_a_model_are_its_logits(scores, champions, digits):
    np.testing.assert_allclose(softmax(scores(champions["cnn"])), champions["cnn"].predict(digits.train.x), atol=1e-5)


def test_a_trial_s_folder_is_the_model_that_it_holds(scores, champions, tmp_path):
    folder = write_trial(champions["cnn"], tmp_path / "0003")
    np.testing.assert_allclose(scores(folder), scores(champions["cnn"]), atol=1e-4)
    np.testing.assert_allclose(scores(str(folder)), scores(folder))


def test_a_champion_s_folder_is_the_keras_file_in_it(scores, champions, digits, tmp_path):
    folder = write_trial(champions["cnn"], tmp_path / "champion")
    (folder / "weights.npz").unlink()
    champions["cnn"].model().save(folder / "model.keras")
    np.testing.assert_allclose(softmax(scores(folder)), champions["cnn"].predict(digits.train.x), atol=1e-5)


def test_a_recipe_is_trained(scores, pupil, digits, workspace, tmp_path):
    (tmp_path / "recipe.json").write_text(json.dumps(pupil.recipe.to_json()))
    expected = fit(pupil.recipe, digits, workspace)
    np.testing.assert_allclose(softmax(scores(tmp_path / "recipe.json")), expected.predict(digits.train.x), atol=1e-5)


def test_a_builder_is_trained_as_the_pupil_was(scores, pupil, digits, workspace):
    expected = fit(replace(pupil.recipe, builder="cnn", model={}), digits, workspace)
    np.testing.assert_allclose(softmax(scores("cnn")), expected.predict(digits.train.x), atol=1e-5)


def test_a_baseline_is_fitted_to_the_training_rows(scores, digits):
    logistic = next(one for one in baselines(digits) if one.name == "logistic")
    np.testing.assert_allclose(softmax(scores("logistic")), logistic.predict(digits.train.x), atol=1e-6)


def test_probabilities_are_taken_as_they_are_and_impossible_ones_stay_finite(scores, digits):
    certain = np.eye(10, dtype="float32")[digits.train.y]
    found = scores(certain)
    np.testing.assert_allclose(softmax(found), certain, atol=1e-9)
    assert np.isfinite(found).all()


def test_quantities_are_scores_themselves(champions, diabetes, workspace):
    pupil = replace(champions["mlp"], recipe=replace(champions["mlp"].recipe, data=Source("diabetes")))
    answers = np.linspace(-2, 2, len(diabetes.train))[:, np.newaxis]
    np.testing.assert_array_equal(scores_of(answers, pupil, diabetes, workspace), answers)


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (np.full((3, 10), 0.1), r"answers are \(3, 10\); they must be \(1078, 10\)"),
        (np.full((1078, 10), 1.0), "no probabilities"),
        (np.tile([1.5, -0.5, *[0.0] * 8], (1078, 1)), "no probabilities"),
        (np.full((1078, 10), np.nan), "no probabilities"),
    ],
)
def test_answers_that_are_none_are_refused(scores, answers, text):
    with pytest.raises(BadValue, match=text):
        scores(answers)


@pytest.mark.parametrize(
    "changes", [{"split_seed": 1}, {"rows": 500}, {"folds": 5, "fold": 2}, {"path": "iris"}], ids=str
)
def test_a_teacher_of_other_rows_is_refused_since_it_may_know_the_answers(scores, champions, tmp_path, changes):
    recipe = champions["cnn"].recipe
    other = replace(champions["cnn"], recipe=replace(recipe, data=replace(recipe.data, **changes)))
    name = next(iter(changes))
    for teacher in (other, write_trial(other, tmp_path / "other")):
        with pytest.raises(BadData, match=f"learned from other rows .its data.{name} is"):
            scores(teacher)


def test_the_same_data_elsewhere_is_the_same_data(pupil, champions, digits, workspace):
    def known(trained, path):
        return replace(trained, recipe=replace(trained.recipe, data=Source(path, sha256="0" * 64)))

    teacher = known(champions["cnn"], "elsewhere/digits.csv")
    assert scores_of(teacher, known(pupil, "digits.csv"), digits, workspace).shape == (1078, 10)


@pytest.mark.parametrize(
    ("teacher", "error", "text"),
    [
        ("boostin", UnknownName, "did you mean 'boosting'"),
        ("somebody", UnknownName, "no teacher is named 'somebody'"),
        ("mlruns/studies/gone/champion", BadData, "no teacher at mlruns/studies/gone/champion"),
    ],
)
def test_a_teacher_there_is_not_is_refused_before_anything_is_trained(scores, teacher, error, text):
    with pytest.raises(error, match=text):
        scores(teacher)


def test_a_bundle_of_another_format_is_refused_with_the_one_that_serves(scores, champions, tmp_path):
    folder = write_trial(champions["cnn"], tmp_path / "tflite-int8")
    (folder / "bundle.json").write_text("{}")
    with pytest.raises(Unsupported, match="export the model as keras_file"):
        scores(folder)


def test_a_folder_without_a_recipe_is_refused(scores, tmp_path):
    with pytest.raises(BadData, match="no recipe at"):
        scores(tmp_path)


def test_weights_of_another_model_are_refused(scores, champions, tmp_path):
    folder = write_trial(champions["cnn"], tmp_path / "0001")
    save_weights(champions["mlp"], folder / "weights.npz")
    with pytest.raises(BadData, match="are not those of its recipe"):
        scores(folder)


def test_a_broken_keras_file_is_refused(scores, champions, tmp_path):
    folder = write_trial(champions["cnn"], tmp_path / "0002")
    (folder / "model.keras").write_bytes(b"no archive")
    with pytest.raises(BadData, match="not a Keras file"):
        scores(folder)
