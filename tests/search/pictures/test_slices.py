"""Slices."""

from __future__ import annotations

from search.pictures.slices import slices

from ..stories import story


def test_there_is_a_panel_for_each_parameter_of_each_builder():
    labels = [panel.x_label for panel in slices(story(20)).panels]
    assert labels[0] == "model.builder"
    assert {"cnn.dropout", "mlp.dropout", "mlp.activation", "train.learning_rate, log scale"} < set(labels)


def test_a_builders_panel_holds_its_own_trials_only():
    told = story(20)
    panel = next(panel for panel in slices(told).panels if panel.x_label == "mlp.activation")
    drawn = sorted(value for mark in panel.marks for value in mark.y)
    assert drawn == sorted(t.value for t in told.trials if t.builder == "mlp" and t.value is not None)


def test_choices_are_named_on_the_axis():
    panel = next(panel for panel in slices(story(20)).panels if panel.x_label == "mlp.activation")
    assert list(panel.x_ticks) == [(0, "elu"), (1, "relu")]
