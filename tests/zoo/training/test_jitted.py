"""XLA's steps: the weights of `keras.Model.fit`, the same bits again, and one line where XLA cannot serve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from zoo.dataset import Split
from zoo.errors import Diverged, Unsupported
from zoo.training.feeding import data_of
from zoo.training.fitting import fit
from zoo.training.jitted import is_dense
from zoo.training.program import Program
from zoo.training.tally import Tally
from zoo.workspace import Workspace, structure

from .few import few_digits, few_rows
from .oracle import RATES, by_engine, by_keras, distance, live_of, recipe, same

OTHERS = ("momentum", "rmsprop")  # other programs: XLA takes seconds for each


def compiled(builder="mlp", **train):
    return recipe(builder, jit_compile=True, **train)


def dropping(rate):
    """A recipe whose compiled program is the one without dropout."""
    return replace(compiled(), model={**compiled().model, "dropout": rate})


def plain(wanted):
    return replace(wanted, train=replace(wanted.train, jit_compile=False))


@pytest.fixture(scope="module")
def few(digits):
    return few_digits(digits)


@pytest.mark.parametrize("optimizer", ["adam", *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def test_three_epochs_with_partial_batches_give_the_weights_of_keras_fit(workspace, few, optimizer):
    wanted = compiled(optimizer=optimizer, learning_rate=RATES[optimizer], l2=0.02, clip_norm=0.1)
    ours = by_engine(wanted, few, workspace)
    theirs = by_keras(wanted, few, ours.weights[0])
    assert distance(ours.weights[0], theirs.weights[-1]) > 1e-3
    assert distance(ours.weights[-1], theirs.weights[-1]) < 1e-6


@pytest.mark.often("3-table", "0-text", "3-audio")
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["table", "series", "text", "audio"])
@pytest.mark.parametrize("classes", [3, 0])
def test_every_kind_of_rows_and_answers_gives_the_weights_of_the_graph(workspace, digits, kind, classes):
    wanted, splits = compiled(), few_rows(digits, kind, classes)
    ours, graph = (by_engine(asked, splits, workspace) for asked in (wanted, plain(wanted)))
    assert distance(ours.weights[-1], graph.weights[-1]) < 1e-6
    for logs, others in zip(ours.history, graph.history, strict=True):
        assert logs == pytest.approx(others, rel=1e-3, abs=1e-5)


@pytest.mark.slow
def test_quantities_over_a_horizon_and_balanced_classes_give_the_weights_of_the_graph(workspace, digits):
    for wanted, splits in (
        (compiled(), few_rows(digits, "series", 0, horizon=3)),
        (compiled(class_weight="balanced"), few_rows(digits, "table")),
        (compiled(sampling="balanced"), few_rows(digits, "table")),
        (compiled(epochs=4, fidelity="rows"), few_rows(digits, "table")),
    ):
        ours, graph = (by_engine(asked, splits, workspace) for asked in (wanted, plain(wanted)))
        assert distance(ours.weights[-1], graph.weights[-1]) < 1e-6


@pytest.mark.slow
def test_a_fresh_program_gives_the_bits_of_a_cached_one(workspace, few):
    wanted = dropping(0.3)
    assert same(fit(wanted, few, workspace).weights, fit(wanted, few, Workspace(threads=1)).weights)


def test_a_cached_program_gives_the_same_bits_again_with_dropout_too(workspace, few):
    wanted, other = dropping(0.3), replace(dropping(0.6), seed=9)
    trained = [fit(asked, few, workspace) for asked in (wanted, other, wanted)]
    assert same(trained[0].weights, trained[2].weights)
    assert not same(trained[0].weights, trained[1].weights)


def test_a_program_met_again_is_compiled_no_second_time(workspace, few):
    wanted = compiled()
    program = workspace.program(wanted, few.task, rows=70)
    for seed in range(3):
        fit(replace(wanted, seed=seed), few, workspace)
    assert program._whole._steps.traces == 1
    assert workspace.program(wanted, few.task, rows=70) is program


@pytest.mark.slow
def test_hashed_dropout_is_worth_what_keras_dropout_is_over_ten_seeds(workspace, digits):
    wanted = replace(compiled(epochs=8), model={"depth": 2, "units": 64, "dropout": 0.4})
    scores = np.array(
        [
            [fit(replace(asked, seed=seed), digits, workspace).history[-1]["val/log_loss"] for seed in range(10)]
            for asked in (wanted, plain(wanted))
        ]
    )
    error = np.hypot(*(scores.std(axis=1, ddof=1) / 10**0.5))
    assert abs(scores[0].mean() - scores[1].mean()) < error


def test_where_calls_end_changes_no_bit(workspace, few):
    wanted, data, order = dropping(0.3), data_of(few.train), tf.range(70)
    program, ends = workspace.program(wanted, few.task, rows=70), []
    for slices in ([(0, 3)], [(0, 1), (1, 2), (2, 3)], [(0, 1), (1, 3)]):
        program.reset(1, live_of(wanted))
        tally = Tally.zero()
        for steps in slices:
            tally = program.run(data, order, steps, 32, tally)
        ends.append([*program.weights(), *(part.numpy() for part in tally)])
    assert same(ends[0], ends[1])
    assert same(ends[0], ends[2])


def test_batch_size_and_number_of_rows_are_structure_only_for_xla(few):
    graph, jitted = recipe("mlp"), compiled()
    keys = [
        structure(replace(asked, train=replace(asked.train, batch_size=size)), few.task, rows=rows)
        for asked in (graph, jitted)
        for size, rows in ((32, 70), (16, 70), (32, 90))
    ]
    assert len(set(keys)) == 1 + 3


def test_a_builder_that_is_not_dense_is_refused_with_the_cure(few):
    assert is_dense("mlp")
    with pytest.raises(Unsupported, match="serves mlp and not cnn; set train.jit_compile to false"):
        Program(compiled("cnn"), few.task)


def test_an_augmentation_that_xla_does_not_know_is_refused_with_the_cure(workspace, few):
    wanted = replace(compiled(), augment={"rotate": 0.1})
    with pytest.raises(Unsupported, match="ImageProjectiveTransformV3.*set train.jit_compile to false"):
        fit(wanted, few, workspace)


def test_rows_on_the_disk_are_refused_with_the_cure(workspace, few, tmp_path):
    np.save(tmp_path / "x.npy", few.train.x)
    source = replace(few.dataset.source, memory=1000)
    train = Split(np.load(tmp_path / "x.npy", mmap_mode="r"), few.train.y)
    splits = replace(few, train=train, dataset=replace(few.dataset, source=source))
    with pytest.raises(Unsupported, match="stay on the disk; set train.jit_compile to false"):
        fit(compiled(), splits, workspace)


def test_a_training_that_diverges_is_found_in_xlas_steps(workspace, few):
    with pytest.raises(Diverged):
        fit(compiled(learning_rate=10.0, weight_decay=1.0, epochs=30), few, workspace)
