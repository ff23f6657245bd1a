"""Compressed: the file to ship within every limit, and fronts of the score against each cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .files import ROWS, answer, file


@pytest.mark.parametrize(
    ("limits", "pick"),
    [
        ((), ROWS[4]),
        (("ram=2kB",), ROWS[3]),
        (("latency=0.012ms",), ROWS[4]),
        (("bytes=1200", "macs=2k"), ROWS[4]),
        (("ram=2kB", "bytes=1200"), None),
        (("latency=1us",), None),
    ],
)
def test_the_file_to_ship_is_the_smallest_within_every_limit(limits, pick):
    assert answer(*limits).pick is pick


def test_there_is_a_front_for_bytes_memory_and_time_and_for_what_has_a_limit():
    fronts = answer("macs=1k").fronts
    assert list(fronts) == ["bytes", "ram", "latency", "macs"]
    assert fronts["bytes"] == (ROWS[6], ROWS[4], ROWS[3], ROWS[2], ROWS[1], ROWS[0])
    assert fronts["ram"] == (ROWS[3], ROWS[1], ROWS[0])


def test_a_limit_on_a_score_makes_no_front():
    assert list(answer("accuracy=95%").fronts) == ["bytes", "ram", "latency"]


def test_json_tells_of_each_file_which_fronts_it_is_on():
    told = answer("ram=2kB").to_json()
    by_place = [variant["fronts"] for variant in told["variants"]]
    assert by_place[3] == ["bytes", "ram", "latency"]
    assert by_place[4] == ["bytes", "latency"]
    assert by_place[5] == by_place[7] == []
    assert [variant["front"] for variant in told["variants"]] == [True, True, True, True, True, False, True, False]
    assert told["pick"]["gzip_bytes"] == 750


EXPORTED = ("path", "format", "precision", "bytes", "sha256", "test", "proof")


def test_json_tells_of_the_file_to_ship_what_an_export_does():
    told = replace(answer(rows=[file(1000, 0.98, "int4", sha256="5a")]), test={"accuracy": 0.96}).to_json()
    assert [told[name] for name in EXPORTED] == [told["pick"][name] for name in EXPORTED]
    assert (told["bytes"], told["sha256"], told["proof"]["passed"]) == (1000, "5a", True)
    assert told["test"] == {"accuracy": 0.96}
    assert file(1000, 0.98, "int8").file == "int8" and told["format"] == "tflite"
    assert [answer("ram=1").to_json()[name] for name in EXPORTED] == [None] * len(EXPORTED)


def opened(test, before=0.97, drop=0.01):
    return replace(answer(), max_drop=drop, test={"accuracy": test}, test_before={"accuracy": before})


def test_json_tells_what_the_score_of_test_rows_has_changed_by():
    told = replace(opened(0.95), test_change_interval=(-0.04, 0.001), validation_rows=50).to_json()
    assert told["test_change"] == pytest.approx(-0.02)
    assert (told["test_change_interval"], told["validation_rows"]) == ([-0.04, 0.001], 50)
    assert answer().to_json()["test_change"] is None


@pytest.mark.parametrize(("test", "drop", "more"), [(0.965, 0.01, False), (0.955, 0.01, True), (0.955, 0.02, False)])
def test_a_file_that_loses_more_on_test_rows_than_it_may_on_validation_rows_is_known(test, drop, more):
    assert opened(test, drop=drop).loses_more is more
    assert not answer().loses_more
