"""A spool is one run, under its parent, in its experiment, however often it is shipped."""

from __future__ import annotations

from pathlib import Path

from mlflow import MlflowClient

from search.record.leaderboard import VIEW_TAG
from search.record.spool import Spool
from search.record.spooled import unsent
from search.tracking import KEY_TAG, PARENT_TAG, database_path, run_id, ship, tracking_uri

from .spools import EPOCHS, EXPERIMENT, runs, write_study, write_trial


def test_a_study_and_its_trials_arrive_as_parent_and_children_with_their_values(tmp_path: Path) -> None:
    root = tmp_path / "a root"
    with write_study(root) as study:
        write_trial(root, 0)
        write_trial(root, 1)
        shipped = ship(root)
        study.end("FINISHED")
    ship(root)

    assert (shipped.runs, shipped.points, shipped.artifacts, shipped.warnings) == (3, 80, 2, ())
    found = runs(root)
    parent, child = found["digits"], found["digits#1"]
    assert sorted(found) == ["digits", "digits#0", "digits#1"]
    assert {run.data.tags.get(PARENT_TAG) for name, run in found.items() if "#" in name} == {parent.info.run_id}
    assert PARENT_TAG not in parent.data.tags
    assert child.data.params == {"train.learning_rate": "0.01", "model.builder": "mlp"}
    assert child.data.tags["zoo.state"] == "finished"
    history = MlflowClient(tracking_uri(root)).get_metric_history(child.info.run_id, "val/loss")
    assert [(point.step, point.value) for point in history] == [(epoch, 1 + epoch / 7) for epoch in range(EPOCHS)]
    recipe = root / "mlruns" / "artifacts" / child.info.run_id / "artifacts" / "recipe.json"
    assert recipe.read_text() == '{"seed": 1}'
    assert unsent(root) == ()


def test_a_study_that_goes_on_is_the_same_run_and_runs_again(tmp_path: Path) -> None:
    with write_study(tmp_path) as study:
        study.end("KILLED", "interrupted")
    ship(tmp_path)
    first = runs(tmp_path)["digits"]
    with write_study(tmp_path) as study:
        ship(tmp_path)
        second = runs(tmp_path)["digits"]
        study.end("FINISHED")
    ship(tmp_path)
    third = runs(tmp_path)["digits"]
    assert first.info.run_id == second.info.run_id == third.info.run_id
    assert [run.info.status for run in (first, second, third)] == ["KILLED", "RUNNING", "FINISHED"]
    assert [run.data.tags["zoo.reason"] for run in (first, second)] == ["interrupted", ""]


def test_an_experiment_bears_the_tags_that_its_study_gave_it_last(tmp_path: Path) -> None:
    with write_study(tmp_path) as study:
        study.experiment({VIEW_TAG: "first"})
        study.experiment({VIEW_TAG: "second"})
    ship(tmp_path)
    with write_study(tmp_path) as study:
        study.experiment({"other": "third"})
    ship(tmp_path)
    tags = MlflowClient(tracking_uri(tmp_path)).get_experiment_by_name(EXPERIMENT).tags
    assert (tags[VIEW_TAG], tags["other"]) == ("second", "third")


def test_an_experiment_comes_back_from_the_bin(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    ship(tmp_path)
    client = MlflowClient(tracking_uri(tmp_path))
    experiment = client.get_experiment_by_name(EXPERIMENT)
    client.delete_experiment(experiment.experiment_id)
    write_trial(tmp_path, 1)
    assert ship(tmp_path).warnings == ()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment.lifecycle_stage == "active"
    assert experiment.artifact_location == (tmp_path / "mlruns" / "artifacts").as_uri()


def test_a_run_is_found_by_its_key_and_an_unknown_one_is_none(tmp_path: Path) -> None:
    write_trial(tmp_path, 0)
    ship(tmp_path)
    assert run_id(tmp_path, EXPERIMENT, "digits-0000-0") == runs(tmp_path)["digits#0"].info.run_id
    assert run_id(tmp_path, EXPERIMENT, "digits-0001-0") is None
    assert run_id(tmp_path, "nothing", "digits") is None
    database_path(tmp_path).write_bytes(b"no database at all" * 100)
    assert run_id(tmp_path, EXPERIMENT, "digits-0000-0") is None


def test_of_runs_with_one_key_the_one_that_has_most_stays(tmp_path: Path) -> None:
    with Spool(tmp_path, "digits") as spool:
        spool.start(EXPERIMENT, "digits")
        spool.metrics(0, {"a": 1.0})
        ship(tmp_path)
        kept, client = runs(tmp_path)["digits"].info, MlflowClient(tracking_uri(tmp_path))
        for _ in range(3):  # as a server makes them that answers a try after its time
            client.create_run(kept.experiment_id, tags={KEY_TAG: "digits"}, run_name="digits")
        spool.metrics(1, {"a": 2.0})
        spool.end("FINISHED")
    assert ship(tmp_path).points == 1
    (left,) = client.search_runs([kept.experiment_id])
    assert (left.info.run_id, left.info.status) == (kept.run_id, "FINISHED")
    assert len(client.get_metric_history(left.info.run_id, "a")) == 2
