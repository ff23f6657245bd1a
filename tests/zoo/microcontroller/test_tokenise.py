"""Tokens in C: those of Python, for every text in composed form."""

from __future__ import annotations

import ctypes
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.preparation import Preparation
from zoo.preparation.tokenise import Tokenise

from .compiled import Compiled, needs_compiler, pointer

WORDS = (
    *("the", "don't", "cat", "é", "naïve", "straße", "élan", ",", "!", "?", '"', "\\", "_", "a_b", "\u6771", "ไ"),
    *("the cat", "cat !", "मैं", "हिन्दी", "k", "å", "e\u0301x", "😀", "longestwordofthemall", "don’t"),
)
CASES = (
    *("", " \t\n", "The cat sat.", "Don't STOP! the  cat", "É Élan NAÏVE", "e\u0301lan E\u0301", "STRASSE straße"),
    *("東京 の cat", "मैं हिन्दी", "'quoted' 'tis dogs'", "a''b a’'c' --", "\u212a \u212b", "a_b_", "😀😀 cat", "ไทย"),
    *("longestwordofthemall longestwordofthemalls the cat", "x\u0301y \u0301", "a\u00a0b\u3000c", "the the cat " * 9),
)


@pytest.fixture(scope="module", params=[1, 2], ids=["words", "pairs"])
def prepare(request, tmp_path_factory):
    step = Tokenise(WORDS, 12, request.param)
    folder = tmp_path_factory.mktemp("tokenise")
    return Compiled(Preparation((), (), (step,), dtype="int32", modality="text"), folder)


def numbers(prepare, text):
    return prepare.preparation.apply([text])[0]


@needs_compiler
@pytest.mark.parametrize("text", CASES)
def test_a_text_has_the_numbers_that_python_gives_it(prepare, text):
    code, found = prepare(text)
    assert code == 0
    np.testing.assert_array_equal(found, numbers(prepare, text))


PIECES = st.sampled_from([*WORDS, *CASES, "THE", "Cat", " ", "  ", "'", "\u0301", "\u093f", "\u0903", "İ", "ß", "ǅ"])


@needs_compiler
@given(st.one_of(st.lists(PIECES).map("".join), st.text()))
def test_any_composed_text_has_the_numbers_that_python_gives_it(prepare, text):
    composed = normalize("NFC", text.replace("\0", " ").encode("utf-8", "replace").decode())
    code, found = prepare(composed)
    assert code == 0
    np.testing.assert_array_equal(found, numbers(prepare, composed))


@needs_compiler
@given(st.binary(max_size=40))
def test_bytes_that_are_no_text_do_no_harm(prepare, content):
    found = np.full(14, 99, np.int32)
    assert prepare.library.zoo_prepare(ctypes.c_char_p(content), pointer(found[1:])) == 0
    assert found[0] == found[-1] == 99
    assert ((found[1:-1] >= 0) & (found[1:-1] < len(WORDS) + 2)).all()


@needs_compiler
def test_a_capital_whose_small_letter_depends_on_its_place_is_not_served(tmp_path):
    step = Tokenise(("οδος", "σ"), 4)
    prepare = Compiled(Preparation((), (), (step,), dtype="int32", modality="text"), tmp_path)
    assert [prepare(text)[0] for text in ("οδος", "ΟΔΟΣ", "ab Σ", "a b c d Σ")] == [0, -2, -2, 0]


@needs_compiler
def test_a_vocabulary_of_nothing_knows_no_word(tmp_path):
    prepare = Compiled(Preparation((), (), (Tokenise((), 3),), dtype="int32", modality="text"), tmp_path)
    np.testing.assert_array_equal(prepare("a b")[1], [1, 1, 0])
