"""A check on one screen and in a notebook."""

from dataclasses import replace

import numpy as np
import pandas as pd

from zoo.checking import check
from zoo.checking.finding import DOUBT, GRAVE, NOTE, Finding
from zoo.checking.overview import LINES
from zoo.data import load_data
from zoo.splits import split


def checked(data, **options):
    dataset = load_data(data, **options)
    return check(dataset, split(dataset))


def test_the_screen_says_data_builders_preparation_columns_and_the_next_command():
    lines = checked("wine").screen().splitlines()
    assert lines[0].startswith("wine   178 rows of 13 columns, 3 classes")
    assert lines[1] == "builders linear, mlp, wide_deep"
    assert lines[2].startswith("classes  class_1: 71 (40%)")
    assert lines[3].startswith("prepared as 13 float32: ")
    assert lines[5].split() == ["column", "alone", "AUC", "holds"]
    assert lines[-1] == "next     zoo tune wine"
    assert "and 3 more, see --json" in lines


def test_faults_stand_by_gravity_and_what_does_not_fit_is_counted():
    found = [Finding(GRAVE, "grave"), *(Finding(DOUBT, f"doubt {i}") for i in range(50)), Finding(NOTE, "note")]
    lines = replace(checked("wine"), findings=tuple(found)).screen().splitlines()
    assert len(lines) <= LINES
    shown = [line for line in lines if line.startswith("warning")]
    assert shown[:2] == ["warning  grave", "warning  doubt 0"]
    assert f"and {len(found) - len(shown):,} more, see --json" in lines


def test_notes_are_labelled_so():
    assert "note     skewed" in replace(checked("wine"), findings=(Finding(NOTE, "skewed"),)).screen()


def test_data_without_columns_have_no_table():
    lines = checked("digits").screen().splitlines()
    assert [line.split()[0] for line in lines] == ["digits", "builders", "classes", "prepared", "next"]


def test_quantities_show_both_scores_and_missing_cells_their_share():
    frame = pd.DataFrame({"age": [np.nan, *range(39)], "town": ["a", "b"] * 20, "y": np.linspace(0, 1, 40)})
    text = checked(frame, target="y").screen()
    assert "missing  age 1 (2.5%)" in text
    assert "rank corr." in text
    assert "2 texts" in text
    assert "next" not in text


def test_a_notebook_shows_the_same_escaped():
    html = replace(checked("wine"), findings=(Finding(DOUBT, "a < b"),))._repr_html_()
    assert "<li>a &lt; b</li>" in html
    assert "178 rows of 13 columns" in html
    assert html.count("<tr>") == 14
