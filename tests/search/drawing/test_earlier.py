"""Beginning with what an earlier study found."""

from __future__ import annotations

import pytest

from search.drawing.earlier import MOST, first_points
from search.drawing.spaces import StudySpace
from search.drawing.suggest import suggest
from search.files import StudyFiles, write_json
from zoo.errors import BadValue, UnknownName
from zoo.space import Choice, Float, Int, Parameter

from ..studies import ended, run

MLP = {
    "units": Parameter("units", Int(8, 64, grid="doubling"), 8),
    "kind": Parameter("kind", Choice("a", "b"), "a"),
    "fixed": Parameter("fixed", Int(1, 9, search=(3,)), 1),
}
RATE = {"rate": Parameter("rate", Float(0.0, 1.0), 0.5)}
SPACE = StudySpace({"mlp": MLP, "cnn": {}}, RATE)


def _objective(slot):
    drawn = suggest(SPACE, slot)
    model = {f"model.{name}": value for name, value in drawn.model.items()}
    slot.drawn({"model.builder": drawn.builder, **model, "train.rate": drawn.train["rate"]})
    return drawn.train["rate"]


def _asked(space, values):
    """Return the values that the points of a space draw."""

    class Told:
        def suggest_int(self, name, low, high):
            return values[name]

        def suggest_float(self, name, low, high, *, log=False):
            return values[name]

        def suggest_categorical(self, name, choices):
            return values[name]

    found = suggest(space, Told())
    return {"model.builder": found.builder, **{f"model.{name}": value for name, value in found.model.items()}} | {
        f"train.{name}": value for name, value in found.train.items()
    }


@pytest.fixture
def earlier(tmp_path):
    """A study named s of twelve trials."""
    run(tmp_path, 12, _objective)
    return tmp_path


def test_the_best_points_draw_again_what_they_drew_best_first(earlier):
    points = first_points(StudyFiles(earlier, "new"), "s", SPACE)
    best = sorted((record for record in ended(earlier)), key=lambda record: -record.value)[:MOST]
    assert [_asked(SPACE, point) for point in points] == [dict(record.values) for record in best]


def test_places_are_those_of_the_new_space_and_what_it_does_not_have_is_left_out(earlier):
    units = Parameter("units", Int(8, 64, grid="doubling", search=(16, 32)), 16)
    narrow = StudySpace({"mlp": {"units": units}}, {"rate": Parameter("rate", Float(0.0, 0.001), 0.0)})
    points = first_points(StudyFiles(earlier, "new"), "s", narrow)
    assert {point["mlp.units"] for point in points} <= {0, 1}
    assert all(set(point) == {"mlp.units"} for point in points)
    assert len({str(point) for point in points}) == len(points)


def test_a_study_that_has_begun_keeps_its_points_whatever_became_of_the_earlier_one(tmp_path):
    files = StudyFiles(tmp_path, "new")
    files.make()
    write_json(files.fingerprint, {"first": [{"mlp.units": 1}]})
    assert first_points(files, "gone", SPACE) == ({"mlp.units": 1},)


def test_without_an_earlier_study_there_are_no_points(tmp_path):
    assert first_points(StudyFiles(tmp_path, "new"), None, SPACE) == ()


def test_a_study_that_is_not_there_or_holds_nothing_to_begin_with_is_refused(earlier):
    with pytest.raises(UnknownName, match="did you mean 's'"):
        first_points(StudyFiles(earlier, "new"), "ss", SPACE)
    with pytest.raises(BadValue, match="searched nothing that this study searches"):
        first_points(StudyFiles(earlier, "new"), "s", StudySpace({"lstm": {}}, {}))


def test_a_study_without_a_finished_trial_is_refused(tmp_path):
    def hopeless(slot):
        slot.drawn({})
        raise BadValue("no.")

    with pytest.raises(Exception, match="all 1 trials"):
        run(tmp_path, 1, hopeless)
    with pytest.raises(BadValue, match="has no finished trial"):
        first_points(StudyFiles(tmp_path, "new"), "s", SPACE)
