"""A plan: the data read, the goal chosen, every setting checked against both, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from search.planning import make_plan
from search.settings import Settings
from search.watcher import Watcher
from zoo.errors import BadData, BadValue, UnknownName, Unsupported


class Heard(Watcher):
    def __init__(self) -> None:
        self.checks = []

    def checked(self, check):
        self.checks.append(check)


def plan(root: Path, data="wine", **options):
    return make_plan(Settings(data, root=root, **options), Watcher())


def write_npz(path: Path, rows_of_classes: list[int]) -> Path:
    y = np.repeat(np.arange(len(rows_of_classes)), rows_of_classes)
    np.savez(path, x=np.random.default_rng(0).normal(size=(len(y), 3)), y=y)
    return path


def test_a_goal_of_quantities_learns_whole_numbers_as_a_quantity(tmp_path):
    (tmp_path / "stars.csv").write_text("a,stars\n" + "".join(f"{n * 7 % 11},{n % 5 + 1}\n" for n in range(60)))
    path = str(tmp_path / "stars.csv")
    assert plan(tmp_path, path, target="stars").splits.task.kind == "classification"
    assert plan(tmp_path, path, target="stars", goal="mae").splits.task.kind == "regression"
    found = plan(tmp_path, path, target="stars", task="regression")
    assert (found.goal, found.dataset.source.task) == ("rmse", "regression")


@pytest.mark.parametrize(
    "file, study",
    [
        ("mine.npz", "mine"),
        ("my data (2).npz", "my-data-2"),
        ("Größe.npz", "Größe"),
        ("--.npz", "study"),
        ("机" * 70 + ".npz", "机" * 53),
    ],
)
def test_a_study_bears_the_name_of_its_data_made_fit_for_a_folder(tmp_path, file, study):
    assert plan(tmp_path, write_npz(tmp_path / file, [20, 20])).files.study == study


def test_builders_are_those_that_take_the_data_unless_they_are_named(tmp_path):
    assert tuple(plan(tmp_path, "digits").space.builders) == ("cnn", "mlp")
    assert tuple(plan(tmp_path, "wine").space.builders) == ("mlp",)
    assert tuple(plan(tmp_path, "digits", builders=("mlp",)).space.builders) == ("mlp",)


def test_the_most_epochs_are_those_of_the_space(tmp_path):
    assert plan(tmp_path).epochs == 30
    assert plan(tmp_path, fixed={"train.epochs": 7}).epochs == 7
    assert plan(tmp_path, narrowed={"train.epochs": "3,9"}).epochs == 9


def test_preparation_is_searched_where_the_data_may_gain_by_it_and_its_own_splits_have_what_is_fixed(tmp_path):
    large = np.random.default_rng(0).integers(0, 256, (40, 48, 48, 1)).astype(np.uint8)
    data = (large, np.arange(40) % 2)
    assert plan(tmp_path, data).space.preparation["size"].domain.points() == (32, 48)
    assert plan(tmp_path, "digits").space.preparation["size"].domain.points() == ()
    fixed = plan(tmp_path, data, fixed={"preparation.size": 32})
    assert fixed.splits.task.input_shape == (32, 32, 1)
    assert fixed.space.preparation["size"].domain.points() == (32,)


def test_augmentations_that_are_named_are_searched_and_others_are_not_there(tmp_path):
    assert plan(tmp_path, "digits").space.augment == {}
    found = plan(tmp_path, "digits", augment="rotate, shift", fixed={"augment.noise": 0.1})
    assert list(found.space.augment) == ["noise", "rotate", "shift"]
    assert found.space.augment["noise"].domain.points() == (0.1,)
    assert len(found.space.augment["rotate"].domain.points()) == 2


@pytest.mark.parametrize(
    "options, error, words",
    [
        ({"data": "wnie"}, UnknownName, "did you mean 'wine'"),
        ({"data": "wine", "target": "y"}, BadValue, "Leave it away"),
        ({"builders": ("mpl",)}, UnknownName, "did you mean 'mlp'"),
        ({"builders": ("cnn",)}, Unsupported, "cnn takes image.*, not table"),
        ({"sampler": "tp"}, UnknownName, "did you mean 'tpe'"),
        ({"pruner": "ahsa"}, UnknownName, "did you mean 'asha'"),
        ({"goal": "accuracie"}, UnknownName, "did you mean 'accuracy'"),
        ({"fixed": {"model.unit": 64}}, UnknownName, "did you mean 'm.*units'"),
        ({"fixed": {"model.depth": 12}}, BadValue, "Try --set model.depth=8"),
        ({"fixed": {"train.monitor": "accuracy"}}, BadValue, "follows from the goal"),
        ({"narrowed": {"train.monitor": "accuracy"}}, BadValue, "follows from the goal"),
        ({"study": "a b"}, BadValue, "Try --study a-b"),
        ({"augment": "rotat", "data": "digits"}, UnknownName, "did you mean 'rotate'"),
        ({"augment": "rotate"}, UnknownName, "no augmentation of table classification"),
        ({"fixed": {"augment.flip": 2.0}, "data": "digits"}, BadValue, "augment.flip is 2"),
        ({"fixed": {"preparation.sise": 32}, "data": "digits"}, UnknownName, "did you mean 'preparation.size'"),
        ({"fixed": {"preparation.size": -1}, "data": "digits"}, BadValue, "preparation.size is -1"),
        ({"narrowed": {"train.loss": ["auto", "huber"]}, "data": "digits"}, BadValue, "huber, which is not for class"),
        ({"fixed": {"train.label_smoothing": 0.1}, "data": "diabetes"}, BadValue, "mse has no labels to smooth"),
    ],
)
def test_a_mistake_is_one_line_with_its_cure_and_writes_nothing(tmp_path, options, error, words):
    with pytest.raises(error, match=words) as caught:
        plan(tmp_path, **options)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "asked", [{"fixed": {"train.class_weight": "balanced"}}, {"narrowed": {"train.sampling": ["shuffle", "balanced"]}}]
)
def test_classes_are_not_balanced_in_a_study_of_quantities(tmp_path, asked):
    np.savez(tmp_path / "a.npz", x=np.arange(60.0).reshape(30, 2), y=np.arange(30) / 7)
    with pytest.raises(BadValue, match=r"is balanced; quantities have no classes to balance"):
        plan(tmp_path, tmp_path / "a.npz", builders="mlp", **asked)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_data_that_cannot_be_learned_from_is_refused_before_tensorflow_starts(tmp_path):
    with pytest.raises(BadData, match="class"):
        plan(tmp_path, write_npz(tmp_path / "mine.npz", [40]))


def test_the_data_is_said_back(tmp_path):
    heard = Heard()
    make_plan(Settings("wine", root=tmp_path), heard)
    (check,) = heard.checks
    assert check.to_json()["rows"] == {"train": 107, "validation": 36, "test": 35}


def test_the_fingerprint_survives_json_and_tells_all_that_decides_results(tmp_path):
    base = plan(tmp_path).fingerprint()
    assert json.loads(json.dumps(base)) == base
    decides = set(base) - {"asked", "experiment"}
    for change in ({"seed": 1}, {"sampler": "random"}, {"pruner": "none"}, {"goal": "balanced_accuracy"}):
        other = plan(tmp_path, **change).fingerprint()
        assert {key for key in decides if other[key] != base[key]} >= set(change)
    assert "format" not in base and "format" not in plan(tmp_path, device="mobile").fingerprint()
    assert plan(tmp_path, device="micro").fingerprint()["format"] == "c_array"
    same = plan(tmp_path, trials=99, timeout=5.0, study="other").fingerprint()
    assert {key: same[key] for key in decides} == {key: base[key] for key in decides}
