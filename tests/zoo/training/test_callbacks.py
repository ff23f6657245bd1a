"""Callbacks, our own and Keras's: what they are told, what they may steer, and which are refused."""

from __future__ import annotations

import csv

import keras
import numpy as np
import pytest
from keras import callbacks as theirs

from zoo.errors import BadValue
from zoo.training.callbacks import BATCH_HOOKS, HOOKS, Callbacks, bear_optimizer, keras_logs

KIND = "classification"


@pytest.fixture
def model(workspace):  # which starts TensorFlow with the threads that all tests share
    made = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8), keras.layers.BatchNormalization(), keras.layers.Dense(3)]
    )
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build(made.trainable_variables)
    bear_optimizer(made, optimizer)
    return made


def logs(loss, accuracy=0.5):
    training = {"train/log_loss": loss, "train/accuracy": accuracy}
    return training | {"val/log_loss": 2 * loss, "val/accuracy": accuracy}


def trained(callbacks, model, losses, kind=KIND):
    """Call `callbacks` as a training with these losses would; return the rates that each epoch was trained at."""
    told, rates, last = Callbacks(callbacks, model, kind), [], {}
    told.train_begin()
    for epoch, loss in enumerate(losses, start=1):
        told.epoch_begin(epoch)
        rates.append(float(model.optimizer.learning_rate))
        last = loss if isinstance(loss, dict) else logs(loss)
        told.epoch_end(epoch, last)
        if told.stopped:
            break
    told.train_end(last)
    return rates


class Noting:
    def __init__(self):
        self.heard = []

    def __getattr__(self, name):
        if name not in HOOKS:
            raise AttributeError(name)
        return lambda *given: self.heard.append((name, *given))


class KerasNoting(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.heard = []

    def on_train_begin(self, logs=None):
        self.heard.append(("begin", self.params["epochs"]))

    def on_epoch_begin(self, epoch, logs=None):
        self.heard.append(("epoch begin", epoch))

    def on_epoch_end(self, epoch, logs=None):
        self.heard.append(("epoch end", epoch, dict(logs)))

    def on_train_end(self, logs=None):
        self.heard.append(("end", dict(logs)))


def test_our_own_callbacks_count_from_one_and_see_our_names(model):
    noting = Noting()
    trained([noting], model, [0.5])
    assert noting.heard == [
        ("set_model", model),
        ("on_train_begin", {}),
        ("on_epoch_begin", 1, {}),
        ("on_epoch_end", 1, logs(0.5)),
        ("on_train_end", logs(0.5)),
    ]


def test_callbacks_of_keras_count_from_zero_and_see_the_names_of_keras(model):
    noting = KerasNoting()
    told = Callbacks([noting], model, KIND, epochs=7)
    told.train_begin()
    told.epoch_begin(1)
    told.epoch_end(1, logs(0.5))
    told.train_end(logs(0.5))
    named = {"loss": 0.5, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5}
    assert noting.heard == [("begin", 7), ("epoch begin", 0), ("epoch end", 0, named), ("end", named)]


def test_callbacks_are_called_in_the_order_given_whatever_their_kind(model):
    order = []

    class Own:
        def on_epoch_end(self, epoch, logs):
            order.append("own")

    of_keras = theirs.LambdaCallback(on_epoch_end=lambda epoch, logs: order.append("keras"))
    trained([of_keras, Own(), of_keras], model, [0.5])
    assert order == ["keras", "own", "keras"]


def test_quantities_have_the_squared_error_for_a_loss():
    given = {"train/rmse": 3.0, "val/rmse": 4.0, "val/mae": 1.0, "val/r2": 0.5, "health/gradient_norm": 2.0}
    named = {"loss": 9.0, "val_loss": 16.0, "rmse": 3.0, "val_rmse": 4.0, "val_mae": 1.0, "val_r2": 0.5}
    assert keras_logs(given, "regression") == named | {"health_gradient_norm": 2.0}


def test_an_optimizer_adds_nothing_to_the_weights_of_its_model(model):
    bare = keras.models.clone_model(model)
    for counted in ("weights", "variables", "trainable_variables", "non_trainable_variables"):
        assert len(getattr(model, counted)) == len(getattr(bare, counted))
    assert model.count_params() == bare.count_params()


def test_a_plateau_lowers_the_rate_of_the_optimizer(model):
    rates = trained([theirs.ReduceLROnPlateau(factor=0.5, patience=2)], model, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    assert rates == pytest.approx([0.1, 0.1, 0.1, 0.05, 0.05, 0.025])


def test_a_schedule_sets_the_rate_before_each_epoch(model):
    rates = trained([theirs.LearningRateScheduler(lambda epoch, rate: rate * 0.1)], model, [1.0, 1.0, 1.0])
    assert rates == pytest.approx([0.01, 0.001, 0.0001])


def test_early_stopping_stops_and_restores_its_best_weights(model):
    class Training:
        def on_epoch_begin(self, epoch, logs):
            model.set_weights([np.full_like(weight, epoch) for weight in model.get_weights()])

    stopping = theirs.EarlyStopping(patience=2, restore_best_weights=True)
    rates = trained([Training(), stopping], model, [3.0, 1.0, 2.0, 2.0, 0.5])
    assert len(rates) == 4
    assert all((weight == 2).all() for weight in model.get_weights())


@pytest.mark.parametrize(
    ("kind", "monitor", "values", "epochs"),
    [(KIND, "val_accuracy", [0.1, 0.9, 0.5], 3), ("regression", "val_mae", [9.0, 1.0, 5.0], 3)]
    + [("regression", "val_r2", [0.1, 0.9, 0.5], 3), ("regression", "val_rmse", [3.0, 2.0, 1.0], 4)],
)
def test_early_stopping_knows_which_way_each_metric_is_better(model, kind, monitor, values, epochs):
    name = monitor.replace("_", "/", 1)
    told = [{name: value} for value in (*values, values[-1])]
    assert len(trained([theirs.EarlyStopping(monitor, patience=1)], model, told, kind)) == epochs


def test_the_next_training_is_not_stopped_by_the_last_one(model):
    trained([theirs.EarlyStopping(patience=1)], model, [1.0, 2.0, 3.0])
    assert len(trained([], model, [1.0, 2.0, 3.0])) == 3


def test_our_own_callback_stops_a_training_by_its_model(model):
    class Stop:
        def set_model(self, model):
            self.model = model

        def on_epoch_end(self, epoch, logs):
            self.model.stop_training = epoch == 2

    assert len(trained([Stop()], model, [1.0] * 5)) == 2


def test_a_log_of_keras_holds_every_epoch_and_what_callbacks_before_it_added(model, tmp_path):
    plateau, logger = theirs.ReduceLROnPlateau(factor=0.5, patience=1), theirs.CSVLogger(tmp_path / "log.csv")
    trained([plateau, logger], model, [1.0, 1.0, 1.0])
    with (tmp_path / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1", "2"]
    assert [float(row["learning_rate"]) for row in rows] == pytest.approx([0.1, 0.1, 0.05])
    assert float(rows[0]["val_loss"]) == 2.0


def test_functions_are_called_as_lambda_callbacks(model):
    heard = []
    on_end = theirs.LambdaCallback(on_epoch_end=lambda epoch, logs: heard.append((epoch, logs["val_loss"])))
    trained([on_end], model, [0.5, 0.25])
    assert heard == [(0, 1.0), (1, 0.5)]


def test_a_resumed_training_hands_our_own_callbacks_the_history(model):
    noting = Noting()
    told = Callbacks([noting], model, KIND)
    told.train_begin()
    told.resumed([logs(2.0), logs(1.0)])
    assert noting.heard[2:] == [("on_resume", [logs(2.0), logs(1.0)])]


def test_a_resumed_training_leaves_the_counters_of_keras_as_if_it_had_not_ended(model, tmp_path):
    losses = [1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]

    def callbacks(name):
        plateau = theirs.ReduceLROnPlateau(factor=0.5, patience=2)
        return [plateau, theirs.EarlyStopping(patience=4), theirs.CSVLogger(tmp_path / name)]

    whole = trained(callbacks("whole.csv"), model, losses)
    model.optimizer.learning_rate = 0.1
    trained(callbacks("parts.csv"), model, losses[:3])
    model.optimizer.learning_rate = 0.1
    told, rates = Callbacks(callbacks("parts.csv"), model, KIND), []
    told.train_begin()
    told.resumed([logs(loss) for loss in losses[:3]])
    for epoch, loss in enumerate(losses[3:], start=4):
        if not told.stopped:
            told.epoch_begin(epoch)
            rates.append(float(model.optimizer.learning_rate))
            told.epoch_end(epoch, logs(loss))
    assert rates == whole[3:]
    assert (tmp_path / "whole.csv").read_text() == (tmp_path / "parts.csv").read_text()


@pytest.mark.parametrize("hook", BATCH_HOOKS)
def test_a_callback_of_keras_that_overrides_a_batch_hook_is_refused(hook):
    counting = type("Counting", (keras.callbacks.Callback,), {hook: lambda self, batch, logs=None: None})
    below = type("Below", (counting,), {})
    with pytest.raises(BadValue, match=rf"callback Below has {hook}; .*Use on_epoch_begin .*keras\.Model\.fit"):
        Callbacks([below()], None, KIND)


@pytest.mark.parametrize("hook", BATCH_HOOKS)
def test_a_callback_of_our_own_with_a_batch_hook_is_refused(hook):
    counting = type("Counting", (), {hook: lambda self, batch, logs: None, "on_epoch_end": lambda *given: None})
    with pytest.raises(BadValue, match=rf"callback Counting has {hook};"):
        Callbacks([counting()], None, KIND)


@pytest.mark.parametrize(
    "callback", [theirs.LambdaCallback(on_train_batch_end=print), theirs.LambdaCallback(on_batch_end=print)]
)
def test_a_batch_hook_of_one_callback_alone_is_refused(callback):
    with pytest.raises(BadValue, match=r"callback LambdaCallback has on_(train_)?batch_end;"):
        Callbacks([callback], None, KIND)


@pytest.mark.parametrize("wrong", [theirs.EarlyStopping, Noting, "early", print])
def test_what_is_no_callback_is_refused(wrong):
    with pytest.raises(BadValue, match="a callback is .*on_epoch_end"):
        Callbacks([wrong], None, KIND)


def test_what_a_callback_raises_passes_through(model):
    class Stop:
        def on_epoch_end(self, epoch, logs):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained([Stop()], model, [1.0])
