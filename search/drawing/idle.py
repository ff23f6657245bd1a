"""Values that were asked for and that no trial can have: each matters beside another value only, which none has."""

from __future__ import annotations

from collections.abc import Iterable

from search.drawing.spaces import SHARED, Space, StudySpace
from search.watcher import Watcher


def say_idle(space: StudySpace, names: Iterable[str], watcher: Watcher) -> None:
    """Tell the watcher of each of `names`, dotted, that no trial of `space` asks for, and of what would."""
    for name in names:
        first, _, last = name.partition(".")
        owners = space.builders if first == "model" else {first: space.parts().get(first, {})}
        reasons = [
            _why_idle(own, last, first if first in SHARED else "model") for own in owners.values() if last in own
        ]
        if reasons and all(reasons):
            watcher.said(f"no trial has {name}: {reasons[0]}")


def _why_idle(space: Space, name: str, owner: str) -> str:
    """Return why no trial asks for a parameter; "" where one does."""
    when = space[name].when
    parent = None if when is None else space.get(when.parent)
    if when is None or parent is None:
        return ""
    points = parent.domain.points() or (parent.default,)
    if any(point in when.values for point in points):
        return ""
    what, here, others = f"{owner}.{when.parent}", " or ".join(map(str, points)), ", ".join(map(str, when.values))
    return f"{what} is {here}, and it matters beside {others}. Try --set {what}={when.values[0]}"
