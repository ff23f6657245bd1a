"""The screen: the data said back, one moving line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace

import pytest
from rich.console import Console

from search.aims import Aims
from search.terminal import screen
from search.terminal.screen import Quiet, Screen
from search.trials import TrialRecord, Trials

BEST = TrialRecord(3, 3, 0, "finished", value=0.9916, builder="cnn")


def screen_on(width: int | None) -> Screen:
    """Return a screen on a terminal of `width` columns; on a pipe for None."""
    return Screen(Console(file=io.StringIO(), force_terminal=width is not None, width=width, highlight=False))


def shown(screen: Screen) -> str:
    return screen.console.file.getvalue()


def trials(total: int, pruned: int = 0, failed: int = 0) -> Trials:
    return Trials(target=20, finished=total - pruned - failed, pruned=pruned, failed=failed, running=0, total=total)


def begin(screen: Screen, done: int = 0) -> Screen:
    plan = SimpleNamespace(
        goal="accuracy",
        aims=Aims("accuracy", ("accuracy",)),
        goal_reason="classes are balanced",
        space=SimpleNamespace(builders={"cnn": {}, "mlp": {}}),
        epochs=30,
        workers=1,
        settings=SimpleNamespace(finalists=0),
    )
    screen.planned(plan, trials(done))
    screen.searching()
    screen.baselines_known({"majority": 0.1, "logistic": 0.9694})
    return screen


def test_the_plan_and_the_baselines_are_said_in_two_lines():
    assert shown(begin(screen_on(None))).splitlines() == [
        "goal     accuracy (classes are balanced)   builders cnn, mlp   20 trials, at most 30 epochs each",
        "majority .100   logistic .969   (validation)",
    ]


def test_going_on_says_after_how_many_trials():
    assert "going on after 7 of 20 trials" in shown(begin(screen_on(None), done=7))


def test_the_data_are_said_back_with_their_warnings():
    seen = screen_on(None)
    seen.checked(SimpleNamespace(text=lambda: "churn   40 rows", warnings=("column 'a' is constant",)))
    assert shown(seen).splitlines() == ["churn   40 rows", "warning  column 'a' is constant"]


def test_the_gravest_warnings_are_said_and_the_others_counted():
    seen = screen_on(None)
    seen.checked(SimpleNamespace(text=lambda: "churn   40 rows", warnings=tuple("abcdefg")))
    lines = shown(seen).splitlines()
    assert lines[1:5] == [f"warning  {warning}" for warning in "abcd"]
    assert lines[5] == "warning  and 3 more: see zoo check, with the same data and options"


def test_a_pipe_gets_a_plain_line_a_stage_and_no_escape_codes():
    seen = screen_on(None)
    seen.stage("reading [digits]")
    seen.exporting(BEST)
    seen.said("2 runs are not tracked yet")
    seen.close()
    assert shown(seen).splitlines() == [
        "reading [digits]",
        "exporting and proving cnn#3",
        "note     2 runs are not tracked yet",
    ]


def test_a_pipe_hears_of_trials_only_now_and_then(monkeypatch):
    seen = begin(screen_on(None))
    before = shown(seen)
    seen.trial_ended(BEST, trials(4), BEST)
    assert shown(seen) == before
    monkeypatch.setattr(screen, "QUIET_SECONDS", -1)
    seen.trial_ended(BEST, trials(5, pruned=2, failed=1), BEST)
    assert "5/20   best .992  cnn#3   2 stopped early   1 failed" in shown(seen)


def test_a_terminal_shows_a_stage_at_once():
    seen = screen_on(120)
    seen.stage("starting TensorFlow")  # the import that follows leaves no time to draw
    assert "starting TensorFlow" in shown(seen)
    seen.close()


@pytest.mark.parametrize(("width", "words"), [(120, "2 stopped early"), (60, "about"), (40, "best .992  cnn#3")])
def test_the_moving_line_fits_its_terminal(width, words):
    seen = begin(screen_on(width))
    seen.trial_ended(replace(BEST, seconds=1.0), trials(14, pruned=2), BEST)
    seen.close()
    moving = shown(seen).split("(validation)")[1]
    assert " 14/20" in moving
    assert words in moving
    assert ("━" in moving) == (width == 120)


def test_the_time_left_is_told_by_the_trials_that_ran_here(monkeypatch):
    monkeypatch.setattr(screen, "QUIET_SECONDS", -1)
    seen = begin(screen_on(None), done=10)
    seen.trial_ended(replace(BEST, seconds=10.0), trials(16), BEST)
    assert shown(seen).splitlines()[-1].endswith("s, about 40 s left")


def test_before_a_trial_has_told_how_long_it_took_no_time_is_foretold(monkeypatch):
    monkeypatch.setattr(screen, "QUIET_SECONDS", -1)
    seen = begin(screen_on(None))
    seen.trial_ended(BEST, trials(1), BEST)
    assert "left" not in shown(seen)


def test_before_a_trial_has_finished_no_best_is_claimed():
    assert begin(screen_on(None))._progress_text(trials(1, pruned=1), None).startswith("none finished yet")


def test_a_study_that_has_all_its_trials_draws_no_bar():
    assert "━" not in shown(begin(screen_on(120), done=20))


def test_closing_twice_is_harmless():
    seen = begin(screen_on(120))
    seen.close()
    seen.close()


def test_a_quiet_study_still_says_its_warnings_and_remembers_how_far_it_is(capsys):
    quiet = Quiet()
    quiet.checked(SimpleNamespace(text=lambda: "churn   40 rows", warnings=("column 'a' is constant",)))
    quiet.said("tracking waits")
    quiet.trial_ended(BEST, trials(4), BEST)
    assert capsys.readouterr().err.splitlines() == ["warning  column 'a' is constant", "note     tracking waits"]
    assert quiet.progress.total == 4


def test_a_stop_that_was_asked_for_is_heeded_at_the_end_of_an_epoch():
    watcher = Quiet()
    watcher.on_epoch_end(1, {})
    watcher.stop_asked = True
    with pytest.raises(KeyboardInterrupt):
        watcher.on_epoch_end(2, {})
