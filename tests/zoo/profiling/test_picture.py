"""The picture of a profile is a PNG of a size that a screen shows, whatever the file."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from zoo.profiling._composing import composed
from zoo.profiling._reading import described
from zoo.profiling.picture import _room, picture_of
from zoo.profiling.profiles import Slot

from .crafted import Called, Drawn, Held, content_of, dense, loop
from .kernels import mirrored, reduced

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


def test_what_operators_work_in_is_drawn_in_grey(tmp_path):
    grey = (232, 234, 238)  # of a pale box, through which a little of the white behind it shines
    with_scratch = (mirrored("int8"), reduced("REDUCE_MAX", "int8"))
    found = [drawn(one, NOT_RUN, tmp_path).convert("RGB").getcolors(10**6) for one in (*with_scratch, dense())]
    assert [any(color == grey for _, color in one) for one in found] == [True, True, False]


@pytest.mark.parametrize(
    ("height", "letters", "words"),
    [(0.5, 40, "scratch of MEAN\n1,024"), (0.1, 40, "scratch 1,024"), (0.1, 7, "1,024"), (0.01, 40, "")],
)
def test_a_box_says_whose_scratch_it_is_where_it_has_room(height, letters, words):
    assert _room(Slot("scratch of MEAN", "uint8", (1024,), 0, 1024, 1, 1, scratch=True), height, letters) == words
