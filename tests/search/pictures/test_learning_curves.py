"""The learning curves."""

from __future__ import annotations

from dataclasses import replace

from search.pictures.learning_curves import learning_curves
from search.record.verdicts import RULE, verdict

from ..stories import story, without_success


def test_the_champion_is_drawn_last_and_thickest():
    told = story(20)
    for panel in learning_curves(told).panels:
        named = [mark for mark in panel.marks if mark.name.startswith("#")]
        assert named[-1].name == f"#{told.champion}"
        assert named[-1].width == max(mark.width for mark in panel.marks)


def test_a_star_stands_at_the_epoch_of_the_weights():
    told = story(20)
    star = learning_curves(told).panels[1].marks[-1]
    assert star.marker == "star"
    assert star.x == [told.curves[0].epoch]
    assert star.y == [told.curves[0].values("val/accuracy")[told.curves[0].epoch - 1]]


def test_other_trials_are_one_pale_mark_with_gaps():
    told = story(40)
    pale = next(mark for mark in learning_curves(told).panels[1].marks if mark.name == "other finished trials")
    assert pale.y.count(None) == len(told.others)


def test_stopped_trials_end_in_a_diamond_each():
    told = story(20)
    ends = next(mark for mark in learning_curves(told).panels[1].marks if mark.name == "stopped early")
    assert ends.y == [curve.values("val/accuracy")[-1] for curve in told.stopped]


def test_a_regression_has_one_panel_when_its_goal_is_its_loss():
    assert [panel.title for panel in learning_curves(story(8, "rmse", ("mlp",))).panels] == ["rmse"]


def test_a_study_without_any_curve_says_so():
    assert "no trial has finished" in learning_curves(without_success("failed")).missing


def test_the_caption_has_the_verdict_on_the_leaders_losses_and_its_rule():
    told = story(20)
    losses = [told.curves[0].values(f"{part}/log_loss") for part in ("train", "val")]
    found = verdict(*losses)
    about = learning_curves(told).about
    assert f"Verdict: it {found.word}; {found.reason}. {RULE}" in about
    short = replace(told, curves=(replace(told.curves[0], history=told.curves[0].history[:3]),))
    assert "Verdict" not in learning_curves(short).about
