"""Texts become rows of token numbers, by a vocabulary learned from the training rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any
from unicodedata import is_normalized, normalize

import numpy as np

from zoo.errors import BadData
from zoo.registry import register

PADDING, UNKNOWN, FIRST = 0, 1, 2  # numbers of no token, of any other token, and of the vocabulary's first
LEAST = 2  # different training texts that hold a token; what a single one holds never leaves the training data
LONGEST = 256  # tokens, where the length follows from the data
COVERED = 0.95  # share of training texts that then are no longer than a row
# Thai to Khmer, kana and ideographs: scripts without spaces between words, whose characters are tokens of their own
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# accents and vowel signs, which belong to the letter before them but are no letters to `re`; and apostrophes
_JOINED = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_LETTERS = rf"[^\W{_ALONE}]+"
_UNSPACED = re.compile(f"[{_ALONE}]")
_TOKEN = re.compile(rf"{_LETTERS}(?:[{_JOINED}'\u2019]+{_LETTERS})*[{_JOINED}]*|\S")


@register()
@dataclass(frozen=True)
class Tokenise:
    """Number the words, the marks and, with `ngrams` 2, the pairs of neighbouring words that `words` names.

    A text is lower-cased and split: a run of letters and digits is a word, with apostrophes inside it (don't), every
    other visible character a token of its own. `words[i]` has the number i + 2; 1 stands for any other word, 0 for
    nothing at all behind a text's end. A pair is named by its two words with a space between, and stands behind them;
    one that is not in the vocabulary is left out. What goes beyond `length` tokens is cut off.
    """

    words: tuple[str, ...]
    length: int
    ngrams: int = 1

    def __post_init__(self) -> None:
        if not (type(self.length) is int and self.length > 0 and self.ngrams in (1, 2)):
            raise ValueError(f"length is {self.length!r} and ngrams {self.ngrams!r}")
        if not all(isinstance(word, str) for word in self.words) or len(set(self.words)) < len(self.words):
            raise ValueError("words are not different texts")

    @classmethod
    def fit(cls, rows: np.ndarray, vocabulary: int = 8000, ngrams: int = 1, length: int = 0) -> Tokenise:
        """Return the step with the tokens that most of the different texts of `rows` (n,) hold, at least two.

        At most `vocabulary` tokens are kept; of equally frequent ones those that sort first. With `length` 0 a row is
        as long as 95 % of the texts need, and at most 256.
        """
        texts = [split_text(text) for text in texts_of(rows)]
        known = tuple(frequent(texts, ngrams)[:vocabulary])
        if length:
            return cls(known, length, ngrams)
        longest = cls(known, LONGEST, ngrams)
        counts = [len(longest.numbers(words)) for words in texts]
        return cls(known, int(np.clip(np.ceil(np.quantile(counts or [1], COVERED)), 1, LONGEST)), ngrams)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Tokenise:
        """Return the step that `to_json` wrote."""
        return cls(tuple(values["words"]), values["length"], values["ngrams"])

    @property
    def tokens(self) -> int:
        """How many different numbers prepared rows may hold: those of the words, 0 and 1."""
        return len(self.words) + FIRST

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return the numbers of the tokens of texts (n,), as (n, length) int32; raise BadData for what is no text."""
        found = [self.numbers(split_text(text))[: self.length] for text in texts_of(rows)]
        numbers = np.full((len(found), self.length), PADDING, np.int32)
        counts = np.asarray([len(row) for row in found], int)
        filled = np.arange(self.length) < counts[:, np.newaxis]
        numbers[filled] = np.fromiter(chain.from_iterable(found), np.int32, int(counts.sum()))
        return numbers

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return the numbers of a text's words, however many, and of the pairs of these that are known."""
        get = self._places.get
        if self.ngrams == 1:
            return [get(word, UNKNOWN) for word in words]
        return [number for token in _with_pairs(words) if (number := get(token, PADDING if " " in token else UNKNOWN))]

    def to_json(self) -> dict[str, Any]:
        """Return the name, the words in the order of their numbers, the length and the n-grams."""
        return {"name": "tokenise", "words": list(self.words), "length": self.length, "ngrams": self.ngrams}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {token: place for place, token in enumerate(self.words, FIRST)}


def split_text(text: str) -> list[str]:
    """Return the words and marks of a text, in lower case and in Unicode's composed form (NFC)."""
    return _TOKEN.findall((text if is_normalized("NFC", text) else normalize("NFC", text)).lower())


def in_words(text: str) -> int:
    """Return of how many words a text is: what stands between spaces, or each letter of scripts that have none."""
    if _UNSPACED.search(text) is None:
        return text.count(" ") + 1
    return sum(any(map(str.isalnum, token)) for token in split_text(text))


def frequent(texts: Iterable[Sequence[str]], ngrams: int = 1) -> list[str]:
    """Return the tokens that two or more different texts hold, given as words, the most frequent first."""
    counts: Counter[str] = Counter()
    for words in {tuple(words) for words in texts}:
        counts.update(set(words if ngrams == 1 else _with_pairs(words)))
    kept = [token for token, count in counts.items() if count >= LEAST]
    return sorted(kept, key=lambda token: (-counts[token], token))


def texts_of(rows: Any) -> list[str]:
    """Return rows (n,) as texts, a missing one as an empty one; raise BadData for another shape or thing."""
    if isinstance(rows, str) or np.ndim(rows) != 1:
        raise BadData(f"texts have shape {np.shape(rows)}; they must be (n,), one text a row. Pass a list of texts.")
    return [text if isinstance(text, str) else _missing(text, row) for row, text in enumerate(rows, 1)]


def _missing(value: Any, row: int) -> str:
    if value is None or value != value:  # NaN
        return ""
    raise BadData(f"row {row} is {value!r:.40}; it must be a text. Convert it first.")


def _with_pairs(words: Sequence[str]) -> list[str]:
    """Return the words, and behind each but the first the pair that it ends."""
    pairs = (f"{first} {second}" for first, second in zip(words, words[1:], strict=False))
    return [*words[:1], *chain.from_iterable(zip(words[1:], pairs, strict=True))]
