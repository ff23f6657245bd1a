"""Drawings on a dark page: every colour has one that can be seen there."""

from __future__ import annotations

import json
import re

import pytest

from search.pictures import _dark, _styles
from search.pictures._figures import figures
from search.pictures._page import LOOK, fragment, library
from search.pictures.learning_curves import learning_curves

from ..stories import story

DRAWN = {*_styles.LINES, _styles.RED, _styles.GREY, *(style.color for style in _styles.STATES.values())}


def brightness(color: str) -> float:
    """Return the relative luminance of #RRGGBB as WCAG 2.2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(brightness, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("color", sorted(DRAWN))
def test_what_is_drawn_can_be_seen_on_white_and_in_the_dark(color):
    assert contrast(color, "#FFFFFF") >= 3
    assert contrast(_dark.DARK[color], _dark.PAPER) >= 3


def test_the_paper_is_that_of_the_page():
    assert f"background: {_dark.PAPER}" in LOOK and "prefers-color-scheme: dark" in LOOK


def test_a_drawing_lets_the_page_shine_through_and_is_handed_to_the_light():
    picture = learning_curves(story(8))
    assert all(figure["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)" for figure in figures(picture))
    assert fragment(picture).count("Plotly.newPlot(...inThisLight(") == len(picture.panels)


def test_the_library_knows_every_colour_by_its_lower_case():
    told = re.search(r"zooColors = (\{.*?\})", library().decode())
    known = json.loads(told[1])
    assert known == {name.lower(): color for name, color in _dark.DARK.items()}
    assert b"function inThisLight(" in library()
