"""The portrait of the settings of training: the learning rate over the epochs, by schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.portraits._page import COLORS, INK, page, png, tidy
from zoo.recipe import TrainConfig
from zoo.space import checked, space_of
from zoo.training.schedules import multipliers

if TYPE_CHECKING:
    from zoo.task import Task

STEPS = 20  # of an epoch
FALLING = 3  # one in so many epochs, the first ones, the loss falls; then it rests
ABOUT = "reduce_on_plateau is drawn for a loss that falls for a third of the epochs and then rests."
LEAST = 1e-4  # share that is drawn
WITH = {"warm_up": "warm-up {:g}", "restarts": "{} restarts", "rate_end": "down to {:g}"}


def draw(name: str, values: Mapping[str, Any], task: Task | None = None) -> bytes:
    """Return a PNG of the schedules, or of the one among the `values`; raise UnknownName or BadValue for wrong ones."""
    asked = TrainConfig(**checked(space_of(TrainConfig), values, name))
    figure, ((left, right),) = page("learning rate schedules", ABOUT, (10.0, 4.4), (1, 2))
    configs = [asked] if "schedule" in values else list(_each(asked))
    for config, color in zip(configs, (INK, *COLORS), strict=False):
        epochs, shares = course(config)
        for axes in (left, right):
            axes.plot(epochs, shares, color=color, linewidth=1.6, label=_words(config))
    right.set_yscale("log")
    right.set_ylim(bottom=LEAST)
    for axes, title in ((left, "share of train.learning_rate"), (right, "the same, logarithmic")):
        tidy(axes, title, "epoch")
    right.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return png(figure)


def course(config: TrainConfig) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps of a training as epochs done before, and what the rate of each is multiplied by."""
    falls = max(1, config.epochs // FALLING)
    losses = [1 / (1 + min(epoch, falls)) for epoch in range(config.epochs)]
    shares = [multipliers(config, epoch, STEPS, losses[: epoch - 1]) for epoch in range(1, config.epochs + 1)]
    return np.arange(config.epochs * STEPS) / STEPS, np.concatenate(shares)


def _each(asked: TrainConfig) -> Iterator[TrainConfig]:
    """Yield the settings with each schedule in turn, with restarts too where none were asked for."""
    for schedule in space_of(TrainConfig)["schedule"].domain.options:  # type: ignore[union-attr]
        yield replace(asked, schedule=schedule)
    if not asked.restarts:
        yield replace(asked, schedule="cosine", restarts=2)


def _words(config: TrainConfig) -> str:
    given = {name: getattr(config, name) for name in WITH if name != "restarts" or config.schedule == "cosine"}
    return ", ".join([config.schedule, *(WITH[name].format(value) for name, value in given.items() if value)])
