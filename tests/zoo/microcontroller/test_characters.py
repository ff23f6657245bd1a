"""Unicode's characters as the C code is told of them, against `re` and `str`."""

from __future__ import annotations

import re

import pytest

from zoo.microcontroller._characters import alphabet_of
from zoo.preparation.tokenise import _JOINED, _LETTERS


def held(runs):
    return {character for first, last in runs for character in range(first, last + 1)}


@pytest.mark.parametrize(
    ("field", "pattern"), [("letters", _LETTERS), ("joined", f"[{_JOINED}]"), ("spaces", r"\s")], ids=str
)
def test_runs_hold_the_characters_of_a_pattern_in_ascending_order(field, pattern):
    runs = getattr(alphabet_of(["a"]), field)
    some = range(0, 0x30000, 7)
    assert held(runs) & {*some} == {one for one in some if re.fullmatch(pattern, chr(one))}
    assert list(runs) == sorted(runs)


def test_folds_lead_to_letters_of_the_vocabulary_alone():
    folds = dict(alphabet_of(["k\u00e9"]).folds)
    assert folds == {ord(one): ord(one.lower()) for one in "K\u00c9E\u212a"} | {0x341: 0x301}  # two codes of an accent


def test_pairs_compose_the_accents_of_the_vocabulary():
    pairs = alphabet_of(["\u1ebf"]).pairs  # e with circumflex and acute
    assert {tuple(map(chr, pair)) for pair in pairs} == {("\u00ea", "\u0301", "\u1ebf"), ("e", "\u0302", "\u00ea")}


def test_only_letters_whose_lower_case_is_several_or_depends_on_its_place_are_refused():
    assert alphabet_of(["abc"]).refused == ()
    assert alphabet_of(["\u03c3"]).refused == (0x3A3,)
    assert 0x130 in alphabet_of(["i\u0307"]).refused
