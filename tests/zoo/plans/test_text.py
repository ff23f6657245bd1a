"""What is searched of the preparation of texts."""

import numpy as np

from zoo.dataset import Dataset
from zoo.plans import fit_preparation, plan_space
from zoo.preparation import objects
from zoo.preparation.tokenise import Tokenise
from zoo.recipe import Source


def texts_of_words(words):
    """Return a data set of texts, each word of which two hold."""
    rows = objects([" ".join(f"w{word}" for word in range(at, at + 10)) for at in range(0, words, 10)] * 2)
    rows[: len(rows) // 2] = [f"{row} again" for row in rows[: len(rows) // 2]]
    return Dataset("x", Source("x"), "text", rows, np.arange(len(rows), dtype=np.int32) % 2, ("a", "b"))


def test_a_vocabulary_that_no_text_could_fill_is_not_searched():
    space = plan_space(texts_of_words(400))
    assert space["vocabulary"].domain.points() == (1000,)


def test_larger_vocabularies_are_searched_where_they_hold_more():
    space = plan_space(texts_of_words(1_500))
    assert space["vocabulary"].domain.points() == (1000, 2000, 4000)
    assert space["ngrams"].domain.points() == (1, 2)
    assert space["length"].domain.points() == ()


def test_the_values_of_the_preparation_are_those_of_the_tokeniser():
    dataset = texts_of_words(100)
    fitted = fit_preparation(dataset, dataset.x, {"vocabulary": 50, "ngrams": 2, "length": 7})
    assert fitted.steps == (Tokenise.fit(dataset.x, 50, 2, 7),)
    assert (fitted.dtype, fitted.raw_shape, fitted.vocabulary) == ("int32", (), 52)
