"""Studies that several processes run, and what became of them by raw SQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from search.claiming.leases import Leases
from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import database, open_study

from .studies import seeded

_SLOT = "CAST(a.value_json AS INTEGER) FROM trials t JOIN trial_user_attributes a USING (trial_id)"


def joined(root, target, objective, grace_s=60.0, progress_of=lambda slot: 0, **options):
    """Run slots of the study of `root` beside other processes that do."""
    study = open_study(root, "s")
    leases = Leases(study, root / "mlruns/studies/s", beat_s=min(5.0, grace_s / 4), grace_s=grace_s)
    opened = reopen(study, leases, progress_of)
    return run_slots(opened, target, objective, sampler_for=seeded(), **options)


def sql(root, question):
    with closing(sqlite3.connect(database(root), timeout=60)) as connection:
        return connection.execute(question).fetchall()


def slots_in(root, *states):
    """Return the slot of each of Optuna's trials in one of `states`, in order."""
    asked = ", ".join(f"'{state}'" for state in states)
    return [slot for (slot,) in sql(root, f"SELECT {_SLOT} WHERE a.key = 'slot' AND t.state IN ({asked}) ORDER BY 1")]


def scores(root):
    """Return the score of each trial that has one, by slot, as Optuna's tables have it."""
    where = "JOIN trial_values v USING (trial_id) WHERE a.key = 'slot' AND t.state = 'COMPLETE'"
    return dict(sql(root, f"SELECT {_SLOT} {where}".replace(" FROM", ", v.value FROM")))


def claims(root):
    """Return how many claims are in each state."""
    return dict(sql(root, "SELECT state, count(*) FROM zoo_claims GROUP BY state"))
