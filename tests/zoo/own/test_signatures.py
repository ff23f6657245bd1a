"""A function that the zoo could not call as a part is refused by its line, with what it should look like."""

from __future__ import annotations

import ast

import pytest

from zoo.errors import BadData
from zoo.own.signatures import require_fitting

RANGED = "def mine(task, *, units: Annotated[int, Int(8, 64)] = 16): ..."


@pytest.mark.parametrize(
    ("kind", "source", "facts"),
    [
        ("activation", "def mine(x, *, slope: Annotated[float, Float(0.0, 1.0), Live] = 0.1): ...", {"pieces": 2}),
        ("loss", "def mine(y, scores, *, huber_delta=1.0): ...", {"kinds": ("regression",)}),
        ("loss", "def mine(y, scores, weights): ...", {"kinds": ("classification",), "whole_batch": True}),
        ("optimizer", "def mine(learning_rate, weight_decay, *, momentum=0.9): ...", {}),
        ("builder", RANGED, {"accepts": ("table",), "default_for": ("table",)}),
    ],
)
def test_what_fits_is_taken(kind, source, facts):
    require_fitting("mine.py", kind, ast.parse(source).body[0], facts)


@pytest.mark.parametrize(
    ("kind", "source", "facts", "told"),
    [
        ("activation", "class mine: ...", {}, "mine is a class"),
        ("activation", "def mine(x, y): ...", {}, r"must take x, all else by name. Try def mine\(x, \*, ...\)"),
        ("activation", "def mine(x, *, a): ...", {}, "a of mine has no default"),
        ("activation", "def mine(x, *, a=1): ...", {}, "a of mine has no range"),
        ("activation", "def mine(x): ...", {"peices": 2}, "did you mean 'pieces'"),
        ("activation", "def mine(x): ...", {"pieces": "2"}, "pieces of mine is '2'; it must be a int"),
        ("loss", "def mine(y, scores): ...", {}, "mine must say kinds, some of classification, regression"),
        ("loss", "def mine(y, scores, *, margin=1): ...", {"kinds": ("regression",)}, "margin of mine is no setting"),
        ("loss", "def mine(y, scores): ...", {"kinds": ("regression",), "whole_batch": True}, "y, scores, weights"),
        ("optimizer", "def mine(learning_rate): ...", {}, "must take learning_rate, weight_decay"),
        ("builder", RANGED, {"accepts": ("tables",)}, "must say accepts, some of table, image"),
        (
            "builder",
            "def mine(task, *, units: Annotated[int, Int(LOW, 64)] = 16): ...",
            {"accepts": ("table",)},
            "must be plain values",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line_and_the_cure(kind, source, facts, told):
    with pytest.raises(BadData, match=f"mine.py, line 1: .*{told}"):
        require_fitting("mine.py", kind, ast.parse(source).body[0], facts)
