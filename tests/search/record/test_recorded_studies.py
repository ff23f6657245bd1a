"""What MLflow holds of a study, read back with its own client: states, reasons, parameters, metrics, files, links."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from mlflow import MlflowClient

from search.record.crowning import CHAMPION
from search.record.describing import NOTE
from search.record.leaderboard import MODE, VIEW_TAG
from search.record.recorder import Recorder
from search.result import StudyResult
from search.tracking import PARENT_TAG, tracking_uri

from ..whole_studies import EPOCHS, STATES, ended, json_of, runs, snapshot, tune
from .recorded import artifact, begun


@pytest.fixture(scope="module")
def tracked(study):
    return runs(study.root, "wine, accuracy")


def history(root: Path, run, name: str) -> list[tuple[int, float]]:
    return [(point.step, point.value) for point in MlflowClient(tracking_uri(root)).get_metric_history(run, name)]


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
        recipe = json.loads((study.trial(record.slot) / "recipe.json").read_text())
        assert run.data.params == {name: str(value) for name, value in record.values.items()}
        assert run.data.tags["zoo.seed"] == str(recipe["seed"])
        assert {"model.builder", "model.units", "train.learning_rate"} <= set(run.data.params)


def test_a_trial_has_a_point_for_each_metric_and_epoch_as_training_saw_it(study, tracked):
    for record, run in trial_runs(study, tracked):
        told = {name for name in run.data.metrics if not name.startswith("test/")}
        names = told - {"objective", "params", "seconds", "learning_rate"}
        assert {name.split("/")[0] for name in names} == {"train", "val", "health"}
        for name in (*names, "learning_rate"):
            points = history(study.root, run.info.run_id, name)
            assert [step for step, _ in points] == list(range(1, record.epochs + 1))
        rates = {value for _, value in history(study.root, run.info.run_id, "learning_rate")}
        assert rates == {record.values["train.learning_rate"]}
        assert run.data.metrics["seconds"] == record.seconds > 0
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


def test_the_champions_run_alone_has_its_test_scores_and_ends_when_it_ended(study, tracked):
    champion = study.answer.champion
    slot = int(champion.trial.rpartition("#")[2])
    own = tracked[f"wine-{slot:04d}-0"]
    tested = {name: value for name, value in own.data.metrics.items() if name.startswith("test/")}
    assert tested == {f"test/{name}": value for name, value in champion.test.items()}
    assert own.data.tags[CHAMPION] == "yes" and "Champion of wine" in own.data.tags[NOTE]
    assert own.info.status == "FINISHED"
    record = next(record for record in study.records if record.slot == slot)
    assert own.info.end_time - own.info.start_time < 1000 * record.seconds + 5000  # not the end of the study
    others = [run for run in tracked.values() if run.data.tags["zoo.kind"] == "trial" and run is not own]
    assert not [name for run in others for name in (*run.data.metrics, *run.data.tags) if "test/" in name]
    assert not [run for run in others if CHAMPION in run.data.tags]


def test_a_stopped_trial_says_at_which_epoch_and_why(study, tracked):
    stopped = [pair for pair in trial_runs(study, tracked) if pair[0].state == "pruned"]
    for record, run in stopped:
        assert run.data.tags["zoo.epoch"] == str(record.epochs)
        assert run.data.tags[NOTE].startswith(f"Stopped early after epoch {record.epochs}: stopped after epoch")


def test_the_experiment_says_what_the_data_is_and_how_its_page_is_read(study):
    note = MlflowClient(tracking_uri(study.root)).get_experiment_by_name("wine, accuracy").tags[NOTE]
    sha256 = json.loads((study.folder / "study.json").read_text())["data"]
    assert "178 rows of 13 columns, 3 classes" in note and sha256 in note
    assert "107 train, 36 validation, 35 test" in note and "stratified, seed 0" in note
    for word in ("`pruned`", "`objective`", "`learning_rate`", "classification of table data", "higher is better"):
        assert word in note
    assert len(note) < 5000


def test_the_study_says_what_it_was_asked_where_it_ran_and_what_it_found(study, tracked):
    parent, champion = tracked["wine"], study.answer.champion
    note, params, tags = parent.data.tags[NOTE], parent.data.params, parent.data.tags
    assert note.startswith(f"Champion: **{champion.trial.replace('#', chr(92) + '#')}** mlp")
    assert "4 of 4 trials have ended" in note and "#### Files" in note and "zoo tune wine" in note
    assert params["fixed.train.epochs"] == str(EPOCHS)
    assert params["space.train.learning_rate"] == "0.0003 to 0.01, log"
    assert {"environment.tensorflow", "environment.python", "environment.cores"} <= set(tags)
    (found,) = parent.inputs.dataset_inputs
    assert (found.dataset.name, found.dataset.digest) == ("wine", params["data.sha256"][:36])
    assert json.loads(found.dataset.profile)["num_rows"] == 178
    assert len(json.loads(found.dataset.schema)["mlflow_colspec"]) == 14


def test_the_study_holds_its_trials_as_a_table_that_mlflow_renders(study, tracked):
    parent = tracked["wine"]
    assert json.loads(parent.data.tags["mlflow.loggedArtifacts"]) == [{"path": "trials.json", "type": "table"}]
    frame = pd.read_json(artifact(parent, "trials.json"), orient="split")  # as MlflowClient.load_table reads it
    assert list(frame["slot"]) == [record.slot for record in ended(study.records)]
    assert list(frame["value"]) == pytest.approx([record.value for record in ended(study.records)])
    assert "train.learning_rate" in frame and "train.epochs" not in frame  # all have the same


@pytest.mark.slow
def test_a_study_that_goes_on_stays_one_run(grown):
    found = runs(grown.study.root, "wine, accuracy")
    assert set(found) == {"wine", *(f"wine-{slot:04d}-0" for slot in range(7))}
    assert found["wine"].info.run_id == grown.stopped.answer.tracking["run"] == grown.study.answer.tracking["run"]
    assert found["wine"].info.status == "FINISHED"
    steps = history(grown.study.root, found["wine"].info.run_id, "test/accuracy")
    assert [step for step, _ in steps] == [1, 7]


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


def test_the_report_and_pictures_lie_with_the_parent_run_once_however_often_a_study_ends(tmp_path, study):
    recorder = Recorder(begun(tmp_path, "wine"), "wine, accuracy", [].append)
    page, picture = drawn(tmp_path)
    (tmp_path / "report.json").write_text("{}")
    for text in ("old", "new"):
        page.write_text(text)
        recorder.study.start("wine, accuracy", "wine")
        recorder.end_study(unregistered(study.answer), tmp_path / "report.json", (page, picture))
    kept = artifact(runs(tmp_path, "wine, accuracy")["wine"], "")
    assert {path.relative_to(kept).as_posix(): path.read_text() for path in kept.rglob("*.*")} == {
        "report.html": "new",
        "report.json": "{}",
        "pictures/history.png": "history.png",
    }


def test_one_click_leads_from_the_page_to_the_study_and_from_there_to_its_report(study, tracked):
    parent, client = tracked["wine"], MlflowClient(tracking_uri(study.root))
    page = f"#/experiments/{parent.info.experiment_id}/runs/{parent.info.run_id}"
    links = dict(re.findall(r"\[([\w.]+)\]\((.*?)\)", parent.data.tags[NOTE]))
    assert links == {name: f"{page}/artifacts/{name}{MODE}" for name in ("report.html", "trials.json")}
    assert artifact(parent, "report.html").read_bytes() == (study.folder / "report.html").read_bytes()
    assert artifact(parent, "trials.json").is_file()
    about = client.get_experiment(parent.info.experiment_id).tags[NOTE]
    assert f"Study: [wine]({page}{MODE})." in about.splitlines()[0]


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
