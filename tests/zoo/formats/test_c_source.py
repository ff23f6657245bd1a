"""A model as C source: the compiler finds the very bytes, and a resolver the operators."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.errors import ConversionFailed
from zoo.formats._borders import Border
from zoo.formats._c_source import array_in, array_source, golden_source, header_source, made_rows, require_micro
from zoo.formats._facts import facts_of_litert

CPP = shutil.which("g++")
STRICT = ("-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic")
needs_compiler = pytest.mark.skipif(CPP is None, reason="needs g++, to compile the array")
FLOATS = (Border("float32"), Border("float32"))
REGISTERING = """
#include <stdio.h>
#include "model.h"
#include "model_golden.h"
struct Resolver {
  int count = 0;
%s};
int main() {
  Resolver resolver;
  const bool known = zoo_add_operators(resolver);
  printf("%%d %%d %%d\\n", known, resolver.count, (int)sizeof(zoo_golden_inputs));
}
"""


@pytest.fixture(params=["float32", "int8"])
def content(request, exports):
    return (exports["cnn", "tflite", request.param].path / "model.tflite").read_bytes()


def cpp(folder, *arguments):
    done = subprocess.run([CPP, *STRICT, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@given(st.binary(min_size=1, max_size=300))
def test_the_array_in_a_source_is_read_back(content):
    assert array_in(array_source(content)) == content


@pytest.mark.parametrize("source", ["", "int main() {}", "const unsigned char zoo_model[] = {};"])
def test_a_source_without_an_array_is_a_value_error(source):
    with pytest.raises(ValueError, match="no array"):
        array_in(source)


@needs_compiler
def test_the_compiled_array_is_the_file_at_an_address_that_the_interpreter_takes(content, tmp_path):
    (tmp_path / "model.h").write_text(header_source(content, FLOATS))
    (tmp_path / "model.cc").write_text(array_source(content))
    cpp(tmp_path, "-shared", "-fPIC", "model.cc", "-o", "model.so")
    library = ctypes.CDLL(str(tmp_path / "model.so"))
    array = (ctypes.c_ubyte * len(content)).in_dll(library, "zoo_model")
    assert bytes(array) == content
    assert ctypes.addressof(array) % 16 == 0
    assert ctypes.c_uint.in_dll(library, "zoo_model_size").value == len(content)


@needs_compiler
def test_the_header_registers_each_operator_once(content, tmp_path):
    rows = np.zeros((3, 8, 8, 1), np.float32)
    (tmp_path / "model.h").write_text(header_source(content, FLOATS))
    (tmp_path / "model_golden.h").write_text(golden_source(rows, np.zeros((3, 10), np.float32), FLOATS))
    adders = {f"Add{name.title().replace('_', '')}" for name in facts_of_litert(content).operators}
    methods = "".join(f"  int {adder}() {{ count += 1; return 0; }}\n" for adder in adders)
    (tmp_path / "main.cc").write_text(REGISTERING % methods)
    cpp(tmp_path, "main.cc", "-Wno-unused-variable", "-o", "main")
    done = subprocess.run([tmp_path / "main"], capture_output=True, text=True)
    assert done.stdout.split() == ["1", str(len(adders)), str(4 * rows.size)]
    assert f"#define ZOO_OPERATORS {len(adders)}\n" in header_source(content, FLOATS)


PASSING = """
#include "model.h"
extern "C" void enter(const float* row, ZOO_INPUT_TYPE* input) { zoo_enter(row, input); }
extern "C" void leave(const ZOO_OUTPUT_TYPE* output, float* answers) { zoo_leave(output, answers); }
"""


@needs_compiler
@pytest.mark.parametrize("dtype", ["float32", "int8", "uint8"])
def test_rows_enter_and_answers_leave_as_in_python(dtype, content, tmp_path):
    border = Border(dtype) if dtype == "float32" else Border(dtype, 0.037, 5)
    (tmp_path / "model.h").write_text(header_source(content, (border, border)))
    (tmp_path / "passing.cc").write_text(PASSING)
    cpp(tmp_path, "-shared", "-fPIC", "passing.cc", "-o", "passing.so")
    library = ctypes.CDLL(str(tmp_path / "passing.so"))
    rows = np.random.default_rng(0).normal(0, 5, 64).astype("float32")
    entered, left = np.empty(64, dtype), np.empty(10, np.float32)
    library.enter(rows.ctypes.data_as(ctypes.c_void_p), entered.ctypes.data_as(ctypes.c_void_p))
    library.leave(entered.ctypes.data_as(ctypes.c_void_p), left.ctypes.data_as(ctypes.c_void_p))
    np.testing.assert_array_equal(entered, border.enter(rows))
    np.testing.assert_allclose(left, border.leave(entered[:10]), rtol=1e-6)


def defined(header, name):
    return re.search(rf"^#define {name} (\S+)", header, re.M)[1]


def test_the_header_tells_sizes_and_types(content):
    header = header_source(content, (Border("int8", 0.25, -3), Border("float32")))
    assert int(defined(header, "ZOO_MODEL_BYTES")) == len(content)
    assert int(defined(header, "ZOO_TENSORS_BYTES")) == facts_of_litert(content).arena_bytes
    assert int(defined(header, "ZOO_ARENA_BYTES")) > int(defined(header, "ZOO_TENSORS_BYTES"))
    names = ("INPUT_TYPE", "INPUT_SIZE", "INPUT_SCALE", "INPUT_ZERO_POINT", "OUTPUT_TYPE", "OUTPUT_SIZE")
    assert [defined(header, f"ZOO_{name}") for name in names] == ["int8_t", "64", "0.25f", "-3", "float", "10"]
    assert "OUTPUT_SCALE" not in header
    assert "Reset()" not in header


@pytest.mark.slow
def test_the_header_of_layers_with_memory_says_to_reset_them(exports):
    content = (exports["lstm", "tflite", "int8"].path / "model.tflite").read_bytes()
    assert "Reset()" in header_source(content, FLOATS)


def test_golden_vectors_are_in_the_types_at_the_ends():
    grid = Border("int8", 0.5, 1)
    source = golden_source(np.array([[1.0, -1.0]], "float32"), np.array([[0.25]], "float32"), (grid, Border("float32")))
    assert re.search(r"int8_t zoo_golden_inputs\[2\] = \{\s+3, -1,\s+\}", source)
    assert re.search(r"float zoo_golden_outputs\[1\] = \{\s+0.25f,\s+\}", source)


@pytest.mark.parametrize("dtype", ["float32", "uint8", "int32"])
def test_made_rows_lie_within_the_known_ones_and_are_none_of_them(dtype):
    known = np.random.default_rng(0).integers(0, 200, (50, 6, 4)).astype(dtype)
    rows = made_rows(known)
    assert rows.dtype == dtype
    assert ((rows >= known.min(axis=0)) & (rows <= known.max(axis=0))).all()
    assert not {row.tobytes() for row in rows} & {row.tobytes() for row in known}


def test_large_rows_are_few():
    assert len(made_rows(np.zeros((5, 3000), "float32"))) == 2
    assert len(made_rows(np.zeros((5, 100, 100), "float32"))) == 1


@pytest.mark.parametrize("precision", ["dynamic", "float16"])
def test_a_file_that_no_microcontroller_runs_is_refused_with_the_reason(precision, exports):
    content = (exports["cnn", "tflite", precision].path / "model.tflite").read_bytes()
    with pytest.raises(ConversionFailed, match="TensorFlow Lite Micro does not run the file: .*(int8|float16)"):
        require_micro(content)


def test_a_file_of_floats_or_integers_alone_passes(content):
    require_micro(content)
