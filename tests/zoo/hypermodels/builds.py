"""Builds that a user might write, as plug-ins: named by `builds.py:name` in tests."""

from __future__ import annotations

import keras
import keras_tuner

from zoo.errors import Infeasible


def compiled(x, inputs, outputs, activation, loss, **named):
    model = keras.Model(inputs, keras.layers.Dense(outputs, activation=activation)(x))
    model.compile("adam", loss, **named)
    return model


def dense(hp, input_shape):
    inputs = keras.Input(input_shape)
    x = keras.layers.Dense(hp.Int("units", 4, 16, default=8), activation="relu")(keras.layers.Flatten()(inputs))
    return inputs, keras.layers.Dropout(0.2)(x)


def softmax(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, classes, "softmax", "sparse_categorical_crossentropy", metrics=["accuracy"])


def one_hot(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, classes, "softmax", "categorical_crossentropy", metrics=["accuracy"])


def logits(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, classes, None, keras.losses.SparseCategoricalCrossentropy(from_logits=True))


def one_sigmoid(hp, input_shape):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, 1, "sigmoid", "binary_crossentropy")


def one_logit(hp, input_shape):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, 1, None, keras.losses.BinaryCrossentropy(from_logits=True))


def own_loss(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)

    def sparse_plain(truth, scores):
        return keras.ops.sparse_categorical_crossentropy(truth, scores, from_logits=True)

    return compiled(x, inputs, classes, None, sparse_plain)


def quantity(hp, input_shape, outputs):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, outputs, None, "mse")


def mixed_up(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, classes, "softmax", keras.losses.SparseCategoricalCrossentropy(from_logits=True))


def forgotten(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, classes, None, "sparse_categorical_crossentropy")


def sigmoids(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, classes, "sigmoid", "binary_crossentropy")


def too_wide(hp, input_shape):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, 7, "softmax", "sparse_categorical_crossentropy")


def other_rows(hp, classes):
    return softmax(hp, (5,), classes)


def unknown_loss(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, classes, "softmax", "sparse_crossentropy")


def unknown_metric(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    return compiled(x, inputs, classes, "softmax", "sparse_categorical_crossentropy", metrics=["acuracy"])


def metric_of_columns(hp, input_shape, classes):
    inputs, x = dense(hp, input_shape)
    metrics = [keras.metrics.Recall()]
    return compiled(x, inputs, classes, "softmax", "sparse_categorical_crossentropy", metrics=metrics)


def leaving(hp):
    raise SystemExit(3)


def uncompiled(hp, input_shape):
    inputs, x = dense(hp, input_shape)
    return keras.Model(inputs, x)


def nothing(hp):
    hp.Int("units", 4, 16)


def broken(hp):
    raise ValueError("three is no even number")


def infeasible(hp):
    raise Infeasible("that cannot be built")


def failed_trial(hp):
    raise keras_tuner.errors.FailedTrialError("too deep")


def two_inputs(hp, input_shape, classes):
    inputs = [keras.Input(input_shape), keras.Input(input_shape)]
    x = keras.layers.Flatten()(keras.layers.Add()(inputs))
    return compiled(x, inputs, classes, "softmax", "sparse_categorical_crossentropy")


class Subclassed(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.out = keras.layers.Dense(classes, activation="softmax")

    def call(self, x):
        return self.out(x)


def subclassed(hp, classes):
    model = Subclassed(classes)
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def unbuilt(hp, classes):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


class Hyper(keras_tuner.HyperModel):
    def __init__(self, input_shape, classes, name=None):
        super().__init__(name)
        self.input_shape, self.classes = input_shape, classes

    def build(self, hp):
        return softmax(hp, self.input_shape, self.classes)


class ChoosingBatches(keras_tuner.HyperModel):
    def build(self, hp, input_shape, classes):
        return softmax(hp, input_shape, classes)

    def fit(self, hp, model, *args, **kwargs):
        return model.fit(*args, batch_size=hp.Choice("batch_size", [8, 16], default=16), epochs=2, **kwargs)


class Meddling(ChoosingBatches):
    def fit(self, hp, model, x, y, **kwargs):
        return model.fit(x / 255, y, **kwargs)


class Shuffling(ChoosingBatches):
    def fit(self, hp, model, *args, **kwargs):
        return model.fit(*args, shuffle=False, **kwargs)


instance = Hyper((8, 8, 1), 3)
