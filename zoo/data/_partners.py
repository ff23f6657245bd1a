"""Files of labelled lines that belong together: their names differ by train, dev and test alone."""

from __future__ import annotations

import re
from pathlib import Path

from zoo.data._folders import PARTS
from zoo.data._labelled import are_labelled

_ORDER = ("validation", "test")
_TRAIN = re.compile("train(ing)?", re.IGNORECASE)
_TABLES = (".csv", ".tsv", ".npz", ".npy", ".json", ".parquet")


def train_file(folder: Path) -> Path | None:
    """Return the one file of labelled lines in a folder that others validate or test, or that is alone; else None."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and _may_hold_lines(path)]
    paired = [path for path in files if partners(path)]
    one = paired or files
    return one[0] if len(one) == 1 and are_labelled(one[0]) else None


def _may_hold_lines(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() not in _TABLES


def partners(path: Path) -> dict[str, Path]:
    """Return the files that validate and test what the file `path` trains, by their names."""
    named = list(_TRAIN.finditer(path.name))
    if not named:
        return {}
    start, end = named[-1].span()
    found = {}
    for word, part in PARTS.items():
        other = path.with_name(path.name[:start] + _cased(word, path.name[start:end]) + path.name[end:])
        if part != "train" and other.is_file():
            found.setdefault(part, other)
    return {part: found[part] for part in _ORDER if part in found}


def _cased(word: str, like: str) -> str:
    return word.upper() if like.isupper() else word.capitalize() if like[0].isupper() else word


def beside(folder: Path, train: Path) -> list[str]:
    """Say which other files of labelled lines a folder holds."""
    used = {train, *partners(train).values()}
    others = [path for path in sorted(folder.iterdir()) if path.is_file() and path not in used]
    return [f"{path.name} is another data set: left out" for path in others if are_labelled(path)]
