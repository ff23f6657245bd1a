"""The table of claims, beside Optuna's own in a study's database: which process runs which attempt at which slot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna import Study
    from sqlalchemy import Connection, Engine, Table

RUNNING, ENDED, LOST = "running", "ended", "lost"  # the states of a claim
READS = "zoo_reads"  # the execution option of a connection that only reads, and so locks nobody out
_EPOCH_AS_JULIAN_DAY, _DAY_S = 2440587.5, 86400.0


@cache
def claims() -> Table:
    """Return the table zoo_claims: one row an attempt; `beat` and the clock it is compared with are the database's."""
    from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, String, Table

    return Table(
        "zoo_claims",
        MetaData(),
        *(Column(name, Integer, primary_key=True, autoincrement=False) for name in ("study", "slot", "attempt")),
        Column("owner", String(200), nullable=False),
        Column("trial", Integer),  # Optuna's id of it, null until it is there
        Column("beat", Double, nullable=False),  # seconds since 1970
        Column("began", BigInteger, nullable=False),  # how far its checkpoint was
        Column("state", String(16), nullable=False),
        Index("zoo_claims_by_state", "study", "state"),
    )


def engine_of(study: Study) -> Engine | None:
    """Return what a study's database is reached through; None for a study that lies in memory only."""
    storage = getattr(study, "_storage", None)
    return getattr(getattr(storage, "_backend", storage), "engine", None)  # behind Optuna's cache


def make_claims(engine: Engine) -> None:
    """Make the table unless it is there; several processes may do so at once."""
    from sqlalchemy.schema import CreateIndex, CreateTable

    table = claims()
    with engine.begin() as connection:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))


def drop_claims(engine: Engine, study_id: int) -> None:
    """Forget all claims of one study: SQLite may give its number to the next one."""
    make_claims(engine)
    table = claims()
    with engine.begin() as connection:
        connection.execute(table.delete().where(table.c.study == study_id))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection whose queries see one moment of the database; writers go on meanwhile.

    Raises Optuna's StorageInternalError for what the database raises.
    """
    with storage_internal(), engine.connect().execution_options(**{READS: True}) as connection, connection.begin():
        yield connection


def running_without(engine: Engine, study_id: int, attribute: str) -> list[int]:
    """Return Optuna's ids of the running trials of a study that lack a user attribute."""
    from sqlalchemy import column, select, table

    trials = table("trials", *map(column, ("trial_id", "study_id", "state")))
    attributes = table("trial_user_attributes", column("trial_id"), column("key"))
    has = select(attributes).where(attributes.c.trial_id == trials.c.trial_id, attributes.c.key == attribute)
    asked = select(trials.c.trial_id).where(trials.c.study_id == study_id, trials.c.state == "RUNNING", ~has.exists())
    with reading(engine) as connection:
        return list(connection.execute(asked).scalars())


@contextmanager
def storage_internal() -> Iterator[None]:
    """Turn what the database raises inside the block into Optuna's StorageInternalError, which fails no trial."""
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import DBAPIError, IntegrityError

    try:
        yield
    except IntegrityError:  # is an answer
        raise
    except DBAPIError as error:
        raise StorageInternalError("the database cannot be used") from error


def clock(engine: Engine) -> Any:
    """Return the SQL expression of the seconds since 1970 by the clock of the database."""
    from sqlalchemy import extract, func

    if engine.dialect.name == "sqlite":
        return (func.julianday("now") - _EPOCH_AS_JULIAN_DAY) * _DAY_S
    return extract("epoch", func.clock_timestamp())


class Statements:
    """The SQL of claims, put together once: a statement that is made anew each time costs more than its run.

    What they are given is `study`, `slot`, `attempt`, `owner`, `trial`, `began` and `state`, each with `the_` before
    it, as far as they name it.
    """

    def __init__(self, engine: Engine) -> None:
        from sqlalchemy import bindparam, insert, literal, select, update

        table, now = claims(), clock(engine)
        the = {name: bindparam(f"the_{name}") for name in ("study", "slot", "attempt", "owner", "trial", "began")}
        state = bindparam("the_state")
        study, runs = table.c.study == the["study"], table.c.state == RUNNING
        slot = study & (table.c.slot == the["slot"])
        held = slot & (table.c.attempt == the["attempt"]) & (table.c.owner == the["owner"]) & runs
        barred = select(table.c.slot).where(slot, (table.c.state != LOST) | (table.c.attempt >= the["attempt"]))
        row = {**{name: the[name] for name in ("study", "slot", "attempt", "owner", "began")}, "beat": now}
        row["state"] = literal(RUNNING)
        self.take = insert(table).from_select([*row], select(*row.values()).where(~barred.exists()))
        self.beat = update(table).where(held).values(beat=now)
        self.attach = update(table).where(held).values(beat=now, trial=the["trial"])
        self.settle = update(table).where(held).values(state=state)
        self.take_from = (
            update(table).where(held & table.c.trial.is_not_distinct_from(the["trial"])).values(state=state)
        )
        self.beat_all = update(table).where(study & (table.c.owner == the["owner"]) & runs).values(beat=now)
        self.attempts = select(table.c.attempt, table.c.state).where(slot)
        columns = (table.c[name] for name in ("slot", "attempt", "owner", "trial", "began"))
        self.running = select(*columns, (now - table.c.beat).label("age")).where(study & runs)
