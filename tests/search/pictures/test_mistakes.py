"""The sheet of the worst mistakes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from search.pictures.mistakes import mistakes, pixels

from ..stories import story, validated


def only(picture):
    (panel,) = picture.panels
    (mark,) = panel.marks
    return mark


def test_images_are_shown_worst_first_with_what_was_said():
    found = validated()
    sheet = only(mistakes(story(validated=found)))
    assert len(sheet.images) == len(sheet.captions) == len(found.worst)
    for row, caption in zip(found.worst, sheet.captions, strict=True):
        said, truth = found.answers[row].argmax(), found.truth[row]
        assert caption.startswith("right" if said == truth else f"true {found.classes[truth]}")


def test_a_table_names_the_validation_rows_from_one():
    found = validated("table", 3)
    cells = only(mistakes(story(validated=found)))
    assert [row[0] for row in cells.rows] == [str(row + 1) for row in found.worst]
    assert cells.columns[0] == "validation row"
    assert cells.rows[0][-1] == found.notes[0]


def test_errors_of_quantities_are_signed_and_fall():
    found = validated("table", 0)
    cells = only(mistakes(story(4, "rmse", ("mlp",), validated=found)))
    errors = [float(row[3]) for row in cells.rows]
    assert errors == pytest.approx([found.answers[row, 0] - found.truth[row] for row in found.worst], rel=1e-3)
    assert np.all(np.diff(np.abs(errors)) <= 0.1)


def test_series_are_lines_a_panel_each():
    found = validated("series")
    panels = mistakes(story(validated=found)).panels
    assert len(panels) == len(found.worst)
    assert panels[0].marks[1].y == found.rows[0, :, 1].tolist()


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 1), (4, 5, 2), (4, 5, 3), (4, 5, 4)])
def test_an_image_has_three_channels_of_bytes(shape):
    image = pixels(np.random.default_rng(0).normal(size=shape))
    assert (image.shape, image.dtype, image.min(), image.max()) == ((4, 5, 3), np.uint8, 0, 255)


def test_bytes_are_shown_as_they_are():
    image = np.arange(75, dtype=np.uint8).reshape(5, 5, 3)
    assert np.array_equal(pixels(image), image)


def test_an_image_of_one_shade_is_black():
    assert pixels(np.ones((3, 3))).max() == 0


def test_recordings_are_outlines_in_seconds_a_panel_each_with_their_files():
    found = validated("audio")
    panels = mistakes(story(validated=found)).panels
    assert len(panels) == len(found.worst)
    (outline,) = panels[3].marks
    assert outline.y == found.waves[3].ravel().tolist()
    assert 0 < min(outline.x) < max(outline.x) < found.seconds[3]
    assert np.all(np.diff(outline.x) >= 0)
    assert panels[3].title.splitlines()[-1] == "0a7c2a8d_nohash_3.wav"


def test_recordings_of_which_an_earlier_version_kept_no_outline_are_rows_with_their_files():
    found = replace(validated("audio"), waves=np.zeros(0), seconds=np.zeros(0))
    cells = only(mistakes(story(validated=found)))
    assert (cells.columns[-1], len(cells.rows)) == ("file", len(found.worst))
