"""A preview as text."""

from __future__ import annotations

import pytest

from search.costs.forecasting import Forecast
from search.drawing.counting import Size
from search.previewing import Preview, Row, Sketch
from search.terminal.preview_table import in_columns, lines, searched
from search.trials import Trials

ROWS = (
    Row("model.builder", ("mlp",), False, False, "--builder"),
    Row("model.units", (32, 64), False, False, "--space"),
    Row("model.depth", (2,), False, False, "--set"),
    Row("train.learning_rate", (1e-4, 1e-2), True, True, "searched by default"),
    Row("train.batch_size", (32,), False, False, "default"),
)
VALUES = {
    "model.builder": "mlp",
    "model.units": 64,
    "model.depth": 2,
    "train.learning_rate": 0.00123,
    "train.batch_size": 32,
}


def told(**changes) -> str:
    values = {
        **{"study": "wine", "goals": ("accuracy",), "limits": (), "sampler": "tpe", "seed": 7, "workers": 1},
        **{"trials": Trials(20, 0, 0, 0, 0, 0), "space": ROWS, "size": Size(2, {"mlp": 2}, ("train.learning_rate",))},
        "recipes": (Sketch(0, "mlp", VALUES, 5218, {"bytes": 23776.0, "macs": 5120.0}),),
        **{"exact": True, "forecast": Forecast(44, 20, 90), "recorded": False},
    }
    return "\n".join(lines(Preview(**{**values, **changes})))


def test_searched_and_given_values_have_a_line_each_and_all_others_share_one():
    text = told().splitlines()
    assert text[:5] == [
        "  value                searched                     by",
        "  model.builder        mlp                          --builder",
        "  model.units          32, 64                       --space",
        "  model.depth          2                            --set",
        "  train.learning_rate  0.0001 to 0.01, logarithmic  searched by default",
    ]
    assert text[5] == "as always: train.batch_size 32"


def test_a_range_of_numbers_is_said_to_be_continuous():
    assert "size   continuous in train.learning_rate; 2 points besides; 2 structures" in told()
    assert "size   12 points; 3 structures (cnn 1, mlp 2)" in told(size=Size(12, {"cnn": 1, "mlp": 2}))


def test_recipes_show_what_they_take_and_what_is_searched_of_them():
    text = told().splitlines()
    row = next(line for line in text if line.startswith("  0  mlp"))
    assert row.split() == ["0", "mlp", "5,218", "23,776", "5,120", "?", "units", "64,", "learning_rate", "0.0012"]
    assert "the first trial by tpe with seed 7, as tflite float32 files of weights that are not trained" in text


def test_what_would_not_be_trained_says_why():
    beyond = Sketch(0, "mlp", VALUES, 10, {}, beyond="bytes is 4,000, at most 1,000 are wanted")
    assert "#0 would not be trained: bytes is 4,000, at most 1,000 are wanted" in told(recipes=(beyond,))
    assert "#1 has no file: no operator" in told(recipes=(Sketch(1, "mlp", VALUES, refused="no operator"),))


def test_a_sampler_that_looks_at_results_only_shows_what_it_may_draw():
    assert "trial as qmc draws before any has ended" in told(exact=False, sampler="qmc")


def test_the_time_says_what_told_it():
    assert "time   about 44 s (20 s to 90 s) for 20 trials, told from the models' work" in told()
    later = told(recorded=True, trials=Trials(20, 5, 0, 0, 0, 5), workers=2)
    assert "for 15 trials on 2 workers, as its trials so far took" in later


@pytest.mark.parametrize(("row", "words"), [(ROWS[1], "32, 64"), (ROWS[3], "0.0001 to 0.01, logarithmic")])
def test_choices_are_listed_and_ranges_have_two_ends(row, words):
    assert searched(row) == words


def test_columns_stand_below_each_other():
    assert in_columns([["a", "bytes"], ["long", "5"]], right=(1,)) == ["  a     bytes", "  long      5"]


@pytest.mark.parametrize(
    ("total", "words"),
    [(0, "begins"), (7, "goes on after 7 of 20 trials"), (20, "trains no trial more, for all have ended")],
)
def test_the_last_line_says_what_the_command_would_do(total, words):
    found = told(trials=Trials(20, finished=total, pruned=0, failed=0, running=0, total=total))
    assert (
        found.splitlines()[-1]
        == f"nothing was trained, and nothing written; the same command without --dry-run {words}"
    )
    assert ("\ntime   " in found) == (total < 20)
