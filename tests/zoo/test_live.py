"""Live values: a plain number outside a program, one variable a name inside."""

from __future__ import annotations

from zoo.live import live, live_values


def test_outside_a_program_a_live_value_is_the_number_itself():
    assert live("dropout", 0.25) == 0.25


def test_inside_a_program_each_name_has_one_variable():
    with live_values() as found:
        first, second, other = live("dropout", 0.25), live("dropout", 0.25), live("slope", 0.1)
    assert first is second
    assert set(found) == {"dropout", "slope"}
    assert float(other) == float(found["slope"])
    assert live("dropout", 0.5) == 0.5
