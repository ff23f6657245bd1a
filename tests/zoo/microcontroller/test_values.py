"""Literals of C, read back by the compiler or by Python's own rules."""

from __future__ import annotations

import ctypes
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zoo.microcontroller._values import Buffer, Rows, Table, filled, in_comment, number, quoted

from .compiled import needs_compiler, shared


@given(st.floats(width=32))
def test_a_float_is_read_back_to_the_same_bits(value):
    text = number(np.float32(value), "float")
    named = {"NAN": math.nan, "INFINITY": math.inf, "-INFINITY": -math.inf}
    found = named[text] if text in named else float(text.removesuffix("f"))
    np.testing.assert_array_equal(np.float32(found), np.float32(value))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_read_back_to_the_same_bits(value):
    assert float(number(value, "double")) == value


@given(st.text())
def test_a_text_is_plain_ascii_whose_escapes_give_its_bytes(text):
    found = quoted(text)
    assert found.isascii() and found.isprintable() and "?" not in found
    assert found[1:-1].encode().decode("unicode_escape").encode("latin-1") == text.encode("utf-8", "replace")


TEXTS = ["", 'say "hi"\\', "??/ trigraph", "caf\u00e9 1", "a\nb", "%s $name", "\u6771\u4eac0"]


@needs_compiler
def test_the_compiler_reads_texts_and_numbers_as_they_are_meant(tmp_path):
    table, numbers = Table("texts", "text", TEXTS, "const"), Table("numbers", "double", [0.1, -1e-300, 3], "const")
    (tmp_path / "tables.c").write_text(table.text() + numbers.text(), "ascii")
    library = ctypes.CDLL(str(shared(tmp_path, "tables.c")))
    assert [text.decode() for text in (ctypes.c_char_p * len(TEXTS)).in_dll(library, "texts")] == TEXTS
    assert list((ctypes.c_double * 3).in_dll(library, "numbers")) == [0.1, -1e-300, 3]


def test_bytes_are_those_of_the_types():
    assert Table("t", "double", [1, 2, 3]).bytes == 24
    assert Table("t", "text", ["ab", "\u00e9"]).bytes == 3 + 3 + 2 * 4
    assert (Buffer("b", "int16_t", 5).bytes, Buffer("b", "char", 5).bytes) == (10, 5)
    assert Rows("float", (3, 4)).size == 12


def test_a_table_of_nothing_is_no_empty_array():
    assert "nothing[1]" in Table("nothing", "double", []).text()


def test_no_name_ends_a_comment_or_a_line():
    assert in_comment("a*/ #error \\\n \u00e9 b") == "a__ _error __ _ b"


def test_names_in_values_are_not_replaced_again():
    assert filled("$a $b", a="$b", b=1) == "$b 1"
