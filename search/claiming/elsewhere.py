"""Elsewhere: what became of trials that other processes run, read by SQL as it changes and never as a whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from search.claiming.ledger import Ledger
from search.claiming.tables import engine_of, reading
from search.trials import TrialRecord, record_of

if TYPE_CHECKING:
    from optuna import Study
    from sqlalchemy import Connection, Row


_OPEN = {"WAITING": "waiting", "RUNNING": "running"}  # Optuna's states that change


class ForeignRecord(TrialRecord):
    """A record of an attempt that another process runs or has ended."""

    foreign = True


class Elsewhere:
    """News of a study for a ledger: rows of Optuna's that are younger than the last one seen, or were open then."""

    def __init__(self, study: Study) -> None:
        from sqlalchemy import DateTime, bindparam, column, select, table

        self._engine = engine_of(study)
        times = (column(f"datetime_{name}", DateTime) for name in ("start", "complete"))
        trials = table("trials", *map(column, ("trial_id", "number", "study_id", "state")), *times)
        younger = (trials.c.study_id == study._study_id) & (trials.c.trial_id > bindparam("seen"))
        self._younger = select(trials).where(younger)
        self._of = select(trials).where(trials.c.trial_id.in_(bindparam("ids", expanding=True)))
        self._seen, self._open = -1, set[int]()

    def news(self, ledger: Ledger, own: Collection[int]) -> tuple[TrialRecord, ...]:
        """Return the attempts that `ledger` does not know as they are, in order, without `own` ones by Optuna's id."""
        with reading(self._engine) as connection:
            rows = connection.execute(self._younger, {"seen": self._seen}).all()
            if others := self._open.difference(own):
                rows += connection.execute(self._of, {"ids": sorted(others)}).all()
            changed = [row for row in rows if row.trial_id not in own and _is_new(ledger, row)]
            found = _records(connection, changed) if changed else ()
        self._seen = max((self._seen, *(row.trial_id for row in rows)))
        self._open = {row.trial_id for row in rows if row.state in _OPEN} | self._open.intersection(own)
        return tuple(sorted(found, key=lambda record: record.number))


def _is_new(ledger: Ledger, row: Row) -> bool:
    known = ledger.state(row.number)
    return known is None or (known in _OPEN.values() and known != _OPEN.get(row.state))


def _records(connection: Connection, rows: Iterable[Row]) -> Iterable[TrialRecord]:
    from sqlalchemy import column, select, table

    by_id = {row.trial_id: row for row in rows}
    values = table("trial_values", *map(column, ("trial_id", "objective", "value")))
    attributes = table("trial_user_attributes", *map(column, ("trial_id", "key", "value_json")))
    scores: dict[int, list[float]] = defaultdict(list)
    known: dict[int, dict[str, Any]] = defaultdict(dict)
    for key, _, value in connection.execute(
        select(values).where(values.c.trial_id.in_(by_id)).order_by(values.c.trial_id, values.c.objective)
    ):
        scores[key].append(value)
    for key, name, text in connection.execute(select(attributes).where(attributes.c.trial_id.in_(by_id))):
        known[key][name] = json.loads(text)
    found = (record_of(row.number, row.state, scores[key], known[key], _seconds(row)) for key, row in by_id.items())
    return [ForeignRecord(**vars(record)) for record in found if record is not None]


def _seconds(row: Row) -> float | None:
    if row.datetime_start is None or row.datetime_complete is None:
        return None
    return (row.datetime_complete - row.datetime_start).total_seconds()
