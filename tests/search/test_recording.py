"""What MLflow holds of a study, read back with its own client: states, reasons, parameters, metrics, files, links."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from mlflow import MlflowClient

from search.files import StudyFiles, write_json
from search.leaderboard import VIEW_TAG
from search.recording import Recorder
from search.result import StudyResult
from search.spool import spool_path
from search.spooled import read, unsent
from search.tracking import PARENT_TAG, ship, tracking_uri
from search.trials import TrialRecord
from zoo.errors import ZooError

from .whole_studies import EPOCHS, STATES, Leaver, Listener, ended, json_of, runs, snapshot, tune

ID = "0123456789ab"


@pytest.fixture(scope="module")
def tracked(study):
    return runs(study.root, "wine, accuracy")


@pytest.fixture
def recorder(tmp_path):
    recorder = Recorder(begun(tmp_path, "wine"), "wine, accuracy", pytest.fail)
    yield recorder
    recorder.close()


def begun(root: Path, study: str) -> StudyFiles:
    """Return the files of a study that has its id."""
    files = StudyFiles(root, study)
    files.make()
    write_json(files.fingerprint, {"id": ID})
    return files


def history(root: Path, run, name: str) -> list[tuple[int, float]]:
    return [(point.step, point.value) for point in MlflowClient(tracking_uri(root)).get_metric_history(run, name)]


def artifact(run, name: str) -> Path:
    return Path(unquote(urlparse(run.info.artifact_uri).path), name)


def trial_runs(study, tracked):
    return [(record, tracked[f"wine-{record.slot:04d}-0"]) for record in ended(study.records)]


def test_the_study_has_trials_of_both_ends(study):
    assert {record.state for record in study.records} == {"finished", "pruned"}


def test_every_trial_is_a_child_of_the_study_in_its_right_end_state_with_the_reason(study, tracked):
    assert set(tracked) == {"wine", *(f"wine-{slot:04d}-0" for slot in range(4))}
    for record, run in trial_runs(study, tracked):
        assert (run.info.status, run.data.tags["zoo.state"]) == (STATES[record.state], record.state)
        assert run.info.run_name == f"wine#{record.slot}"
        assert run.data.tags[PARENT_TAG] == study.answer.tracking["run"]
        assert run.info.start_time < run.info.end_time
        if record.state == "pruned":
            assert run.data.tags["zoo.reason"] == record.reason
            assert record.reason.startswith("stopped after epoch 3 at ")


def test_a_trials_parameters_are_its_recipes_dotted_values(study, tracked):
    for record, run in trial_runs(study, tracked):
        assert run.data.params == {name: str(value) for name, value in record.values.items()}
        assert {"model.builder", "model.units", "train.learning_rate"} <= set(run.data.params)


def test_a_trial_has_a_point_for_each_metric_and_epoch_as_training_saw_it(study, tracked):
    for record, run in trial_runs(study, tracked):
        names = set(run.data.metrics) - {"objective", "params"}
        assert {name.split("/")[0] for name in names} == {"train", "val", "health"}
        for name in names:
            points = history(study.root, run.info.run_id, name)
            assert [step for step, _ in points] == list(range(1, record.epochs + 1))
        assert history(study.root, run.info.run_id, "objective") == [(record.epochs, record.value)]
        if record.state == "finished":
            assert record.epochs == EPOCHS
            stored = json.loads((study.trial(record.slot) / "history.json").read_text())["history"]
            for name in names:
                points = history(study.root, run.info.run_id, name)
                assert [value for _, value in points] == [epoch[name] for epoch in stored]


def test_a_trials_run_keeps_its_recipe(study, tracked):
    for record, run in trial_runs(study, tracked):
        recipe = study.trial(record.slot) / "recipe.json"
        assert artifact(run, "recipe.json").read_bytes() == recipe.read_bytes()
        assert study.root / "mlruns" / "artifacts" in artifact(run, "recipe.json").parents


def test_what_a_trials_model_takes_is_a_metric_of_its_run(study, tracked):
    for record, run in trial_runs(study, tracked):
        assert run.data.metrics["params"] == record.parameters


def test_a_trial_over_a_limit_has_the_costs_for_which_it_was_refused(tmp_path, recorder):
    recorder.open_trial(0, 0, {})
    refused = {"reason": "bytes is 9, at most 5 are wanted.", "costs": {"bytes": 9.0, "ram": 4.0}}
    recorder.end_trial(TrialRecord(0, 0, 0, "pruned", **refused))
    ship(tmp_path)
    run = runs(tmp_path, "wine, accuracy")["wine-0000-0"]
    assert run.data.metrics == {"bytes": 9.0, "ram": 4.0}
    assert run.data.tags["zoo.reason"] == refused["reason"]


def test_the_parent_holds_the_champions_test_scores_and_the_report(study, tracked):
    parent, champion = tracked["wine"], study.answer.champion
    assert (parent.info.status, parent.info.run_id) == ("FINISHED", study.answer.tracking["run"])
    assert {name: parent.data.metrics[f"test/{name}"] for name in champion.test} == champion.test
    assert parent.data.metrics["objective"] == champion.validation["accuracy"]
    assert parent.data.metrics["params"] == champion.parameters
    assert parent.data.tags["zoo.champion"] == champion.trial
    assert (parent.data.tags["zoo.goals"], parent.data.tags["zoo.precision"]) == ("accuracy", "float32")
    assert parent.data.params["data.path"] == "wine"
    assert json.loads(artifact(parent, "report.json").read_text())["champion"]["trial"] == champion.trial
    assert not [name for run in tracked.values() if run is not parent for name in run.data.metrics if "test" in name]


def test_a_study_that_goes_on_stays_one_run(grown):
    found = runs(grown.study.root, "wine, accuracy")
    assert set(found) == {"wine", *(f"wine-{slot:04d}-0" for slot in range(7))}
    assert found["wine"].info.run_id == grown.stopped.answer.tracking["run"] == grown.study.answer.tracking["run"]
    assert found["wine"].info.status == "FINISHED"
    steps = history(grown.study.root, found["wine"].info.run_id, "test/accuracy")
    assert [step for step, _ in steps] == [1, 7]


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
    assert (end["status"], end["reason"], tags["values"]) == (status, "a reason", {"zoo.state": state})


def test_a_warning_is_passed_on_once(tmp_path):
    heard = []
    recorder = Recorder(StudyFiles(tmp_path, "wine"), "wine, accuracy", heard.append)
    for text in ("one", "two", "one"):
        recorder.warn(text)
    assert heard == ["one", "two"]


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


def drawn(root: Path) -> tuple[Path, ...]:
    """Return pictures as the end of a study leaves them."""
    folder = root / "mlruns" / "studies" / "wine"
    paths = folder / "report.html", folder / "champion" / "pictures" / "history.png"
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    return paths


def unregistered(answer: StudyResult) -> StudyResult:
    """Return an answer whose champion lacks the file that is registered as a model."""
    other = tuple(variant for variant in answer.champion.variants if variant["format"] != "tflite")
    return replace(answer, champion=replace(answer.champion, variants=other))


def test_pictures_lie_with_the_parent_run_once_however_often_a_study_ends(tmp_path, study):
    recorder = Recorder(begun(tmp_path, "wine"), "wine, accuracy", [].append)
    page, picture = drawn(tmp_path)
    (tmp_path / "report.json").write_text("{}")
    for text in ("old", "new"):
        page.write_text(text)
        recorder.study.start("wine, accuracy", "wine")
        recorder.end_study(unregistered(study.answer), tmp_path / "report.json", (page, picture))
    kept = artifact(runs(tmp_path, "wine, accuracy")["wine"], "pictures")
    assert {path.name: path.read_text() for path in kept.iterdir()} == {
        "report.html": "new",
        "history.png": "history.png",
    }


def test_a_finished_study_that_is_asked_for_again_adds_nothing_to_the_tracker(study):
    before = snapshot(study.root / "mlruns" / "artifacts", study.root / "mlruns" / "spool")
    assert json_of(tune(study.root)) == json_of(study.answer)
    assert snapshot(study.root / "mlruns" / "artifacts", study.root / "mlruns" / "spool") == before


def test_the_experiment_of_a_study_opens_as_the_leaderboard_of_what_it_searched(study):
    tags = MlflowClient(tracking_uri(study.root)).get_experiment_by_name("wine, accuracy").tags
    shown = json.loads(tags[VIEW_TAG])["selectedColumns"]
    assert {f"params.`{name}`" for name in study.answer.searched["mlp"]} < set(shown)


@pytest.mark.slow
def test_a_champion_without_the_file_that_is_registered_is_said_and_costs_nothing_else(tmp_path, study):
    heard = []
    recorder = Recorder(begun(tmp_path, "wine"), "wine, accuracy", heard.append)
    answer = unregistered(study.answer)
    (tmp_path / "report.json").write_text("{}")
    recorder.study.start("wine, accuracy", "wine")
    recorder.end_study(answer, tmp_path / "report.json", drawn(tmp_path))
    assert heard == [f"{answer.champion.trial} has no tflite float32 file; it is not registered as a model."]
    assert runs(tmp_path, "wine, accuracy")["wine"].info.status == "FINISHED"
