"""What is particular to ONNX files."""

from __future__ import annotations

import numpy as np
import pytest

from zoo import formats
from zoo.bundle import load
from zoo.errors import Unsupported
from zoo.exporting import export, export_all
from zoo.formats import file_of, missing_packages, precisions_of, require_installed, variants

here = pytest.mark.skipif(bool(missing_packages("onnx")), reason="needs the extra onnx")


@pytest.fixture
def bare(monkeypatch):
    """An installation without the extra."""
    monkeypatch.setattr(formats, "find_spec", lambda name: None)


def test_without_its_packages_it_is_refused_in_one_line_before_anything_starts(bare, champions, digits, tmp_path):
    with pytest.raises(
        Unsupported, match=r"onnx files need the packages onnx, onnxruntime\. Type: pip install"
    ) as said:
        export(champions["mlp"], digits, "onnx", out=tmp_path / "bundle")
    assert "\n" not in str(said.value)
    assert not list(tmp_path.iterdir())


def test_without_its_packages_it_is_skipped_among_others(bare, champions, digits, tmp_path):
    (made,) = export_all(champions["mlp"], digits, [("onnx", "float32")], tmp_path)
    assert made.skipped.startswith("onnx files need")


def test_without_its_packages_it_is_still_known_and_no_variant(bare):
    assert precisions_of("onnx") == ("float32",)
    assert file_of("onnx") == "model.onnx"
    assert "onnx" not in {variant.format for variant in variants()}
    with pytest.raises(Unsupported, match="packages onnx, onnxruntime"):
        require_installed("onnx")


def test_other_precisions_are_refused_with_what_makes_them(champions, digits, tmp_path):
    with pytest.raises(Unsupported, match="onnx has no precision 'int8': onnxruntime has tools of its own"):
        export(champions["mlp"], digits, "onnx", "int8", out=tmp_path / "bundle")


@here
def test_a_bundle_answers_raw_rows_as_its_litert_file_does(exports, digits):
    raw = digits.dataset.x[:40]
    found, expected = (load(exports["cnn", name, "float32"].path).predict(raw) for name in ("onnx", "tflite"))
    assert found.labels == expected.labels
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-5)


@here
@pytest.mark.slow
def test_an_lstm_takes_any_number_of_rows_at_once(exports, digits):
    model, x = load(exports["lstm", "onnx", "float32"].path).model, digits.test.x[:30]
    assert model._answer(x).shape == (30, 10)
    np.testing.assert_allclose(model._answer(x)[7:8], model._answer(x[7:8]), atol=1e-6)
