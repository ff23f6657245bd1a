"""The page of a study: whole, harmless and without a trace of the machine."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from optuna.trial import TrialState, create_trial

from search.claiming.storage import open_study
from search.files import StudyFiles
from search.pictures import draw
from search.pictures._page import fragment, page
from search.report import reporting
from search.report.findings import Case
from search.report.reporting import page_of, write_report
from search.report.sections import sections
from search.report.story import read_story
from search.standing import status
from zoo.aside import sweep
from zoo.errors import BadValue, UnknownName, ZooError

from ..stories import EVIL, evil

ADDRESS = re.compile(r"https?://|(?:src|href)=[\"'](?!#|data:)")


class Outline(HTMLParser):
    """The tags of a page and the text outside its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.text, self._script = [], "", False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._script = tag in ("script", "style")

    def handle_endtag(self, tag):
        self._script = False

    def handle_data(self, data):
        self.text += "" if self._script else f" {data}"


@pytest.fixture(scope="module")
def case(study):
    files, answer = StudyFiles(study.root, "wine"), status("wine", study.root)
    return Case(files, answer, read_story(files, answer), ("zoo tune wine", "zoo tune wine --trials 12"))


@pytest.fixture(scope="module")
def outline(case):
    return Outline(page_of(case, ""))


def test_the_page_holds_the_answer(outline, study):
    champion, answer = study.answer.champion, study.answer
    words = [champion.trial, champion.builder, f"{champion.parameters:,}", champion.recipe, "zoo tune wine --trials 12"]
    words += [f"{variant['bytes']:,}" for variant in champion.variants] + [one.name for one in answer.baselines]
    assert [word for word in words if word not in outline.text] == []


def test_every_trial_has_a_row(case, study):
    text = Outline(sections(case)["All trials"]).text
    assert text.count("finished") + text.count("stopped early") == len(study.records) + 1  # the note below says it too


def test_every_picture_is_there_or_says_why_not(case, outline):
    for picture in draw(case.story):
        assert picture.title in outline.text
        assert (picture.missing or picture.about) in outline.text


def test_nothing_is_fetched(case):
    assert not ADDRESS.search(page_of(case, ""))
    assert "default-src 'none'" in page_of(case, "")


def test_no_path_of_this_machine_is_shown(case, study):
    assert str(study.root) not in page_of(case, "")


def test_no_path_in_a_reason_is_shown_either(grown, tmp_path):
    root = shutil.copytree(grown.study.root, tmp_path / "root")
    _fail_a_trial(root, "BadData: cannot read /home/me/secret/x.csv")
    files, answer = StudyFiles(root, "wine"), status("wine", root)
    told = read_story(files, answer)
    shown = page_of(Case(files, answer, told), "") + "".join(page(picture, "wine", "") for picture in draw(told))
    assert "cannot read x.csv" in fragment(next(picture for picture in draw(told) if picture.name == "history"))
    assert "/home/me" not in shown and "secret" not in shown


def _fail_a_trial(root, reason):
    study = open_study(root, "wine")
    number = max(one.number for one in study.get_trials()) + 1
    attributes = {"slot": number, "attempt": 0, "outcome": "failed", "reason": reason}
    study.add_trial(create_trial(state=TrialState.FAIL, user_attrs=attributes))


def test_a_sweep_amid_the_writing_takes_nothing_away(study, monkeypatch):
    files, genuine = StudyFiles(study.root, "wine"), reporting.whole_file

    @contextmanager
    def swept(target):
        with genuine(target) as file:
            yield file
            sweep(files.folder)

    monkeypatch.setattr(reporting, "whole_file", swept)
    assert write_report("wine", study.root).stat().st_size > 3e6
    assert list(files.mlruns.glob(".*report*")) == []


def test_names_that_are_markup_stay_text(case):
    names = {"builder": EVIL, "trial": EVIL, "recipe": EVIL}
    variants = tuple({**variant, "skipped": EVIL} for variant in case.answer.champion.variants)
    champion = replace(case.answer.champion, **names, variants=variants)
    baselines = tuple(replace(one, name=EVIL) for one in case.answer.baselines)
    answer = replace(case.answer, study=EVIL, champion=champion, baselines=baselines, searched={EVIL: (EVIL,)})
    told = evil(champion=case.story.champion)
    page = page_of(Case(case.files, answer, told, (EVIL, EVIL)), "")
    plain = Outline(page_of(case, "")).tags
    assert "alert(1)</script>" not in page
    assert "b" not in Outline(page).tags
    assert {*Outline(page).tags} <= {*plain, "img", "figure", "figcaption", "br"}


def test_the_page_is_written_whole_with_its_script(study):
    page = write_report("wine", study.root)
    assert page == study.folder / "report.html"
    assert page.read_text("utf-8").count("Plotly.newPlot(") > 5
    assert page.stat().st_size > 3e6


def test_the_default_place_is_written_anew_and_another_only_with_force(study, tmp_path):
    write_report("wine", study.root)
    write_report("wine", study.root)
    write_report("wine", study.root, tmp_path / "new" / "page.html")
    with pytest.raises(BadValue, match=r"page\.html exists; nothing is overwritten"):
        write_report("wine", study.root, tmp_path / "new" / "page.html")
    write_report("wine", study.root, tmp_path / "new" / "page.html", force=True)


def test_a_study_that_is_not_there_is_named(study):
    with pytest.raises(UnknownName, match="did you mean 'wine'"):
        write_report("wyne", study.root)


def test_a_study_without_a_finished_trial_has_no_report(study, tmp_path):
    files = StudyFiles(tmp_path, "wine")
    files.make()
    files.fingerprint.write_bytes((study.folder / "study.json").read_bytes())
    open_study(tmp_path, "wine")
    with pytest.raises(ZooError, match="study wine has no finished trial yet; run `zoo tune` first"):
        write_report("wine", tmp_path)


def test_a_study_under_way_is_reported_without_a_champion(case):
    unfinished = replace(case.answer, champion=None, baselines=())
    text = Outline(page_of(replace(case, answer=unfinished), "")).text
    assert "There is no champion yet. Best so far: #" in text


def test_the_command_says_where_the_page_lies(zoo_command, study):
    said = zoo_command("report", "wine", "--root", study.root, "--json")
    assert (said.code, json.loads(said.out)) == (0, {"report": str(study.folder / "report.html")})


def test_the_command_names_a_study_that_is_not_there_in_one_line(zoo_command, study):
    said = zoo_command("report", "wyne", "--root", study.root)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 2)
    assert "did you mean 'wine'" in said.err
