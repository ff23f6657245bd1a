"""`zoo worker`: what it prints, and every mistake in one line."""

from __future__ import annotations

import shutil

import pytest

from search.claiming.storage import database
from search.files import StudyFiles, read_json, write_json

from ..light_studies import STUDY, LightCrew, conduct, light, records
from ..whole_studies import Leaver


@pytest.fixture(scope="module")
def begun_once(tmp_path_factory):
    root = tmp_path_factory.mktemp("begun")
    with pytest.raises(KeyboardInterrupt):
        conduct(root, watcher=Leaver(trials=1))
    return root


@pytest.fixture
def left(begun_once, tmp_path):
    """A study of eight trials that was left after one."""
    return shutil.copytree(begun_once, tmp_path / "left")


def changed(root, **changes):
    path = StudyFiles(root, STUDY).fingerprint
    stored = read_json(path)
    for name, value in changes.items():
        stored[name] = value(stored[name]) if callable(value) else value
    write_json(path, {name: value for name, value in stored.items() if value is not None})


def refused(said):
    """Return the one line of a mistake."""
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    line = said.err.splitlines()[-1]
    assert line.startswith("zoo: ")
    return line


def test_it_trains_what_is_left_prints_what_it_did_and_says_how_the_champion_comes(left, zoo_command):
    with light(LightCrew):
        said = zoo_command("worker", STUDY, "--root", left)
    assert (said.code, said.out) == (0, "trained 7 trials of wine: 7 finished; 8 of 8 have ended\n")
    assert "its champion is named by: zoo tune wine --trials 8 " in said.err
    assert len({record.slot for record in records(left) if record.state == "finished"}) == 8


def test_quiet_says_that_alone(left, zoo_command):
    with light(LightCrew):
        said = zoo_command("worker", STUDY, "--root", left, "--workers", 2, "--quiet")
    assert said.out.startswith("trained 7 trials")
    assert said.err == ""


def test_the_address_of_its_database_names_its_place_too(left, zoo_command, monkeypatch):
    with light(LightCrew):
        said = zoo_command("worker", STUDY, "--storage", f"sqlite:///{database(left)}")
    assert said.code == 0
    monkeypatch.chdir(left)
    again = zoo_command("worker", STUDY, "--storage", "sqlite:///mlruns/optuna.db")
    assert (again.code, again.out) == (0, "trained no trial of wine: 8 of 8 have ended and none is free\n")


def test_a_finished_study_is_no_mistake(study, zoo_command):
    said = zoo_command("worker", STUDY, "--root", study.root)
    assert (said.code, said.out) == (0, "trained no trial of wine: 4 of 4 have ended and none is free\n")
    assert "zoo tune" not in said.err


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("wines",), "no study is named 'wines'; did you mean 'wine'"),
        (("wine", "--workers", 65), "workers is 65; 0 (train in this process) to 64 processes. Try --workers 1"),
        (("wine", "--workers", "many"), "--workers is 'many'; it must be a whole number. Try --workers 1"),
        (("wine", "--trials", 3), "no option is named '--trials'"),
    ],
    ids=str,
)
def test_a_mistake_is_one_line(typed, words, left, zoo_command):
    assert words in refused(zoo_command("worker", *typed, "--root", left))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg2://user:secret@host/db", "storage is a postgresql+psycopg2 address"),
        ("redis://host", "storage is a redis address"),
        ("sqlite:///elsewhere.db", "storage is 'sqlite:///elsewhere.db'"),
        ("sqlite://", "storage is 'sqlite://'"),
        ("mlruns/optuna.db", "storage is 'mlruns/optuna.db'"),
    ],
)
def test_another_database_is_refused_and_its_password_is_not_repeated(url, words, zoo_command):
    line = refused(zoo_command("worker", STUDY, "--storage", url))
    assert words in line
    assert "sqlite:///FOLDER/mlruns/optuna.db" in line
    assert "secret" not in line


def test_two_places_are_refused(left, tmp_path, zoo_command):
    url = f"sqlite:///{database(left)}"
    assert "a study has one place" in refused(zoo_command("worker", STUDY, "--root", tmp_path, "--storage", url))


CHANGES = {
    "data in memory": ({"asked": lambda asked: {**asked, "data": None}}, "was tuned on data in memory"),
    "other versions": (
        {"versions": lambda versions: {**versions, "keras": "2.0"}},
        "keras was 2.0 when study wine began and is",
    ),
    "other data": ({"data": "f" * 64}, "data was ffffffffffff in study wine and is"),
    "data that is gone": ({"asked": lambda asked: {**asked, "data": "gone.csv"}}, "'gone.csv' is neither a file nor"),
    "left before its first trial": ({"jit_compile": None}, "was left before its first trial. Go on with `zoo tune`"),
    "a file that is none of ours": ({"asked": 3}, "is not as `zoo tune` wrote it"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_study_that_cannot_be_joined_says_why(change, left, zoo_command):
    values, words = CHANGES[change]
    changed(left, **values)
    before = len(records(left))
    with light(LightCrew):
        assert words in refused(zoo_command("worker", STUDY, "--root", left))
    assert len(records(left)) == before


def test_a_stored_path_is_looked_for_in_the_studys_root_too(tmp_path, zoo_command, monkeypatch):
    (tmp_path / "t.csv").write_text("a,b,y\n" + "".join(f"{a},{b},{a > 2}\n" for a in range(6) for b in range(6)))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        conduct(tmp_path, watcher=Leaver(trials=1), data="t.csv", target="y", study=STUDY)
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path / "else")
    with light(LightCrew):
        assert zoo_command("worker", STUDY, "--root", tmp_path, "--quiet").out.startswith("trained 7 trials")
