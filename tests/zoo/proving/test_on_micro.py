"""What is shipped to a microcontroller is asked of its own interpreter too, where that is installed."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from zoo.bundle import load
from zoo.formats.c_array import CArray
from zoo.profiling.interpreter import MicroInterpreter
from zoo.proving.differences import differences
from zoo.proving.on_micro import asked_of_micro

CASES = [("mlp", "int8"), ("cnn", "float32"), ("cnn", "int8")]

needs_micro = pytest.mark.skipif(MicroInterpreter().version is None, reason="needs the package tflite-micro")


@pytest.fixture
def made(exports):
    return exports["mlp", "c_array", "int8"]


@pytest.fixture
def folder(made, tmp_path):
    return Path(shutil.copytree(made.path, tmp_path / "bundle"))


def asked(folder, digits, command=None):
    with MicroInterpreter(*([] if command is None else [command])) as interpreter:
        interpreter.version = interpreter.version or "0"
        file = folder / "model.tflite"
        return asked_of_micro(interpreter, file, "int8", CArray.open(file), digits.validation)


def shrunk(folder, arena):
    header = folder / "model.h"
    header.write_text(re.sub(r"(ZOO_ARENA_BYTES) \d+", rf"\1 {arena}", header.read_text()))


@needs_micro
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_every_c_array_is_run_in_the_arena_that_its_header_names(case, exports):
    made = exports[case[0], "c_array", case[1]]
    header = (made.path / "model.h").read_text()
    micro = made.proof.micro
    assert made.proof.passed
    assert micro.arena_bytes == int(re.search(r"ZOO_ARENA_BYTES (\d+)", header)[1])
    assert (micro.rows, micro.reasons) == (8, ())
    assert micro.max_abs_diff <= (1e-5 if case[1] == "float32" else 0.05)
    kept = load(made.path).proof
    assert kept["micro"] == {**asdict(micro), "reasons": []} == made.proof.to_json()["micro"]
    assert "TensorFlow Lite Micro answers 8 rows as LiteRT" in differences(kept)


@needs_micro
def test_an_arena_that_is_too_small_fails_the_proof(made, folder, digits):
    shrunk(folder, 1024)
    found = asked(folder, digits)
    (reason,) = found.reasons
    assert reason.startswith("TensorFlow Lite Micro's interpreter does not run it in an arena of 1,024 bytes (ZOO_ARE")
    assert found.max_abs_diff is None
    proof = replace(made.proof, micro=None).on_micro(found)
    assert (proof.passed, proof.reasons[-1]) == (False, reason)
    assert "Micro" not in differences(proof.to_json())


@needs_micro
def test_answers_of_another_model_fail_the_proof(folder, exports, digits):
    other = load(exports["cnn", "c_array", "int8"].path).model
    with MicroInterpreter() as interpreter:
        found = asked_of_micro(interpreter, folder / "model.tflite", "float32", other, digits.validation)
    assert found.reasons[0].startswith(
        "TensorFlow Lite Micro's interpreter answers otherwise than LiteRT: a probability"
    )


def test_an_interpreter_that_aborts_is_a_reason_and_the_next_file_is_asked_of_another(folder, digits):
    abort = (sys.executable, "-c", "import os; os.abort()")
    for _ in range(2):
        (reason,) = asked(folder, digits, abort).reasons
        assert reason.endswith("the interpreter was killed by SIGABRT")


def test_a_package_that_does_not_load_is_told_and_no_fault_of_the_file(made, folder, digits, monkeypatch, tmp_path):
    (tmp_path / "tflite_micro.py").write_text("raise ImportError('numpy.core is gone')")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = asked(folder, digits)
    assert (found.rows, found.reasons, found.unasked) == (0, (), "numpy.core is gone")
    proof = replace(made.proof, micro=None).on_micro(found)
    assert proof.passed
    assert differences(proof.to_json()).endswith("TensorFlow Lite Micro could not be asked: numpy.core is gone")


@needs_micro
@pytest.mark.parametrize("away", [0.2, 0.3])
def test_probabilities_that_are_far_apart_fail_even_where_labels_agree(away, folder, digits):
    class Apart:
        """The file's answers with some of the largest probability given away, and the label kept."""

        def predict(self, x):
            answers = CArray.open(folder / "model.tflite").predict(x)
            answers[np.arange(len(x)), answers.argmax(axis=1)] += away
            return answers

    with MicroInterpreter() as interpreter:
        found = asked_of_micro(interpreter, folder / "model.tflite", "int8", Apart(), digits.validation)
    assert bool(found.reasons) == (away > 0.25)
    assert all("a probability differs by 0.3" in reason for reason in found.reasons)


def test_without_the_package_nothing_is_asked(folder, digits):
    interpreter = MicroInterpreter(command=("false",))
    interpreter.version = None
    assert asked_of_micro(interpreter, folder / "model.tflite", "int8", None, digits.validation) is None


def test_other_formats_are_not_asked_of_it(exports):
    assert exports["mlp", "tflite", "int8"].proof.micro is None


def test_a_proof_that_knows_nothing_of_it_is_told_as_before(made):
    told = made.proof.to_json()
    del told["micro"]
    assert "operators compute in integers" in differences(told)
    assert not np.isnan(told["metric_change"])
