"""What is asked of a search for a small file, held against rows as one leaves them."""

from __future__ import annotations

import pytest

from .searching import Figure, lines, misses

ASKED = Figure("digits", (), "int8", bytes=4200, score=0.98, lost=0.003, seconds=60)
RUNS = {"tried": True, "reason": "", "refusals": {}, "arena_bytes": 900}


def row(seed=0, micro=None, **changes):
    """Return a row that is as it was asked, but for `changes` of its int8 file."""
    file = {"path": "a", "bytes": 4000, "footprint": None, "test": 0.985, "passed": True, **changes}
    files = {"tflite float32": {**file, "bytes": 9000, "test": 0.986, "passed": True}, "tflite int8": file}
    if micro is not None:
        files["c_array int8"] = {**file, "footprint": {"flash_bytes": 4300, "ram_bytes": 5000}, "micro": micro}
    common = {"at": "2026-02-03T10:00:00", "others": 0.0, "seconds": 75.2, "trials": {"total": 60}}
    return {"key": {"seed": seed, "sources": "a"}, **common, "files": files}


def test_what_is_as_it_was_asked_misses_nothing():
    assert misses(ASKED, [row(), row(1, micro=RUNS)]) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([row(), row(1, bytes=4201)], ["seed 1, tflite int8: 4,201 bytes"]),
        ([row(passed=False)], ["seed 0, tflite int8: its proof failed"]),
        ([row(test=0.979)], ["int8: median 0.9790", "0.0070 lost"]),
        ([row(0, test=0.9829)], ["0.0031 lost"]),
        ([row(0, {**RUNS, "reason": "no kernel"})], ["seed 0, c_array int8: TensorFlow Lite Micro does not run it"]),
        ([row(0, {**RUNS, "refusals": {"a": ()}})], ["seed 0, c_array int8: TensorFlow Lite Micro does not run it"]),
    ],
)
def test_what_is_missed_is_named(found, said):
    assert misses(ASKED, found) == said


def test_where_an_array_in_c_is_shipped_it_alone_is_held_to_the_figures():
    larger = row(0, RUNS)
    larger["files"]["tflite int8"] |= {"bytes": 4500, "test": 0.9}
    assert misses(ASKED, [larger]) == []
    larger["files"]["c_array int8"] |= {"bytes": 4300, "test": 0.95}
    assert misses(ASKED, [larger]) == ["seed 0, c_array int8: 4,300 bytes", "int8: median 0.9500", "0.0360 lost"]


def test_of_scores_the_median_counts():
    seeds = [row(seed, test=score) for seed, score in enumerate((0.95, 0.985, 0.985))]
    assert misses(ASKED, seeds) == []


def test_nothing_is_asked_of_time_but_it_is_told():
    told = "\n".join(lines("digits", ASKED, [row(0, RUNS)]))
    assert "60 trials in 75 s, asked 60 s" in told
    assert "4,300 bytes of flash, 5,000 of RAM; runs in TensorFlow Lite Micro, an arena of 900" in told
    assert told.endswith("median 0.9850; reached")
