"""Words that become unknown."""

import numpy as np

from zoo.preparation.tokenise import PADDING, UNKNOWN

TOKENS = np.random.default_rng(0).integers(2, 50, (400, 30)).astype("int32")
TOKENS[:, 20:] = PADDING


def test_a_word_whose_draw_lies_below_the_strength_is_unknown_and_padding_never(augmented):
    after, (drawn,) = augmented("word_dropout", TOKENS, 0.3)
    np.testing.assert_array_equal(after, np.where((drawn < 0.3) & (TOKENS != PADDING), UNKNOWN, TOKENS))
    assert after.dtype == "int32"


def test_the_share_of_lost_words_is_the_strength(augmented):
    after, _ = augmented("word_dropout", TOKENS, 0.4)
    share = (np.asarray(after)[:, :20] == UNKNOWN).mean()
    assert abs(share - 0.4) < 5 * (0.4 * 0.6 / 8000) ** 0.5
