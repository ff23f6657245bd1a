"""The structure that steps of compression will lead to, before training: what a file takes follows from it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from zoo.compression._choosing import staying
from zoo.compression._surgery import without
from zoo.compression._tracing import traced
from zoo.renaming import renamed
from zoo.trained import Trained


def with_structure(trained: Trained, steps: list[tuple[str, dict[str, Any]]]) -> Trained:
    """Return an untrained model with the structure that it has after `steps`, methods with their values.

    Which channels go is for training to say, how many of each layer is not. Other methods than `channels` change
    nothing here.
    """
    network = trained.network()
    for method, values in steps:
        if method == "channels":
            network = _narrower(network, values["share"])
    return replace(trained, config=renamed(json.loads(network.to_json())))


def _narrower(network: keras.Model, share: float) -> keras.Model:
    trace = traced(network)
    any_order = np.zeros(len(trace.held))
    return without(network, trace, staying(trace, trace, any_order, 1 - share, "layer"))
