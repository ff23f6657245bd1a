"""Start values of a builder's own: who has them, who notes them and who goes without."""

from __future__ import annotations

import numpy as np

from zoo.starts import are_wanted, note, noted_starts, without_starts


class Variable:
    def __init__(self, *numbers):
        self.numbers = np.array(numbers)

    def numpy(self):
        return self.numbers


def test_they_are_wanted_unless_somebody_says_otherwise_and_again_after_that():
    with without_starts():
        inside = are_wanted()
    assert (inside, are_wanted()) == (False, True)


def test_they_are_noted_by_variable_as_they_are_at_that_moment():
    first, second = Variable(1.0, 2.0), Variable(3.0)
    with noted_starts() as found:
        note([first, second])
        first.numbers[0] = 9.0
    assert {key: value.tolist() for key, value in found.items()} == {id(first): [1.0, 2.0], id(second): [3.0]}


def test_outside_of_a_program_nobody_notes_them():
    with noted_starts() as found:
        pass
    note([Variable(1.0)])
    assert found == {}
