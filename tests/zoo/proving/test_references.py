"""References: float32 bundles of the same weights, found beside a bundle or named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zoo.bundle import load
from zoo.errors import BadData
from zoo.proving.references import beside, given


@pytest.fixture
def folder(exports, tmp_path):
    return Path(shutil.copytree(exports["cnn", "tflite", "int8"].path.parent, tmp_path / "exports"))


@pytest.mark.parametrize(
    ("of", "found"),
    [
        ("tflite-int8", "keras_file-float32"),
        ("tflite-float32", "keras_file-float32"),
        ("keras_file-float32", "saved_model-float32"),
    ],
)
def test_the_one_closest_to_the_source_is_taken_and_never_itself(folder, of, found):
    assert beside(load(folder / of)).path == folder.resolve() / found


def test_there_is_none_where_every_float32_bundle_is_of_other_weights_or_broken(folder, exports):
    bundle = load(folder / "tflite-int8")
    for name in ("keras_file", "saved_model", "tflite"):
        shutil.rmtree(folder / f"{name}-float32")
    shutil.copytree(exports["mlp", "tflite", "float32"].path, folder / "other")
    broken = Path(shutil.copytree(exports["cnn", "tflite", "float32"].path, folder / "broken"))
    (broken / "proof.json").write_text("{}")
    assert beside(bundle) is None


def test_a_named_one_must_be_float32_and_of_the_same_weights(folder, exports):
    bundle = load(folder / "tflite-int8")
    assert given(folder / "tflite-float32", bundle).variant == ("tflite", "float32")
    with pytest.raises(BadData, match="is of dynamic; the reference must be float32"):
        given(folder / "tflite-dynamic", bundle)
    with pytest.raises(BadData, match="was not made from the weights of"):
        given(exports["mlp", "tflite", "float32"].path, bundle)
