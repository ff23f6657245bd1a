"""Pages are PNGs of the size asked for, whose words are no formulas."""

from __future__ import annotations

from zoo.portraits._page import page, png, titled, way

from .opened import opened


def test_a_page_has_the_size_that_was_asked_for():
    figure, axes = page("costs $5 and $6", "in dollars $", (4.0, 3.0), (1, 2))
    assert axes.shape == (1, 2)
    assert opened(png(figure)).size == (440, 330)


def test_a_title_names_the_values_that_were_asked_for():
    assert titled("elu", {}) == "elu"
    assert titled("adam", {"beta_1": 0.5, "form": "paper"}) == "adam, beta_1 0.5, form paper"


def test_a_way_bends_at_its_corners():
    figure, ((axes,),) = page("", "", (4.0, 3.0))
    way(axes, [(0.1, 0.9), (0.1, 0.5), (0.9, 0.5), (0.9, 0.1)], 0.1)
    way(axes, [(0.0, 0.0), (0.0, 0.0)], 0.1)
    opened(png(figure))
