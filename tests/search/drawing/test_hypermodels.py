"""What a build may ask for is found before any trial, with what it depends on."""

from __future__ import annotations

import pytest

from search.drawing.enumeration import points
from search.drawing.hypermodels import active, discovered, require_hypermodel, wanted
from search.drawing.spaces import StudySpace
from search.drawing.suggest import suggest
from search.settings import Settings
from zoo.errors import BadData, BadValue, Unsupported
from zoo.hypermodels.hyperparameters import HyperParameters
from zoo.space import When


def looped(hp):
    for layer in range(hp.Int("layers", 1, 3)):
        hp.Choice(f"units_{layer}", [16, 32])
    if hp.Boolean("drops"):
        hp.Float("rate", 0.1, 0.5)
    hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")


def scoped(hp):
    kind = hp.Choice("kind", ["dense", "conv", "none"])
    with hp.conditional_scope("kind", ["dense"]):
        hp.Int("units", 8, 16)
    with hp.conditional_scope("kind", ["dense", "conv"]), hp.name_scope("norm"):
        batch = hp.Boolean("batch")
        with hp.conditional_scope("batch", [True]):
            hp.Float("momentum", 0.5, 0.99)
        if kind == "conv" and batch:
            hp.Choice("axis", [1, 2])


def found(build):
    return {name: parameter.when for name, parameter in discovered(build).items()}


def test_what_a_loop_or_a_branch_asks_for_depends_on_what_it_turns_on():
    assert found(looped) == {
        "layers": None,
        "units_0": None,
        "drops": None,
        "learning_rate": None,
        "units_1": When("layers", (2, 3)),
        "units_2": When("layers", (3,)),
        "rate": When("drops", (True,)),
    }


def test_scopes_are_opened_and_their_conditions_kept():
    outer = When("kind", ("dense", "conv"))
    whens = found(scoped)
    assert whens["kind"] is None
    assert whens["units"] == When("kind", ("dense",))
    assert whens["norm/batch"] == outer
    assert whens["norm/momentum"] == When("norm/batch", (True,), outer)


def test_a_parameter_of_two_scopes_on_one_parent_is_drawn_in_both():
    def build(hp):
        hp.Choice("kind", ["a", "b", "c"])
        for kind in ("a", "b"):
            with hp.conditional_scope("kind", [kind]):
                hp.Int("units", 1, 4)

    assert found(build)["units"] == When("kind", ("a", "b"))


def test_values_that_no_trial_has_are_not_built_with():
    builds = []

    def build(hp):
        builds.append(hp.Int("layers", 1, 3))
        looped(hp)

    space = discovered(build, {"layers": (2,), "drops": (False,)})
    assert set(builds) == {1, 2}
    assert {name: parameter.when for name, parameter in space.items()} == {
        "layers": None,
        "units_0": None,
        "drops": None,
        "learning_rate": None,
        "units_1": When("layers", (2,)),
    }


def test_what_settings_leave_open_is_read_from_lists_and_fixed_values():
    given = {"model.layers": 2, "train.epochs": 3}, {"model.units": "4,8", "hypermodel.rate": "0.1:0.5"}
    settings = Settings("digits", hypermodel="a:b", fixed=given[0], narrowed=given[1])
    assert wanted(settings) == {"layers": (2,), "units": (4, 8)}


def test_two_domains_under_one_name_are_refused():
    def build(hp):
        hp.Choice("kind", ["a", "b"])
        hp.Int("units", 1, 4, parent_name="kind", parent_values=["a"])
        hp.Int("units", 1, 8, parent_name="kind", parent_values=["b"])

    with pytest.raises(Unsupported, match="'units' is asked for with two domains: 1 to 4, and 1 to 8. Give it two"):
        discovered(build)


def test_what_depends_on_two_things_at_once_is_drawn_always():
    def build(hp):
        if hp.Boolean("a") or hp.Boolean("b"):
            hp.Int("c", 1, 3)

    assert found(build)["c"] is None


def test_numbers_of_many_values_are_built_with_once_more_only():
    builds = []

    def build(hp):
        builds.append((hp.Int("units", 1, 200), hp.Float("rate", 0, 1), hp.Choice("lr", [0.1, 0.01])))

    discovered(build)
    assert [units for units, *_ in builds] == [1, 200]


@pytest.mark.parametrize("build, unfound", [(looped, set()), (scoped, {"norm/axis"})])
def test_at_every_point_of_a_space_a_build_asks_for_what_was_drawn(build, unfound):
    found = discovered(build).items()
    space = {name: p.narrowed((p.default,)) if isinstance(p.default, float) else p for name, p in found}
    for suggestion, answers in points(StudySpace({"hypermodel": space}, {})):
        values = active(space, suggestion.model)
        hp = HyperParameters(values)
        build(hp)
        assert set(hp.values) - unfound == set(values)
        assert {name.removeprefix("hypermodel.") for name in answers} <= set(values)


def test_children_of_inactive_parents_are_not_asked_for():
    class Asker:
        def __init__(self):
            self.names = []

        def suggest_int(self, name, low, high):
            self.names.append(name)
            return low

        def suggest_float(self, name, low, high, *, log=False):
            self.names.append(name)
            return low

        def suggest_categorical(self, name, choices):
            self.names.append(name)
            return choices[-1]

    asker = Asker()
    suggest(StudySpace({"hypermodel": discovered(scoped)}, {}), asker)
    assert asker.names == ["hypermodel.kind"]


@pytest.mark.parametrize(
    "options, error, text",
    [
        ({"hypermodel": "gone.py:build"}, BadData, "gone.py cannot be read"),
        ({"hypermodel": "gone.py"}, BadValue, "must look like FILE.py:NAME"),
        ({"hypermodel": "a:b", "builders": "mlp"}, BadValue, "Drop --builder"),
    ],
)
def test_a_hypermodel_that_cannot_be_one_is_refused_before_tensorflow_starts(options, error, text):
    with pytest.raises(error, match=text):
        require_hypermodel(Settings("digits", **options))
