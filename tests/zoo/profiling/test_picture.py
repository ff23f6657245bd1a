"""The picture of a profile is a PNG of a size that a screen shows, whatever the file."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from zoo.profiling._composing import composed
from zoo.profiling._reading import described
from zoo.profiling.picture import picture_of

from .crafted import Called, Drawn, Held, content_of, dense, loop

NOT_RUN = {"calls": 0, "reason": "nothing was run"}


def drawn(content, timing, tmp_path):
    file = tmp_path / "model.tflite"
    file.write_bytes(content)
    return Image.open(io.BytesIO(picture_of(composed(file, described(content), timing, {}))))


def many(count):
    return content_of(
        Drawn(
            [Held("float32", (1, 3))] * (count + 1),
            [Called("ABS", (place,), (place + 1,)) for place in range(count)],
            *((0,), (count,)),
        )
    )


@pytest.mark.parametrize("content", [dense(), loop(), many(200)], ids=["dense", "loop", "many"])
def test_a_profile_is_drawn(content, tmp_path):
    picture = drawn(content, NOT_RUN, tmp_path)
    assert picture.format == "PNG"
    width, height = picture.size
    assert width == 1210
    assert 700 <= height <= 1200
    assert len(picture.convert("L").getcolors()) > 10


def test_times_are_drawn_where_there_are_some(tmp_path):
    timing = {"calls": 1, "whole_us": 2.0, "idle_us": 0.1, "steps": [2.0, 1.0], "untimed": ["", ""]}
    with_times, without = (drawn(dense(), one, tmp_path).convert("RGB") for one in (timing, NOT_RUN))
    orange = (245, 158, 11)
    assert orange in {color for _, color in with_times.getcolors(10**6)}
    assert orange not in {color for _, color in without.getcolors(10**6)}
