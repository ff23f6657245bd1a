"""Reports: the scores after epochs that trials of all processes told, read by SQL as they come."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from search.claiming.tables import engine_of, reading

if TYPE_CHECKING:
    from optuna import Study
    from sqlalchemy import Connection

COSTS = "costs"  # the user attribute that holds what a trial's structure costs, by goal
REPORTED = "reported "  # what user attributes begin with that hold a score after an epoch, in studies of several goals
# The tables that Optuna's `report` and user attributes are in, without the s, and their columns of epoch and score.
_PLAIN = ("trial_intermediate_value", ("step", "intermediate_value"))
_SEVERAL = ("trial_user_attribute", ("key", "value_json"))


@dataclass(frozen=True)
class Report:
    """A score that the trial of a slot told after an epoch; `costs` are what its structure costs, by goal."""

    slot: int
    epoch: int
    value: float
    costs: dict[str, float]


class Reports:
    """The reports of a study that are younger than those there when this was made; none of a study in memory.

    Their rows are numbered in the order in which they came, so that no call reads what an earlier one has read.
    """

    def __init__(self, study: Study) -> None:
        from sqlalchemy import bindparam, column, func, select, table

        self._engine, self._study = engine_of(study), study._study_id
        self._trials = table("trials", column("trial_id"), column("study_id"))
        self._facts = table("trial_user_attributes", *map(column, ("trial_id", "key", "value_json")))
        name, told = _PLAIN if len(study.directions) == 1 else _SEVERAL
        rows = table(f"{name}s", *map(column, (f"{name}_id", "trial_id", *told)))
        number, trial, epoch, _ = rows.c
        kept = epoch.startswith(REPORTED) if name == _SEVERAL[0] else number > 0
        self._younger = select(rows).where(number > bindparam("seen"), kept).order_by(number)
        own = select(func.max(number)).select_from(rows.join(self._trials, trial == self._trials.c.trial_id))
        self._seen = -1
        if self._engine is not None:
            with reading(self._engine) as connection:
                found = connection.execute(own.where(self._trials.c.study_id == self._study)).scalar()
            self._seen = -1 if found is None else found

    def news(self, own: int) -> Iterator[Report]:
        """Yield what came since the last call, in order, without the trial `own` by Optuna's id."""
        if self._engine is None:
            return
        with reading(self._engine) as connection:
            rows = connection.execute(self._younger, {"seen": self._seen}).all()
            others = {row.trial_id for row in rows} - {own}
            facts = self._facts_of(connection, others) if others else {}
        for number, trial, epoch, value in rows:
            known = facts.get(trial, {})
            if trial == own or "slot" in known:
                self._seen = number  # not of other studies: their rows may be deleted and their numbers given again
            if "slot" in known and value is not None:
                yield Report(known["slot"], *_read(epoch, value), known.get(COSTS, {}))

    def _facts_of(self, connection: Connection, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return slot and costs of those of the trials that belong to the study."""
        from sqlalchemy import select

        mine = (self._trials.c.study_id == self._study) & self._trials.c.trial_id.in_(ids)
        ours = set(connection.execute(select(self._trials.c.trial_id).where(mine)).scalars())
        asked = self._facts.c.trial_id.in_(ours) & self._facts.c.key.in_(("slot", COSTS))
        facts: dict[int, dict[str, Any]] = defaultdict(dict)
        for trial, name, text in connection.execute(select(self._facts).where(asked)):
            facts[trial][name] = json.loads(text)
        return facts


def _read(epoch: int | str, value: float | str) -> tuple[int, float]:
    if isinstance(epoch, str):
        return int(epoch.removeprefix(REPORTED)), float(json.loads(value))
    return epoch, value
