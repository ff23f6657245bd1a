"""A whole study with parts of a user's own: in workers, gone on with, repeated and exported in fresh processes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from zoo.own.parts import forget_plugins

PLUGINS = Path(__file__).parents[1] / "plugins"
pytestmark = pytest.mark.slow
TUNE = (
    *("tune", "wine", "--plugin", "squared_relu.py", "--plugin", "gated.py", "--builder", "gated", "--epochs", "3"),
    *("--set", "model.activation=squared_relu", "--finalists", "0", "--stop-after-no-gain", "50"),
)


def zoo(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a `zoo` command in a process of its own, in `root`."""
    code = "from search.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=root, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Two trials of wine, trained in a worker."""
    root = tmp_path_factory.mktemp("plugins")
    shutil.copy(PLUGINS / "gated.py", root)
    plain = (PLUGINS / "squared_relu.py").read_text()
    (root / "squared_relu.py").write_text(plain.replace("    return", '    print("squared")\n    return'))
    done = zoo(root, *TUNE, "--trials", "2", "--json")
    assert done.returncode == 0, done.stderr
    return root, json.loads(done.stdout)


@pytest.fixture
def copy(study, tmp_path):
    """A study that may be spoiled."""
    forget_plugins()
    return Path(shutil.copytree(study[0], tmp_path / "copy"))


def test_its_recipes_record_the_files_and_its_files_are_exported_and_proven(study):
    root, answer = study
    recipe = json.loads((root / answer["champion"]["recipe"]).read_text())
    assert [(part["kind"], part["name"], part["path"]) for part in recipe["plugins"]] == [
        ("activation", "squared_relu", "squared_relu.py"),
        ("builder", "gated", "gated.py"),
    ]
    proofs = [variant["proof"] for variant in answer["champion"]["variants"] if variant["skipped"] is None]
    assert len(proofs) >= 4
    assert all(proof["passed"] for proof in proofs)
    stored = json.loads((root / "mlruns/studies/wine/study.json").read_text())
    assert set(stored["plugins"]) == {"activation.squared_relu", "builder.gated"}


def test_another_process_goes_on_with_it_and_another_helps(copy):
    gone_on = zoo(copy, *TUNE, "--trials", "3", "--json")
    assert gone_on.returncode == 0, gone_on.stderr
    assert json.loads(gone_on.stdout)["trials"]["finished"] + json.loads(gone_on.stdout)["trials"]["pruned"] == 3
    helped = zoo(copy, "worker", "wine", "--quiet")
    assert helped.returncode == 0, helped.stderr


def test_a_trial_is_repeated_in_a_fresh_process_and_a_new_format_is_exported(copy):
    trial = zoo(copy, "run", "wine#0", "--json")
    assert trial.returncode == 0, trial.stderr
    assert "in the study" not in trial.stderr  # its numbers are the same
    exported = zoo(copy, "export", "wine#1", "--format", "keras_file", "--json")
    assert exported.returncode == 0, exported.stderr
    assert json.loads(exported.stdout)["proof"]["passed"]


def test_a_file_that_has_changed_or_is_gone_is_refused_in_one_line_by_all_that_would_use_it(copy):
    path = copy / "squared_relu.py"
    before = path.read_text()
    path.write_text(before + "# changed\n")
    for asked in (("run", "wine#0"), ("export", "wine#0", "--format", "keras_file"), (*TUNE, "--trials", "4")):
        refused = zoo(copy, *asked)
        assert refused.returncode == 2
        last = refused.stderr.splitlines()[-1]
        assert "squared_relu" in last and ("has changed" in last or "plugins.activation.squared_relu was" in last)
    path.unlink()
    gone = zoo(copy, "run", "wine#0")
    assert gone.returncode == 2
    assert "say where it lies with --plugin" in gone.stderr.splitlines()[-1]
    (copy / "moved.py").write_text(before)
    assert zoo(copy, "run", "wine#0", "--plugin", "moved.py").returncode == 0


def test_a_bundle_answers_where_the_files_are_not(copy):
    for name in ("squared_relu.py", "gated.py"):
        (copy / name).unlink()
    rows = copy / "rows.csv"
    from sklearn.datasets import load_wine

    load_wine(as_frame=True).data.head(3).to_csv(rows, index=False)
    said = zoo(copy, "predict", "mlruns/studies/wine/exports/tflite-int8", str(rows), "--json")
    assert said.returncode == 0, said.stderr
    assert len(json.loads(said.stdout)["predictions"]) == 3
