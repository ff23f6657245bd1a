"""Golden vectors: compiled beside the code that they check, with memory watched where the compiler can."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from zoo.microcontroller.carrying import carry_preparation
from zoo.plans import fit_preparation
from zoo.task import MODALITIES

from ..kinds import dataset_of
from .compiled import COMPILER, STRICT, gcc, needs_compiler

FILES = ("preparation.c", "preparation_check.c")


def watching() -> tuple[str, ...]:
    """Return the options by which a wrong step in memory ends the program, where their libraries are there."""
    asked = [COMPILER, "-print-file-name=libasan.so"]
    found = subprocess.run(asked, capture_output=True, text=True).stdout.strip() if COMPILER else ""
    return ("-fsanitize=address,undefined", "-fno-sanitize-recover=all") if Path(found).is_absolute() else ()


def wrong(folder):
    """Return how many golden rows the C code in `folder` prepares otherwise than Python."""
    gcc(folder, *STRICT, *watching(), "-DZOO_MAIN", *FILES, "-o", "check", "-lm")
    done = subprocess.run([folder / "check"], capture_output=True, text=True)
    assert not done.stderr
    return done.returncode


@pytest.fixture(params=MODALITIES)
def folder(request, tmp_path):
    dataset = dataset_of(request.param)
    carry_preparation(tmp_path, fit_preparation(dataset, dataset.x), ("p", "q"))
    return tmp_path


@needs_compiler
def test_every_golden_row_is_prepared_as_in_python(folder):
    assert wrong(folder) == 0


@needs_compiler
def test_code_that_prepares_otherwise_is_found_out(folder):
    code = (folder / "preparation.c").read_text()
    cast = "prepared[0] = 0; /* and so */ return 0;\n}\n"
    head, _, tail = code.rpartition("    return 0;\n}\n")
    (folder / "preparation.c").write_text(f"{head}    {cast}{tail}")
    changed = [prepared_0_is_zero(folder / "preparation_check.c", row) for row in range(3)]
    assert wrong(folder) == sum(not is_zero for is_zero in changed if is_zero is not None) > 0


def prepared_0_is_zero(source, row):
    """Return whether the first number that Python prepares of a golden row is 0; None where there is no such row."""
    _, found, rest = source.read_text().partition(f" prepared_{row}[")
    return float(rest.partition("{")[2].split(",")[0].strip().removesuffix("f")) == 0 if found else None
