"""A forecast from a table to the file that is shipped: the same windows, scale and answers at every station."""

import json

import numpy as np
import pandas as pd
import pytest

from zoo.bundle import load, predict
from zoo.data import load_data
from zoo.evaluation import evaluate
from zoo.exporting import export
from zoo.labelled.rows import labelled_rows
from zoo.proving.verifying import verify
from zoo.recipe import Recipe, TrainConfig
from zoo.splits import split
from zoo.training.fitting import fit

STEPS = np.arange(150)
FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=150).strftime("%Y-%m-%d"),
        "sold": 500 + 3.0 * STEPS + 20 * np.sin(2 * np.pi * STEPS / 7),
        "rain": np.cos(2 * np.pi * STEPS / 7),
    }
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory, workspace):
    """Return the splits, the model, the bundle and the file of a forecast of three steps, windows without level."""
    path = tmp_path_factory.mktemp("forecast") / "sold.csv"
    FRAME.to_csv(path, index=False)
    dataset = load_data(path, target="sold", time="day", lookback=14, horizon=3)
    preparation = {"window": "last", "length": 0}
    splits = split(dataset, preparation=preparation)
    workspace.add(splits, preparation)
    train = TrainConfig(epochs=12, learning_rate=3e-3, monitor="mae")
    recipe = Recipe(dataset.source, "mlp", {"dropout": 0.0}, preparation, train=train)
    trained = fit(recipe, splits, workspace)
    export(trained, splits, "keras_file", "float32", out=path.with_name("bundle"))
    return splits, trained, path.with_name("bundle"), path


def test_it_is_learned_and_measured_over_all_steps(shipped):
    splits, trained, _, _ = shipped
    report = evaluate(trained, splits.validation)
    answers = splits.validation.scale.undo(trained.predict(splits.validation.x))
    errors = np.abs(answers - splits.dataset.y[splits.places.validation])
    assert report.metrics["mae"] == pytest.approx(errors.mean(), rel=1e-4)
    assert report.metrics["mae"] < 20  # a season swings by 40, and the trend grows by 9 in three steps


def test_the_next_steps_after_the_last_row_are_predicted(shipped):
    splits, trained, bundle, path = shipped
    found = predict(bundle, path)
    window = np.float32(FRAME[["sold", "rain"]].to_numpy()[-14:])[np.newaxis]
    scale = splits.preparation.target.of(window)
    expected = scale.undo(trained.predict(splits.preparation.apply(window)))
    np.testing.assert_allclose(found.quantities, expected, rtol=1e-4)
    assert "forecast of the next 3 values of 'sold' after 2024-05-29, by the 14 up to there" in found.notes
    np.testing.assert_array_equal(load(bundle).predict(FRAME).quantities, found.quantities)
    np.testing.assert_array_equal(load(bundle).predict(window).quantities, found.quantities)


def test_its_own_test_rows_are_known_again_and_others_judged_alike(shipped, tmp_path):
    splits, trained, bundle, path = shipped
    own = labelled_rows(load(bundle), path)
    assert own.own and len(own.split) == len(splits.test)
    np.testing.assert_array_equal(own.split.y, splits.test.y)
    fresh = tmp_path / "fresh.csv"
    FRAME[["rain", "day", "sold"]].tail(40).to_csv(fresh, index=False)
    for data in (fresh, FRAME.tail(40), (splits.dataset.x[-24:], splits.dataset.y[-24:])):
        labelled = labelled_rows(load(bundle), data)
        assert not labelled.own
        np.testing.assert_allclose(labelled.split.y, splits.test.y[-24:], atol=1e-5)
        np.testing.assert_allclose(labelled.split.x, splits.test.x[-24:], atol=1e-5)


def test_it_is_verified_on_rows_that_it_has_not_seen(shipped):
    _, _, bundle, path = shipped
    found = verify(bundle, path)
    assert found.passed, found.reasons
    assert found.recorded["metrics"].keys() == found.report.metrics.keys()


def test_the_command_line_prints_a_column_a_step(shipped, zoo_command):
    _, _, bundle, path = shipped
    said = zoo_command("predict", bundle, path)
    heading, line = said.out.splitlines()
    assert heading == "step 1,step 2,step 3"
    found = json.loads(zoo_command("predict", bundle, path, "--json").out)
    np.testing.assert_allclose(list(map(float, line.split(","))), found["predictions"][0], rtol=1e-4)
    assert "after 2024-05-29" in said.err
