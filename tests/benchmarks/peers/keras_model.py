"""The model that the peers train: this project's builders with stock layers, so that all architectures are equal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import keras

from zoo.builders import build

from .marks import Marks
from .prepared import Prepared


def compiled(data: Prepared, builder: str, values: Mapping[str, Any], learning_rate: float) -> keras.Model:
    """Return the model compiled as a user would; `values` are the builder's, dropout among them."""
    model = build(builder, data.task, **values)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(learning_rate), loss, metrics=["accuracy"])
    return model


class UntilTarget(keras.callbacks.Callback):
    """Ends the process, its row printed, after the first epoch whose validation accuracy is at least `target`."""

    def __init__(self, target: float, marks: Marks, began: float) -> None:
        super().__init__()
        self.target, self.marks, self.began = target, marks, began

    def __deepcopy__(self, _: Any) -> UntilTarget:
        return self  # KerasTuner copies callbacks for each trial; the marks are those of the whole search

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Look at the epoch."""
        if logs["val_accuracy"] >= self.target:
            self.marks.row(float(logs["val_accuracy"]), reached=round(time.time() - self.began, 2))
            raise SystemExit
