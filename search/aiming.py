"""From goals and limits as a user asked for them, and the data, to what a study aims at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.aims import Aims, read_limits
from search.settings import Settings
from zoo.devices import format_for
from zoo.errors import BadValue
from zoo.goals import COSTS, GOALS, shown
from zoo.metrics import default_goal, smallest_share
from zoo.repeating import naive_error

if TYPE_CHECKING:
    from zoo.dataset import Splits


def aims_of(settings: Settings, splits: Splits) -> tuple[Aims, str]:
    """Return what a study with these settings aims at, and why its metric is what it is.

    Raises BadValue for goals and limits that its data cannot have, and for goals without a score to train for.
    """
    name = "train.monitor"
    if name in settings.fixed or name in settings.narrowed:
        raise BadValue(f"{name} follows from the goal. Try --goal balanced_accuracy instead.")
    possible, limits = GOALS[splits.task.kind], read_limits(settings.limit)
    asked = {"goal": settings.goals, "limit": tuple(limit.name for limit in limits)}
    for option, names in asked.items():
        for wrong in set(names).difference(possible, COSTS):
            raise BadValue(f"{option} is {wrong}; {splits.task.kind} has {', '.join(possible)}. Try {possible[0]}.")
    metrics = [goal for goal in settings.goals if goal in possible]
    if settings.goals and not metrics:
        also = " ".join(f"--goal {goal}" for goal in settings.goals)
        raise BadValue(
            f"goal is {settings.goals[0]} alone; a study needs a score to train for. Try {also} --goal {possible[0]}."
        )
    metric, reason = (metrics[0], "as asked") if metrics else _by_the_data(splits)
    goals = tuple(dict.fromkeys(settings.goals or (metric,)))
    return Aims(metric, goals, limits, settings.precision, settings.compress, format_for(settings.device)), reason


def _by_the_data(splits: Splits) -> tuple[str, str]:
    """Return the goal that suits the data, and why."""
    is_forecast = "lookback" in splits.dataset.facts
    goal = default_goal(splits.train.y, splits.task.classes, is_forecast)
    if is_forecast:
        return goal, f"of a forecast; repeating the last value has {shown(goal, naive_error(splits))} on training rows"
    if splits.train.scale is not None:
        return goal, f"always answering the mean has {shown(goal, splits.train.scale.deviation)}"
    share = smallest_share(splits.train.y, splits.task.classes)
    balanced = "classes are balanced" if share > 0.5 else f"the smallest class has {share:.0%} of its fair share"
    return goal, balanced
