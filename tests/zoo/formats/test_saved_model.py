"""What is particular to SavedModels: TensorFlow Serving's folders, raw rows, and bundles of earlier versions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from zoo.bundle import load
from zoo.errors import BadData

CLASSIFY = """
import sys; sys.modules["zoo"] = sys.modules["search"] = None
import numpy as np, tensorflow as tf
signature = tf.saved_model.load(sys.argv[1]).signatures["classify"]
found = signature(rows=tf.constant(np.load("raw.npy"), tf.float32))
np.savez("found.npz", **{name: answer.numpy().astype("U") if answer.dtype == tf.string else answer
                         for name, answer in found.items()})
"""


@pytest.fixture(scope="module")
def artifact(exports):
    return exports["mlp", "saved_model", "float32"]


def edit(folder, **changes):
    path = folder / "bundle.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_bundle_holds_it_as_tensorflow_serving_looks_for_it(artifact):
    assert (artifact.path / "model" / "1" / "saved_model.pb").is_file()
    assert [path.name for path in (artifact.path / "model").iterdir()] == ["1"]


def test_a_bundle_of_an_earlier_version_opens_and_answers_alike(artifact, digits, tmp_path):
    old = shutil.copytree(artifact.path, tmp_path / "old")
    for path in (old / "model" / "1").iterdir():
        path.rename(old / "model" / path.name)
    (old / "model" / "1").rmdir()
    files = json.loads((old / "bundle.json").read_text())["files"]
    edit(old, files={name.replace("model/1/", "model/"): digest for name, digest in files.items()})
    x = digits.test.x[:20]
    np.testing.assert_array_equal(load(old).model.predict(x), load(artifact.path).model.predict(x))


def test_its_report_names_the_signature_that_takes_raw_rows(artifact, quantity_exports):
    assert load(artifact.path).report["raw"] == {"signature": "classify", "reason": None}
    assert load(quantity_exports["saved_model", "float32"].path).report["raw"]["signature"] == "regress"


def test_a_file_slipped_in_beside_the_model_is_found(artifact, tmp_path):
    folder = shutil.copytree(artifact.path, tmp_path / "bundle")
    (folder / "model" / "2").mkdir()
    (folder / "model" / "2" / "saved_model.pb").touch()  # TensorFlow Serving would take it for the newer version
    with pytest.raises(BadData, match=r"model/2/saved_model\.pb is not in the manifest"):
        load(folder)


@pytest.mark.slow
def test_plain_tensorflow_classifies_raw_rows_as_the_bundle_does(artifact, digits, tmp_path):
    raw = digits.dataset.x[:50]
    np.save(tmp_path / "raw.npy", raw)
    command = [sys.executable, "-I", "-c", CLASSIFY, str(artifact.path / "model" / "1")]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=quiet)
    assert done.returncode == 0, done.stderr[-2000:]
    expected = load(artifact.path).predict(raw)
    with np.load(tmp_path / "found.npz") as found:
        assert tuple(found["labels"]) == expected.labels
        np.testing.assert_allclose(found["probabilities"], expected.probabilities, atol=1e-5)
        assert tuple(found["classes"][0]) == expected.classes
