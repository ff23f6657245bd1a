"""Leases: which attempts at the slots of a study this process may run, while it beats; those of the dead are free."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

from search.claiming import owners
from search.claiming.owners import CONDUCTOR, Owner, OwnerFile
from search.claiming.tables import LOST, Statements, engine_of, make_claims, reading, storage_internal

if TYPE_CHECKING:
    from optuna import Study
    from sqlalchemy import Executable

BEAT_S, GRACE_S = 5.0, 60.0


class LeaseLost(Exception):
    """This process was taken for dead while it ran a trial: its slot is another's, and what it found is dropped."""


@dataclass(frozen=True)
class Claim:
    """An attempt at a slot that `owner` runs; `trial` is Optuna's id of it, None until it is there.

    `began` is how far its checkpoint was when it began, by the count that `take` was given; `fate` is how a dead owner
    ended: killed or interrupted.
    """

    slot: int
    attempt: int
    owner: str
    trial: int | None
    began: int
    fate: str = "killed"


class Leases:
    """The claims of a study in its database, for one owner: inside the `with` block it beats, so that it keeps its own.

    `folder` is the study's. An owner whose beat is older than `grace_s` by the database's clock, or that has ended on
    this machine, holds nothing any more. Safe for several threads. What the database raises comes as Optuna's
    StorageInternalError, which ends no trial.
    """

    def __init__(
        self, study: Study, folder: Path, owner: Owner | None = None, beat_s: float = BEAT_S, grace_s: float = GRACE_S
    ) -> None:
        self.owner, self.folder = owner or Owner.here(CONDUCTOR), folder
        self.beat_s, self.grace_s = beat_s, grace_s
        self._study, self._engine = study._study_id, engine_of(study)
        self._sql = Statements(self._engine)
        self._held: dict[tuple[int, int], int] = {}  # what `began` was, by slot and attempt
        self._gone: set[tuple[int, int]] = set()
        self._lock, self._over, self._depth, self._beaten = Lock(), Event(), 0, time.monotonic()
        self._file = OwnerFile(folder, self.owner)
        with storage_internal():
            make_claims(self._engine)

    def __enter__(self) -> Leases:
        self._depth += 1
        if self._depth == 1:
            self._file.hold()
            self._over = Event()
            Thread(target=self._keep_beating, args=(self._over,), name="beat", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._over.set()
            self._file.let_go(settled=not self._held)

    def take(self, slot: int, attempt: int, began: int = 0) -> bool:
        """Claim an attempt at a slot; return whether it is ours now.

        It is not where the slot runs or has ended, or an attempt of this number or a later one was claimed before.
        `began` says how far the slot's checkpoint is.
        """
        from sqlalchemy.exc import IntegrityError

        try:
            taken = self._change(self._sql.take, slot, attempt, the_began=began) == 1
        except IntegrityError:  # a database that lets two in at once refuses the second row
            return False
        if taken:
            with self._lock:
                self._held[slot, attempt] = began
        return taken

    def next_attempt(self, slot: int) -> int | None:
        """Return the number of the next attempt at a slot; None while it runs or when it has ended."""
        with reading(self._engine) as connection:
            found = connection.execute(self._sql.attempts, {"the_study": self._study, "the_slot": slot}).all()
        if any(state != LOST for _, state in found):
            return None
        return max((attempt for attempt, _ in found), default=-1) + 1

    def attach(self, slot: int, attempt: int, trial: int) -> None:
        """Say which of Optuna's trials an attempt of ours is; raise LeaseLost when it is not ours any more."""
        self._require(self._sql.attach, slot, attempt, the_trial=trial)

    def require(self, slot: int, attempt: int) -> None:
        """Beat for one attempt of ours; raise LeaseLost when it is not ours any more."""
        self._require(self._sql.beat, slot, attempt)

    def heed(self, slot: int, attempt: int) -> None:
        """Raise LeaseLost when an attempt is known not to be ours any more; asks only who has not beaten for long."""
        if (slot, attempt) in self._gone:
            raise _lost(slot)
        if time.monotonic() > self._beaten + self.grace_s:
            self.require(slot, attempt)

    def settle(self, slot: int, attempt: int, state: Literal["ended", "lost"]) -> None:
        """Give back an attempt of ours: its slot has ended, or is free again; one that is not ours is let be."""
        self._change(self._sql.settle, slot, attempt, the_state=state)
        with self._lock:
            self._held.pop((slot, attempt), None)

    def take_from(self, claim: Claim, state: Literal["ended", "lost"]) -> None:
        """Settle a claim of an owner that is dead, once Optuna knows what its trial came to.

        One that has no trial is let be when it has one by now: its owner may have woken up.
        """
        known = {"the_owner": claim.owner, "the_trial": claim.trial, "the_state": state}
        self._change(self._sql.take_from, claim.slot, claim.attempt, **known)

    def held(self) -> Mapping[tuple[int, int], int]:
        """Return how far the checkpoint was when each of our attempts began, by slot and attempt."""
        with self._lock:
            return dict(self._held)

    def running(self) -> tuple[Claim, ...]:
        """Return the claims that nobody has settled, of the living and of the dead."""
        return tuple(claim for claim, _ in self._running())

    def stale(self) -> tuple[Claim, ...]:
        """Return the claims of the others that are dead: ended on this machine, or without a beat for too long."""
        found = [(claim, age) for claim, age in self._running() if claim.owner != self.owner.name]
        fates = {name: owners.fate(self.folder, name) for name in {claim.owner for claim, _ in found}}
        dead = (claim for claim, age in found if age > self.grace_s or fates[claim.owner])
        return tuple(replace(claim, fate=fates[claim.owner] or claim.fate) for claim in dead)

    def living(self) -> tuple[Owner, ...]:
        """Return the owners that live, this one too: by their locks here, elsewhere by their beats."""
        found = {owner.name: owner for owner in owners.living(self.folder)}
        for claim, age in self._running():
            if age <= self.grace_s and claim.owner not in found and not owners.fate(self.folder, claim.owner):
                found[claim.owner] = owners.known(self.folder, claim.owner)
        return tuple(found.values())

    def bury(self) -> None:
        """Forget the owners that have ended and claim nothing."""
        owners.bury(self.folder, {claim.owner for claim in self.running()})

    def _running(self) -> list[tuple[Claim, float]]:
        with reading(self._engine) as connection:
            rows = connection.execute(self._sql.running, {"the_study": self._study}).all()
        return [(Claim(*row[:5]), row.age) for row in rows]

    def _require(self, statement: Executable, slot: int, attempt: int, **given: Any) -> None:
        if not self._change(statement, slot, attempt, **given):
            self._lose({(slot, attempt)})
            raise _lost(slot)
        self._beaten = time.monotonic()

    def _lose(self, gone: set[tuple[int, int]]) -> None:
        with self._lock:
            self._gone |= gone
            for one in gone:
                self._held.pop(one, None)

    def _keep_beating(self, over: Event) -> None:
        while not over.wait(self.beat_s):
            with suppress(Exception):  # a beat that fails is made up for by the next one, or the lease is lost
                self._beat()

    def _beat(self) -> None:
        held = self.held()
        if not held:
            return
        kept = self._change(self._sql.beat_all)
        self._beaten = time.monotonic()
        if kept < len(held):
            ours = {(claim.slot, claim.attempt) for claim in self.running() if claim.owner == self.owner.name}
            self._lose(held.keys() - ours)

    def _change(self, statement: Executable, slot: int = 0, attempt: int = 0, **given: Any) -> int:
        """Run a statement for an attempt of ours, where `given` does not say whose; return how many rows it changed."""
        known = {"the_study": self._study, "the_slot": slot, "the_attempt": attempt, "the_owner": self.owner.name}
        with storage_internal(), self._engine.begin() as connection:
            return connection.execute(statement, {**known, **given}).rowcount


class Lease:
    """What one attempt holds, as its objective sees it; a callback of its training, too.

    It raises LeaseLost several times a second once a beat was refused, and at the end of the training, before weights
    are written, when the database says that the slot is another's.
    """

    def __init__(self, require: Callable[[], None] = lambda: None, heed: Callable[[], None] = lambda: None) -> None:
        self.require, self.heed = require, heed

    def on_trained(self) -> None:
        """Make sure that the attempt is still ours."""
        self.require()


def _lost(slot: int) -> LeaseLost:
    return LeaseLost(f"this process did not answer for so long that the trial of slot {slot} was given to another one")
