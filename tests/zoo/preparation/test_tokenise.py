"""Texts as numbers of tokens, against a plain count over the words of each text."""

import json
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.errors import BadData, BadValue
from zoo.preparation import Preparation, objects
from zoo.preparation.tokenise import LONGEST, PADDING, UNKNOWN, Tokenise, split_text, texts_of

TEXTS = objects(
    [
        "The cat sat on the mat.",
        "The dog sat on the cat!",
        "A dog isn't a cat",
        "the mat, the dog and the cat",
        "My number is 5550199",
    ]
)


def plain(text):
    return re.findall(r"[a-z0-9]+(?:'[a-z0-9]+)*|[^\sa-z0-9]", text.lower())


def test_the_vocabulary_is_what_two_texts_hold_the_most_frequent_first():
    held = Counter(word for text in TEXTS for word in set(plain(text)))
    expected = sorted((word for word in held if held[word] > 1), key=lambda word: (-held[word], word))
    assert list(Tokenise.fit(TEXTS).words) == expected


def test_a_vocabulary_holds_no_more_words_than_asked_for():
    assert Tokenise.fit(TEXTS, vocabulary=2).words == Tokenise.fit(TEXTS).words[:2]


def test_what_a_single_row_holds_is_nowhere_in_the_step():
    assert "5550199" not in json.dumps(Tokenise.fit(TEXTS, ngrams=2).to_json())


def test_a_text_that_is_there_twice_counts_once():
    twice = objects(["secret code 4711", "secret code 4711", "other words"])
    assert Tokenise.fit(twice).words == ()


def test_numbers_are_places_in_the_vocabulary_with_unknown_words_and_padding_apart():
    step = Tokenise(("the", "cat"), 5)
    expected = [[2, 3, UNKNOWN, PADDING, PADDING], [PADDING] * 5]
    found = step.apply(objects(["The cat sat", ""]))
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.int32


def test_a_text_is_cut_at_the_length():
    assert Tokenise(("a",), 2).apply(objects(["a b a a a"])).tolist() == [[2, UNKNOWN]]


def test_known_pairs_stand_behind_their_words_and_unknown_ones_nowhere():
    step = Tokenise(("not", "good", "not good"), 6, ngrams=2)
    assert step.apply(objects(["not good at all"])).tolist() == [[2, 3, 4, UNKNOWN, UNKNOWN, PADDING]]


def test_pairs_of_neighbours_are_tokens_where_two_texts_hold_them():
    words = Tokenise.fit(TEXTS, ngrams=2).words
    assert {"the cat", "sat on"} <= set(words)
    assert "cat sat" not in words


def test_the_length_is_what_most_texts_need():
    texts = objects([" ".join(["word"] * count) for count in range(1, 101)])
    assert Tokenise.fit(texts).length == np.ceil(np.quantile(np.arange(1, 101), 0.95))


def test_the_length_from_the_data_has_an_end():
    texts = objects(["word " * 10_000 + str(row % 3) for row in range(4)])
    assert Tokenise.fit(texts).length == LONGEST


def test_a_length_that_is_asked_for_is_taken():
    assert Tokenise.fit(TEXTS, length=3).apply(TEXTS).shape == (5, 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't STOP", ["don't", "stop"]),
        ("3.14 and $5", ["3", ".", "14", "and", "$", "5"]),
        ("日本語 text", ["日", "本", "語", "text"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("cafe\u0301", ["caf\u00e9"]),
        ("\u201cquoted\u201d", ["\u201c", "quoted", "\u201d"]),
        (" \t\n\x85 ", []),
    ],
)
def test_texts_are_split_as_documented(text, words):
    assert split_text(text) == words


def test_missing_texts_are_empty_ones():
    assert texts_of(np.array(["a", None, np.nan], object)) == ["a", "", ""]


@pytest.mark.parametrize("rows", ["a text", [["a"], ["b"]], [3]])
def test_what_is_no_text_is_refused(rows):
    with pytest.raises(BadData, match="text"):
        Tokenise(("a",), 2).apply(rows)


@pytest.mark.parametrize(
    "changed",
    [{"length": 0}, {"length": 2.5}, {"ngrams": 3}, {"words": ["a", "a"]}, {"words": [1]}, {"words": None}],
)
def test_a_preparation_file_with_odd_values_is_refused(changed):
    preparation = Preparation((), (), (Tokenise(("a", "b"), 3),), "int32", modality="text")
    values = preparation.to_json()
    values["steps"] = [{**values["steps"][0], **changed}]
    with pytest.raises(BadValue, match="not a preparation"):
        Preparation.from_json(values)


@given(st.lists(st.text(), min_size=1, max_size=8), st.sampled_from([1, 2]))
def test_any_texts_become_numbers_below_the_count_of_tokens(texts, ngrams):
    step = Tokenise.fit(objects(texts), ngrams=ngrams)
    numbers = step.apply(objects(texts))
    assert numbers.shape == (len(texts), step.length)
    assert 0 <= numbers.min() <= numbers.max() < step.tokens
    assert (np.diff((numbers == PADDING).astype(int), axis=1) >= 0).all()  # padding stands at the end alone
