"""The parent's side of a training: what the child tells is passed on, and silence is used to heed."""

from __future__ import annotations

import pytest

from search.children import following
from search.children.following import Audience, Patience, Trainer
from zoo.errors import TooSlow

from ..working import Heard, command


@pytest.fixture
def trainer(tmp_path):
    trainer = Trainer((*command(tmp_path), "1"))
    yield trainer
    trainer.child.kill()


def test_hooks_are_called_of_those_that_have_them():
    class Epochs:
        seen = ()

        def on_epoch_end(self, epoch, logs):
            self.seen = (*self.seen, epoch)

    heard, epochs = Heard(), Epochs()
    audience = Audience([heard, epochs])
    audience.hear({"kind": "begun", "parameters": 7})
    audience.hear({"kind": "hook", "name": "on_epoch_end", "given": [1, {"val/accuracy": 0.5}], "waits": False})
    audience.hear({"kind": "trained", "waits": True})
    assert heard.calls == [("begun", 7), ("epoch", 1, {"val/accuracy": 0.5})]
    assert epochs.seen == (1,)


def test_a_child_is_not_ready_before_it_says_so_and_its_memory_is_known_then(trainer):
    assert trainer.resident == 0
    assert trainer.becomes_ready(Audience(()), awaited=True)
    assert trainer.resident == 100 * 2**20
    assert trainer.fills(200 * 2**20) == 0.5


def test_who_waits_for_a_child_heeds_meanwhile(trainer):
    class Leaver:
        def heed(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trainer.becomes_ready(Audience([Leaver()]), awaited=True)


def test_a_limit_is_counted_from_the_first_step_and_doubled(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(following.time, "monotonic", lambda: now[0])
    patience = Patience(40.0)
    now[0] += 1000
    patience.require()
    patience.hear({"kind": "begun", "parameters": 7})
    now[0] += 79
    patience.require()
    now[0] += 2
    with pytest.raises(TooSlow, match="40 s after its 40 s were up"):
        patience.require()


def test_a_short_limit_leaves_time_to_make_the_program_and_none_waits_for_ever(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(following.time, "monotonic", lambda: now[0])
    short, unlimited = Patience(1.0), Patience(None)
    for patience in (short, unlimited):
        patience.hear({"kind": "begun", "parameters": 7})
    now[0] = 30.0
    short.require()
    now[0] = 1e9
    unlimited.require()
    with pytest.raises(TooSlow):
        short.require()


@pytest.mark.parametrize("at_first, at_most", [(500, 2000), (1900, 2150), (3000, 3250)])
def test_a_child_may_fill_the_cap_or_an_eighth_of_it_above_its_first_trial(trainer, at_first, at_most):
    trainer.at_first, trainer.resident = at_first, at_most
    assert trainer.fills(2000) == 1


def test_a_dead_child_is_not_ready_and_ends_no_training(trainer):
    trainer.child.kill()
    assert not trainer.becomes_ready(Audience(()), awaited=True)
    assert trainer.train({"kind": "train"}, Audience(())) is None
    assert not trainer.stop(1)
