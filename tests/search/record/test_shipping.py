"""What is spooled is shipped beside the trials, and nobody waits for it."""

from __future__ import annotations

from pathlib import Path
from threading import Event, current_thread

import pytest

from search.record.recorder import Recorder
from search.record.shipping import Shipping
from search.record.spooled import open_spool, unsent

from ..light_studies import EPOCHS, Slow, conduct


def test_what_is_asked_for_is_shipped_in_another_thread():
    shipped, threads = Event(), []

    def ship():
        threads.append(current_thread())
        shipped.set()

    with Shipping(ship) as shipping:
        shipping.ask()
        assert shipped.wait(30)
    assert threads[0] is not current_thread()


def test_nothing_is_shipped_unasked():
    rounds = []
    with Shipping(lambda: rounds.append(True)):
        pass
    assert rounds == []


def test_asking_while_a_round_is_on_brings_one_more_round():
    begun, goes_on, rounds = Event(), Event(), []

    def ship():
        rounds.append(len(rounds))
        begun.set()
        assert goes_on.wait(30)
        if len(rounds) == 2:
            done.set()

    done = Event()
    with Shipping(ship, rest_s=0) as shipping:
        shipping.ask()
        assert begun.wait(30)
        for _ in range(5):
            shipping.ask()
        goes_on.set()
        assert done.wait(30)
    assert rounds == [0, 1]


def test_leaving_by_an_error_does_not_wait_for_the_round():
    begun, goes_on = Event(), Event()

    def ship():
        begun.set()
        goes_on.wait(30)

    with pytest.raises(KeyboardInterrupt), Shipping(ship) as shipping:
        shipping.ask()
        assert begun.wait(30)
        raise KeyboardInterrupt
    goes_on.set()


def test_the_epochs_of_a_trial_are_shipped_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()

    def ship(self: Recorder, wait_s: float = 0.0) -> None:
        spools = map(open_spool, unsent(tmp_path))
        seen.update(one.events[-1].get("step") for one in spools if one.starts and one.starts[0]["parent"])

    monkeypatch.setattr(Recorder, "ship", ship)
    monkeypatch.setattr("search.claiming.trialling.Shipping", lambda ship: Shipping(ship, rest_s=0))
    conduct(tmp_path, trials=1, crew=Slow, ships=True)
    assert seen >= set(range(1, EPOCHS))
