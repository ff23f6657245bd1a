"""A backup of studies that run is whole: it opens, it goes on to the same end, and its record is shipped once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search.care.backup import MARKER, backup
from search.files import StudyFiles
from search.record.spooled import unsent
from search.tracking import only_shipper, ship
from search.watcher import Watcher
from zoo.errors import BadData, BadValue, ZooError

from ..light_studies import conduct, outcome, records
from ..tracking.spools import count_points, write_study, write_trial
from ..whole_studies import snapshot

TRIALS = 8


class BackingUp(Watcher):
    """Makes a backup as soon as the third trial has ended, while the next ones train."""

    def __init__(self, place: Path, root: Path) -> None:
        self.place, self.root, self.made, self.ended = place, root, None, 0

    def trial_ended(self, record, trials, best):
        self.ended += 1
        if self.ended == 3:
            self.made = backup(self.place, self.root)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> BackingUp:
    """A study that was copied in the middle and ran on to its end."""
    folder = tmp_path_factory.mktemp("run")
    watcher = BackingUp(folder / "copy", folder / "root")
    conduct(folder / "root", workers=2, watcher=watcher, trials=TRIALS)
    return watcher


def test_the_copy_of_a_running_study_goes_on_to_the_same_end(run):
    early = [record for record in records(run.place) if record.ended]
    assert 3 <= len(early) < TRIALS
    assert [one[0] for one in outcome(run.place)] == [one[0] for one in outcome(run.root) if one[0][0] in slots(early)]
    conduct(run.place, trials=TRIALS)
    assert outcome(run.place) == outcome(run.root)
    assert len(outcome(run.place)) == TRIALS


def slots(found) -> set[int]:
    return {record.slot for record in found}


def test_what_is_said_of_the_copy_is_what_is_in_it(run):
    told = json.loads((run.place / MARKER).read_text())
    assert (run.made.studies, run.made.path) == (1, run.place)
    assert run.made.trials >= 3
    assert {name: told[name] for name in ("studies", "trials", "files", "bytes")} == {
        name: run.made.to_json()[name] for name in ("studies", "trials", "files", "bytes")
    }
    assert not list(run.place.rglob("*.part"))


@pytest.mark.slow
def test_the_record_of_the_copy_is_shipped_whole_and_once(tmp_path):
    root, copy = tmp_path / "root", tmp_path / "copy"
    with write_study(root):
        write_trial(root, 0)
        assert ship(root).warnings == ()  # the study itself stays open
        write_trial(root, 1)
        write_trial(root, 2, status=None)
        backup(copy, root)
    expected = 3 * count_points(root)
    assert {path.name for path in unsent(copy)} == {path.name for path in unsent(root)}
    (line,) = ship(copy).warnings
    assert line.startswith(f"{root}/mlruns lies at {copy}/mlruns now: ")
    ship(root)
    assert count_points(copy) == count_points(root) == expected
    assert ship(copy).warnings == ()
    assert count_points(copy) == expected


@pytest.mark.slow
def test_nothing_is_overwritten_but_a_backup_with_force(run, tmp_path):
    taken = tmp_path / "taken"
    taken.mkdir()
    assert backup(taken, run.root).studies == 1  # an empty folder is no loss
    before = snapshot(taken)
    with pytest.raises(BadValue, match=r"taken exists; nothing is overwritten\. Choose another folder, or add --force"):
        backup(taken, run.root)
    assert snapshot(taken) == before
    (taken / "mlruns" / "old").touch()
    assert backup(taken, run.root, force=True).studies == 1
    assert not (taken / "mlruns" / "old").exists()
    (taken / MARKER).unlink()
    with pytest.raises(BadValue, match=r"exists and is no backup: it holds no backup\.json"):
        backup(taken, run.root, force=True)


@pytest.mark.parametrize("inside", ["mlruns/copy", "."])
def test_a_place_in_what_is_copied_or_around_it_is_refused(run, inside):
    with pytest.raises(BadValue, match=r"lies in what is copied, or holds it\. Give a folder outside"):
        backup(run.root / inside, run.root, force=True)


def test_without_studies_or_with_a_damaged_database_there_is_no_copy(tmp_path):
    with pytest.raises(BadData, match="no studies lie at .* run `zoo tune digits` first"):
        backup(tmp_path / "copy", tmp_path)
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "optuna.db").write_text("no database at all, but long enough to be looked at" * 9)
    with pytest.raises(BadData, match=r"optuna\.db cannot be copied \(file is not a database\)"):
        backup(tmp_path / "copy", tmp_path)
    assert not (tmp_path / "copy").exists() and not list(tmp_path.glob(".copy*"))


def test_whoever_ships_for_too_long_is_told(run, tmp_path, monkeypatch):
    monkeypatch.setattr("search.care.backup._WAIT_S", 0.05)
    with only_shipper(run.root, 1.0), pytest.raises(ZooError, match="was being shipped for 0 s"):
        backup(tmp_path / "copy", run.root)


def test_a_study_may_bear_the_name_of_a_file_that_is_left_out(tmp_path):
    folder = StudyFiles(tmp_path, "lock").folder
    folder.mkdir(parents=True)
    (folder / "study.log").write_text("begun")
    (folder / "lock").write_text("1")
    backup(tmp_path / "copy", tmp_path)
    kept = {path.name for path in (tmp_path / "copy" / "mlruns" / "studies" / "lock").iterdir()}
    assert kept == {"study.log"}


def test_the_command_says_where_it_is_and_how_to_go_on(run, zoo_command):
    said = zoo_command("backup", "kept", "--root", run.root)
    assert (said.code, said.out.splitlines()[0].split(":")[0].split("/")[-1]) == (0, "kept holds 1 study with 8 trials")
    assert "zoo status --root kept" in said.err
    found = json.loads(zoo_command("backup", "kept", "--root", run.root, "--force", "--json").out)
    assert found["trials"] == TRIALS and Path(found["path"]).is_dir()
