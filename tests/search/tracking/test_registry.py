"""A champion is one version of the model of its study, the alias follows it, and no failure costs more than a line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

import zoo
from search.record.spool import Spool
from search.record.spooled import unsent
from search.tracking import ship, tracking_uri
from zoo.errors import BadValue, Unsupported

EXPERIMENT = "wine, accuracy"
ASK = """
import json, sys
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder)]  # the project is not installed
import mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model(sys.argv[2])
answers = model.predict(pandas.read_csv(sys.argv[3]))
heavy = sorted({"tensorflow", "sklearn", "search"} & set(sys.modules))
zoo = sys.modules["zoo"].__file__
print(json.dumps({"answers": answers.to_dict("list"), "run": model.metadata.run_id, "heavy": heavy, "zoo": zoo}))
"""


@pytest.fixture
def bundle(study, tmp_path: Path) -> zoo.bundle.Bundle:
    place = tmp_path / "mlruns" / "studies" / "wine" / "exports" / "tflite-float32"
    shutil.copytree(study.folder / "exports" / "tflite-float32", place)
    return zoo.load(place)


def crown(root: Path, bundle, slot: int, sha256: str | None = None):
    """Spool a champion as a study's end does, and ship it."""
    with Spool(root, "wine-id") as spool:
        spool.start(EXPERIMENT, "wine")
        texts = {"name": "wine", "key": f"wine#{slot} id", "folder": f"models/{slot:04d}", "text": f"the {slot}."}
        spool.model(bundle.path, sha256 or bundle.sha256, **texts)
        spool.end("FINISHED")
    return ship(root)


def client(root: Path) -> MlflowClient:
    return MlflowClient(tracking_uri(root))


def versions(root: Path) -> dict[int, str]:
    """Return the champion that each version holds."""
    return {int(v.version): v.tags["zoo.champion"] for v in client(root).search_model_versions("name = 'wine'")}


def champion(root: Path) -> int:
    return int(client(root).get_model_version_by_alias("wine", "champion").version)


def test_the_same_champion_stays_one_version_and_another_moves_the_alias(tmp_path, bundle):
    seen = []
    for slot in (3, 3, 5, 3):
        assert crown(tmp_path, bundle, slot).warnings == ()
        seen.append((len(versions(tmp_path)), champion(tmp_path)))
    assert seen == [(1, 1), (1, 1), (2, 2), (2, 1)]
    assert versions(tmp_path) == {1: "wine#3 id", 2: "wine#5 id"}


def test_a_version_lies_with_the_parent_run_and_holds_no_pickle(tmp_path, bundle):
    crown(tmp_path, bundle, 3)
    version = client(tmp_path).get_model_version("wine", "1")
    run = client(tmp_path).get_run(version.run_id)
    assert (run.data.tags["zoo.spool"], run.info.status) == ("wine-id", "FINISHED")
    assert version.source == f"{run.info.artifact_uri}/models/0003"
    assert version.description.startswith("the 3.\n\n| file | precision | bytes | proof |")
    folder = Path(client(tmp_path).download_artifacts(version.run_id, "models/0003"))
    names = {path.name for path in folder.rglob("*")}
    assert {"MLmodel", "_served.py", "model.tflite", "preparation.json", "input_example.json"} <= names
    assert str(bundle.path.parent) not in (folder / "MLmodel").read_text()
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib", ".pyc"))]
    assert [line.partition("==")[0] for line in (folder / "requirements.txt").read_text().split()] == [
        *("mlflow", "numpy", "pandas", "ai-edge-litert")
    ]


def test_a_kill_before_the_alias_leaves_one_version_and_the_next_command_sets_it(tmp_path, bundle, monkeypatch):
    def die(*_):
        raise MlflowException("killed")

    with monkeypatch.context() as patched:
        patched.setattr(MlflowClient, "set_registered_model_alias", die)
        shipped = crown(tmp_path, bundle, 3)
    assert (shipped.waiting, len(shipped.warnings)) == (1, 1)
    assert "\n" not in shipped.warnings[0]
    run = client(tmp_path).get_run(client(tmp_path).get_model_version("wine", "1").run_id)
    assert run.info.status == "FINISHED"
    assert ship(tmp_path).warnings == ()
    assert (versions(tmp_path), champion(tmp_path), unsent(tmp_path)) == ({1: "wine#3 id"}, 1, ())


def spoil(bundle):
    (bundle.path / "model.tflite").write_bytes(b"no model")


def remove(bundle):
    shutil.rmtree(bundle.path)


@pytest.mark.parametrize("harm", [spoil, remove])
def test_a_bundle_that_is_not_whole_costs_one_line_and_holds_up_nothing(tmp_path, bundle, harm):
    harm(bundle)
    shipped = crown(tmp_path, bundle, 3)
    (warning,) = shipped.warnings
    assert warning.startswith("wine#3 id is not registered as a model: ")
    assert (shipped.waiting, versions(tmp_path), unsent(tmp_path)) == (0, {}, ())


@pytest.mark.slow
@pytest.mark.parametrize("error", [BadValue("no."), Unsupported("no."), PackageNotFoundError("ai-edge-litert")])
def test_a_model_that_cannot_be_written_costs_one_line_once(tmp_path, bundle, error, monkeypatch):
    def refuse(*_):
        raise error

    monkeypatch.setattr("search.tracking._registry.save_model", refuse)
    (warning,) = crown(tmp_path, bundle, 3).warnings
    assert warning == f"wine#3 id is not registered as a model: {error}"
    assert (ship(tmp_path).warnings, unsent(tmp_path)) == ((), ())


def test_a_bundle_that_was_replaced_is_not_taken_for_the_old_champion(tmp_path, bundle):
    (warning,) = crown(tmp_path, bundle, 3, sha256="0" * 64).warnings
    assert "was exported anew since" in warning
    assert versions(tmp_path) == {}


def test_a_study_registers_its_champion_under_its_own_name(study):
    version = client(study.root).get_model_version_by_alias("wine", "champion")
    assert version.tags["zoo.champion"].startswith(f"{study.answer.champion.trial} ")
    assert version.run_id == study.answer.tracking["run"]


def test_a_grown_study_has_a_version_for_each_champion_it_had(grown):
    trials = list(dict.fromkeys(answer.champion.trial for answer in (grown.stopped.answer, grown.study.answer)))
    held = [text.rpartition(" ")[0] for _, text in sorted(versions(grown.study.root).items())]
    assert held == trials
    assert champion(grown.study.root) == len(trials)


def ask(root: Path, rows: Path, model: str = "models:/wine@champion") -> dict:
    """Return what a fresh process without pickles, away from these sources, gets from the registry."""
    unsafe = {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    command = [sys.executable, "-c", ASK, tracking_uri(root), model, str(rows)]
    done = subprocess.run(command, env={**os.environ, **unsafe}, cwd=rows.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_a_fresh_process_gets_the_bundles_answers_to_raw_rows(study, tmp_path):
    from sklearn.datasets import load_wine

    rows = load_wine(as_frame=True).data.astype({"proline": int}).iloc[::20, ::-1].assign(note="beside")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    said = ask(study.root, tmp_path / "rows.csv")
    bundle = zoo.load(study.folder / "exports" / "tflite-float32")
    expected = bundle.predict(rows)
    assert said["answers"].pop("prediction") == list(expected.labels)
    probabilities = expected.probabilities.T.tolist()
    assert said["answers"] == dict(zip(bundle.classes, probabilities, strict=True))
    assert (said["run"], said["heavy"]) == (study.answer.tracking["run"], [])
    assert Path(said["zoo"]).is_relative_to(study.root / "mlruns" / "artifacts" / said["run"])


def test_a_version_holds_recipe_proof_and_all_whole_bundles_of_the_same_model(tmp_path, bundle, study):
    exports = bundle.path.parent
    for name in ("tflite-int8", "tflite-dynamic"):
        shutil.copytree(study.folder / "exports" / name, exports / name)
    shutil.copytree(bundle.path, exports / "0001-tflite-float32")  # of another trial
    recipe = exports / "0001-tflite-float32" / "recipe.json"
    recipe.write_text(json.dumps({**json.loads(recipe.read_text()), "seed": 77}))
    (exports / "tflite-dynamic" / "model.tflite").write_bytes(b"broken")
    assert crown(tmp_path, bundle, 3).warnings == ()
    version = client(tmp_path).get_model_version("wine", "1")
    folder = Path(client(tmp_path).download_artifacts(version.run_id, "models/0003"))
    assert [path.name for path in (folder / "bundles").iterdir()] == ["tflite-int8"]
    assert zoo.load(folder / "bundles" / "tflite-int8").sha256 == zoo.load(exports / "tflite-int8").sha256
    assert json.loads((folder / "proof.json").read_text())["passed"] is True
    assert json.loads((folder / "recipe.json").read_text()) == bundle.recipe
    assert [line.split(" | ")[1] for line in version.description.splitlines()[4:]] == ["float32", "int8"]
