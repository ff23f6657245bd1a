"""Durable studies: Optuna's tables in one SQLite file, safe for several writers and against kill -9."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.claiming.lock import brief_lock
from search.claiming.tables import READS, drop_claims
from zoo.errors import BadData, BadValue, Unsupported, ZooError

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import RDBStorage

BUSY_SECONDS = 60
IDENTITY = "id"  # the user attribute that holds the study's id


def database(root: Path) -> Path:
    """Return where the studies of `root` lie."""
    return root / "mlruns" / "optuna.db"


def open_study(
    root: Path, name: str, directions: str | Sequence[str] = "maximize", identity: str | None = None
) -> Study:
    """Return the study `name` of `root` for writing, made if need be.

    `directions` are "maximize" or "minimize", one for each goal; of a single goal it may be the word itself.

    Raises BadValue when the folder cannot be written, the study goes the other way or its trials are of a study with
    another `identity`, BadData for a damaged file.
    Who only reads uses `search.trials`, which neither locks nor loads Optuna.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    path = database(root).absolute()
    # Two processes that make the tables at once would each find the other's.
    with brief_lock(path.with_suffix(".lock")), storage_errors(path):
        storage = _storage(path)
        wanted = [directions] if isinstance(directions, str) else list(directions)
        study = optuna.create_study(storage=storage, study_name=name, directions=wanted, load_if_exists=True)
        found = [one.name.lower() for one in study.directions]
        if identity is not None:
            _claim(study, identity, path)
    if found != wanted:
        there, here = (" and ".join(words) for words in (found, wanted))
        raise BadValue(f"the study '{name}' is there to {there}, not to {here}. Choose another --study.")
    return study


def drop_study(root: Path, name: str) -> None:
    """Delete the trials of the study `name` from the database of `root`."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    path = database(root).absolute()
    with brief_lock(path.with_suffix(".lock")), storage_errors(path):
        storage = _storage(path)
        drop_claims(storage.engine, storage.get_study_id_from_name(name))
        optuna.delete_study(study_name=name, storage=storage)


def path_of(study: Study) -> Path:
    """Return the file that a study of `open_study` lies in."""
    return Path(study._storage._backend.engine.url.database)  # behind Optuna's cache


def foreign(path: Path, name: str, trials: int) -> BadValue:
    """Return the error for trials in the database at `path` that belong to an earlier study of this name."""
    cure = shlex.join(["zoo", "delete", name, "--confirm", name, "--root", str(path.parents[1])])
    return BadValue(
        f"{path} has {trials} trials of an earlier study '{name}', whose folder is gone or was replaced."
        f" Choose another --study, or delete those trials: {cure}"
    )


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and Optuna raise inside the block into errors of one line."""
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except (DBAPIError, StorageInternalError) as error:
        raise _readable(error, path) from error


def _claim(study: Study, identity: str, path: Path) -> None:
    """Write whose trials these are; raise BadValue when they are another's. Without trials nobody's are lost."""
    if study.user_attrs.get(IDENTITY) == identity:
        return
    trials = study.get_trials(deepcopy=False)
    if trials:
        raise foreign(path, study.study_name, len(trials))
    study.set_user_attr(IDENTITY, identity)


def _storage(path: Path) -> RDBStorage:
    from optuna.storages import RDBStorage
    from sqlalchemy import event

    options = {"connect_args": {"timeout": BUSY_SECONDS}}
    try:
        storage = RDBStorage(f"sqlite:///{path}", engine_kwargs=options)
    except RuntimeError as error:  # the tables of another Optuna
        reason = str(error).partition("\n")[0]
        raise Unsupported(
            f"{path} was written by another version of Optuna ({reason}). Give another --root."
        ) from error
    event.listen(storage.engine, "connect", _configure)
    event.listen(storage.engine, "begin", _begin)
    storage.engine.dispose()  # connections made before the listeners
    _require_sound(storage, path)
    return storage


def _configure(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transactions of its own
    connection.execute("PRAGMA journal_mode=WAL")
    # NORMAL loses nothing to a killed process; a power cut may take the last commits, whose slots then run again.
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: Any) -> None:
    # A deferred transaction reads a trial's state before it locks: two processes would claim one trial.
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READS) else "BEGIN IMMEDIATE")


def _require_sound(storage: RDBStorage, path: Path) -> None:
    with storage.engine.connect() as connection:
        answer = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if answer != "ok":
        raise _damaged(path, answer)


def _damaged(path: Path, reason: str) -> BadData:
    return BadData(f"{path} is damaged ({reason}). Move it away to begin its studies anew, or give another --root.")


def _readable(error: Exception, path: Path) -> ZooError:
    reason = str(getattr(error.__cause__, "orig", None) or getattr(error, "orig", None) or error).partition("\n")[0]
    if re.search("not a database|malformed|corrupt", reason):
        return _damaged(path, reason)
    if re.search("readonly|read-only|unable to open", reason):
        return BadValue(f"{path} cannot be written ({reason}). Give a folder that can be with --root FOLDER.")
    if "locked" in reason:
        return ZooError(f"{path} was kept busy for {BUSY_SECONDS} s by another program. Close it and try again.")
    if "full" in reason:
        return ZooError(f"{path} cannot grow ({reason}). Free some space and run the same command again.")
    return ZooError(f"{path} cannot be used ({reason}). Run the same command again, or give another --root.")
