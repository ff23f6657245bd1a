"""Goals: the metrics that a study may aim at, which way each is better, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from zoo.errors import BadValue

GOALS: Mapping[str, tuple[str, ...]] = {
    "classification": ("accuracy", "balanced_accuracy"),
    "regression": ("rmse", "mae", "r2"),
}
LOSS: Mapping[str, str] = {"classification": "log_loss", "regression": "rmse"}  # the metric that training lowers
SHARES = ("accuracy", "balanced_accuracy")  # between 0 and 1, shown as .983
LARGE, HUGE = 1e3, 1e12  # between them without decimals
COSTS = ("params", "macs", "bytes", "ram", "latency")  # what a model takes: counts, bytes and milliseconds
LOWER_IS_BETTER = ("log_loss", "rmse", "mae", *COSTS)


def watched(monitor: str, kind: str) -> str:
    """Return the metric that `train.monitor` means; `auto` is the first goal of `kind`. Raises BadValue for another."""
    goals = GOALS[kind]
    if monitor not in ("auto", *goals):
        raise BadValue(f"train.monitor is {monitor}; {kind} is watched by {', '.join(goals)}. Try {goals[0]}.")
    return goals[0] if monitor == "auto" else monitor


def gain(metric: str, value: float) -> float:
    """Return `value` of `metric` with its sign such that more is better."""
    return -value if metric in LOWER_IS_BETTER else value


def direction(metric: str) -> str:
    """Return `minimize` or `maximize`."""
    return "minimize" if metric in LOWER_IS_BETTER else "maximize"


def shown(metric: str, value: float | None) -> str:
    """Return a metric's value as tables show it: .983 for a share, about four digits for a quantity, "" for none."""
    if value is None:
        return ""
    if metric in SHARES:
        return f"{value:.3f}".removeprefix("0")
    if metric in COSTS:
        return f"{value:.3g} ms" if metric == "latency" else f"{value:,.0f}"
    return plain(value)


def plain(value: float) -> str:
    """Return a quantity for reading: 48,912, 48.91 or 4.891e-07, but not 4.891e+04."""
    return f"{value:,.0f}" if LARGE <= abs(value) < HUGE else f"{value:.4g}"
