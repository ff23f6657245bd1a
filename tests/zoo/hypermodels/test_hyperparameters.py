"""A build gets the same answers, and asks the same, as with KerasTuner's HyperParameters."""

from __future__ import annotations

import keras_tuner
import pytest

from zoo.errors import BadValue
from zoo.hypermodels.hyperparameters import HyperParameters


def plain(hp):
    return (
        hp.Choice("c", ["a", "b"], default="b"),
        hp.Choice("k", [3, 5]),
        hp.Int("n", 2, 20, step=2, default=4),
        hp.Float("rate", 0.1, 0.5, step=0.1, default=0.3),
        hp.Float("lr", 1e-4, 1e-2, sampling="log"),
        hp.Boolean("flag", default=True),
        hp.Fixed("size", 7),
        hp.Int("n", 2, 20, step=2),
    )


def scoped(hp):
    kind = hp.Choice("kind", ["dense", "conv"])
    with hp.conditional_scope("kind", ["dense"]):
        units = hp.Int("units", 8, 32, default=16)
    with hp.conditional_scope("kind", "conv"), hp.name_scope("cell"), hp.name_scope("first"):
        filters = hp.Int("filters", 8, 32)
        wide = hp.Boolean("wide")
    own = hp.Float("momentum", 0, 1, parent_name="kind", parent_values=["conv"])
    return kind, units, filters, wide, own


def nested(hp):
    hp.Boolean("a")
    with hp.conditional_scope("a", [True]):
        hp.Boolean("b")
        with hp.conditional_scope("b", [True]):
            return hp.Int("c", 1, 3)


@pytest.mark.parametrize(
    "build, values",
    [
        (plain, {}),
        (plain, {"c": "a", "n": 10, "rate": 0.5, "flag": False}),
        (scoped, {}),
        (scoped, {"kind": "conv", "cell/first/filters": 9}),
        (nested, {}),
        (nested, {"a": True}),
        (nested, {"a": True, "b": True, "c": 2}),
    ],
)
def test_answers_and_questions_are_those_of_keras_tuner(build, values):
    ours, theirs = HyperParameters(values), keras_tuner.HyperParameters()
    theirs.values = dict(values)
    assert build(ours) == build(theirs)
    assert ours.values == theirs.values
    assert [known.name for known in ours.space] == [known.name for known in theirs.space]
    assert [known.default for known in ours.space] == [known.default for known in theirs.space]


def test_what_a_condition_hangs_on_is_remembered_through_all_scopes():
    hp = HyperParameters()
    nested(hp)
    when = hp.space[-1].when
    assert (when.parent, when.outer.parent, when.outer.outer) == ("b", "a", None)
    assert hp.active == ("a",)


def test_answers_can_be_looked_up_by_name():
    hp = HyperParameters({"kind": "conv"})
    scoped(hp)
    assert hp["kind"] == hp.get("kind") == "conv"
    assert ("units" in hp, "kind" in hp, hp.is_active("cell/first/wide")) == (False, True, True)


def test_a_copy_remembers_for_itself():
    hp = HyperParameters({"n": 8})
    plain(hp.copy())
    assert hp.space == []
    assert hp.copy().Int("n", 2, 20) == 8


@pytest.mark.parametrize(
    "ask, text",
    [
        (lambda hp: hp.Choice("c", []), "c has no values"),
        (lambda hp: hp.Int("a*b", 1, 2), "'a\\*b' has a character"),
        (lambda hp: hp.Int("n", 1, 5), "model.n is 9; it must lie between 1 and 5"),
        (lambda hp: hp.Int("m", 1, 5, parent_name="none", parent_values=[1]), "names 'none', which was not asked"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(ask, text):
    with pytest.raises(BadValue, match=text):
        ask(HyperParameters({"n": 9}))
