"""What an earlier study found, as the points that a new one begins with."""

from __future__ import annotations

from search.claiming.storage import database
from search.drawing.draws import Point
from search.drawing.spaces import StudySpace
from search.drawing.suggest import answers
from search.files import StudyFiles, read_json
from search.trials import best, read_study
from zoo.errors import BadValue

MOST = 5  # points: a quarter of the usual trials, so that a study of other data still looks around


def first_points(files: StudyFiles, earlier: str | None, space: StudySpace) -> tuple[Point, ...]:
    """Return the best points of the study `earlier` of the same root, as far as `space` has them; () for None.

    A study that has begun keeps the points that it began with, whatever became of the earlier one. Raises UnknownName
    for a study that there is not and BadValue for one that holds nothing to begin with.
    """
    if earlier is None:
        return ()
    if files.fingerprint.exists():
        return tuple(read_json(files.fingerprint).get("first", ()))
    stored = read_study(database(files.root), earlier)
    leaders = best(stored.records, MOST, stored.direction)
    points = [point for point in (answers(space, record.values) for record in leaders) if point]
    if not points:
        why = "has no finished trial" if not leaders else "searched nothing that this study searches"
        raise BadValue(f"from is {earlier}, which {why}. Leave --from out, or name another study.")
    return tuple(point for place, point in enumerate(points) if point not in points[:place])
