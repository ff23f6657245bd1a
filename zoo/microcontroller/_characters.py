"""What C code must know of Unicode's characters to split a text as zoo.preparation.tokenise does."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import decomposition, normalize

from zoo.preparation.tokenise import _JOINED, _LETTERS

SIGMA, SMALL_SIGMAS = "\u03a3", {"\u03c3", "\u03c2"}  # its lower case is the second one where a word ends


@dataclass(frozen=True)
class Alphabet:
    """Facts about characters, as numbers: `letters`, `joined` and `spaces` are (first, last) of each run of them.

    Beside these, only what leads to characters of the vocabulary: `folds` are (character, its lower case), `pairs`
    are (character, character, what the two compose to), and `refused` are those that become several
    characters, or whose lower case depends on what stands beside them.
    """

    letters: tuple[tuple[int, int], ...]
    joined: tuple[tuple[int, int], ...]
    spaces: tuple[tuple[int, int], ...]
    folds: tuple[tuple[int, int], ...]
    pairs: tuple[tuple[int, int, int], ...]
    refused: tuple[int, ...]


def alphabet_of(words: Iterable[str]) -> Alphabet:
    """Return what splitting a text into `words`, which are in lower case, must know."""
    used = set().union(*map(set, words))
    pairs, changed = sorted(set(_pairs(used))), _lower_cases()
    known = used.union(*pairs)
    refused = {one for one, lower in changed if len(lower) > 1 and used.issuperset(lower)}
    refused |= {SIGMA} if used & SMALL_SIGMAS else set()
    folds = [(ord(one), ord(lower)) for one, lower in changed if lower in known and one not in refused]
    numbered = tuple(tuple(map(ord, pair)) for pair in pairs)
    return Alphabet(*_classes(), tuple(folds), numbered, tuple(sorted(map(ord, refused))))


@cache
def _classes() -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the runs of letters, of characters that belong to the letter before them, and of spaces."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    return tuple(tuple(_runs(pattern, every)) for pattern in (_LETTERS, f"[{_JOINED}]+", r"\s+"))


def _runs(pattern: str, every: str) -> Iterator[tuple[int, int]]:
    for run in re.finditer(pattern, every):
        yield run.start(), run.end() - 1


@cache
def _lower_cases() -> tuple[tuple[str, str], ...]:
    """Return each character that composing and lower-casing turn into something else, with that."""
    pairs = ((one, normalize("NFC", one).lower()) for one in map(chr, range(sys.maxunicode + 1)))
    return tuple((one, lower) for one, lower in pairs if lower != one)


def _pairs(used: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Return what each of `used` is composed of, and what that is composed of."""
    for one in used:
        parts = decomposition(one).split()
        if len(parts) == 2 and not parts[0].startswith("<") and normalize("NFC", one) == one:
            first, second = (chr(int(part, 16)) for part in parts)
            yield first, second, one
            yield from _pairs([first])
