"""What the columns of a table are for: the target, features, and those that weigh, name, bind or order rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from zoo.data._columns import Column
from zoo.data._labels import as_text, shown
from zoo.errors import BadData, BadValue, UnknownName
from zoo.raw.cells import quoted
from zoo.recipe import Source

OPTIONS = ("weight", "id", "group", "time")  # each names one column


@dataclass(frozen=True)
class Roles:
    """The names of a table's columns by what they are for; `ignored` ones are not read."""

    target: str
    ignored: tuple[str, ...]
    others: Mapping[str, str]  # from OPTIONS to columns

    def features(self, columns: Sequence[str]) -> list[str]:
        """Return those of `columns` that may be learned from."""
        return [column for column in columns if column not in (self.target, *self.ignored, *self.others.values())]


def roles_of(columns: Sequence[str], source: Source) -> Roles:
    """Return what each column of a table is for; raise UnknownName for those that are none, BadValue for clashes."""
    if source.target is None:
        raise BadValue(f"{source.path} needs the column to learn: --target COLUMN (target=). Columns: {shown(columns)}")
    target = named(source.target, columns, source)
    given = {option: getattr(source, option) for option in OPTIONS if getattr(source, option) is not None}
    others = {option: named(column, columns, source) for option, column in given.items()}
    ignored = tuple(named(column, columns, source) for column in source.ignore)
    taken = {"target": target, **others}
    for option, column in taken.items():
        if column in ignored:
            raise BadValue(f"column '{column}' of {source.path} is both --{option} and --ignore. Leave one away.")
        twin = next((other for other, name in taken.items() if name == column and other != option), None)
        if twin is not None:
            raise BadValue(f"column '{column}' of {source.path} is both --{option} and --{twin}. Choose another.")
    return Roles(target, ignored, others)


def named(column: str, columns: Sequence[str], source: Source) -> str:
    """Return `column` if there is one of that name; raise UnknownName with the nearest."""
    if column in columns:
        return column
    near = get_close_matches(column, columns, n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else "."
    raise UnknownName(f"no column is named '{column}' in {source.path}{hint} Columns: {shown(columns)}")


def facts_of(columns: Mapping[str, Column], roles: Roles, source: Source) -> dict[str, Any]:
    """Return the fields of a Dataset that columns other than features fill: weights, groups, times and names."""
    found: dict[str, Any] = {}
    for option, name in roles.others.items():
        where = f"{source.path}: column '{name}'"
        found |= _ROLES[option](columns[name], where)
    return found


def names_in(column: Column) -> list[str]:
    """Return a column's cells as text, (rows,); a missing one is empty."""
    if column.texts:
        return ["" if np.isnan(place) else column.texts[int(place)] for place in column.values]
    return ["" if np.isnan(value) else as_text(value) for value in column.values]


def groups_in(column: Column, where: str, known: Sequence[str] = ()) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return each row's place among the names of groups (rows,) int32, `known` ones first; raise BadData for gaps."""
    missing = len(column.values) - column.filled
    if missing:
        raise BadData(f"{where} is missing in {missing:,} rows; each row is of a group. Fill in the cells.")
    cells = names_in(column)
    names = tuple(known) + tuple(sorted(set(cells) - set(known)))
    places = {name: place for place, name in enumerate(names)}
    return np.fromiter(map(places.__getitem__, cells), np.int32, len(cells)), names


def _weights(column: Column, where: str) -> dict[str, Any]:
    if column.texts or column.way:
        example = column.texts[0] if column.texts else "a time"
        raise BadData(f"{where} holds {quoted(example)}; weights are numbers, 0 or more. Choose another --weight.")
    weights = column.values
    odd = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(odd):
        raise BadData(
            f"{where} is {weights[odd[0]]:g} in data row {odd[0] + 1} ({len(odd):,} such); weights are finite and at "
            "least 0. Correct them."
        )
    if not weights.any():
        raise BadData(f"{where} is 0 in all rows; some rows must weigh something. Choose another --weight.")
    return {"weights": np.array(weights)}


def _groups(column: Column, where: str) -> dict[str, Any]:
    groups, names = groups_in(column, where)
    return {"groups": groups, "group_names": names}


def _times(column: Column, where: str) -> dict[str, Any]:
    missing = len(column.values) - column.filled
    if column.texts:
        example = quoted(column.texts[0])
        raise BadData(f"{where} holds {example}, which is no time; write dates as 2024-01-31, or numbers.")
    if missing or not np.isfinite(column.values).all():
        raise BadData(f"{where} lacks a time in {missing:,} rows; each row needs one. Fill in the cells.")
    return {"times": np.array(column.values)}


def _names(column: Column, where: str) -> dict[str, Any]:
    return {"names": tuple(names_in(column))}


_ROLES = {"weight": _weights, "id": _names, "group": _groups, "time": _times}
