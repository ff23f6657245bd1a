"""Bags of tokens, against counting one by one."""

from collections import Counter

import numpy as np

from zoo.bags import FREQUENT, bag, on_bags

TOKENS = np.random.default_rng(0).integers(0, 300, (40, 12)).astype("int32")
CLASSES = (TOKENS == 7).any(axis=1) | (np.arange(40) % 2 == 0)


def test_a_bag_counts_each_token_but_padding():
    counts = bag(TOKENS, 300).toarray()
    for row, found in zip(TOKENS, counts, strict=True):
        expected = Counter(row.tolist())
        assert {token: count for token, count in enumerate(found) if count} == {
            token: count for token, count in expected.items() if token
        }


def test_a_row_of_padding_is_an_empty_bag():
    assert bag(np.zeros((1, 5), "int32"), 9).nnz == 0


def test_estimators_take_tokens_and_boosting_the_most_frequent_alone():
    seen = []

    class Recording:
        def fit(self, x, y):
            seen.append(x.shape)
            return self

        def get_params(self, deep=False):
            return {}

    for name in ("logistic", "boosting"):
        on_bags(name, Recording(), 300).fit(TOKENS, CLASSES)
    assert seen == [(40, 300), (40, FREQUENT)]
