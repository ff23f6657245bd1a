"""The pictures that a study leaves beside its champion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.gallery import FOLDER, SCRIPT, hang, write_pictures
from search.pictures import pictures_for
from search.planning import make_plan
from search.settings import settings_of
from search.watcher import Watcher

from .stories import story
from .whole_studies import asked


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


def test_what_goes_wrong_is_said_and_costs_no_study(study, plan):
    said = []
    elsewhere = replace(study.answer, champion=replace(study.answer.champion, trial="wine#999"))
    assert write_pictures(plan, elsewhere, said.append) == ()
    assert said[0].startswith("the pictures could not be drawn")


def test_pages_share_one_script_that_lies_beside_them(tmp_path):
    paths = hang(story(5), tmp_path / "pictures")
    pages = [path.read_text() for path in paths if path.suffix == ".html"]
    assert all(f'<script src="{SCRIPT}"></script>' in text and "http" not in text for text in pages)
    assert sum(map(len, pages)) < (tmp_path / "pictures" / SCRIPT).stat().st_size / 10


def test_old_pictures_are_replaced_all_at_once(tmp_path):
    hang(story(5), tmp_path / "pictures")
    hang(story(9, "rmse", ("mlp",)), tmp_path / "pictures")
    names = {path.stem for path in (tmp_path / "pictures").glob("*.png")}
    assert names == set(pictures_for("regression"))
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]
