"""Cleaning frees weights that nobody ships any more, and nothing that anybody goes on from."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from search.care.cleaning import clean
from search.claiming.lock import study_lock
from search.claiming.storage import database
from search.files import StudyFiles, read_json, write_json
from search.result import Champion
from search.standing import status
from search.trials import best, read_study
from zoo.errors import BadValue, UnknownName

from ..light_studies import STUDY, conduct
from ..whole_studies import snapshot

TRIALS = 8


@pytest.fixture(scope="module")
def conducted(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("conducted")
    conduct(root, trials=TRIALS)
    return root


@pytest.fixture
def begun(conducted, tmp_path: Path) -> StudyFiles:
    """A study with all its trials and no champion yet; all of them still have weights, as after a kill."""
    shutil.copytree(conducted, tmp_path, dirs_exist_ok=True)
    files = StudyFiles(tmp_path, STUDY)
    for slot in range(TRIALS):
        (files.trial(slot) / "weights.npz").write_text("w" * 100)
    return files


@pytest.fixture
def ended(begun: StudyFiles) -> StudyFiles:
    """The same with its worst trial as champion, as fresh seeds may have it."""
    worst = ranked(begun)[-1]
    champion = Champion(f"{STUDY}#{worst}", "mlp", {}, 77, 4, {"accuracy": 0.5}, None, None, "recipe.json")
    answer = replace(status(STUDY, begun.root), champion=champion)
    begun.champion.mkdir()
    write_json(begun.report, answer.to_json())
    return begun


def ranked(files: StudyFiles) -> list[int]:
    return [one.slot for one in best(read_study(database(files.root), STUDY).records, TRIALS)]


def with_weights(files: StudyFiles) -> set[int]:
    return {int(path.parent.name) for path in files.folder.glob("trials/*/weights.npz")}


@pytest.mark.parametrize("keep", [0, 1, 3])
def test_champion_and_the_best_keep_their_weights_and_all_trials_the_rest(ended, keep):
    first, worst = ranked(ended), ranked(ended)[-1]
    others = {path: path.read_bytes() for path in ended.folder.rglob("*.json")}
    (done,) = clean(STUDY, ended.root, keep)
    assert with_weights(ended) == {*first[: max(keep, 1)], worst} == set(done.kept)
    assert set(done.trials) == set(range(TRIALS)) - set(done.kept)
    assert done.bytes == 100 * len(done.trials)
    assert {path: path.read_bytes() for path in ended.folder.rglob("*.json")} == others
    assert clean(STUDY, ended.root, keep)[0].bytes == 0


def test_before_a_champion_is_named_the_best_five_stay(begun):
    clean(STUDY, begun.root, keep=0)
    assert with_weights(begun) == set(ranked(begun)[:5])


def test_a_study_that_is_to_go_on_keeps_the_states_of_its_unfinished_trials(begun):
    unfinished, over = begun.checkpoint(TRIALS), begun.checkpoint(0)
    for folder in (unfinished, over):
        folder.mkdir(parents=True)
        (folder / "checkpoint-0-00000000-0.npz").write_text("state")
    half = begun.exports / ".tflite-int8.abc.part"
    half.mkdir(parents=True)
    (half / "model.tflite").write_text("half")
    (done,) = clean(STUDY, begun.root)
    assert (unfinished.exists(), over.exists(), half.exists()) == (True, False, False)
    assert done.bytes == 100 * len(done.trials) + len("state") + len("half")


@pytest.mark.slow
def test_a_dry_run_says_the_same_and_removes_nothing(ended):
    before = snapshot(ended.folder / "trials")
    told = clean(STUDY, ended.root, dry_run=True)
    assert snapshot(ended.folder / "trials") == before
    assert told == clean(STUDY, ended.root)


def test_what_runs_is_refused_by_name_and_passed_over_otherwise(ended):
    heard = []
    with study_lock(ended.folder):
        with pytest.raises(BadValue, match="is being run by process .* clean another study"):
            clean(STUDY, ended.root)
        assert clean(None, ended.root, said=heard.append) == ()
    assert len(heard) == 1 and heard[0].startswith("wine is left as it is: ")
    assert with_weights(ended) == set(range(TRIALS))


def test_a_study_that_is_not_there_or_a_negative_number_is_refused(tmp_path):
    with pytest.raises(UnknownName, match="no study is named 'wines'"):
        clean("wines", tmp_path)
    with pytest.raises(BadValue, match="keep is -1; it must be 0 or more"):
        clean(None, tmp_path, keep=-1)


def test_the_command_says_how_much_was_freed(ended, zoo_command):
    said = zoo_command("clean", "--root", ended.root, "--json")
    found = json.loads(said.out)
    assert (said.code, found["dry_run"], found["studies"][0]["study"]) == (0, False, STUDY)
    assert found["bytes"] == 100 * len(found["studies"][0]["trials"]) > 0
    line = zoo_command("clean", STUDY, "--root", ended.root).out
    assert line.startswith("wine: freed 0 bytes, no weights; kept those of #")
    assert read_json(ended.fingerprint)["goal"] == "accuracy"
