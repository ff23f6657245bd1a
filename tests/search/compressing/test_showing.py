"""A compression as text: a row a file with all that it takes, and the file to ship."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search.compressing.showing import print_compressed

from .files import PASSED, answer


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
    made = {"format": "c_array", "path": "here", "bytes": 4000, "skipped": None, "proof": PASSED, "footprint": taken}
    print_compressed(replace(answer(), beside=(made,)), Path())
    first, second = (line for line in capsys.readouterr().out.splitlines() if "device" in line)
    assert first == "as c_array for its device: here, 4,000 bytes"
    assert second == "on device micro   4,000 bytes of flash   2,048 bytes of RAM"
