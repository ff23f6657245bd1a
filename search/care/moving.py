"""Following a root that was moved or copied: MLflow keeps absolute paths, which are made those of the new place.

It is done at the next start, in one transaction of MLflow's database: all paths are changed or none is.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

_COLUMNS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
_OWN = re.compile(r"(?:file://)?(?P<mlruns>/.*)/artifacts/?")  # where the experiments of studies keep their files
_LOOKED_AT = 20  # runs, some of which have no files
_CHANGE = "UPDATE {0} SET {1} = ? || substr({1}, ?) WHERE substr({1}, 1, ?) = ?"


def follow(root: Path | str, wait_s: float = 5.0) -> tuple[str, ...]:
    """Make the paths in MLflow's database those of `root` where they are of another place; say so in one line.

    Returns no line where nothing had to be done. Raises sqlite3.Error for a database that cannot be read, or that
    others keep locked for `wait_s`.
    """
    mlruns = Path(root).resolve() / "mlruns"
    path = mlruns / "mlflow.db"
    if not path.exists():
        return ()
    with closing(sqlite3.connect(path, timeout=wait_s, isolation_level=None)) as database:
        if not _former(database, mlruns):  # asked before anybody is locked out
            return ()
        database.execute("BEGIN IMMEDIATE")
        former = _former(database, mlruns)
        changed = sum(_change(database, old, new) for old in former for old, new in _prefixes(old, mlruns))
        database.execute("COMMIT")  # closing the connection without it changes nothing
    return (
        (f"{former[0]} lies at {mlruns} now: {changed:,} paths in mlflow.db were changed to that.",) if former else ()
    )


def _former(database: sqlite3.Connection, mlruns: Path) -> tuple[str, ...]:
    """Return the folders other than `mlruns` that experiments of studies keep their files in."""
    found = (_OWN.fullmatch(place or "") for place in _places(database))
    folders = dict.fromkeys(unquote(one["mlruns"]) for one in found if one)
    return tuple(folder for folder in folders if not _is_same(folder, mlruns) and _came_along(database, folder, mlruns))


def _places(database: sqlite3.Connection) -> Iterator[str]:
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'experiments'").fetchone():
        yield from (place for (place,) in database.execute("SELECT DISTINCT artifact_location FROM experiments"))


def _is_same(folder: str, mlruns: Path) -> bool:
    """Return whether a path leads to `mlruns`, if by another way."""
    return Path(folder) == mlruns or (Path(folder).exists() and Path(folder).samefile(mlruns))


def _came_along(database: sqlite3.Connection, folder: str, mlruns: Path) -> bool:
    """Return whether the files of runs lie at the new place, or at least no longer at the old one."""
    asked = "SELECT run_uuid FROM runs WHERE artifact_uri LIKE ? || '/%' ORDER BY start_time LIMIT ?"
    runs = [run for (run,) in database.execute(asked, (f"{Path(folder).as_uri()}/artifacts", _LOOKED_AT))]
    there, here = ([(place / "artifacts" / run).exists() for run in runs] for place in (Path(folder), mlruns))
    return any(here) or not any(there)


def _prefixes(old: str, mlruns: Path) -> Iterator[tuple[str, str]]:
    """Yield how paths below the old folder begin, and how they begin now: as addresses, and as plain paths."""
    yield f"{Path(old).as_uri()}/", f"{mlruns.as_uri()}/"
    yield f"{old}/", f"{mlruns}/"


def _change(database: sqlite3.Connection, old: str, new: str) -> int:
    """Give all paths that begin with `old` the beginning `new`; return how many there are."""
    return sum(
        database.execute(_CHANGE.format(table, column), (new, len(old) + 1, len(old), old)).rowcount
        for table, column in _COLUMNS
        if _has(database, table, column)
    )


def _has(database: sqlite3.Connection, table: str, column: str) -> bool:
    """Return whether this version of MLflow has such a column."""
    return any(row[1] == column for row in database.execute(f"PRAGMA table_info({table})"))
