"""Every optimizer goes down both surfaces, and its picture shows how."""

from __future__ import annotations

import pytest

from zoo.optimizers import OPTIMIZERS
from zoo.portraits._surfaces import SURFACES, best_way
from zoo.portraits.optimizers import draw

from .opened import opened

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_every_optimizer_goes_down_both_surfaces(name):
    for surface in SURFACES:
        way = best_way(name, surface, {})
        assert way.heights[-1] < way.heights[0] / 5


def test_an_optimizer_is_drawn_with_its_own_settings(monkeypatch):
    monkeypatch.setattr("zoo.portraits._surfaces.STEPS", 20)
    monkeypatch.setattr("zoo.portraits._surfaces.RATES", (1e-3, 1e-2))
    picture = draw("adam", {})
    assert opened(picture).width == 1155
    assert picture != draw("adam", {"beta_1": 0.1})
