"""A study while it runs, as text: once, in one place, or in lines."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from search.compressing.standing import Damaged
from search.costs.forecasting import within
from search.result import StudyResult
from search.stopping.endings import endings
from search.stopping.savings import savings
from search.terminal import board
from search.terminal.board import follow, print_glance
from search.terminal.glance import Glance, Process, Running
from search.trials import counts, leaders

from ..stories import of_goals, story

GO_ON = "zoo tune digits"


def seen(told, target=99, **changes):
    """Return a glance at a made-up study that runs in process 4711."""
    goals, limits = told.aims.goals, tuple(map(str, told.aims.limits))
    several = {"front": told.front} if len(goals) > 1 else {}
    asked = {"goals": goals, "limits": limits, "precision": told.aims.precision, "searched": told.searched}
    top = leaders(told.trials, told.direction)
    answer = StudyResult("digits", told.goal, counts(told.trials, target), top=top, **asked, **several)
    running = (Running(41, 0, "mlp", 7, 30, 0.75, 0.8, 12.4), Running(42, 0, "mlp", 0, 30, None, None, 0.2))
    facts = {
        "running": running,
        "processes": (Process("conductor", "here", 4711), Process("worker", "there", 4712)),
        "runner": 4711,
    }
    facts |= {"ended_early": endings(told.trials), "saved": savings(told.trials), "time_left": within(75.0, 2.0)}
    return Glance(**{"answer": answer, **facts, **changes})


OVER = {"running": (), "processes": (), "runner": None, "time_left": None}


def printed(capsys, *given, **named):
    capsys.readouterr()
    print_glance(*given, **named)
    return capsys.readouterr().out


def test_a_study_under_way_tells_how_far_it_is_who_runs_it_and_what_it_aims_at(capsys):
    first, second, third, *_ = printed(capsys, seen(of_goals()), Path(), GO_ON).splitlines()
    assert (
        first == "digits   20 of 99 trials (10 finished, 9 stopped early, 1 failed)   about 75 s (38 s to 2 min) left"
    )
    assert second == "run by   process 4711, worker 4712 on there"
    assert third == "goal     accuracy and bytes, bytes at most 40,000, of the int8 file"


def test_a_study_whose_trials_have_all_ended_is_naming_its_champion(capsys):
    told = story()
    assert "naming the champion" in printed(capsys, seen(told, target=len(told.trials)), Path()).splitlines()[0]


def test_trials_that_run_are_rows_with_their_epoch_and_scores(capsys):
    text = printed(capsys, seen(story()), Path(), GO_ON)
    assert "41  mlp       7 of 30  .750  .800  12 s" in text
    assert "42  mlp      starting               0 s" in text


def test_of_several_goals_the_front_is_shown_and_of_one_goal_the_best(capsys):
    told = of_goals(40)
    text = printed(capsys, seen(told), Path())
    assert "none beats these in all of accuracy, bytes" in text and "best so far" not in text
    rows = text[text.index("none beats") :].splitlines()[2 : 2 + len(told.front)]
    assert [int(row.split()[0]) for row in rows] == [record.slot for record in told.front]
    assert "best so far" in printed(capsys, seen(story()), Path())


def test_a_champion_that_is_being_exported_is_named(study):
    text = "".join(map(str, board._parts(seen(story(), answer=study.answer))))
    assert study.answer.summary() in text


@pytest.mark.parametrize("has_champion", [False, True])
def test_compressions_are_told_before_what_to_type_next(has_champion, capsys, study):
    damaged = Damaged("digits#3", "mlruns/studies/digits/compressed/0003-0a", "it is torn.")
    answer = {"answer": study.answer} if has_champion else {}
    text = printed(capsys, seen(story(), compressions=(damaged,), **OVER, **answer), Path(), GO_ON)
    told, after = text.split("compression of digits#3 cannot be read: it is torn.\n\n")
    assert "next   zoo" in after and "next   zoo" not in told


def test_before_any_trial_has_ended_well_that_is_said(capsys):
    assert "none has ended well yet" in printed(capsys, seen(story(0)), Path())


def test_what_ended_early_is_grouped_and_what_that_saved_is_said(capsys):
    text = printed(capsys, seen(of_goals(40)), Path())
    assert "10  stopped early      stopped after epoch 3: others were better by then" in text
    assert "refused untrained  bytes is …, at most … are wanted." in text
    assert "that saved about" in text


def test_a_reason_of_one_trial_alone_keeps_its_numbers(capsys):
    assert "refused untrained  bytes is 60,004, at most 40,000 are wanted." in printed(
        capsys, seen(of_goals(5)), Path()
    )


def test_a_study_that_nobody_runs_says_how_to_go_on(capsys):
    text = printed(capsys, seen(story(), **OVER), Path("else where"), GO_ON)
    assert "   not running\n" in text
    assert text.splitlines()[-1] == f"next   {GO_ON} --root 'else where'"


def test_an_ended_study_prints_its_answer(study, capsys):
    text = printed(capsys, Glance(study.answer), Path())
    assert "champion #" in text and "not running" not in text


def terminal(width=100, height=50, is_terminal=True):
    return Console(file=io.StringIO(), force_terminal=is_terminal, width=width, height=height, highlight=False)


@pytest.fixture
def at_once(monkeypatch):
    """Look again at once."""
    monkeypatch.setattr(board, "PAUSE_S", 0.0)


def looks(*glances):
    left = iter(glances)
    return lambda: next(left)


@pytest.mark.usefixtures("at_once")
def test_a_terminal_is_renewed_in_one_place_until_nobody_runs_the_study():
    console, told = terminal(), of_goals(40)
    first = seen(told)
    last = replace(first, **OVER)
    assert follow(looks(first, replace(first, time_left=within(9.0, 2.0)), last), console) is last
    text = console.file.getvalue()
    assert "about 75 s (38 s to 2 min) left" in text and "about 9 s (" in text
    assert text.count("\x1b[2K") > 10  # lines were taken back


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(("width", "height"), [(40, 10), (80, 24)])
def test_on_a_small_terminal_no_more_is_shown_than_fits(width, height):
    console, told = terminal(width, height), seen(of_goals(60))
    follow(looks(told, replace(told, **OVER)), console)
    shown = console.file.getvalue().split("\x1b[2K")[0]
    assert shown.count("\n") < height


@pytest.mark.usefixtures("at_once")
def test_in_a_pipe_a_line_tells_the_beginning_and_the_end():
    console, told = terminal(is_terminal=False, width=1000), seen(story())
    follow(looks(told, told, replace(told, **OVER)), console)
    first, last = console.file.getvalue().splitlines()
    assert "about 75 s (38 s to 2 min) left" in first and "not running" in last


def test_the_command_prints_one_shot_and_with_watch_needs_a_study_that_runs(study, zoo_command):
    for typed in ((), ("--watch",)):
        said = zoo_command("status", "wine", "--root", study.root, *typed)
        assert said.code == 0 and "champion #" in said.out
    told = json.loads(zoo_command("status", "wine", "--root", study.root, "--json").out)
    assert (told["running"], told["processes"], told["time_left"]) == ([], [], None)
    assert told["champion"]["trial"] == study.answer.champion.trial


@pytest.mark.parametrize(("typed", "words"), [(("--watch",), "Name it"), (("wine", "--watch", "--json"), "Remove one")])
def test_what_cannot_be_watched_is_refused(typed, words, zoo_command, tmp_path):
    said = zoo_command("status", *typed, "--root", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
