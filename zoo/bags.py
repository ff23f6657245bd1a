"""Rows of tokens as bags: how often each token occurs, which is what models learn from that know no order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.preparation.tokenise import PADDING

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FREQUENT = 200  # tokens that boosting learns from: it takes no sparse rows


def bag(tokens: np.ndarray, vocabulary: int) -> csr_matrix:
    """Return how often each of `vocabulary` tokens occurs in rows (n, length), sparse (n, vocabulary), padding 0."""
    from scipy.sparse import csr_matrix

    rows, places = np.nonzero(tokens != PADDING)
    found = tokens[rows, places]
    return csr_matrix((np.ones(len(rows), np.float32), (rows, found)), (len(tokens), vocabulary))


def on_bags(name: str, estimator: Any, vocabulary: int) -> Any:
    """Return an estimator of scikit-learn's that takes rows of tokens in place of numbers.

    Boosting counts the most frequent tokens, whose numbers are the lowest; others weigh each token by how few rows
    hold it (TF-IDF, Salton 1988), its count on a log scale.
    """
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    if name == "boosting":
        return make_pipeline(FunctionTransformer(partial(_frequent, vocabulary=vocabulary)), estimator)
    counted = FunctionTransformer(partial(bag, vocabulary=vocabulary))
    return make_pipeline(counted, TfidfTransformer(sublinear_tf=True), estimator)


def _frequent(tokens: np.ndarray, vocabulary: int) -> np.ndarray:
    return bag(tokens, vocabulary)[:, :FREQUENT].toarray()
