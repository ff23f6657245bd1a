"""Augmentations under a magnifying glass: what a layer makes of rows, beside the numbers that it drew."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(scope="session")
def augmented(workspace):
    """Run a layer on rows in training; return what it gives and its draws in float64, which `forced` replaces."""
    import tensorflow as tf

    from zoo.augmentations import AUGMENTATIONS

    def run(name, rows, strength, forced=None, **needs):
        layer, drawn = AUGMENTATIONS.get(name)(strength=strength, **needs), []

        def recorded(method):
            def watched(*arguments, **ranges):
                value = method(*arguments, **ranges) if forced is None else tf.constant(forced[len(drawn)], "float32")
                drawn.append(np.asarray(value, "float64"))
                return value

            return watched

        layer.uniform, layer.normal = recorded(layer.uniform), recorded(layer.normal)
        return layer(tf.constant(rows), training=True), drawn

    return run


@pytest.fixture(scope="session")
def images():
    """Seven images of 9 x 6 pixels and three channels, in bytes."""
    return np.random.default_rng(3).integers(0, 256, (7, 9, 6, 3)).astype("uint8")


@pytest.fixture(scope="session")
def series():
    """Seven series of 20 times and two channels."""
    return np.random.default_rng(4).normal(size=(7, 20, 2)).astype("float32")


@pytest.fixture(scope="session")
def log_mel():
    """The fitted preparation of the waves behind `clips`."""
    from zoo.preparation.log_mel import LogMel

    return LogMel.fit(_waves(), rate=8000, mel_bins=20)


@pytest.fixture(scope="session")
def clips(log_mel):
    """Seven clips of sound in frames and mel bands, with silence behind most."""
    return log_mel.apply(_waves())


def _waves():
    from zoo.preparation import objects

    random = np.random.default_rng(5)
    return objects([random.normal(0, 0.1, 4000 - 300 * place).astype("float32") for place in range(7)])
