"""Data sets that Keras downloads at their first use and then keeps in its own folder."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from zoo.data._arrays import dataset_of_arrays
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.recipe import Source

PATIENCE = 30  # seconds without any answer
Parts = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def downloaded(name: str, load: Callable[[Any], Any]) -> Any:
    """Return what `load` makes of the module keras.datasets.NAME; raise BadData where nothing can be downloaded."""
    waited = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # Keras tells of its progress there
            return load(import_module(f"keras.datasets.{name}"))
    except Exception as error:  # Keras raises plain ones
        reason = " ".join(str(error).split()) or type(error).__name__
        raise BadData(
            f"{name} is not at hand and could not be downloaded ({reason[:200]}). Connect to the internet, or put its "
            "files into ~/.keras/datasets."
        ) from error
    finally:
        socket.setdefaulttimeout(waited)


def images_of(source: Source, name: str, classes: tuple[str, ...]) -> Dataset:
    """Return images of bytes with their own test part; `classes` are the names behind the labels 0, 1, 2 ..."""
    (x, y), (x_test, y_test) = downloaded(name, lambda module: module.load_data())
    test = x_test, y_test.ravel()
    return dataset_of_arrays(source, x, y.ravel(), test, classes, source.path)
