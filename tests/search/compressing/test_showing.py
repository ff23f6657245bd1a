"""A compression as text: a row a file with all that it takes, and the file to ship."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search.compressing.rows import Bounds
from search.compressing.showing import print_compressed

from .files import answer, file


def printed(capsys, *limits):
    print_compressed(answer(*limits), Path())
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(("limits", "more"), [((), ""), (("macs=10k",), "macs")])
def test_a_file_is_shown_with_its_packed_size_its_memory_and_its_time(capsys, limits, more):
    head, *lines = printed(capsys, *limits)
    assert head.split() == [
        "method",
        "precision",
        "bytes",
        "gzip",
        "ram",
        "ms",
        "a",
        "row",
        *more.split(),
        "validation",
        "change",
    ]
    (ship,) = (line.split() for line in lines if line.startswith(">  "))
    assert ship[1:9] == ["channels", ".5", "int4", "1,000", "500", "4,000", "0.010", *(["2,000"] if more else [".971"])]


def test_a_file_beyond_a_limit_says_which(capsys):
    lines = printed(capsys, "ram=2kB")
    (beyond,) = (line for line in lines if "1,000    500" in line)
    assert beyond.endswith("ram is 4,000, at most 2,000 are wanted")
    assert any(line.startswith(">") and "1,500" in line for line in lines)


def test_a_file_that_could_not_be_made_says_why(capsys):
    assert any(line.endswith("skipped: no kernels. Take int8.") for line in printed(capsys))


def test_without_a_file_to_ship_there_is_a_cure(capsys):
    assert any(
        "no file holds that and the limits. Allow a larger --max-drop" in line for line in printed(capsys, "ram=1")
    )


def test_what_the_file_takes_of_its_device_is_told_where_it_lies(capsys):
    taken = {"device": "micro", "flash": {"model": 4000}, "ram": {"arena": 2048}}
    rows = [file(9000, 0.98, "float32"), file(4000, 0.98, "int8", format="c_array", footprint=taken)]
    print_compressed(answer(rows=rows), Path())
    lines = capsys.readouterr().out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("ship"))
    assert lines[place].startswith("ship as trained as c_array int8: 4,000 bytes, 2.2x smaller")
    assert lines[place + 1] == "on device micro   4,000 bytes of flash   2,048 bytes of RAM"


def told(capsys, **known):
    print_compressed(replace(answer(), test_before={"accuracy": 0.97}, **known), Path())
    return capsys.readouterr().out


def test_the_change_on_test_rows_is_told_with_its_interval(capsys):
    words = told(capsys, test={"accuracy": 0.965}, test_change_interval=(-0.031, 0.021), validation_rows=500)
    assert "test accuracy .965, before .970, a change of -0.5 points (95 %: -3.1 to +2.1)" in words
    assert "note" not in words


def test_a_file_that_loses_more_on_test_rows_than_was_asked_says_so(capsys):
    words = told(capsys, test={"accuracy": 0.95}, validation_rows=500)
    assert "note   on test rows it loses more than the --max-drop 1% that it keeps to on validation rows." in words


def test_validation_rows_that_are_too_few_to_tell_the_loss_say_so(capsys):
    words = told(capsys, test={"accuracy": 0.97}, validation_rows=17)
    assert (
        "note   of 17 validation rows each is 5.9 points of accuracy, so a loss of 1 cannot be told from none" in words
    )


def test_the_change_in_an_error_is_in_its_own_units(capsys):
    rows = tuple(replace(row, validation=row.validation and {"rmse": 50.0}) for row in answer().rows)
    found = replace(answer(rows=rows), bounds=Bounds("rmse", 51.0), max_drop=0.02)
    found = replace(found, test={"rmse": 52.5}, test_before={"rmse": 50.0}, test_change_interval=(1.0, 4.0))
    print_compressed(found, Path())
    words = capsys.readouterr().out
    assert "test rmse 52.5, before 50, a change of +2.5 (95 %: +1 to +4)" in words
    assert "more than the --max-drop 0.02" in words
