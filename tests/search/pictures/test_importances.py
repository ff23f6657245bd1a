"""The picture of importances."""

from __future__ import annotations

from search.choosing.importances import Importances
from search.pictures.importances import importances

from ..stories import story


def test_bars_fall_and_say_their_share():
    picture = importances(story(importances=Importances({"a": 0.2, "b": 0.8}, "why")))
    (bars,) = picture.panels[0].marks
    assert (bars.labels, bars.values, bars.texts) == (["b", "a"], [0.8, 0.2], ["80%", "20%"])


def test_without_shares_the_reason_is_all_there_is():
    picture = importances(story(importances=Importances(reason="too few")))
    assert (picture.panels, picture.missing) == ((), "too few")
