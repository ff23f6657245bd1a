"""What MLflow says of a study and its trials, in Markdown."""

from __future__ import annotations

import pytest

from search.record.describing import LONGEST, counted, standing, trial_note, trials_table
from search.trials import TrialRecord, Trials

from ..stories import of_goals, trial

NOW = Trials(target=20, finished=11, pruned=2, failed=1, running=1, total=14)


def test_a_study_that_runs_says_how_far_it_is_and_which_trials_lead():
    best = tuple(trial(slot) for slot in (3, 5))
    note = standing("accuracy", NOW, best)
    assert note.startswith(f"Best so far: **#3** mlp, accuracy **{f'{best[0].value:.3f}'.removeprefix('0')}**.")
    assert "14 of 20 trials have ended: 11 finished, 2 stopped early, 1 failed." in note
    assert note.index("| #3 |") < note.index("| #5 |")
    assert "none beats" not in note


def test_a_study_of_several_goals_names_its_front():
    front = of_goals().front
    note = standing("accuracy", NOW, front[:1], front)
    assert f"none beats in all goals: {', '.join(f'#{one.slot}' for one in front)}." in note


def test_a_study_without_a_finished_trial_says_no_more_than_its_counts():
    assert standing("accuracy", NOW, ()).split("\n\n")[0] == counted(NOW)


@pytest.mark.parametrize(
    "record, wanted",
    [
        (TrialRecord(0, 0, 0, "finished", 0.5, epochs=7), "Trained to its end after epoch 7."),
        (TrialRecord(0, 0, 0, "pruned", epochs=3, reason="others were better"), "Stopped early after epoch 3: others"),
        (
            TrialRecord(0, 0, 0, "failed", reason="ValueError: <b>"),
            "Failed before its first epoch ended: ValueError: &lt",
        ),
    ],
)
def test_a_trial_says_how_it_ended(record, wanted):
    assert trial_note(record).startswith(wanted)


def test_a_very_long_reason_is_cut_to_what_mlflow_keeps():
    assert len(trial_note(TrialRecord(0, 0, 0, "failed", reason="long\n" * 9000))) <= LONGEST


def test_a_trial_is_shown_with_what_it_takes_and_its_own_values_escaped():
    values = {"model.builder": "mlp", "model.activation": "a|b", "train.epochs": 4, "train.learning_rate": 0.0123}
    record = TrialRecord(1, 1, 0, "finished", 0.5, values, "mlp", 5274, 4, costs={"bytes": 9000.0})
    (row,) = trials_table("accuracy", [record]).splitlines()[2:]
    assert "params 5,274, bytes 9,000" in row and r"activation a\|b, learning\_rate 0.012" in row
    assert "epochs" not in row and trials_table("accuracy", []) == ""
