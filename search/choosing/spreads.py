"""Scores for reading, with how far they lie apart where a trial was trained several times."""

from __future__ import annotations

from collections.abc import Mapping

from zoo.goals import shown


def with_spread(goal: str, value: float | None, spread: Mapping[str, float]) -> str:
    """Return a mean and its standard deviation, as `.853 ± .004`; the value alone of a single training."""
    return f"{shown(goal, value)} ± {shown(goal, spread[goal])}" if goal in spread else shown(goal, value)
