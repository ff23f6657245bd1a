"""Leases: an attempt has one owner, who keeps it while it lives and beats."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest

from search.claiming.leases import Lease, LeaseLost, Leases
from search.claiming.owners import Owner
from search.claiming.storage import database, drop_study, open_study

from ..studies import child, kill, needs_fork, wait_for


@pytest.fixture
def study(tmp_path):
    return open_study(tmp_path, "s")


@pytest.fixture
def leases(study, tmp_path):
    """Return what makes leases of another owner each time."""
    return lambda **options: Leases(study, tmp_path / "mlruns/studies/s", **options)


def rows(root):
    """Return slot, attempt and state of each claim, as they lie in the file."""
    with closing(sqlite3.connect(database(root))) as connection:
        return connection.execute("SELECT slot, attempt, state FROM zoo_claims ORDER BY slot, attempt").fetchall()


def age(root, seconds):
    """Let all beats be as many seconds older."""
    with closing(sqlite3.connect(database(root))) as connection, connection:
        connection.execute("UPDATE zoo_claims SET beat = beat - ?", (seconds,))


def test_an_attempt_is_taken_once(leases, tmp_path):
    assert [leases().take(3, 0), leases().take(3, 0)] == [True, False]
    assert rows(tmp_path) == [(3, 0, "running")]


def test_no_attempt_is_taken_at_a_slot_that_runs_or_has_ended(leases):
    first, second = leases(), leases()
    first.take(0, 0)
    assert not second.take(0, 1)
    first.settle(0, 0, "ended")
    assert not second.take(0, 1)
    assert second.next_attempt(0) is None


def test_after_an_attempt_that_was_lost_the_next_number_is_taken(leases):
    first, second = leases(), leases()
    first.take(0, 0)
    first.settle(0, 0, "lost")
    assert (second.next_attempt(0), second.take(0, 0), second.take(0, 1)) == (1, False, True)


def test_what_another_owner_holds_is_neither_ours_to_keep_nor_to_settle(leases, tmp_path):
    first, second = leases(), leases()
    first.take(0, 0)
    with pytest.raises(LeaseLost, match="slot 0"):
        second.require(0, 0)
    second.settle(0, 0, "ended")
    assert rows(tmp_path) == [(0, 0, "running")]
    first.require(0, 0)


def test_a_claim_is_stale_when_its_beat_is_older_than_the_grace_period(leases, tmp_path):
    first, second = leases(), leases(grace_s=60.0)
    first.take(0, 0)
    age(tmp_path, 59)
    assert second.stale() == ()
    age(tmp_path, 2)
    assert [(claim.slot, claim.owner, claim.fate) for claim in second.stale()] == [(0, first.owner.name, "killed")]
    first.require(0, 0)
    assert second.stale() == ()


def test_who_lost_an_attempt_hears_of_it_from_the_database_and_then_without_it(leases):
    first, second = leases(), leases(grace_s=-1.0)
    first.take(0, 0)
    first.heed(0, 0)
    (claim,) = second.stale()
    second.take_from(claim, "lost")
    with pytest.raises(LeaseLost):
        first.require(0, 0)
    with pytest.raises(LeaseLost):
        first.heed(0, 0)
    assert first.held() == {}


def test_who_has_not_beaten_for_long_asks_the_database_before_it_goes_on(leases):
    first, second = leases(grace_s=-1.0), leases(grace_s=-1.0)
    first.take(0, 0)
    first.heed(0, 0)
    (claim,) = second.stale()
    second.take_from(claim, "lost")
    with pytest.raises(LeaseLost):
        first.heed(0, 0)


def test_a_claim_that_got_its_trial_meanwhile_is_not_taken_away_as_one_without(leases, tmp_path):
    first, second = leases(), leases(grace_s=-1.0)
    first.take(0, 0)
    (claim,) = second.stale()
    first.attach(0, 0, 7)
    second.take_from(claim, "lost")
    assert rows(tmp_path) == [(0, 0, "running")]


def test_inside_the_block_an_owner_beats_and_keeps_what_it_holds(leases, tmp_path):
    with leases(beat_s=0.02) as first:
        first.take(0, 0)
        age(tmp_path, 1000)
        other = leases(grace_s=60.0)
        until = time.monotonic() + 30
        while other.stale() and time.monotonic() < until:
            time.sleep(0.01)
        assert other.stale() == ()


def test_a_beat_finds_what_was_lost(leases):
    with leases(beat_s=0.02) as first:
        first.take(0, 0)
        first.take(1, 0)
        other = leases(grace_s=-1.0)
        other.take_from(next(claim for claim in other.stale() if claim.slot == 0), "lost")
        until = time.monotonic() + 30
        while (0, 0) in first.held() and time.monotonic() < until:
            time.sleep(0.01)
        with pytest.raises(LeaseLost):
            first.heed(0, 0)
        first.heed(1, 0)


def hold(root, ready):
    with Leases(open_study(root, "s"), root / "mlruns/studies/s", Owner.here("worker")) as leases:
        leases.take(0, 0)
        ready.touch()
        time.sleep(60)


@needs_fork
def test_a_killed_owner_of_this_machine_is_dead_at_once_and_a_living_one_is_known(leases, tmp_path):
    process = child(hold, tmp_path, tmp_path / "ready")
    wait_for(tmp_path / "ready")
    watching = leases()
    assert watching.stale() == ()
    assert [(owner.kind, owner.pid) for owner in watching.living()] == [("worker", process.pid)]
    kill(process)
    assert [claim.fate for claim in watching.stale()] == ["killed"]
    assert watching.living() == ()


def test_an_owner_that_left_in_an_orderly_way_interrupted_what_it_could_not_settle(leases):
    with leases() as first:
        first.take(0, 0)
    assert [claim.fate for claim in leases().stale()] == ["interrupted"]


def test_owners_that_claim_nothing_leave_no_file(leases, tmp_path):
    folder = tmp_path / "mlruns/studies/s/owners"
    with leases() as first:
        first.take(0, 0)
        first.settle(0, 0, "ended")
        assert len(list(folder.iterdir())) == 1
    assert list(folder.iterdir()) == []


def test_the_dead_are_buried_once_what_they_claimed_is_settled(leases, tmp_path):
    with leases() as first:
        first.take(0, 0)
    watching = leases()
    watching.bury()
    (claim,) = watching.stale()
    watching.take_from(claim, "lost")
    watching.bury()
    assert list((tmp_path / "mlruns/studies/s/owners").iterdir()) == []


def test_a_block_in_a_block_is_left_with_the_outer_one(leases):
    first = leases()
    with first:
        with first:
            pass
        assert [owner.name for owner in first.living()] == [first.owner.name]
    assert first.living() == ()


def test_the_claims_of_a_study_go_with_it(leases, tmp_path):
    leases().take(0, 0)
    drop_study(tmp_path, "s")
    assert rows(tmp_path) == []


def test_studies_of_one_database_have_claims_of_their_own(leases, tmp_path):
    other = Leases(open_study(tmp_path, "t"), tmp_path / "mlruns/studies/t")
    assert leases().take(0, 0)
    assert other.take(0, 0)
    assert other.stale() == ()


def test_a_database_that_was_made_before_claims_were_gets_its_table(study, leases, tmp_path):
    with closing(sqlite3.connect(database(tmp_path))) as connection, connection:
        connection.execute("DROP TABLE IF EXISTS zoo_claims")
    assert leases().take(0, 0)


def test_a_lease_of_a_slot_that_nobody_claims_is_never_lost():
    lease = Lease()
    lease.heed()
    lease.require()
    lease.on_trained()
