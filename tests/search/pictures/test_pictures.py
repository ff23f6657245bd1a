"""What every picture promises, for every kind and ending of a study."""

from __future__ import annotations

import io
import json
import re

import plotly.graph_objects as go
import pytest
from PIL import Image

from search.choosing.importances import Importances
from search.pictures import PICTURES, draw, pictures_for
from search.pictures._figures import figures
from search.pictures._page import fragment, in_script, page
from search.pictures._png import png

from ..stories import EVIL, evil, of_goals, story, validated, without_success

SHARES = Importances({"cnn.filters": 0.6, "train.learning_rate": 0.3, "mlp.units": 0.1}, "as made up")
STORIES = {
    "of 20 trials": story(20, importances=SHARES),
    "of one trial": story(1),
    "of one builder": story(5, builders=("mlp",)),
    "of 100 trials": story(100, importances=SHARES),
    "of a quantity": story(20, "rmse", ("mlp",)),
    "of one quantity trial": story(1, "rmse", ("mlp",)),
    "of series": story(12, validated=validated("series")),
    "of quantities in series": story(12, "rmse", ("mlp",), validated=validated("series", 0)),
    "of a table with 40 classes": story(12, validated=validated("table", 40)),
    "where all were stopped": without_success("pruned"),
    "where all failed": without_success("failed"),
    "without trials": story(0, validated=None),
    "where nothing was searched": story(6, searched={"cnn": (), "mlp": ()}),
    "of two goals": of_goals(),
    "of four goals and two limits": of_goals(40, ("bytes", "accuracy", "ram", "latency"), ("ram=3k", "accuracy=0.7")),
    "of two metrics": of_goals(12, ("accuracy", "balanced_accuracy"), (), "float32"),
    "with a limit": of_goals(20, ("accuracy",)),
}


@pytest.mark.parametrize("told", STORIES.values(), ids=STORIES)
@pytest.mark.parametrize("kind", [pytest.param("image", marks=pytest.mark.slow), "page"])
def test_every_picture_can_be_drawn_of_a_study(told, kind):
    for picture in draw(told):
        assert bool(picture.panels) != bool(picture.missing)
        if kind == "image":
            image = Image.open(io.BytesIO(png(picture)))
            assert image.format == "PNG" and image.width == 990 and len(set(image.convert("L").tobytes())) > 10
        else:
            assert fragment(picture)


@pytest.mark.parametrize("told", STORIES.values(), ids=STORIES)
def test_plotly_itself_accepts_what_is_drawn(told):
    for picture in draw(told):
        if "Plotly.newPlot" in fragment(picture):
            for figure in figures(picture):
                go.Figure(figure)


@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_pictures_are_named_by_their_entries(kind):
    drawn = draw(story(goal="rmse", builders=("mlp",)) if kind == "regression" else story())
    assert tuple(picture.name for picture in drawn) == pictures_for(kind)
    assert set(pictures_for("classification")) | set(pictures_for("regression")) == set(PICTURES.names())


def test_axes_say_what_they_measure():
    for picture in draw(story(20, importances=SHARES)):
        for panel in picture.panels:
            assert panel.bare or panel.x_label or panel.x_ticks
            assert panel.bare or panel.y_label or panel.y_ticks == () or picture.name == "importances"


def test_no_name_in_a_study_becomes_markup():
    for picture in draw(evil()):
        text = page(picture, EVIL, "plotly.min.js")
        assert "alert(1)</script>" not in text
        assert "<b>" not in text
        assert len(re.findall("<script", text)) == 1 + ("Plotly.newPlot" in text)
        assert png(picture)


def test_a_page_fetches_nothing_but_the_script_beside_it():
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page(draw(story())[0], "wine", "plotly.min.js"))
    assert "default-src 'none'" in policy[1] and "script-src 'self' 'unsafe-inline'" in policy[1]
    assert "http" not in policy[1] and "*" not in policy[1]


def test_a_script_holds_plain_json():
    import numpy as np

    text = in_script({"x": np.float32(0.5), "n": [np.nan, float("inf"), np.int64(3)], "t": "</script>&"})
    assert json.loads(text) == {"x": 0.5, "n": [None, None, 3], "t": "</script>&"}
    assert "<" not in text
