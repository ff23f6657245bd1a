"""What is spooled is shipped beside the trials, and nobody waits for it."""

from __future__ import annotations

from threading import Event, current_thread

import pytest

from search.shipping import Shipping


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
