"""Rows on the disk: they make the same batches, and so the same weights, as rows in memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from zoo.dataset import Split
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.feeding import CHUNK_BYTES, Data, OnDisk, data_of, pieces, weighted
from zoo.training.fitting import fit
from zoo.workspace import Workspace

ROWS = np.arange(70 * 6, dtype="float32").reshape(70, 2, 3)


@pytest.fixture
def mapped(tmp_path):
    """Write an array to a file and return it as rows on the disk."""

    def write(rows):
        found = np.memmap(tmp_path / f"{len(list(tmp_path.iterdir()))}.rows", rows.dtype, "w+", shape=rows.shape)
        found[:] = rows
        return found

    return write


def lazy(rows):
    return LazyRows(lambda places: rows[places], np.arange(len(rows)), rows[0].nbytes)


def batches(data, order, size):
    """Return what each step of an epoch would gather."""
    for piece, visits in pieces(data, order, size):
        for at in range(0, len(visits), size):
            yield [tf.gather(part, visits[at : at + size]).numpy() for part in piece]


@pytest.mark.parametrize("kind", ["memmap", "lazy"])
@pytest.mark.parametrize("size", [1, 8, 32, 100])
def test_rows_on_the_disk_make_the_batches_of_rows_in_memory(workspace, mapped, kind, size):
    order = np.random.default_rng(0).permutation(70).astype("int32")
    rows = Split(ROWS, np.arange(70) % 3, weights=np.linspace(0.5, 1.5, 70))
    there = replace(rows, x=mapped(ROWS) if kind == "memmap" else lazy(ROWS))
    held, read = data_of(rows), data_of(there, memory=1000)
    assert isinstance(read.x, OnDisk)
    assert len(list(pieces(read, order, 8))) == 9
    for ours, theirs in zip(batches(held, order, size), batches(read, order, size), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(one, other)


def test_rows_on_the_disk_that_fit_into_memory_are_held_there(workspace, mapped):
    rows = Split(mapped(ROWS), np.zeros(70, "int32"))
    assert isinstance(data_of(rows, memory=ROWS.nbytes).x, tf.Tensor)
    assert isinstance(data_of(rows, memory=ROWS.nbytes - 1).x, OnDisk)
    np.testing.assert_array_equal(data_of(replace(rows, x=lazy(ROWS))).x, ROWS)


def test_a_chunk_is_whole_batches_within_its_bytes(mapped):
    there = OnDisk(mapped(ROWS), 24 * 20)
    assert [there.chunk_rows(batch) for batch in (1, 8, 20, 64)] == [20, 16, 20, 64]
    assert OnDisk(mapped(ROWS), CHUNK_BYTES).chunk_rows(32) > 70


def test_what_reading_raises_is_raised(workspace):
    def fetch(places):
        if (places > 40).any():
            raise BadData("cat.png is gone; restore it.")
        return ROWS[places]

    x = OnDisk(LazyRows(fetch, np.arange(70), 24), 24 * 10)
    data = Data(x, tf.zeros(70, "int32"), tf.ones(70))
    with pytest.raises(BadData, match=r"cat\.png is gone; restore it"):
        list(pieces(data, np.arange(70, dtype="int32"), 10))


def test_an_epoch_that_is_left_early_leaves_nothing_waiting(workspace, mapped):
    data = data_of(Split(mapped(ROWS), np.zeros(70, "int32")), memory=100)
    for _ in range(3):
        piece, _ = next(pieces(data, np.arange(70, dtype="int32"), 8))
        np.testing.assert_array_equal(piece.x, ROWS[:8])


def test_class_weights_multiply_row_weights(workspace):
    labels, own = np.repeat([0, 1], [6, 2]), np.linspace(0.5, 1.5, 8)
    rows = Split(ROWS[:8], labels, weights=own)
    expected = own / own.mean() * (8 / (2 * np.array([6, 2])))[labels]
    np.testing.assert_allclose(weighted(data_of(rows), rows, 2).weights, expected, rtol=1e-6)


def test_answers_of_one_step_ahead_lose_their_second_axis(workspace):
    assert data_of(Split(ROWS, np.ones((70, 1)), scale=object())).y.shape == (70,)
    assert data_of(Split(ROWS, np.ones((70, 3)), scale=object())).y.shape == (70, 3)


@pytest.mark.parametrize("augment", [{}, {"shift": 0.1, "mixup": 0.2}])
def test_training_from_the_disk_gives_the_weights_of_training_in_memory_bit_for_bit(digits, mapped, augment):
    few = replace(digits, train=Split(digits.train.x[:300], digits.train.y[:300]))
    source = replace(few.dataset.source, memory=20_000)
    there = replace(
        few,
        train=replace(few.train, x=mapped(few.train.x)),
        validation=replace(few.validation, x=mapped(few.validation.x)),
        dataset=replace(few.dataset, source=source),
    )
    wanted = Recipe(Source("digits"), "mlp", {"dropout": 0.3}, augment=augment, train=TrainConfig(epochs=2), seed=5)
    workspace = Workspace()
    held, read = fit(wanted, few, workspace), fit(wanted, there, workspace)
    assert isinstance(workspace.tensors(there.train).x, OnDisk)
    assert isinstance(workspace.tensors(there.validation).x, OnDisk)
    assert held.history == read.history
    assert all(np.array_equal(one, other) for one, other in zip(held.weights, read.weights, strict=True))
