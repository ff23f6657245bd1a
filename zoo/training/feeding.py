"""Rows on their way into the compiled program: held as tensors, or read from the disk chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from zoo.dataset import Split
from zoo.lazy import LazyRows, in_memory
from zoo.memory import budget
from zoo.training.loss import TARGET_DTYPES
from zoo.training.weighting import class_weights, normalised

CHUNK_BYTES = 32 * 2**20  # a longer one reads no faster
CHUNKS = 4  # of rows on the disk are in memory at once: read, waiting, learned from, and TensorFlow's copy


@dataclass(frozen=True)
class OnDisk:
    """Prepared rows that stay on the disk; `chunk` is how many bytes of them are read at once."""

    rows: np.memmap | LazyRows
    chunk: int

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: slice) -> np.ndarray:
        return np.asarray(in_memory(self.rows[chosen]))

    def read(self, places: np.ndarray) -> np.ndarray:
        """Return the rows at `places`, in their order; the disk is read from front to back."""
        forth = np.argsort(places, kind="stable")
        back = np.empty_like(forth)
        back[forth] = np.arange(len(forth))
        return np.asarray(in_memory(self.rows[places[forth]]))[back]

    def chunk_rows(self, batch: int) -> int:
        """Return how many rows, whole batches of them, a chunk holds."""
        return batch * max(1, self.chunk * len(self.rows) // max(1, self.rows.nbytes * batch))


class Data(NamedTuple):
    """Rows to learn from: (n, *input_shape), (n,) int32 labels or float32 quantities, (n,) float32 weights.

    The quantities of a forecast over more than one step are (n, horizon). The weights' mean is 1.
    """

    x: tf.Tensor | OnDisk
    y: tf.Tensor
    weights: tf.Tensor


def data_of(rows: Split, memory: int | None = None) -> Data:
    """Return `rows` as tensors; those on the disk stay there when they fill more than `memory` bytes.

    None stands for half of the memory that is free.
    """
    x, most = rows.x, budget(memory)
    if isinstance(x, (np.memmap, LazyRows)) and x.nbytes > most:
        held: Any = OnDisk(x, min(CHUNK_BYTES, most // CHUNKS))
    else:
        held = tf.constant(np.asarray(in_memory(x)))
    weights = np.ones(len(rows), "float32") if rows.weights is None else normalised(rows.weights)
    y = rows.y[:, 0] if rows.y.ndim > 1 and rows.y.shape[1] == 1 else rows.y
    return Data(held, tf.constant(y, TARGET_DTYPES[rows.kind]), tf.constant(weights))


def weighted(data: Data, rows: Split, classes: int) -> Data:
    """Return the data of `rows` with each weight times its class's balanced one."""
    return data._replace(weights=data.weights * class_weights(rows.y, classes)[rows.y].astype("float32"))


def pieces(data: Data, order: np.ndarray, batch: int) -> Iterator[tuple[Data, tf.Tensor]]:
    """Return what an epoch that visits rows in `order` learns from: data in memory, and the order to visit it in.

    Rows in memory are one piece. Rows on the disk come in chunks of whole batches, the next of which is read
    meanwhile; each is visited from first to last, so that every batch is the same either way.
    """
    if not isinstance(data.x, OnDisk):
        yield data, tf.constant(order)
        return
    rows = data.x.chunk_rows(batch)
    parts = [order[at : at + rows] for at in range(0, len(order), rows)]
    for places, x in zip(parts, _prefetched(data.x, parts), strict=True):
        yield Data(x, tf.gather(data.y, places), tf.gather(data.weights, places)), tf.range(len(places))


def _prefetched(x: OnDisk, parts: Sequence[np.ndarray]) -> Iterator[tf.Tensor]:
    """Return the rows at each of `parts` in turn, read one part ahead; raise what reading raised."""
    failures: list[Exception] = []
    sample = x[0:1]

    def read(part: np.ndarray) -> np.ndarray:
        try:
            return x.read(parts[int(part)])
        except Exception as error:  # TensorFlow would print its traceback and raise another one
            failures.append(error)
            return sample[:0]

    def fetched(part: Any) -> Any:
        rows = tf.numpy_function(read, [part], sample.dtype, stateful=True)
        return tf.ensure_shape(rows, (None, *sample.shape[1:]))

    for rows in tf.data.Dataset.range(len(parts)).map(fetched).prefetch(1):
        if failures:
            raise failures[0]
        yield rows
