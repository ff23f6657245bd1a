"""The story of a study on disk."""

from __future__ import annotations

import shutil

import pytest

from search.files import StudyFiles
from search.report.story import CURVES, read_story
from search.standing import status
from search.trials import best

from ..stories import story


@pytest.fixture(scope="module")
def told(grown):
    root = grown.study.root
    return read_story(StudyFiles(root, "wine"), status("wine", root))


def test_the_champion_comes_first_and_then_the_next_best(told, grown):
    expected = [record.slot for record in best(grown.study.records, CURVES)]
    assert [curve.slot for curve in told.curves] == expected
    assert told.champion == expected[0]


def test_a_curve_ends_where_the_trial_did(told, grown):
    epochs = {record.slot: record.epochs for record in grown.study.records}
    for curve in (*told.curves, *told.others):
        assert len(curve.values("val/accuracy")) == epochs[curve.slot]


def test_a_stopped_trial_is_known_by_its_reports(told, grown):
    stopped = {record.slot: record.value for record in grown.study.records if record.state == "pruned"}
    assert {curve.slot: curve.values("val/accuracy")[-1] for curve in told.stopped} == stopped


def test_what_was_searched_on_a_logarithmic_scale_is_known(told):
    assert "train.learning_rate" in told.logarithmic
    assert "model.dropout" not in told.logarithmic


def test_without_kept_answers_there_are_none(told, grown, tmp_path):
    assert told.validated is not None
    root = shutil.copytree(grown.study.root, tmp_path / "root")
    (StudyFiles(root, "wine").champion / "validation.npz").unlink()
    assert read_story(StudyFiles(root, "wine"), status("wine", root)).validated is None


def test_several_builders_share_training_but_not_their_own_names():
    pairs = story(builders=("cnn", "mlp")).searched_pairs()
    assert pairs[0] == ("", "model.builder")
    assert ("cnn", "model.dropout") in pairs and ("mlp", "model.dropout") in pairs
    assert pairs.count(("", "train.learning_rate")) == 1


def test_a_quantity_is_measured_in_units_of_its_target():
    assert story(goal="rmse", builders=("mlp",)).words("rmse") == "rmse (units of progression)"
