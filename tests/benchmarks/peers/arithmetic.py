"""The same steps with nothing else: stock layers and optimizer in one compiled loop an epoch, one thread.

No study, no reset by initialisers, no health, no best weights, no metrics but how many answers are right: what a
training cannot do without.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.builders import build

from .job import WEIGHT_DECAY, Job
from .marks import Marks
from .prepared import Prepared, read_prepared

DROPOUT = 0.25  # its value costs nothing, and a constant needs no layer of this project
ROWS = 512  # of validation at once, as the engine


class Steps:
    """A model with its optimizer and the compiled loop over its steps."""

    def __init__(self, builder: str, values: Mapping[str, Any], data: Prepared) -> None:
        self.model = build(builder, data.task, **{**values, "dropout": DROPOUT})
        self.optimizer = keras.optimizers.AdamW(weight_decay=WEIGHT_DECAY)
        self.optimizer.build(self.model.trainable_variables)
        self._start = [(v, v.numpy()) for v in (*self.model.weights, *self.optimizer.variables)]
        self.loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.epoch = tf.function(self._epoch, autograph=False)
        self.logits = tf.function(lambda x: self.model(x, training=False), autograph=False)

    def reset(self, learning_rate: float) -> None:
        """Put the first weights and an empty optimizer back."""
        for variable, value in self._start:
            variable.assign(value)
        self.optimizer.learning_rate.assign(learning_rate)

    def _epoch(self, x: Any, y: Any, order: Any, batch: Any) -> Any:
        rows = tf.size(order)

        def step(at: Any) -> Any:
            chosen = order[at * batch : tf.minimum((at + 1) * batch, rows)]
            with tf.GradientTape() as tape:
                loss = self.loss(tf.gather(y, chosen), self.model(tf.gather(x, chosen), training=True))
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, [v.value for v in variables]), variables)
            return at + 1

        return tf.while_loop(lambda at: at * batch < rows, step, (tf.constant(0),), parallel_iterations=1)


def main() -> None:
    """Train on every set of values; print the row with the seconds that went into making the programs."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    job, marks, best, known, made = Job.asked(), Marks(), 0.0, {}, 0.0
    data, random = read_prepared(job.prepared), np.random.default_rng(job.spec.seed)
    rows = tuple(map(tf.constant, (data.x, data.y.astype("int32"), data.x_validation)))
    marks.begin()
    for values in job.values:
        builder, own, learning_rate = _parts(values)
        key = builder, *sorted(own.items())
        if key not in known:
            began = time.perf_counter()
            known[key] = _traced(Steps(builder, own, data), rows)
            made += time.perf_counter() - began
        best = max(best, _trained(known[key], learning_rate, rows, data, job, random))
        marks.mark()
    marks.row(best, made=round(made, 3), structures=len(known))


def _parts(values: Mapping[str, Any]) -> tuple[str, dict[str, Any], float]:
    skipped = ("model.builder", "model.dropout")
    own = {name.removeprefix("model."): v for name, v in values.items() if name.startswith("model.")}
    own = {name: value for name, value in own.items() if f"model.{name}" not in skipped}
    return values["model.builder"], own, values["train.learning_rate"]


def _traced(steps: Steps, rows: tuple[Any, ...]) -> Steps:
    """Trace, with an epoch of no rows, what the trials then only run."""
    steps.epoch(rows[0], rows[1], tf.zeros((0,), "int32"), tf.constant(1))
    steps.logits(rows[2][:1])
    return steps


def _trained(
    steps: Steps,
    learning_rate: float,
    rows: tuple[Any, ...],
    data: Prepared,
    job: Job,
    random: np.random.Generator,
) -> float:
    x, y, x_validation = rows
    batch, best = tf.constant(job.spec.batch_size), 0.0
    steps.reset(learning_rate)
    for _ in range(job.spec.epochs):
        steps.epoch(x, y, tf.constant(random.permutation(len(data.y)).astype("int32")), batch)
        parts = [steps.logits(x_validation[at : at + ROWS]).numpy() for at in range(0, len(x_validation), ROWS)]
        best = max(best, float(np.mean(np.concatenate(parts).argmax(-1) == data.y_validation)))
    return best


if __name__ == "__main__":
    main()
