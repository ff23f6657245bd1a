"""What trials share: data read once and checked by its hash, tensors made once, programs by structure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.data import load_data
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.splits import split
from zoo.workspace import Workspace, structure

BASE = Recipe(Source("wine"), "mlp", {"depth": 1, "units": 32, "dropout": 0.1})


@pytest.fixture(scope="module")
def task():
    return split(load_data("wine")).task


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "mine.npz"

    def write(shift: float) -> str:
        np.savez(path, x=np.random.default_rng(0).normal(size=(60, 4)) + shift, y=np.arange(60) % 3)
        return str(path)

    return write


def images(folder):
    """Write an image file of 8 x 8 pixels for each of 40 rows in two classes."""
    np.save(folder / "x.npy", np.random.default_rng(0).integers(0, 255, (40, 8, 8, 1), "uint8"))
    np.save(folder / "y.npy", np.arange(40) % 2)
    return Source(str(folder / "x.npy"))


@pytest.mark.parametrize("own, given, is_lazy", [(None, 100, True), (None, 10**6, False), (10**6, 100, False)])
def test_rows_may_fill_what_their_source_says_and_else_what_the_workspace_is_given(tmp_path, own, given, is_lazy):
    splits = Workspace(memory=given).splits(replace(images(tmp_path), memory=own))
    assert isinstance(splits.train.x, (LazyRows, np.memmap)) == is_lazy
    assert splits.dataset.source.memory == (own or given)


def test_data_is_read_and_split_once_for_each_source(data):
    workspace = Workspace()
    source = Source(data(0.0))
    first = workspace.splits(source)
    data(1.0)
    assert workspace.splits(source) is first
    assert workspace.splits(replace(source, split_seed=1)) is not first


def test_data_that_changed_since_its_hash_was_recorded_is_refused(data):
    recorded = load_data(data(0.0)).source
    assert len(Workspace().splits(recorded).train) == 36
    data(1.0)
    with pytest.raises(BadData, match=r"mine\.npz has changed since the recipe was written; restore it or tune anew"):
        Workspace().splits(recorded)


def test_a_source_of_fewer_rows_draws_the_same_ones_again():
    recorded = load_data("wine", rows=60).source
    assert len(Workspace().splits(recorded).train) == 36


def test_splits_in_memory_are_known_by_the_source_of_their_data():
    workspace, rows = Workspace(), np.random.default_rng(0).normal(size=(60, 4))
    splits = split(load_data((rows, np.arange(60) % 3)))
    workspace.add(splits)
    assert workspace.splits(splits.dataset.source) is splits


@pytest.mark.parametrize("kind", ["arrays", "frame"])
def test_data_that_was_in_memory_is_refused_with_words_that_fit(kind):
    import pandas as pd

    rows, labels = np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3
    frame = pd.DataFrame(rows).assign(y=labels)
    dataset = load_data((rows, labels)) if kind == "arrays" else load_data(frame, target="y")
    recipe = Recipe.from_json(Recipe(dataset.source, "mlp").to_json())
    with pytest.raises(BadData, match=rf"data \('{kind}'\) was in memory and is not stored; pass it again as data="):
        Workspace().splits(recipe.data)


def test_a_file_that_is_named_as_data_in_memory_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "arrays").write_text("a,b\n" + "1,x\n2,y\n" * 6)
    recorded = load_data("arrays", target="b", reader="csv").source
    assert Workspace().splits(recorded).task.outputs == 2


def test_a_split_becomes_tensors_once_and_two_splits_never_share_them(workspace, digits):
    data, other = workspace.tensors(digits.train), workspace.tensors(digits.validation)
    assert workspace.tensors(digits.train) is data
    assert np.array_equal(data.x, digits.train.x)
    assert np.array_equal(data.y, digits.train.y)
    assert np.array_equal(data.weights, np.ones(len(digits.train)))
    assert len(other.x) == len(digits.validation)


def test_quantities_become_tensors_of_float32_and_labels_of_int32(workspace, digits):
    quantities = workspace.splits(Source("diabetes")).train
    assert workspace.tensors(quantities).y.dtype == "float32"
    assert np.array_equal(workspace.tensors(quantities).y, quantities.y)
    assert workspace.tensors(digits.train).y.dtype == "int32"


@pytest.mark.parametrize(
    "change",
    [
        {"train": TrainConfig(l2=0.01, clip_norm=1.0)},
        {"model": {**BASE.model, "dropout": 0.4}},
        {"train": TrainConfig(learning_rate=0.5, weight_decay=0.1, batch_size=64, epochs=3, patience=2)},
        {"seed": 9},
        {"data": Source("elsewhere.csv")},
        {"model": {"activation": "relu", "units": 32, "depth": 1}},  # spelled out or left at its default
    ],
)
def test_recipes_that_differ_in_live_values_only_share_a_program(task, change):
    assert structure(replace(BASE, **change), task) == structure(BASE, task)


@pytest.mark.parametrize("value", [("units", 64), ("depth", 2), ("activation", "elu")])
def test_each_value_that_is_not_live_makes_a_program_of_its_own(task, value):
    other = replace(BASE, model={**BASE.model, value[0]: value[1]})
    assert structure(other, task) != structure(BASE, task)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop"])
def test_each_optimizer_makes_a_program_of_its_own(task, optimizer):
    other = replace(BASE, train=TrainConfig(optimizer=optimizer))
    assert structure(other, task) != structure(BASE, task)


def test_another_task_or_builder_makes_a_program_of_its_own(task, digits):
    assert structure(BASE, digits.task) != structure(BASE, task)
    assert structure(replace(BASE, model={}), digits.task) != structure(Recipe(BASE.data, "cnn"), digits.task)


def test_the_program_used_longest_ago_goes_first(task):
    workspace = Workspace(programs=2)
    small, middle, large = (replace(BASE, model={"depth": 1, "units": units}) for units in (8, 16, 32))
    first, second = (workspace.program(recipe, task) for recipe in (small, middle))
    assert workspace.program(small, task) is first
    workspace.program(large, task)
    assert workspace.program(small, task) is first
    assert workspace.program(middle, task) is not second


def test_a_source_is_read_again_with_its_task(data):
    recorded = load_data(data(0.0), task="regression").source
    assert Workspace().splits(recorded).task.kind == "regression"


def test_folds_of_a_source_are_read_once_and_share_a_program(data):
    workspace = Workspace()
    sources = [Source(data(0.0), folds=3, fold=fold) for fold in range(3)]
    first = workspace.splits(sources[0])
    data(1.0)  # another reading would show
    found = [workspace.splits(source) for source in sources]
    assert found[0] is first
    assert all(splits.dataset.x is first.dataset.x for splits in found)
    programs = {id(workspace.program(replace(BASE, data=one.dataset.source), one.task)) for one in found}
    assert len(programs) == 1


def test_all_folds_of_eight_preparations_are_kept(data):
    workspace = Workspace()
    sources = [Source(data(0.0), folds=12, fold=fold) for fold in range(12)]
    found = [workspace.splits(source) for source in sources]
    assert all(workspace.splits(source) is splits for source, splits in zip(sources, found, strict=True))


def test_folds_of_data_in_memory_are_made_from_it():
    workspace = Workspace()
    dataset = load_data((np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3))
    workspace.add(split(dataset, folds=3))
    second = workspace.splits(replace(dataset.source, folds=3, fold=1))
    np.testing.assert_array_equal(second.places.validation, split(dataset, folds=3, fold=1).places.validation)
