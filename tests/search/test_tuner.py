"""Any builder is a HyperModel: KerasTuner draws from our spaces and trains what our engine would."""

from __future__ import annotations

import keras
import keras_tuner
import numpy as np
import pandas as pd
import pytest

import search
import zoo
from zoo.errors import BadValue, UnknownName, Unsupported
from zoo.live import live_values
from zoo.task import Task

IMAGE = Task("image", (8, 8, 1), tuple("abc"))
TABLE = Task("table", (4,))


def model_of(builder, task, **values):
    """Return the model that a HyperModel builds when every value is fixed."""
    return search.hyper_model(builder, task, fixed=values).build(keras_tuner.HyperParameters())


def random_search(hyper, folder):
    named = {"directory": folder, "project_name": "zoo", "seed": 0}
    return keras_tuner.RandomSearch(hyper, hyper.objective, max_trials=3, **named)


@pytest.mark.slow
def test_a_search_over_digits_beats_chance(tmp_path, digits):
    rows = slice(0, 400)
    hyper = search.hyper_model("mlp", digits.task, fixed={"train.epochs": 4}, narrowed={"model.units": "32,64"})
    tuner = random_search(hyper, tmp_path)
    train, validation = digits.train, digits.validation
    tuner.search(train.x[rows], train.y[rows], validation_data=(validation.x, validation.y), verbose=0)
    best, values = tuner.get_best_models()[0], tuner.get_best_hyperparameters()[0].values
    assert (best.predict(validation.x, verbose=0).argmax(-1) == validation.y).mean() > 0.5
    assert len(tuner.oracle.trials) == 3
    assert {"model.depth", "model.units", "train.learning_rate"} <= set(values)
    assert values["model.units"] in (32, 64)


TUNERS = {
    "RandomSearch": {"max_trials": 3},
    "Hyperband": {"max_epochs": 4, "factor": 2, "hyperband_iterations": 1},
    "BayesianOptimization": {"max_trials": 4, "num_initial_points": 2},
}


@pytest.mark.patient
@pytest.mark.slow
@pytest.mark.parametrize("name", TUNERS)
def test_each_tuner_of_keras_tuner_searches_a_builder(tmp_path, name):
    narrowed = {"model.units": "16,32", "model.activation": "relu,elu"}
    hyper = search.hyper_model("mlp", "wine", fixed={"train.epochs": 2, "model.dropout": 0.0}, narrowed=narrowed)
    options = {"directory": tmp_path, "project_name": "zoo", "seed": 0, **TUNERS[name]}
    tuner = getattr(keras_tuner, name)(hyper, hyper.objective, **options)
    train, validation = hyper.splits.train, hyper.splits.validation
    tuner.search(train.x, train.y, validation_data=(validation.x, validation.y), verbose=0)
    trials = tuner.oracle.trials.values()
    assert {trial.status for trial in trials} == {"COMPLETED"}
    assert len(trials) >= 3
    drawn = [{each: value for each, value in t.hyperparameters.values.items() if "." in each} for t in trials]
    assert all({"model.units", "model.activation", "train.learning_rate"} <= set(values) for values in drawn)
    assert {values["model.units"] for values in drawn} <= {16, 32}
    best = tuner.get_best_models()[0].predict(validation.x, verbose=0)
    assert (best.argmax(-1) == validation.y).mean() == pytest.approx(max(trial.score for trial in trials))


@pytest.mark.slow
def test_a_search_over_quantities_beats_the_mean(tmp_path):
    hyper = search.hyper_model("mlp", "diabetes", fixed={"train.epochs": 8, "train.learning_rate": 0.005})
    tuner = random_search(hyper, tmp_path)
    train, validation = hyper.splits.train, hyper.splits.validation
    tuner.search(train.x, train.y, validation_data=(validation.x, validation.y), verbose=0)
    best = tuner.get_best_models()[0].predict(validation.x, verbose=0)[:, 0]
    assert np.square(best - validation.y).mean() < np.square(train.y.mean() - validation.y).mean()
    assert (hyper.objective.name, hyper.objective.direction) == ("val_rmse", "min")


@pytest.mark.slow
def test_values_that_cannot_be_built_fail_their_trials_with_the_reason(tmp_path, digits):
    others = {"model.convolutions": 1, "model.filters": 8, "model.dropout": 0.0, "train.weight_decay": 0.0}
    fixed = {**others, "train.epochs": 1, "train.learning_rate": 0.01}
    hyper = search.hyper_model("cnn", digits.task, fixed=fixed, narrowed={"model.stages": "2,5"})
    tuner = keras_tuner.GridSearch(hyper, hyper.objective, directory=tmp_path, project_name="zoo")
    part = digits.train.x[:64], digits.train.y[:64]
    tuner.search(*part, validation_data=part, verbose=0)
    by_stages = {trial.hyperparameters.get("model.stages"): trial for trial in tuner.oracle.trials.values()}
    assert {stages: trial.status for stages, trial in by_stages.items()} == {2: "COMPLETED", 5: "FAILED"}
    assert "8 pixels can be halved at most 3 times" in by_stages[5].message


@pytest.mark.parametrize("builder, task", [("mlp", TABLE), ("cnn", IMAGE), ("mlp", IMAGE)])
def test_a_built_model_is_compiled_for_its_task(builder, task):
    model = model_of(builder, task)
    assert model.output_shape == (None, task.outputs)
    x = np.zeros((2, *task.input_shape), task.dtype)
    scores = model.evaluate(x, np.zeros(2, "int32" if task.classes else "float32"), verbose=0, return_dict=True)
    assert {"rmse"} < set(scores) if task.kind == "regression" else {"accuracy"} < set(scores)


@pytest.mark.parametrize("name", ["adam", "sgd", "momentum", "rmsprop"])
def test_an_optimizer_has_the_values_of_train_as_plain_numbers(name):
    values = {"train.optimizer": name, "train.learning_rate": 0.02, "train.weight_decay": 0.03, "train.clip_norm": 0.5}
    optimizer = model_of("mlp", TABLE, **values).optimizer
    assert float(optimizer.learning_rate) == pytest.approx(0.02)
    assert (optimizer.weight_decay, optimizer.global_clipnorm) == (0.03, 0.5)


def test_no_clipping_and_no_penalty_unless_asked():
    model = model_of("mlp", TABLE)
    assert model.optimizer.global_clipnorm is None
    assert model.losses == []


def test_the_penalty_is_l2_times_the_squares_of_the_kernels():
    model = model_of("mlp", TABLE, **{"train.l2": 0.25})
    kernels = [weight.numpy().astype("float64") for weight in model.trainable_variables if weight.ndim > 1]
    assert float(sum(model.losses)) == pytest.approx(0.25 * sum((kernel**2).sum() for kernel in kernels), rel=1e-5)


def test_epochs_and_batch_size_are_the_drawn_ones_unless_the_search_says_others():
    hyper = search.hyper_model("mlp", TABLE, fixed={"train.epochs": 2, "train.batch_size": 4})
    hp = keras_tuner.HyperParameters()
    model, x, y = hyper.build(hp), np.zeros((8, 4), "float32"), np.zeros(8, "float32")
    own = hyper.fit(hp, model, x, y, verbose=0)
    theirs = hyper.fit(hp, model, x, y, verbose=0, epochs=3, batch_size=8)
    assert [(len(run.epoch), run.params["steps"]) for run in (own, theirs)] == [(2, 2), (3, 1)]


def test_a_model_outlives_a_program_that_is_being_traced():
    hyper = search.hyper_model("mlp", TABLE, fixed={"model.dropout": 0.3})
    with live_values():
        zoo.build("mlp", TABLE)
    model = hyper.build(keras_tuner.HyperParameters())
    assert any(isinstance(layer, keras.layers.Dropout) and layer.rate == 0.3 for layer in model.layers)


@pytest.mark.parametrize(
    "builder, options, error, text",
    [
        ("mpl", {}, UnknownName, "mlp"),
        ("cnn", {}, Unsupported, "cnn takes image"),
        ("mlp", {"fixed": {"model.unit": 3}}, UnknownName, "model.units"),
        ("mlp", {"fixed": {"model.units": 3}}, BadValue, "8 to 512"),
        ("mlp", {"fixed": {"train.patience": 3}}, UnknownName, "train.patience"),
    ],
)
def test_a_mistake_is_named_with_its_cure(builder, options, error, text):
    with pytest.raises(error, match=text):
        search.hyper_model(builder, TABLE, **options)


@pytest.mark.parametrize("task, aim", [(IMAGE, ("val_accuracy", "max")), (TABLE, ("val_rmse", "min"))])
def test_a_search_aims_at_the_first_goal_of_its_kind_of_task(task, aim):
    objective = search.hyper_model("mlp", task).objective
    assert (objective.name, objective.direction) == aim


def test_rows_are_prepared_as_it_is_fixed():
    images = np.random.default_rng(0).integers(0, 256, (30, 20, 20, 1)).astype(np.uint8)
    hyper = search.hyper_model("mlp", (images, np.arange(30) % 2), fixed={"preparation.size": 8})
    assert hyper.task.input_shape == hyper.splits.train.x.shape[1:] == (8, 8, 1)


def test_a_forecast_aims_at_the_mean_absolute_error_of_all_steps():
    frame = pd.DataFrame({"t": np.arange(80), "v": np.arange(80.0) ** 1.5})
    dataset = zoo.load_data(frame, target="v", time="t", lookback=6, horizon=3)
    hyper = search.hyper_model("mlp", dataset, fixed={"preparation.window": "last"})
    model = hyper.build(keras_tuner.HyperParameters())
    assert (hyper.objective.name, hyper.objective.direction) == ("val_mae", "min")
    history = model.fit(hyper.splits.train.x, hyper.splits.train.y, epochs=1, verbose=0)
    expected = np.abs(model.predict(hyper.splits.train.x, verbose=0) - hyper.splits.train.y)
    assert expected.shape == hyper.splits.train.y.shape
    assert np.isfinite(history.history["mae"]).all()
