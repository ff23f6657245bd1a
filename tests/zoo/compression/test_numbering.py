"""Numbering: what is one with another goes or stays with it."""

from __future__ import annotations

import numpy as np

from zoo.compression._numbering import Numbering


def test_numbers_that_are_united_in_turn_are_one():
    numbering = Numbering()
    first, second, third = (numbering.fresh(3) for _ in range(3))
    numbering.unite(first, second)
    numbering.unite(third, second[::-1])
    classes, _ = numbering.classes()
    assert np.array_equal(classes[first], classes[second])
    assert np.array_equal(classes[third], classes[first][::-1])
    assert len(set(classes.tolist())) == 3


def test_what_is_one_with_a_held_number_is_held():
    numbering = Numbering()
    first, second = numbering.fresh(2), numbering.fresh(2)
    numbering.hold(second[1:])
    numbering.unite(first, second)
    classes, held = numbering.classes()
    assert held[classes[first]].tolist() == [False, True]
