"""A root that was moved or copied: MLflow finds every file again, by one transaction, said in one line."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import mlflow
import pytest

from search.care import moving
from search.care.moving import follow
from search.record.spool import Spool
from search.tracking import database_path, ship, tracking_uri

EXPERIMENT = "wine, accuracy"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A root whose MLflow has a run with a file and a model's version; its folder has a blank and a percent sign."""
    root = tmp_path_factory.mktemp("made") / "old 100% place"
    root.mkdir()
    (root / "recipe.json").write_text('{"seed": 7}')
    with Spool(root, "wine-id") as spool:
        spool.start(EXPERIMENT, "wine")
        spool.artifact(root / "recipe.json", "kept")
        spool.end("FINISHED")
    assert ship(root).warnings == ()
    client = mlflow.MlflowClient(tracking_uri(root))
    (run,) = client.search_runs([client.get_experiment_by_name(EXPERIMENT).experiment_id])
    client.create_registered_model("wine")
    client.create_model_version("wine", f"{run.info.artifact_uri}/kept", run.info.run_id)
    return root


@pytest.fixture
def moved(made, tmp_path) -> Path:
    """A copy of it whose original cannot be reached, as after a move."""
    place = tmp_path / "new place"
    shutil.copytree(made, place)
    hidden = made.with_name("away")
    made.rename(hidden)
    yield place
    hidden.rename(made)


def paths(root: Path) -> list[str]:
    """Return all that MLflow stores of where things lie."""
    with closing(sqlite3.connect(database_path(root))) as database:
        return [
            place
            for table, column in moving._COLUMNS
            if moving._has(database, table, column)
            for (place,) in database.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")
            if not place.endswith("/0")  # MLflow's own experiment, which nobody writes to
        ]


def test_files_and_models_are_found_again_after_a_move_said_in_one_line(made, moved):
    (line,) = follow(moved)
    assert line == f"{made}/mlruns lies at {moved}/mlruns now: 4 paths in mlflow.db were changed to that."
    assert all(place.startswith((moved / "mlruns").as_uri()) for place in paths(moved))
    client = mlflow.MlflowClient(tracking_uri(moved))
    version = client.get_model_version("wine", "1")
    assert Path(client.download_artifacts(version.run_id, "kept/recipe.json")).read_text() == '{"seed": 7}'
    assert Path(client.get_model_version_download_uri("wine", "1").removeprefix("file://").replace("%20", " ")).is_dir()
    assert follow(moved) == ()


def test_a_copy_leaves_the_original_alone_and_has_its_own_files(made, tmp_path):
    before = paths(made)
    shutil.copytree(made, tmp_path / "copy")
    assert len(follow(tmp_path / "copy")) == 1
    assert follow(made) == ()
    assert paths(made) == before
    assert all(place.startswith((tmp_path / "copy" / "mlruns").as_uri()) for place in paths(tmp_path / "copy"))


def test_the_next_command_that_ships_follows_and_says_so(moved):
    with Spool(moved, "wine-0000-0-id") as spool:
        spool.start(EXPERIMENT, "wine#0", "wine-id")
        spool.artifact(moved / "recipe.json")
        spool.end("FINISHED")
    (line,) = ship(moved).warnings
    assert "paths in mlflow.db were changed" in line
    assert all(place.startswith((moved / "mlruns").as_uri()) for place in paths(moved))
    assert len(paths(moved)) == 5


def test_a_failure_in_between_changes_nothing(moved, monkeypatch):
    before, change = paths(moved), moving._change

    def fail_at_the_end(database, old, new):
        change(database, old, new)
        raise sqlite3.OperationalError("killed")

    monkeypatch.setattr(moving, "_change", fail_at_the_end)
    with pytest.raises(sqlite3.OperationalError):
        follow(moved)
    assert paths(moved) == before


def test_another_way_to_the_same_folder_is_no_move(made, tmp_path):
    (tmp_path / "link").symlink_to(made)
    assert follow(tmp_path / "link") == ()


def test_experiments_whose_files_lie_elsewhere_for_good_are_left_alone(made, tmp_path):
    shutil.copytree(made, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "mlruns" / "artifacts")  # only the database came along
    before = paths(tmp_path / "copy")
    assert follow(tmp_path / "copy") == ()
    assert paths(tmp_path / "copy") == before


def test_a_root_without_a_record_or_with_an_empty_one_is_no_move(tmp_path):
    assert follow(tmp_path) == ()
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "mlflow.db").touch()
    assert follow(tmp_path) == ()
