"""TensorFlow Lite Micro's own interpreter as a model, in a child that may die."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from zoo.formats._borders import Border
from zoo.formats.tflite import TFLite
from zoo.profiling.interpreter import MicroInterpreter, NotAsked, NotRun

from .crafted import dense, halves

FLOATS = (Border("float32"), Border("float32"))
ROWS = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
SILENT = "import time; time.sleep(60)"
ARENA = 2**16

needs_micro = pytest.mark.skipif(MicroInterpreter().version is None, reason="needs the package tflite-micro")


@pytest.fixture
def written(tmp_path):
    def write(content):
        (tmp_path / "model.tflite").write_bytes(content)
        return tmp_path / "model.tflite"

    return write


@needs_micro
def test_its_answers_are_those_of_the_file(written):
    file = written(dense())
    with MicroInterpreter() as interpreter:
        found = interpreter.opened(file, ARENA, FLOATS).predict(ROWS)
    np.testing.assert_allclose(found, TFLite.open(file).predict(ROWS), atol=1e-6)


@needs_micro
def test_what_it_refuses_or_dies_of_is_told_and_the_next_file_runs(written):
    with MicroInterpreter() as interpreter:
        with pytest.raises(NotRun, match=r"\w"):
            interpreter.opened(written(halves()), ARENA, FLOATS).predict(ROWS)
        with pytest.raises(NotRun, match="SIGSEGV"):
            interpreter.opened(written(dense()), 256, FLOATS).predict(ROWS)
        with pytest.raises(NotRun, match=r"\w"):
            interpreter.opened(written(dense()), ARENA, FLOATS).predict(ROWS[:, :3])
        assert interpreter.opened(written(dense()), ARENA, FLOATS).predict(ROWS).shape == (5, 3)


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        ("import os; os.abort()", NotRun, "killed by SIGABRT"),
        ("import os; os.kill(os.getpid(), 9)", NotAsked, "killed by SIGKILL"),
        ("raise SystemExit(3)", NotAsked, "exit code 3"),
        (SILENT, NotAsked, "after 0.5 s"),
    ],
)
def test_only_a_crash_of_its_own_is_the_files_fault_and_another_one_is_asked_next(code, kind, reason, written):
    with MicroInterpreter((sys.executable, "-c", code), limit_s=0.5 if code == SILENT else 60) as interpreter:
        for _ in range(2):
            with pytest.raises(kind, match=reason):
                interpreter.opened(written(dense()), ARENA, FLOATS).predict(ROWS)


def test_a_package_that_cannot_be_imported_is_told_from_a_file_that_does_not_run(written, monkeypatch, tmp_path):
    (tmp_path / "tflite_micro.py").write_text("raise ImportError('made for another NumPy')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with MicroInterpreter() as interpreter, pytest.raises(NotAsked, match="made for another NumPy"):
        interpreter.opened(written(dense()), ARENA, FLOATS).predict(ROWS)


def test_rows_go_in_and_answers_come_out_on_the_grids_at_the_ends(written):
    class Echoing(MicroInterpreter):
        def answers(self, file, arena_bytes, rows):
            assert (rows.dtype, arena_bytes) == ("int8", ARENA)
            return rows.tolist()

    grids = (Border("int8", 0.5, 1), Border("int8", 0.5, 1))
    x = np.array([[0.5, -1.0], [2.0, 0.0]], "float32")
    np.testing.assert_array_equal(Echoing().opened(written(dense()), ARENA, grids).predict(x), x)
