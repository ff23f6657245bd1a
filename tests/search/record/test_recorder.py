"""How a recorder ends what it began: trials, studies and what a kill left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.files import StudyFiles
from search.record.describing import NOTE
from search.record.recorder import Recorder
from search.record.spool import spool_path
from search.record.spooled import read, unsent
from search.tracking import ship
from search.trials import TrialRecord, Trials
from zoo.errors import ZooError

from ..whole_studies import STATES, Leaver, Listener, runs, tune
from .recorded import ID, artifact, begun


@pytest.fixture
def recorder(tmp_path):
    recorder = Recorder(begun(tmp_path, "wine"), "wine, accuracy", pytest.fail)
    yield recorder
    recorder.close()


def test_a_trial_over_a_limit_has_the_costs_for_which_it_was_refused(tmp_path, recorder):
    recorder.open_trial(0, 0, {})
    refused = {"reason": "bytes is 9, at most 5 are wanted.", "costs": {"bytes": 9.0, "ram": 4.0}}
    recorder.end_trial(TrialRecord(0, 0, 0, "pruned", **refused))
    ship(tmp_path)
    run = runs(tmp_path, "wine, accuracy")["wine-0000-0"]
    assert run.data.metrics == {"bytes": 9.0, "ram": 4.0}
    assert run.data.tags["zoo.reason"] == refused["reason"]


def test_an_end_that_a_kill_kept_from_the_spool_is_written_by_the_next_command(tmp_path, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt  # between the database's end of the trial and the spool's

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Recorder, "end_trial", die)
        tune(tmp_path)
    (spool,) = (tmp_path / "mlruns" / "spool").glob("wine-0000-0-*.jsonl")
    assert read(spool)[-1]["kind"] == "metrics"
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, watcher=Leaver())
    assert (sent := ship(tmp_path, 60.0)).warnings == () and not sent.waiting
    run = runs(tmp_path, "wine, accuracy")["wine-0000-0"]
    assert (run.info.status, run.data.tags["zoo.state"]) == ("FINISHED", "finished")
    assert "objective" in run.data.metrics


def spooled_trial(recorder: Recorder, slot: int) -> Path:
    with recorder.open_trial(slot, 0, {"model.builder": "mlp"}) as spool:
        spool.metrics(1, {"val/accuracy": 0.5})
    return spool.path


def test_catching_up_ends_what_the_database_ended_and_nothing_else(recorder):
    paths = [spooled_trial(recorder, slot) for slot in range(4)]
    records = [TrialRecord(slot, slot, 0, "finished", 0.5, epochs=1) for slot in range(2)]
    recorder.end_trial(records[0])
    before = paths[0].read_bytes()
    running, killed = TrialRecord(2, 2, 0, "running"), TrialRecord(3, 3, 0, "killed")
    recorder.catch_up([*records, running, killed])
    recorder.catch_up([*records, running, killed])
    assert paths[0].read_bytes() == before
    assert [event["kind"] for event in read(paths[1])] == ["start", "metrics", "metrics", "tags", "end"]
    assert [read(path)[-1]["kind"] for path in paths[2:]] == ["metrics", "metrics"]


def test_an_end_that_another_shipper_was_faster_than_is_mended_in_mlflow_too(tmp_path, recorder):
    path, record = spooled_trial(recorder, 0), TrialRecord(0, 0, 0, "finished", 0.5, epochs=1)
    ship(tmp_path)
    assert not path.exists()
    run = runs(tmp_path, "wine, accuracy")["wine-0000-0"]
    assert (run.info.status, run.data.tags["zoo.reason"]) == ("KILLED", "its process vanished")
    recorder.catch_up([record])
    ship(tmp_path)
    again = runs(tmp_path, "wine, accuracy")["wine-0000-0"]
    assert (again.info.run_id, again.info.status) == (run.info.run_id, "FINISHED")
    assert (again.data.tags["zoo.state"], again.data.tags["zoo.reason"]) == ("finished", "")
    assert again.data.metrics == {"val/accuracy": 0.5, "objective": 0.5}


def test_catching_up_leaves_spools_alone_that_were_sent_whole(tmp_path, recorder):
    records = [
        TrialRecord(0, 0, 0, "finished", 0.5, epochs=1),
        TrialRecord(1, 1, 0, "failed", reason="long " * 2000),  # its last line is longer than what is read first
    ]
    for record in records:
        spooled_trial(recorder, record.slot)
        recorder.end_trial(record)
    ship(tmp_path)
    recorder.catch_up(records)
    assert unsent(tmp_path) == ()


@pytest.mark.parametrize("state, status", STATES.items())
def test_each_end_has_its_state_and_reason(recorder, state, status):
    path = spooled_trial(recorder, 0)
    recorder.end_trial(TrialRecord(0, 0, 0, state, reason="a reason"))
    *_, tags, end = read(path)
    assert (end["status"], end["reason"], tags["values"]["zoo.state"]) == (status, "a reason", state)
    assert tags["values"][NOTE].endswith("before its first epoch ended: a reason")


def test_a_warning_is_passed_on_once(tmp_path):
    heard = []
    recorder = Recorder(StudyFiles(tmp_path, "wine"), "wine, accuracy", heard.append)
    for text in ("one", "two", "one"):
        recorder.warn(text)
    assert heard == ["one", "two"]


@pytest.mark.slow
def test_a_trial_whose_values_cannot_be_built_is_on_record_with_the_reason(tmp_path):
    changes = {"builders": ("cnn",), "fixed": {"model.stages": 4}, "trials": 1}
    with pytest.raises(ZooError, match=r"^none of 1 trials finished, the last: cnn\.stages is 4"):
        tune(tmp_path, "digits", **changes)
    assert ship(tmp_path).waiting == 0
    run = runs(tmp_path, "digits, accuracy")["digits-0000-0"]
    assert (run.info.status, run.data.tags["zoo.state"]) == ("KILLED", "pruned")
    assert run.data.tags["zoo.reason"].startswith("cnn.stages is 4; 8 pixels can be halved at most 3 times")
    assert run.data.params["model.stages"] == "4"
    assert artifact(run, "recipe.json").exists()


@pytest.mark.slow
def test_a_tracker_that_cannot_be_written_costs_notes_and_no_trial(tmp_path):
    listener, database = Listener(), tmp_path / "mlruns" / "mlflow.db"
    database.parent.mkdir()
    database.write_bytes(b"no database at all" * 100)
    answer = tune(tmp_path, watcher=listener)
    assert (answer.trials.total, answer.tracking["run"]) == (4, None)
    assert any(note.startswith("tracking waits (MLflow: ") for note in listener.notes)
    database.unlink()
    assert ship(tmp_path).waiting == 0
    assert {run.info.status for run in runs(tmp_path, "wine, accuracy").values()} == {"FINISHED", "KILLED"}


def test_a_trial_that_ended_before_its_run_was_opened_still_gets_a_run(tmp_path):
    recorder = Recorder(begun(tmp_path, "early"), "early, accuracy", pytest.fail)
    recorder.end_trial(TrialRecord(0, 0, 0, "failed", reason="ValueError: no luck"))
    (path,) = unsent(tmp_path)
    kinds = [event["kind"] for event in read(path)]
    assert kinds == ["start", "tags", "end"]


def test_a_study_without_a_champion_ends_as_failed_with_its_reason(recorder):
    recorder.fail_study("none of 3 trials finished")
    last = read(spool_path(recorder.files.root, f"wine-{ID}"))[-1]
    assert (last["status"], last["reason"]) == ("FAILED", "none of 3 trials finished")


def test_who_did_not_open_a_study_says_nothing_of_how_it_stands(recorder):
    recorder.tell(Trials(1, 1, 0, 0, 0, 1), [TrialRecord(0, 0, 0, "finished", 0.5)])
    recorder.close()
    assert unsent(recorder.files.root) == ()
