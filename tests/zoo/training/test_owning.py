"""A model that its user compiled trains as any other: watched, stopped, cut off and gone on with, and it repeats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from zoo.errors import Diverged, TooSlow, Unsupported
from zoo.evaluation import evaluate
from zoo.hypermodels.building import made
from zoo.hypermodels.plugins import plugin_of
from zoo.recipe import OWN_MODEL, Recipe, Source, TrainConfig
from zoo.training.checkpoint import Checkpoints
from zoo.training.fitting import fit
from zoo.training.owned import Owned

from .few import few_rows

BUILDS = Path(__file__).parents[1] / "hypermodels" / "builds.py"


def recipe(name="softmax", epochs=3, **changes):
    values = {"model": {"units": 8}, "train": TrainConfig(epochs=epochs, patience=epochs), "seed": 5, **changes}
    plugin = plugin_of(f"{BUILDS}:{name}").to_json()
    return Recipe(Source("digits"), OWN_MODEL, plugins=(plugin,), **values)


@pytest.fixture(scope="module")
def few(digits):
    return few_rows(digits)


def require_same(one, other):
    assert list(one.history) == list(other.history)
    assert one.epoch == other.epoch
    assert all(map(np.array_equal, one.weights, other.weights))


@pytest.mark.slow
def test_a_recipe_repeats_to_the_same_bits_and_another_seed_does_not(workspace, few):
    first, second, other = (fit(replace(recipe(), seed=seed), few, workspace) for seed in (5, 5, 6))
    require_same(first, second)
    assert not np.array_equal(first.weights[0], other.weights[0])


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 2])
def test_a_training_that_is_cut_off_goes_on_to_the_same_bits(workspace, few, tmp_path, monkeypatch, after):
    monkeypatch.setattr(Checkpoints, "due", lambda checkpoints: True)
    whole = fit(recipe(), few, workspace)

    class Cutting:
        resumed = 0

        def on_resume(self, history):
            self.resumed = len(history)

        def on_epoch_begin(self, epoch, logs):
            if epoch == after + 1 and not self.resumed:
                raise KeyboardInterrupt

    cutting = Cutting()
    with pytest.raises(KeyboardInterrupt):
        fit(recipe(), few, workspace, [cutting], checkpoint=tmp_path)
    keras.utils.set_random_seed(99)  # as another trial would in between
    resumed = fit(recipe(), few, workspace, [cutting], checkpoint=tmp_path)
    assert cutting.resumed == after
    require_same(resumed, whole)


@pytest.mark.slow
def test_a_training_that_had_ended_gives_the_same_again(workspace, few, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoints, "due", lambda checkpoints: True)
    require_same(*(fit(recipe(), few, workspace, checkpoint=tmp_path) for _ in range(2)))


@pytest.mark.slow
def test_its_first_epoch_is_what_keras_makes_of_the_same_rows_in_the_same_order(workspace, few):
    from zoo.training.visiting import visits

    wanted = recipe(epochs=1)
    trained = fit(wanted, few, workspace)
    keras.utils.set_random_seed(wanted.seed)
    model, order = made(wanted, few.task).network, visits(wanted, 1, few)
    told = model.fit(few.train.x[order], few.train.y[order], shuffle=False, verbose=0)
    assert all(map(np.allclose, trained.weights, model.get_weights()))
    assert trained.history[0]["train/log_loss"] == pytest.approx(told.history["loss"][0], rel=1e-5)
    assert trained.history[0]["train/accuracy"] == pytest.approx(told.history["accuracy"][0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, rows, names",
    [
        ("logits", {}, {"train/loss", "train/log_loss", "val/accuracy", "val/balanced_accuracy", "val/log_loss"}),
        ("one_hot", {}, {"train/loss", "train/log_loss", "train/accuracy", "val/accuracy", "val/log_loss"}),
        ("one_sigmoid", {"classes": 2}, {"train/loss", "train/log_loss", "val/accuracy", "val/log_loss"}),
        ("quantity", {"classes": 0}, {"train/loss", "train/rmse", "val/rmse", "val/mae", "val/r2"}),
        ("quantity", {"classes": 0, "horizon": 3}, {"train/rmse", "val/rmse"}),
        ("softmax", {"dtype": "uint8"}, {"train/log_loss", "val/accuracy"}),
    ],
)
def test_what_is_watched_is_what_the_trained_model_is_worth(workspace, digits, name, rows, names):
    splits = few_rows(digits, **rows)
    trained = fit(recipe(name, epochs=2), splits, workspace)
    assert names <= set(trained.history[0])
    assert trained.history[0]["health/dead_units"] >= 0
    worth = {f"val/{metric}": value for metric, value in evaluate(trained, splits.validation).metrics.items()}
    assert trained.at_best("val") == pytest.approx(worth, rel=1e-4, abs=1e-6)


def test_the_rmse_of_training_is_the_root_of_the_loss_in_the_units_of_the_target(workspace, digits):
    splits = few_rows(digits, classes=0)
    logs = fit(recipe("quantity", epochs=1), splits, workspace).history[0]
    assert logs["train/rmse"] == pytest.approx(logs["train/loss"] ** 0.5 * splits.train.scale.deviation)


@pytest.mark.slow
def test_an_own_fit_ends_a_training_and_says_how_many_rows_a_step_takes(workspace, few):
    chosen = {"units": 8, "batch_size": 8}
    trained = fit(recipe("ChoosingBatches", epochs=4, model=chosen), few, workspace)
    plain = recipe("softmax", train=TrainConfig(epochs=2, patience=4, batch_size=8))
    assert len(trained.history) == 2
    assert all(map(np.array_equal, trained.weights, fit(plain, few, workspace).weights))


def test_patience_ends_it_and_the_best_epoch_is_kept(workspace, few):
    still = recipe(train=TrainConfig(epochs=9, patience=1, class_weight="balanced", sampling="balanced"))
    trained = fit(still, few, workspace)
    assert trained.epoch <= len(trained.history)
    best = max(trained.history, key=lambda logs: (logs["val/accuracy"], -logs["val/log_loss"]))
    assert trained.history[trained.epoch - 1] == best


def test_callbacks_of_keras_steer_it(workspace, few):
    class Slower(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            rates.append(float(self.model.optimizer.learning_rate))
            self.model.optimizer.learning_rate = 0.0
            self.model.stop_training = epoch == 1

    rates = []
    trained = fit(recipe(), few, workspace, [Slower()])
    assert (len(trained.history), rates[1]) == (2, 0.0)
    assert trained.history[0]["val/log_loss"] == trained.history[1]["val/log_loss"]


def test_what_is_not_finite_ends_it(workspace, few):
    x = few.train.x.copy()
    x[3] = np.nan
    with pytest.raises(Diverged, match="after epoch 1"):
        fit(recipe(), replace(few, train=replace(few.train, x=x)), workspace)


@pytest.fixture
def lost(monkeypatch):
    """A number of epochs, none at first, after which no answer is finite, as of batch norm's young averages."""
    judged, left = Owned.judged, []

    def young(owned, x):
        answers, health = judged(owned, x)
        return (answers * left.pop() if left else answers), health

    monkeypatch.setattr(Owned, "judged", young)
    return left


def test_answers_that_are_not_finite_yet_are_the_worst_and_it_goes_on(workspace, few, lost):
    lost.append(np.nan)
    trained = fit(recipe(epochs=2), few, workspace)
    first, second = trained.history
    assert (first["health/unanswered"], first["val/accuracy"], trained.epoch) == (1.0, 0.0, 2)
    assert first["val/log_loss"] > 10 > second["val/log_loss"]
    assert "health/unanswered" not in second


def test_a_model_whose_best_answers_are_not_finite_has_diverged(workspace, few, lost):
    lost.extend([np.nan] * 2)
    with pytest.raises(Diverged, match="not finite after epoch 1, the best"):
        fit(recipe(epochs=2), few, workspace)


def test_a_time_limit_ends_it(workspace, few, tmp_path):
    with pytest.raises(TooSlow):
        fit(recipe(), few, workspace, limit_s=0.0, checkpoint=tmp_path)


def test_what_it_cannot_do_is_refused(workspace, few, digits, tmp_path):
    with pytest.raises(Unsupported, match="augment names rotate"):
        fit(recipe(augment={"rotate": 0.1}), few, workspace)
    rows = np.memmap(tmp_path / "rows", few.train.x.dtype, "w+", shape=few.train.x.shape)
    source = replace(few.dataset.source, memory=100)
    large = replace(few, train=replace(few.train, x=rows), dataset=replace(few.dataset, source=source))
    with pytest.raises(Unsupported, match="fill more than the memory"):
        fit(recipe(), large, workspace)
