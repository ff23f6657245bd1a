"""Right answers to rows, read from a table or an archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from zoo.data._labels import as_text
from zoo.errors import BadData, BadValue
from zoo.raw.arrays import read_arrays
from zoo.raw.cells import MISSING_CELLS, number, one_line, quoted
from zoo.raw.dialect import dialect_of
from zoo.raw.lines import lines_of
from zoo.raw.numerals import in_plain

TESTED = ("x_test", "y_test")


def plain_answers(labels: Iterable[Any], classes: Iterable[str]) -> list[str] | np.ndarray:
    """Return right answers that were read as text as a model means them: names of its classes, or numbers.

    Raises BadData for text where numbers are answered.
    """
    texts = [one_line(str(label)) for label in labels]
    known = set(classes)
    if known:
        return [text if text in known else _class_name(text) for text in texts]
    numbers = [number(text) for text in texts]
    if None in numbers:
        row = numbers.index(None)
        raise BadData(f"the target is {quoted(texts[row])} in row {row + 1}; the model answers numbers. Correct it.")
    return np.asarray(numbers, np.float64)


def _class_name(text: str) -> str:
    """Return text as classes are named: a number without its `.0`, and nothing where a cell is missing."""
    value = number(text)
    return "" if text in MISSING_CELLS else text if value is None else as_text(value)


def keys_to_judge_on(path: Path) -> tuple[str, str]:
    """Return the names of the arrays of rows and answers in an .npz: x_test and y_test where it has both."""
    return TESTED if set(TESTED) <= set(read_arrays(path, TESTED)) else ("x", "y")


def stored_answers(path: Path, key: str = "y") -> np.ndarray:
    """Return the array `key` of an .npz, (rows,), by name where the file has classes; raise BadData without one."""
    stored = read_arrays(path, (key, "classes"))
    if key not in stored:
        raise BadData(f"{path} has no array '{key}' of right answers; write np.savez(path, x=rows, y=answers).")
    codes, names = stored[key], stored.get("classes", np.empty(0)).ravel()
    if not names.size or codes.dtype.kind not in "iu":
        return codes
    if codes.size and not 0 <= codes.min() <= codes.max() < len(names):
        raise BadData(
            f"{path}: {key} must hold whole numbers from 0 to {len(names) - 1}, the places in classes. Mend it."
        )
    return names[codes]


def require_target(target: str | None, where: Path | str) -> None:
    """Raise BadValue where nobody has named the column of right answers."""
    if target is None:
        raise BadValue(f"{where} has several columns; name that of the right answers: --target COLUMN (target=).")


def column(path: Path, target: str | None, facts: Mapping[str, Any] | None = None) -> list[str]:
    """Return the cells of one column of a table that `zoo.rows` has read already; raise BadData without it.

    By a preparation's `facts`, numbers that are written with a decimal comma are given plainly.
    """
    require_target(target, path)
    dialect = dialect_of(path, names=(target,))
    first, *others = (line.cells for line in lines_of(path, dialect))
    filled = others if dialect.header else [first, *others]
    names = [one_line(cell) if dialect.header else f"x{place}" for place, cell in enumerate(first)]
    if target not in names:
        raise BadData(f"{path} has no column '{target}', which the model answers. Add it, with the right answers.")
    place = names.index(target)
    found, style = [cells[place] if place < len(cells) else "" for cells in filled], (facts or {}).get("numerals", {})
    return in_plain(found, style.get(target), f"{path}: column '{target}'")
