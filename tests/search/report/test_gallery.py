"""The pictures that a study leaves beside its champion."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from search.files import StudyFiles
from search.pictures import pictures_for
from search.pictures._png import png
from search.planning import make_plan
from search.report.gallery import FOLDER, SCRIPT, hang, write_pictures
from search.settings import settings_of
from search.watcher import Watcher

from ..stories import story
from ..whole_studies import asked


@pytest.fixture(scope="module")
def plan(study):
    return make_plan(settings_of("wine", **asked(study.root)), Watcher())


def test_a_study_that_ended_gets_every_picture_twice_and_its_page(study, plan):
    said = []
    paths = write_pictures(plan, study.answer, said.append)
    assert said == []
    expected = {f"{name}.{kind}" for name in pictures_for("classification") for kind in ("png", "html")}
    assert {path.name for path in (plan.files.champion / FOLDER).iterdir()} == expected | {SCRIPT}
    assert {path.name for path in paths} == {name for name in expected if name.endswith("png")} | {"report.html"}
    assert all(path.is_file() for path in paths)


def test_what_goes_wrong_is_said_and_costs_neither_study_nor_page(study, plan):
    said = []
    elsewhere = replace(study.answer, champion=replace(study.answer.champion, trial="wine#999"))
    assert write_pictures(plan, elsewhere, said.append) == (plan.files.page,)
    assert said[0].startswith("the pictures could not be drawn")


@pytest.mark.slow
@pytest.mark.parametrize("place", ["search.pictures.history.best_so_far", "search.pictures._png.png"])
def test_a_picture_that_fails_costs_no_other(place, tmp_path, monkeypatch):
    said, told = [], story(5)

    def fails(what, *others):
        if getattr(what, "name", "history") != "history" or getattr(what, "missing", ""):
            return png(what)
        raise RuntimeError("made to fail")

    monkeypatch.setattr(place, fails)
    paths = hang(told, tmp_path / "pictures", said.append)
    assert {path.stem for path in paths} == set(pictures_for("classification"))
    assert said == ["the picture 'history' could not be drawn: RuntimeError: made to fail"]
    assert "could not be drawn (RuntimeError)" in (tmp_path / "pictures" / "history.html").read_text()


@pytest.mark.slow
def test_a_champion_without_weights_is_trained_again_aloud(study, plan, tmp_path):
    root = shutil.copytree(study.root, tmp_path / "root")
    files = StudyFiles(root, "wine")
    (files.trial(int(study.answer.champion.trial.rpartition("#")[2])) / "weights.npz").unlink()
    said = []
    write_pictures(replace(plan, files=files), study.answer, said.append)
    assert ["kept no weights; it is trained again from its recipe" in text for text in said] == [True]


def test_pages_share_one_script_that_lies_beside_them(tmp_path):
    paths = hang(story(5), tmp_path / "pictures")
    pages = [path.read_text() for path in paths if path.suffix == ".html"]
    assert all(f'<script src="{SCRIPT}"></script>' in text and "://" not in text for text in pages)
    assert sum(map(len, pages)) < (tmp_path / "pictures" / SCRIPT).stat().st_size / 10


@pytest.mark.slow
def test_old_pictures_are_replaced_all_at_once(tmp_path):
    hang(story(5), tmp_path / "pictures")
    hang(story(9, "rmse", ("mlp",)), tmp_path / "pictures")
    names = {path.stem for path in (tmp_path / "pictures").glob("*.png")}
    assert names == set(pictures_for("regression"))
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]
