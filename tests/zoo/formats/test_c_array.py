"""C arrays: bundles that a microcontroller's program is compiled with."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from zoo.bundle import load
from zoo.errors import BadData, Unsupported
from zoo.exporting import export_all
from zoo.formats import checked_variants
from zoo.formats._c_source import array_in
from zoo.formats.c_array import CArray

from ..microcontroller.compiled import STRICT, gcc, needs_compiler

FILES = {"model.tflite", "model.cc", "model.h", "model_golden.h"}
CODE = {"preparation.h", "preparation.c", "preparation_check.c"}


@pytest.fixture(params=["float32", "int8"])
def artifact(request, exports):
    return exports["mlp", "c_array", request.param]


@pytest.fixture
def folder(artifact, tmp_path):
    return Path(shutil.copytree(artifact.path, tmp_path / "bundle"))


def numbers_in(source, name):
    found = re.search(rf"{name}\[\d+\] = \{{(.*?)\}}", source, re.S)[1]
    return np.array([float(number.strip().removesuffix("f")) for number in found.split(",") if number.strip()])


def test_the_bundle_holds_the_array_and_the_preparation_in_c(artifact):
    bundle = load(artifact.path)
    assert {path.name for path in artifact.path.iterdir()} >= FILES | CODE
    assert not bundle.unlisted
    assert json.loads((artifact.path / "bundle.json").read_text())["stripped"] is True
    assert array_in((artifact.path / "model.cc").read_text()) == (artifact.path / "model.tflite").read_bytes()


def test_the_report_says_what_the_preparation_takes_of_flash_and_ram(artifact):
    code = load(artifact.path).report["code"]
    header = (artifact.path / "preparation.h").read_text()
    assert f"ZOO_TABLES_BYTES {code['flash_bytes']} " in header
    assert f"ZOO_WORK_BYTES {code['ram_bytes']} " in header


def test_it_is_smaller_than_the_same_model_as_a_tflite_file(artifact, exports):
    assert artifact.bytes < exports["mlp", "tflite", artifact.precision].bytes


def test_golden_answers_are_those_of_the_file(artifact):
    source, model = (artifact.path / "model_golden.h").read_text(), load(artifact.path).model
    rows = numbers_in(source, "zoo_golden_inputs").reshape(-1, 8, 8, 1).astype("float32")
    answers = numbers_in(source, "zoo_golden_outputs").reshape(len(rows), 10)
    np.testing.assert_allclose(model.predict(rows), answers, atol=1e-6)
    assert len(rows) == 4


@needs_compiler
def test_the_preparation_in_the_bundle_passes_its_own_check(folder):
    gcc(folder, *STRICT, "-DZOO_MAIN", "preparation.c", "preparation_check.c", "-o", "check", "-lm")
    gcc(folder, compiler=str(folder / "check"))


@pytest.mark.parametrize("case", [("mlp", "int8"), ("cnn", "float32"), ("cnn", "int8"), ("lstm", "int8")], ids="-".join)
def test_tensorflow_lite_micro_answers_alike_in_the_arena_that_the_header_names(case, exports):
    runtime = pytest.importorskip("tflite_micro", reason="needs the package tflite-micro").runtime
    made = exports[case[0], "c_array", case[1]]
    golden, header = ((made.path / name).read_text() for name in ("model_golden.h", "model.h"))
    rows = numbers_in(golden, "zoo_golden_inputs").reshape(-1, 1, 8, 8, 1).astype("float32")
    arena = int(re.search(r"#define ZOO_ARENA_BYTES (\d+)", header)[1])
    micro = runtime.Interpreter.from_bytes((made.path / "model.tflite").read_bytes(), arena_size=arena)
    found = []
    for row in rows:
        micro.reset()
        micro.set_input(row, 0)
        micro.invoke()
        found.append(micro.get_output(0)[0])
    expected = numbers_in(golden, "zoo_golden_outputs").reshape(len(rows), 10)
    np.testing.assert_allclose(found, expected, atol=1e-5 if case[1] == "float32" else 0.02)


def test_an_array_of_another_model_is_bad_data(folder):
    source = folder / "model.cc"
    text = source.read_text()
    place = text.index("0x") + 2
    source.write_text(text[:place] + ("ff" if text[place : place + 2] != "ff" else "00") + text[place + 2 :])
    with pytest.raises(BadData, match="holds another model than model.tflite.*export it again"):
        CArray.open(folder / "model.tflite")
    source.write_text("nothing")
    with pytest.raises(BadData, match="is no C array"):
        CArray.open(folder / "model.tflite")


@pytest.mark.slow
def test_integers_at_the_ends_are_told_with_their_grids(champions, digits, tmp_path):
    (made,) = export_all(champions["mlp"], digits, [("c_array", "int8")], tmp_path, io="int8")
    assert made.proof.passed, made.proof.reasons
    header, golden = (made.path / "model.h").read_text(), (made.path / "model_golden.h").read_text()
    assert "#define ZOO_INPUT_TYPE int8_t" in header
    assert re.search(r"ZOO_OUTPUT_SCALE [\d.e-]+f", header)
    assert "int8_t zoo_golden_inputs" in golden
    assert "QUANTIZE" not in made.facts.operators


@pytest.mark.parametrize(
    ("precision", "reason"),
    [("float16", "no kernels for floats of 16 bits"), ("dynamic", "no int8 weights with floats"), ("int4", "no int4")],
)
def test_what_no_microcontroller_runs_is_refused_with_the_reason(precision, reason):
    with pytest.raises(
        Unsupported, match=f"c_array has no precision '{precision}': .*{reason}.* It has: float32, int8"
    ):
        checked_variants([("c_array", precision)])
