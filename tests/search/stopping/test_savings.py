"""What pruning saved."""

from __future__ import annotations

import pytest

from search.stopping.savings import Saved, savings
from search.trials import TrialRecord


def trial(slot, state, epochs, seconds, builder="mlp"):
    return TrialRecord(slot, slot, 0, state, builder=builder, epochs=epochs, seconds=seconds)


def test_a_stopped_trial_saves_the_epochs_that_finished_ones_of_its_builder_trained_at_its_own_pace():
    found = savings(
        [
            trial(0, "finished", 20, 10.0),
            trial(1, "finished", 30, 20.0),
            trial(2, "finished", 100, 900.0, "cnn"),
            trial(3, "pruned", 3, 6.0),
        ]
    )
    assert found.stopped == Saved(1, 22.0, 44.0)  # (20 + 30) / 2 - 3 epochs of 2 s each
    assert (found.epochs, found.seconds, found.refused) == (153, 936.0, Saved())
    assert found.share == pytest.approx(22 / 175)


def test_with_folds_and_repeats_a_stopped_trial_saves_the_trainings_that_it_never_began_too():
    found = savings([trial(0, "finished", 6, 36.0), trial(1, "pruned", 3, 3.0)], members=6)
    assert (found.epochs, found.stopped) == (39, Saved(1, 33.0, 33.0))


def test_one_that_was_refused_before_training_saves_a_whole_training():
    found = savings([trial(0, "finished", 20, 10.0), trial(1, "pruned", None, 0.5)])
    assert (found.refused, found.stopped) == (Saved(1, 20.0, 9.5), Saved())
    assert found.share == 0.5


def test_a_trial_that_was_stopped_later_than_others_finish_saves_nothing():
    assert savings([trial(0, "finished", 5, 10.0), trial(1, "pruned", 9, 30.0)]).stopped == Saved(1, 0.0, 0.0)


def test_without_a_finished_trial_of_the_builder_all_finished_ones_are_compared_with():
    assert savings([trial(0, "finished", 10, 1.0), trial(1, "pruned", 4, 8.0, "cnn")]).stopped == Saved(1, 6.0, 12.0)


@pytest.mark.parametrize("states", [("finished", "finished"), ("pruned", "pruned"), ("failed", "pruned"), ()])
def test_without_both_kinds_of_trials_there_is_nothing_to_say(states):
    assert savings([trial(slot, state, 3, 1.0) for slot, state in enumerate(states)]) is None
